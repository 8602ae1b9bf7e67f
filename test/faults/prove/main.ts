import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { commit, machine } from '../../bench/measure/machine.js'
import { endAll } from '../../bench/measure/processes.js'
import { removeScratch } from '../../bench/measure/scratch.js'
import { say } from './proof.js'
import { PROOFS } from './proofs.js'

/** `npm run prove -- NAME`: shows one claim, prints its figure, and keeps it in results.jsonl. See docs/understand/proving-ground.md. */

const FILE = new URL('../results.jsonl', import.meta.url)
const USAGE = 64
/** As a shell says it of what a signal has ended. */
const STOPPED = 130

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '20261126' },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    dry: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const asked = values.rounds ?? values.minutes
const rounds = asked === undefined ? null : Number(asked)
const proof = PROOFS.find(({ name }) => name === positionals[0])
const isUsable = Number.isSafeInteger(seed) && (rounds === null || (Number.isSafeInteger(rounds) && rounds > 0))
if (proof === undefined || !isUsable) {
  say('npm run prove -- NAME [--seed N] [--rounds N | --minutes N] [--dry]')
  for (const { name, says, goal } of PROOFS) say(`  ${name.padEnd(20)} ${says}; goal: ${goal}`)
  process.exit(positionals.length === 0 ? 0 : USAGE)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void endAll().finally(stopped))
}

/** Ends without the record; a gateway's data may be a year of a large plant. */
function stopped(): void {
  removeScratch()
  process.exit(STOPPED)
}

try {
  const startMs = performance.now()
  const { figure, verdict, parameters, figures } = await proof.run({ seed, rounds })
  const seconds = Math.round((performance.now() - startMs) / 1000)
  const record = {
    date: new Date().toISOString(),
    commit: commit(),
    proof: proof.name,
    machine: machine(),
    seed,
    parameters,
    seconds,
    figure,
    goal: proof.goal,
    verdict,
    figures,
  }
  if (!values.dry) appendFileSync(FILE, `${JSON.stringify(record)}\n`)
  say(`${proof.name}: ${figure}\n  goal: ${proof.goal}: ${verdict} (seed ${seed}, ${seconds} s)`)
  process.exitCode = verdict === 'missed' ? 1 : 0
} finally {
  await endAll()
  removeScratch()
}
