import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { regressions } from './regressions.js'
import { deciding, type FuzzTarget } from './target.js'
import { TARGETS } from './targets.js'

/**
 * `npm run fuzz -- TARGET [--seconds N] [--runs N] [--seed N]`: coverage-guided fuzzing of one target, or of `all` in
 * one process. What it finds is written to `test/cases/fuzz/TARGET/`, where it stays as a case once it is mended.
 * What it learns stays in `dist/fuzz/`, so that a second run goes on where the first one stopped. docs/understand/hostile.md
 */
const USAGE = 64
const ROOT = join(import.meta.dirname, '..', '..')
const SECONDS = 60
/** An input that takes as long by the clock never ends, also where much else runs; shorter stalls are judged by the processor's time. */
const ENDLESS_MS = 120_000

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' }, runs: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
const name = positionals[0] ?? ''
const chosen = TARGETS.find((target) => target.name === name)
if (chosen === undefined && name !== 'all') {
  console.error('npm run fuzz -- TARGET [--seconds N] [--runs N] [--seed N]')
  for (const target of TARGETS) console.error(`  ${target.name.padEnd(10)} ${target.says}`)
  console.error(`  ${'all'.padEnd(10)} all of them in one process`)
  process.exit(USAGE)
}

const scratch = mkdtempSync(join(tmpdir(), 'greengauge-fuzz-'))
try {
  process.exitCode = await fuzz(chosen ?? null)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function fuzz(target: FuzzTarget | null): Promise<number> {
  const learned = join(ROOT, 'dist', 'fuzz', name)
  const seeds = join(scratch, 'seeds')
  const found = join(ROOT, 'test', 'cases', 'fuzz', name === 'all' ? 'found' : name)
  for (const folder of [learned, seeds, found]) mkdirSync(folder, { recursive: true })
  for (const seed of seedsOf(target)) writeFileSync(join(seeds, hash('sha1', seed)), seed)
  const words = join(scratch, 'words')
  writeFileSync(
    words,
    (target === null ? TARGETS : [target])
      .flatMap((one) => one.words)
      .map(wordLine)
      .join('\n'),
  )
  const before = new Set(readdirSync(found))

  const module = join(import.meta.dirname, target === null ? 'all.js' : `targets/${name}.js`)
  const jazzer = createRequire(import.meta.url).resolve('@jazzer.js/core/dist/cli.js')
  const bytesMax = Math.max(...(target === null ? TARGETS : [target]).map((one) => one.bytesMax + 1))
  const runs = Number(values.runs ?? -1)
  const seconds = Number(values.seconds ?? (values.runs === undefined ? SECONDS : 0))
  const logFile = join(ROOT, 'dist', 'fuzz', `${name}.log`)
  const log = openSync(logFile, 'w')
  const child = spawn(
    process.execPath,
    [
      ...[
        '--import',
        'tsx',
        jazzer,
        module,
        learned,
        seeds,
        '--sync',
        '--includes',
        '/src/',
        `--timeout=${ENDLESS_MS}`,
        '--',
      ],
      `-max_total_time=${seconds}`,
      `-runs=${runs}`,
      `-max_len=${bytesMax}`,
      `-seed=${values.seed}`,
      `-dict=${words}`,
      `-artifact_prefix=${found}/`,
      '-print_final_stats=1',
    ],
    // A file, not a pipe: libFuzzer does not write again what a full pipe did not take.
    { cwd: ROOT, stdio: ['ignore', log, log] },
  )
  const startMs = performance.now()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const findings = readdirSync(found).filter((file) => !before.has(file))
  report(readFileSync(logFile, 'utf8').slice(-20_000), (performance.now() - startMs) / 1000, findings)
  return code === 0 && findings.length === 0 ? 0 : 1
}

function seedsOf(target: FuzzTarget | null): Buffer[] {
  if (target !== null) return [...target.seeds(), ...regressions(target.name)]
  return TARGETS.flatMap((one, choice) =>
    [...one.seeds().slice(0, 60), ...regressions(one.name)].map((seed) => deciding(choice, seed)),
  )
}

/** As dictionaries of libFuzzer have it: what is not printable stands in the words as \xNN already. */
function wordLine(word: string): string {
  return `"${word.replaceAll('"', '\\"')}"`
}

function report(tail: string, seconds: number, findings: readonly string[]): void {
  const runs = /stat::number_of_executed_units: (\d+)/.exec(tail)?.[1] ?? /Done (\d+) runs/.exec(tail)?.[1]
  const coverage = [...tail.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? '?'
  if (runs === undefined || findings.length > 0) console.error(tail)
  const perSecond = Math.round(Number(runs) / seconds)
  console.log(
    `${name}: ${runs} inputs in ${Math.round(seconds)} s (${perSecond}/s, start included), ${coverage} places reached, ${findings.length} findings${findings.map((file) => `\n  ${file}`).join('')}`,
  )
}
