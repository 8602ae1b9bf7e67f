import { type Interval, ratioInterval } from './bootstrap.js'
import { median } from './cost.js'

/** A line of the results, as far as it is judged. */
export interface JudgedRun {
  readonly date: string
  readonly commit: string
  readonly suite: string
  /** Machine of the run: what was measured is compared on the same one only. */
  readonly machine: Readonly<Record<string, unknown>>
  /** Rounds of each figure where more is better, by its name. */
  readonly judged?: Readonly<Record<string, readonly number[]>> | undefined
}

export interface Verdict {
  readonly suite: string
  readonly figure: string
  readonly commit: string
  /** Earlier runs that it is compared with. */
  readonly earlier: number
  /** Median of the last run by that of the earlier ones, and where that may lie; null without an earlier run. */
  readonly ratio: number | null
  readonly interval: Interval | null
  readonly isRegression: boolean
}

const EARLIER_MAX = 5
/** One slow run is none: only when all of the interval lies below this. */
const REGRESSION_BELOW = 0.9

/** The last run of each suite beside the five before it on the same machine. Runs are given oldest first. */
export function judgeRuns(runs: readonly JudgedRun[], seed: number): readonly Verdict[] {
  const judgeable = runs.filter(({ judged }) => judged !== undefined)
  const last = new Map(judgeable.map((run) => [run.suite, run]))
  return [...last.values()].flatMap((run) => {
    const before = judgeable.slice(0, judgeable.indexOf(run))
    return Object.entries(run.judged!).map(([figure, rounds]) => {
      const isComparable = (other: JudgedRun) =>
        other.suite === run.suite && isSameMachine(other, run) && other.judged![figure] !== undefined
      const earlier = before.filter(isComparable).slice(-EARLIER_MAX)
      return verdictOf(
        run,
        figure,
        rounds,
        earlier.map(({ judged }) => judged![figure]!),
        seed,
      )
    })
  })
}

function verdictOf(
  { suite, commit }: JudgedRun,
  figure: string,
  rounds: readonly number[],
  earlier: readonly (readonly number[])[],
  seed: number,
): Verdict {
  const told = { suite, figure, commit, earlier: earlier.length }
  if (earlier.length === 0) return { ...told, ratio: null, interval: null, isRegression: false }
  const all = earlier.flat()
  const interval = ratioInterval(rounds, all, seed)
  return { ...told, ratio: median(rounds) / median(all), interval, isRegression: interval.high < REGRESSION_BELOW }
}

/** The time of an fdatasync is measured, and is not the same twice. */
function isSameMachine(a: JudgedRun, b: JudgedRun): boolean {
  const what = ({ machine: { fdatasyncP50Ms: _, ...rest } }: JudgedRun) => JSON.stringify(rest)
  return what(a) === what(b)
}
