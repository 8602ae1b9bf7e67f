import { DAY_MS } from '../../base/durations.js'
import type { ModelFaultKind } from '../../base/forecast.js'
import type { Coordinates } from '../../base/sun.js'
import type { HorizonScore } from '../horizon.js'
import type { ModelFileOptions } from '../model-file/model-runner.js'
import type { ObservationColumns } from '../series/observation-columns.js'
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
  /** Place of the plant; null where it is not known. */
  readonly coordinates: Coordinates | null
  readonly stepMs: number
  readonly issueAfterMs: number
  readonly seed: number
  /** Figures with the time at which they became known; those that are known with this value already are left out. */
  readonly observations: ObservationColumns
  /** Start of the interval that goes on, epoch ms. */
  readonly boundaryMs: number
  readonly nowMs: number
  /** Model file of the operator; null without one. */
  readonly modelFile: ModelFileOptions | null
}

/** The model file of the operator as one series found it. */
export interface ModelFileState {
  /** SHA-256 of the file, hexadecimal; null when it could not be loaded. */
  readonly sha256: string | null
  /** The last fault that it had in this work; null when it had none. */
  readonly fault: { readonly kind: ModelFaultKind; readonly message: string } | null
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
  readonly scores: readonly (HorizonScore & {
    /** Forecasts of this horizon before this instant were exercises, epoch ms. */
    readonly liveFromMs: number
  })[]
  /** Forecasts before this instant were exercises, epoch ms; null before anything is forecast. */
  readonly liveFromMs: number | null
  /** Lines of its log and records that cannot be read and were left out. */
  readonly damagedLines: number
  /** Null where no model file is configured. */
  readonly modelFile: ModelFileState | null
}

/** Days that so many intervals are. */
export function daysOf(intervals: number, stepMs: number): number {
  return (intervals * stepMs) / DAY_MS
}
