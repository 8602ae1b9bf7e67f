import { QUARTER_HOUR_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import { type LoadPlan, PLAN_VERSION, type PlanOutcome } from '../../insight/load-plan/cheapest-plan.js'
import type { BrokenConstraint } from '../../insight/load-plan/constraints.js'
import type { PlanCost } from '../../insight/load-plan/plan-cost.js'
import type { LocalDay } from '../../insight/series/local-days.js'
import type { LoadPlanResult, LoadPlanTask } from '../../insight/stage/load-plan-task.js'
import { currencyOf } from '../../kpi/settings/currency.js'
import type { LoadPlanAnswer, LoadPlanReason, PlacedLoadItem } from '../../views/wire/load-plan.js'
import { startsOf } from './plan-input.js'

/** The outcome of the last try to plan the next day of a plant. */
export interface TriedLoadPlan {
  readonly madeAtMs: number
  readonly options: PlantOptions
  readonly day: LocalDay
  /** Null when the day has no price. */
  readonly made: { readonly task: LoadPlanTask; readonly result: LoadPlanResult } | null
}

/** Energy of a quarter of an hour at 1 kW. */
const KWH_A_KW = 0.25

/** A tried plan as it is told. */
export function planAnswer(tried: TriedLoadPlan): LoadPlanAnswer {
  const { made } = tried
  const head = headOf(tried)
  if (made === null) return { ...withoutPlan('no_tariff'), ...head }
  const { result, task } = made
  if (result.expected === null || result.outcome === null) return { ...withoutPlan('no_forecast'), ...head }
  return { ...withoutPlan(result.outcome.reason ?? ''), ...head, ...outcomeOf(result.outcome, tried, result, task) }
}

/** The answer where there is no plan. */
export function withoutPlan(reason: LoadPlanReason): LoadPlanAnswer {
  return {
    ...{ start: null, end: null, made_at: null, version: PLAN_VERSION, reason, impossible: [], currency: '' },
    ...{ usual: null, usual_breaks: [], with_plan: null, saved: null, saved_kgco2e: null },
    ...{ placed: [], steps: [], assumed: null },
  }
}

function headOf({ madeAtMs, day, options }: TriedLoadPlan) {
  const [start, end, made_at] = [day.startMs, day.endMs, madeAtMs].map(textOf) as [string, string, string]
  return { start, end, made_at, currency: currencyOf(options) ?? '' }
}

function outcomeOf(
  { plan, impossible, usual }: PlanOutcome,
  tried: TriedLoadPlan,
  { expected, steps, held }: LoadPlanResult,
  { problem, slidingRatio }: LoadPlanTask,
): Partial<LoadPlanAnswer> {
  const kw = (kwh: number | null) => (kwh === null ? null : kwh / KWH_A_KW)
  const { demand } = problem
  return {
    impossible: impossible.map(brokenOf),
    usual: costOf(usual.cost),
    usual_breaks: usual.broken.map(brokenOf),
    ...(plan === null ? {} : planOf(plan, usual.placed, tried, { steps, problem, margins: expected!.margins })),
    assumed: {
      ...{ model: expected!.model, rmse_kw: kw(expected!.rmse), naive_rmse_kw: kw(expected!.naiveRmse) },
      ...{
        judged_days: expected!.judgedDays,
        demand_reached_kw: (held ?? demand).reachedKw * slidingRatio,
      },
      demand_price_per_kw: demand.pricePerKw / slidingRatio,
      limit_kw: demand.limitKw === null ? null : demand.limitKw * slidingRatio,
      hold_kw: held === null ? null : held.powerKw * slidingRatio,
      sliding_ratio: slidingRatio,
      kgco2e_per_kwh: steps[0]?.kgCo2ePerKwh ?? null,
    },
  }
}

function planOf(
  plan: LoadPlan,
  usual: PlanOutcome['usual']['placed'],
  { day }: TriedLoadPlan,
  {
    steps,
    problem,
    margins,
  }: {
    readonly steps: LoadPlanResult['steps']
    readonly problem: LoadPlanTask['problem']
    readonly margins: readonly number[]
  },
): Partial<LoadPlanAnswer> {
  const starts = startsOf(day)
  const itemOf = (kind: PlacedLoadItem['kind'], id: string): PlacedLoadItem => {
    const [power, usualPower] = [plan.placed.get(id)!, usual.get(id)!]
    return {
      ...{ id, kind, kwh: power.reduce((sum, kw) => sum + Math.max(0, kw) * KWH_A_KW, 0), runs: runsOf(power, starts) },
      ...{ power_kw: [...power], usual_kw: [...usualPower], usual_runs: runsOf(usualPower, starts) },
    }
  }
  return {
    with_plan: costOf(plan.cost),
    ...{ saved: plan.saved, saved_kgco2e: plan.savedKgCo2e },
    placed: [
      ...problem.loads.map(({ id }) => itemOf('load', id)),
      ...problem.storages.map(({ id }) => itemOf('storage', id)),
      ...problem.chargers.map(({ id }) => itemOf('charger', id)),
    ],
    steps: steps.map(({ price, netKw }, at) => ({
      ...{ start: textOf(starts[at]!), end: textOf(starts[at]! + QUARTER_HOUR_MS), price },
      ...{ expected_kw: netKw + addedKw(usual, problem, at), plan_kw: plan.netKw[at]! },
      margin_kw: margins[at]! / KWH_A_KW,
    })),
  }
}

/** Power of what runs without a plan and is not in the forecast. */
function addedKw(
  usual: PlanOutcome['usual']['placed'],
  { loads, chargers }: LoadPlanTask['problem'],
  at: number,
): number {
  const added = [...loads, ...chargers].filter(({ isExpected }) => !isExpected)
  return added.reduce((sum, { id }) => sum + usual.get(id)![at]!, 0)
}

/** Times at one power, to the watt. */
function runsOf(power: readonly number[], starts: readonly number[]): PlacedLoadItem['runs'] {
  const runs: { start: string; end: string; power_kw: number; kwh: number }[] = []
  for (const [at, kw] of power.entries()) {
    const power_kw = Math.round(kw * 1000) / 1000
    const [start, end] = [textOf(starts[at]!), textOf(starts[at]! + QUARTER_HOUR_MS)]
    const last = runs.at(-1)
    if (power_kw === 0) continue
    if (last !== undefined && last.end === start && last.power_kw === power_kw) {
      last.end = end
      last.kwh += power_kw * KWH_A_KW
    } else runs.push({ start, end, power_kw, kwh: power_kw * KWH_A_KW })
  }
  return runs
}

function costOf({ energy, exported, demand, wear, leftOut, carbon, total, peakKw, kgCo2e }: PlanCost) {
  return { energy, exported, demand, wear, left_out: leftOut, carbon, total, peak_kw: peakKw, kgco2e: kgCo2e }
}

function brokenOf({ constraint, of }: BrokenConstraint) {
  return { constraint, id: of }
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
