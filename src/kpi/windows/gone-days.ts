import type { DayTotal, FirstDays } from './days.js'

/** Totals of the first days of a month whose readings are gone: nothing computes them again. */
export interface GoneDays {
  /** Start of the month, epoch ms. */
  readonly startMs: number
  /** Start of the days after them, epoch ms. */
  readonly toMs: number
  /** Keyed by subject, and in it by KPI; none of what was not there. The database keeps it under this name. */
  readonly units: ReadonlyMap<string, ReadonlyMap<string, DayTotal>>
}

/** Months whose gone days are kept: the one that goes on, and one that late data may still come for. */
export const GONE_MONTHS_MAX = 2

/** Gone days of one subject, as the first days of its month; a subject that had nothing begins behind them. */
export function firstOfGone({ toMs, units }: GoneDays, subject: { readonly key: string }): FirstDays {
  return { toMs, totals: units.get(subject.key) ?? new Map() }
}
