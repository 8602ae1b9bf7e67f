import type { DayTotal, FirstDays } from './days.js'

/** Totals of the first days of a month whose readings are gone: nothing computes them again. */
export interface GoneDays {
  /** Start of the month, epoch ms. */
  readonly startMs: number
  /** Start of the days after them, epoch ms. */
  readonly toMs: number
  /** By unit, and in it by KPI; none of what was not there. */
  readonly units: ReadonlyMap<string, ReadonlyMap<string, DayTotal>>
}

/** Months whose gone days are kept: the one that goes on, and one that late data may still come for. */
export const GONE_MONTHS_MAX = 2

/** Gone days of one unit, as the first days of its month; a unit that had nothing begins behind them. */
export function firstOfGone({ toMs, units }: GoneDays, unit: { readonly key: string }): FirstDays {
  return { toMs, totals: units.get(unit.key) ?? new Map() }
}
