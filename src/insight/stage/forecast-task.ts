import { DAY_MS } from '../../base/durations.js'
import type { HorizonScore } from '../horizon.js'
import type { Observation } from '../series/known-series.js'
import type { ForecastPlan } from './chain.js'
import type { ForecastSeries } from './forecast-series.js'
import type { IssuedForecast } from './issued-forecast.js'

/** Days of known quarters before anything is forecast: trees are fitted to no fewer. */
export const HISTORY_DAYS_MIN = 28

/** Work on one series: what became known of it since, and how far to go. */
export interface ForecastTask {
  /** Folder of the series. */
  readonly dir: string
  readonly series: ForecastSeries
  readonly plan: ForecastPlan
  readonly stepMs: number
  readonly issueAfterMs: number
  readonly seed: number
  /** Figures with the time at which they became known; those that are known with this value already are left out. */
  readonly observations: readonly Observation[]
  /** Start of the interval that goes on, epoch ms. */
  readonly boundaryMs: number
  readonly nowMs: number
}

/** State of a series after its work. */
export interface SeriesOutlook {
  /** Days of known intervals. */
  readonly knownDays: number
  /** There is history enough, but its newest figures are missing: it is still being computed, or nothing comes any more. */
  readonly isBehind: boolean
  /** Newest forecast of each horizon. */
  readonly newest: readonly IssuedForecast[]
  /** Forecasts that were issued by this task. */
  readonly issued: readonly IssuedForecast[]
  /** Errors of the last 28 days; empty before anything is forecast. */
  readonly scores: readonly HorizonScore[]
  /** Forecasts before this instant were exercises, epoch ms; null before anything is forecast. */
  readonly liveFromMs: number | null
  /** Lines of its log and records that cannot be read and were left out. */
  readonly damagedLines: number
}

/** Days that so many intervals are. */
export function daysOf(intervals: number, stepMs: number): number {
  return (intervals * stepMs) / DAY_MS
}
