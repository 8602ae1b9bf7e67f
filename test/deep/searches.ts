import { basename } from 'node:path'
import { TARGETS } from '../fuzz/targets.js'

/** One search at its full size, as a process of its own: it passes when that ends with 0. */
export interface Search {
  readonly name: string
  /** About how long it takes at full size beside another one, seconds. */
  readonly seconds: number
  /** Arguments of node for a share (0..1) of the full size; null: there is nothing smaller of it. */
  command(share: number): Command
  /** The smallest share that is still worth it; below it the search is left out. */
  readonly shareMin: number
}

export interface Command {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const TSX = ['--import', 'tsx']
const VITEST = 'node_modules/vitest/vitest.mjs'
const FUZZ_SECONDS = 60

const minute = () => ({ PROPERTY_MS: count(60_000) })

/**
 * Files with the tag that fit models to a year, or draw whole plants for them, with the seconds that each takes beside another: what
 * they judge is how good forecasts and plans are, so they run when all other tests have.
 */
export const BACKTESTS: Readonly<Record<string, number>> = {
  'test/property/forecasts-steel.test.ts': 75,
  'test/property/forecasts.test.ts': 60,
  'test/property/load-plan-steel.test.ts': 30,
}

/** Searches that look for minutes at what `npm test` looks at for seconds; those that take longest are begun first. */
export const SEARCHES: readonly Search[] = [
  proof('soak', 60, 3800, 1),
  proof('kills', 150, 220),
  ...Object.entries(BACKTESTS).map(([file, seconds]) => backtest(file, seconds)),
  tests('order', ['fast', 'test/property/kpi.order.test.ts'], 140, (share) => {
    return { PROPERTY_MS: count(60_000 * share) }
  }),
  proof('flips', 10_000, 130),
  tests('live series', ['fast', 'test/property/kpi.live-series.test.ts'], 25, (share) => ({
    PROPERTY_RUNS: count(400 * share),
  })),
  tests('rebuilt records', ['fast', 'test/unit/archive/record/record.test.ts'], 40, (share) => {
    return { PROPERTY_RUNS: count(40 * share) }
  }),
  tests('times of arrival', ['fast', 'test/unit/archive/assumed-times.test.ts'], 20, (share) => ({
    PROPERTY_RUNS: count(25 * share),
  })),
  tests('identities', ['fast', 'test/property/kpi.identities.test.ts'], 75, (share) => {
    return { PROPERTY_MS: count(60_000 * share) }
  }),
  tests('ranges', ['fast', 'test/property/kpi.ranges.test.ts'], 75, (share) => {
    return { PROPERTY_MS: count(60_000 * share) }
  }),
  tests('states', ['fast', 'test/property/kpi.states.test.ts'], 75, (share) => {
    return { PROPERTY_MS: count(60_000 * share) }
  }),
  // A single plant of the next two takes up to half a minute on a busy machine: a smaller share can end before the first.
  tests('offline plants', ['fast', 'test/property/kpi.offline.test.ts'], 125, minute, 1),
  tests('evidence bundles', ['fast', 'test/property/evidence-bundle.test.ts'], 75, minute, 1),
  tests('random messages', ['fast', 'test/property/decode.fuzz.test.ts'], 140, (share) => {
    return { FUZZ_INPUTS: count(2_000_000 * share) }
  }),
  tests('altered ledgers', ['fast', 'test/unit/audit/ledger/mutations.test.ts'], 45, (share) => {
    return { MUTATIONS: count(1500 * share) }
  }),
  tests('altered bundles', ['fast', 'test/unit/audit/verify/mutations.test.ts'], 30, (share) => {
    return { MUTATIONS: count(2400 * share) }
  }),
  proof('sigterm', 20, 70),
  proof('disk-full', 10, 80),
  proof('power-cuts', 10_000, 20),
  proof('planted-faults', 10, 25),
  ...TARGETS.map(({ name }) => fuzz(name)),
]

function proof(name: string, rounds: number, seconds: number, shareMin = 0.2): Search {
  const main = 'test/faults/prove/main.ts'
  const command = (share: number) => ({ args: [...TSX, main, name, '--rounds', count(rounds * share), '--dry'] })
  return { name: `prove ${name}`, seconds, shareMin, command }
}

function tests(
  name: string,
  [project, file]: readonly [project: string, file: string],
  seconds: number,
  env: (share: number) => Readonly<Record<string, string>>,
  shareMin = 0.2,
): Search {
  const args = [VITEST, 'run', '--project', project, file, '--reporter=dot']
  return { name, seconds, shareMin, command: (share) => ({ args, env: env(share) }) }
}

function backtest(file: string, seconds: number): Search {
  const args = [VITEST, 'run', '--tags-filter=deep', file, '--reporter=dot']
  return { name: basename(file, '.test.ts'), seconds, shareMin: 1, command: () => ({ args }) }
}

function fuzz(target: string): Search {
  const main = 'test/fuzz/main.ts'
  const command = (share: number) => ({ args: [...TSX, main, target, '--seconds', count(FUZZ_SECONDS * share)] })
  return { name: `fuzz ${target}`, seconds: FUZZ_SECONDS + 12, shareMin: 0.2, command }
}

function count(number: number): string {
  return String(Math.max(1, Math.round(number)))
}
