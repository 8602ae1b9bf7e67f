import type { Target } from './wire.js'

/** KPIs of the highest demand, the one that utilities bill by the clock first. */
export const DEMAND_KPIS = ['peak_demand_15', 'peak_demand_15_sliding'] as const

/** The target whose `max` is the highest mean power that a plant may take, kW; null where none is configured. */
export function demandTargetOf(targets: readonly Target[]): (Target & { readonly max: number }) | null {
  const limits = targets.flatMap(({ max, ...target }) => (max === undefined ? [] : [{ ...target, max }]))
  return DEMAND_KPIS.flatMap((kpi) => limits.filter((target) => target.kpi === kpi)).at(0) ?? null
}
