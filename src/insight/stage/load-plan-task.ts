import { HOUR_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { cheapestPlan, type PlanOutcome } from '../load-plan/cheapest-plan.js'
import { type ExpectedDay, expectedDay, reachedDemand } from '../load-plan/expected-day.js'
import { asOneStorage, heldDemand, reserveOf } from '../load-plan/held-demand.js'
import type { PlanProblem, PlanStep } from '../load-plan/problem.js'
import { KnownSeries } from '../series/known-series.js'
import { type LocalDay, LocalDays } from '../series/local-days.js'
import type { ForecastPlan } from './chain.js'

/** Quarters of an hour that are kept: ten weeks of days alike and four weeks that they are judged by. */
const INTERVALS_MAX = 110 * 96
/** Days that a held demand is made of, and how many of them have to be known in full: fewer may be days of rest alone. */
const HELD_DAYS = 28
const HELD_DAYS_LEAST = 7
/** Length of a step, h. */
const STEP_H = QUARTER_HOUR_MS / HOUR_MS

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
  /** Ids of the storages that hold demand. */
  readonly holding: readonly string[]
  /** Starts of the month of the day and of the one before it, epoch ms. */
  readonly monthMs: number
  readonly lastMonthMs: number
  /** Highest demand of quarters that the month of the day itself has reached before it, kW. */
  readonly thisMonthKw: number
}

/** A demand that storages hold on a day. */
export interface HeldByStorages {
  /** Power below which they keep import, kW. */
  readonly powerKw: number
  /** Demand that the month is taken to reach by everything but these storages, kW. */
  readonly reachedKw: number
  /** Energy that each keeps for it at the end of each step, kWh. */
  readonly reserveKwh: ReadonlyMap<string, readonly number[]>
}

export interface LoadPlanResult {
  /** Null when too little is known to expect anything. */
  readonly expected: ExpectedDay | null
  readonly steps: readonly PlanStep[]
  readonly outcome: PlanOutcome | null
  /** Null where no storage holds demand. */
  readonly held: HeldByStorages | null
}

/** The cheapest plan of a day by what is expected of it. It depends on nothing but the task. */
export async function planLoads(task: LoadPlanTask): Promise<LoadPlanResult> {
  const { plan, dayMs, net, prices, problem } = task
  const days = new LocalDays(plan)
  const series = new KnownSeries(QUARTER_HOUR_MS, INTERVALS_MAX)
  for (const [i, startMs] of net.startsMs.entries()) {
    series.take({ startMs, value: net.values[i]!, arrivedAtMs: startMs + QUARTER_HOUR_MS })
  }
  const day = days.dayAt(dayMs)
  const expected = expectedDay(series, days, day)
  if (expected === null) return { expected, steps: [], outcome: null, held: null }
  const steps = prices.map((price, at) => {
    return { ...price, netKw: expected.values[at]! / STEP_H }
  })
  const demand = { ...problem.demand, deviationsKw: [expected.margins.map((kwh) => kwh / STEP_H)] }
  const plain = { ...problem, demand, stepH: STEP_H, steps }
  const held = heldBy(task, series, days, day)
  if (held !== null) {
    const { reachedKw } = held
    const storages = problem.storages.map((one) => ({ ...one, ...reserveFor(held, one.id) }))
    const outcome = await cheapestPlan({ ...plain, storages, demand: { ...demand, reachedKw } })
    const isUnknown = outcome.reason === 'infeasible' || outcome.reason === 'too_hard'
    if (!isUnknown) return { expected, steps, outcome, held }
  }
  return { expected, steps, outcome: await cheapestPlan(plain), held: null }
}

/** The demand that storages hold, by the days of four weeks that are known in full and as long as the day; null where none holds, holding is worth nothing, or too few of them are there. */
function heldBy(task: LoadPlanTask, series: KnownSeries, days: LocalDays, day: LocalDay): HeldByStorages | null {
  const {
    holding,
    thisMonthKw,
    problem: { storages, demand },
  } = task
  const isBilled = demand.pricePerKw > 0 || demand.limitKw !== null
  const those = storages.filter(({ id }) => isBilled && holding.includes(id))
  const known = Array.from({ length: HELD_DAYS }, (_, i) => days.day(day.number - 2 - i))
    .filter(({ startMs, endMs }) => endMs - startMs === day.endMs - day.startMs)
    .map(({ startMs, endMs }) => {
      const [from, to] = [series.numberOf(startMs), series.numberOf(endMs)]
      return Array.from({ length: to - from }, (_, step) => series.at(from + step) / STEP_H)
    })
    .filter((powers) => !powers.some(Number.isNaN))
  if (those.length === 0 || known.length < HELD_DAYS_LEAST) return null
  const all = asOneStorage(those)
  const held = heldDemand(known, all, STEP_H)
  const reserveKwh = new Map(those.map((one) => [one.id, reserveOf(one, all, held, STEP_H)] as const))
  // Below what the month has reached there is nothing to save, but the contract demand holds all the same.
  const leastKw = Math.min(thisMonthKw, demand.limitKw ?? Number.POSITIVE_INFINITY)
  return { powerKw: Math.max(held.powerKw, leastKw), reachedKw: reachedWithout(task), reserveKwh }
}

function reserveFor(held: HeldByStorages, id: string) {
  const reserveKwh = held.reserveKwh.get(id)
  return reserveKwh === undefined ? {} : { reserveKwh }
}

/** The demand that the month is taken to reach by everything but the storages, kW. */
function reachedWithout({ net: { startsMs, values }, monthMs, lastMonthMs }: LoadPlanTask): number {
  let [thisMonth, lastMonth] = [0, 0]
  for (const [i, startMs] of startsMs.entries()) {
    if (startMs >= monthMs) thisMonth = Math.max(thisMonth, values[i]! / STEP_H)
    else if (startMs >= lastMonthMs) lastMonth = Math.max(lastMonth, values[i]! / STEP_H)
  }
  return reachedDemand(thisMonth, lastMonth)
}
