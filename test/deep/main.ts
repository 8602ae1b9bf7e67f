import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Planned, planned } from './plan.js'
import { SEARCHES } from './searches.js'
import { taggedFiles } from './tagged.js'

/**
 * `npm run test:deep [-- --minutes N] [--only NAME] [--output FILE]`: the tests that `npm test` leaves out, then the searches at
 * their full size, two at once; with `--minutes` as much of each search as there is time for, and what is left out is said.
 * `--only tests` leaves the searches out. `--output` gets the counts as JSON.
 */
const ROOT = join(import.meta.dirname, '..', '..')
const USAGE = 64
/** Name of all tests together among the searches. */
const TESTS = 'tests'
const VITEST = 'node_modules/vitest/vitest.mjs'
const STOPPED = 130
const AT_ONCE = 2
/** A search that takes so many times as long as it should hangs. */
const HANGS_TIMES = 4
const HANGS_SECONDS = 120
const GRACE_MS = 5000
/** Vitest itself takes so long to end. */
const END_RESERVE_MS = 10_000
const TAIL_BYTES = 6000

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, only: { type: 'string' }, output: { type: 'string' } },
})
const minutes = values.minutes === undefined ? null : Number(values.minutes)
const searches = SEARCHES.filter(({ name }) => values.only === undefined || name === values.only)
if ((searches.length === 0 && values.only !== TESTS) || (minutes !== null && !(minutes > 0))) {
  console.error('npm run test:deep [-- --minutes N] [--only NAME] [--output FILE]')
  console.error(`  ${TESTS}`)
  for (const { name, seconds } of SEARCHES) console.error(`  ${name.padEnd(28)} about ${seconds} s`)
  process.exit(USAGE)
}

const startMs = performance.now()
const endMs = minutes === null ? Infinity : startMs + minutes * 60_000
const scratch = mkdtempSync(join(tmpdir(), 'greengauge-deep-'))
const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const child of running) killAll(child)
    rmSync(scratch, { recursive: true, force: true })
    process.exit(STOPPED)
  })
}

const tests = { passed: 0, failed: 0, leftOut: 0 }
const plan: Planned[] = []
const passed: string[] = []
const failed: string[] = []
try {
  if (values.only === undefined || values.only === TESTS) Object.assign(tests, await taggedTests())
  plan.push(...planned(searches, minutes === null ? null : (endMs - performance.now()) / 1000, AT_ONCE))
  for (const { search, share } of plan) {
    if (share === null) console.log(`left out: ${search.name}, which takes about ${search.seconds} s`)
  }
  const waiting = plan.filter((one) => one.share !== null)
  await Promise.all(Array.from({ length: AT_ONCE }, () => worker(waiting)))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
const leftOut = tests.leftOut + plan.length - passed.length - failed.length
const counts = { passed: tests.passed + passed.length, failed: tests.failed + failed.length, leftOut }
if (values.output !== undefined) writeFileSync(values.output, JSON.stringify(counts))
console.log(`deep: ${counts.passed} passed, ${counts.failed} failed, ${leftOut} left out in ${secondsSince(startMs)} s`)
process.exitCode = counts.failed > 0 ? 1 : 0

/** All tests with the tag `deep`; files that would not be done when the time is over are left out, and a run that is not done then has failed. */
async function taggedTests(): Promise<typeof tests> {
  const file = join(scratch, 'tests.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const args = [VITEST, 'run', '--tags-filter=deep', ...reporters, ...taggedFiles('deep')]
  const env = { ...process.env, ...(endMs === Infinity ? {} : inTime(endMs - END_RESERVE_MS)) }
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  running.add(child)
  const last = endMs === Infinity ? undefined : setTimeout(() => killAll(child), endMs - performance.now())
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(last)
  running.delete(child)
  const leftOut = existsSync(leftOutFile()) ? readFileSync(leftOutFile(), 'utf8').trim().split('\n') : []
  for (const path of leftOut) console.log(`left out: ${path}, for which no time is left`)
  if (!existsSync(file)) return { passed: 0, failed: 1, leftOut: leftOut.length }
  const result = JSON.parse(readFileSync(file, 'utf8')) as { numPassedTests: number; numFailedTests: number }
  // A file that cannot be loaded fails without failing a test.
  const others = code !== 0 && result.numFailedTests === 0 ? 1 : 0
  return { passed: result.numPassedTests, failed: result.numFailedTests + others, leftOut: leftOut.length }
}

/** Settings of `in-time-runner.ts`. */
function inTime(untilMs: number): Readonly<Record<string, string>> {
  return { DEEP_END_MS: String(Date.now() + untilMs - performance.now()), DEEP_LEFT_OUT: leftOutFile() }
}

function leftOutFile(): string {
  return join(scratch, 'left-out')
}

async function worker(waiting: Planned[]): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { name, seconds } = next.search
    if (performance.now() + seconds * next.share! * 1000 > endMs) {
      console.log(`left out: ${name}, for which no time is left`)
      continue
    }
    const result = await carriedOut(next)
    if (result === 'unfinished') console.log(`left out: ${name} was not done when the time was over`)
    else (result === 'passed' ? passed : failed).push(name)
  }
}

/** `unfinished`: it found nothing before the time of the whole run was over. */
async function carriedOut({ search, share }: Planned): Promise<'passed' | 'failed' | 'unfinished'> {
  const { args, env } = search.command(share!)
  const file = join(scratch, search.name.replaceAll(' ', '-'))
  const log = openSync(file, 'w')
  const beganMs = performance.now()
  // A group of its own, so that what it has started ends with it.
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    detached: true,
  })
  running.add(child)
  const hangsMs = (search.seconds * share! * HANGS_TIMES + HANGS_SECONDS) * 1000
  const leftMs = endMs - beganMs
  let isOver = false
  const last = setTimeout(
    () => {
      isOver = leftMs < hangsMs
      killAll(child)
    },
    Math.min(hangsMs, leftMs),
  )
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(last)
  running.delete(child)
  if (isOver) return 'unfinished'
  const size = share === 1 ? '' : `, ${Math.round(share! * 100)} % of its size`
  console.log(`${search.name}: ${code === 0 ? 'passed' : 'FAILED'} after ${secondsSince(beganMs)} s${size}`)
  const said = readFileSync(file, 'utf8')
  console.log(indented(code === 0 ? said.trim().split('\n').slice(-2).join('\n') : said.slice(-TAIL_BYTES)))
  return code === 0 ? 'passed' : 'failed'
}

/** SIGTERM to all of it, and SIGKILL to what is left then. */
function killAll(child: ChildProcess): void {
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name)
    } catch {
      // It is gone.
    }
  }
  signal('SIGTERM')
  setTimeout(() => signal('SIGKILL'), GRACE_MS).unref()
}

function secondsSince(ms: number): number {
  return Math.round((performance.now() - ms) / 1000)
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ')
}
