import type { KpiFlag } from './flags.js'
import type { Scope, Window } from './kpi.js'
import type { NullReason } from './reasons.js'

/**
 * Rules by which the windows of a KPI come to one figure of a range. `sum`: numerators are added. `ratio`: numerators and
 * denominators are added, then divided. `max`: the window with the highest value. `product`: the factors of OEE, each over
 * the range. `load`: energy over the highest demand of the range times its hours. `root`: power factor, of energy and
 * reactive energy added up. `mean_times`: MTBF over MTBF and MTTR. `due`: a ratio in which
 * time without any window, from the first one on, is as much due as the rest. `window`: only as one window of its own.
 */
export const RANGE_RULES = ['sum', 'ratio', 'max', 'product', 'load', 'root', 'mean_times', 'due', 'window'] as const
export type RangeRule = (typeof RANGE_RULES)[number]

/** Reason why a figure of a range has no value: as that of a window, or because its windows do not add up to one. */
export type RangeReason = NullReason | '' | 'one_window_only'

/** One window of the range that stands out. */
export interface RangePeak {
  readonly value: number
  /** RFC 3339, UTC. */
  readonly start: string
  readonly end: string
}

/** A KPI of one scope over any range of time, out of final windows and the one that goes on. Times are RFC 3339, UTC. */
export interface RangeFigure {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly rule: RangeRule
  /**
   * The range that the figure is of: as long as the one asked for, moved back to the boundary of the finest window where
   * it begins inside of one.
   */
  readonly from: string
  readonly to: string
  /** null when too little of the range is known, or for the reason of a part of it; then `reason` says why. */
  readonly value: number | null
  readonly unit: string
  readonly reason: RangeReason
  /** The figure of the part of the range that is known, however small; null with nothing known. */
  readonly known: number | null
  readonly numerator: number | null
  readonly denominator: number | null
  /** Part of the time of the range up to now that is covered by data, 0..1. */
  readonly coverage: number
  readonly estimated_share: number
  /** Start of the first and end of the last window with data in the range; null without any. */
  readonly data_from: string | null
  readonly data_to: string | null
  /** From here on it may still change without late data; null when all windows are final. */
  readonly provisional_from: string | null
  /** Number of windows of each size that it is made of. */
  readonly windows: Readonly<Partial<Record<Window, number>>>
  readonly flags: readonly KpiFlag[]
  readonly factors: readonly string[]
  /** The window of the size that was asked for with the highest value; null without one, or when none was asked for. */
  readonly highest: RangePeak | null
  /** Windows of that size from the highest value down, of equals the earlier first; absent unless they were asked for. */
  readonly peaks?: readonly RangePeak[] | undefined
}
