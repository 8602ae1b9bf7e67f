import { HOUR_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { cheapestPlan, type PlanOutcome } from '../load-plan/cheapest-plan.js'
import { type ExpectedDay, expectedDay } from '../load-plan/expected-day.js'
import type { PlanProblem, PlanStep } from '../load-plan/problem.js'
import { KnownSeries } from '../series/known-series.js'
import { LocalDays } from '../series/local-days.js'
import type { ForecastPlan } from './chain.js'

/** Quarters of an hour that are kept: ten weeks of days alike and four weeks that they are judged by. */
const INTERVALS_MAX = 110 * 96

/** Import less export of a plant by quarters of an hour that are known, ascending: starts, epoch ms, and kWh. */
export interface ReadQuarters {
  readonly startsMs: Float64Array
  readonly values: Float64Array
}

/** A plant whose next day is planned. */
export interface LoadPlanTask {
  readonly plan: ForecastPlan
  /** The demand that is billed over that of quarters of an hour, at least 1: the demand of the problem is that of quarters, at the price of what is billed. */
  readonly slidingRatio: number
  /** An instant of the day that is planned, epoch ms. */
  readonly dayMs: number
  readonly net: ReadQuarters
  /** Prices of each quarter of the day. */
  readonly prices: readonly Pick<PlanStep, 'price' | 'exportPrice' | 'kgCo2ePerKwh'>[]
  readonly problem: Omit<PlanProblem, 'stepH' | 'steps'>
}

export interface LoadPlanResult {
  /** Null when too little is known to expect anything. */
  readonly expected: ExpectedDay | null
  readonly steps: readonly PlanStep[]
  readonly outcome: PlanOutcome | null
}

/** The cheapest plan of a day by what is expected of it. It depends on nothing but the task. */
export async function planLoads({ plan, dayMs, net, prices, problem }: LoadPlanTask): Promise<LoadPlanResult> {
  const days = new LocalDays(plan)
  const series = new KnownSeries(QUARTER_HOUR_MS, INTERVALS_MAX)
  for (const [i, startMs] of net.startsMs.entries()) {
    series.take({ startMs, value: net.values[i]!, arrivedAtMs: startMs + QUARTER_HOUR_MS })
  }
  const expected = expectedDay(series, days, days.dayAt(dayMs))
  if (expected === null) return { expected, steps: [], outcome: null }
  const stepH = QUARTER_HOUR_MS / HOUR_MS
  const steps = prices.map((price, at) => {
    return { ...price, netKw: expected.values[at]! / stepH }
  })
  const demand = { ...problem.demand, deviationsKw: [expected.margins.map((kwh) => kwh / stepH)] }
  return { expected, steps, outcome: await cheapestPlan({ ...problem, demand, stepH, steps }) }
}
