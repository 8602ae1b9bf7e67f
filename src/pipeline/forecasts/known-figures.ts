import type { Clock } from '../../base/clock.js'
import { DAY_MS } from '../../base/durations.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { Observation } from '../../insight/series/known-series.js'
import { FORECAST_WINDOW, type ForecastSeries, forecastSeriesKey } from '../../insight/stage/forecast-series.js'

/** Figures of one series that wait at most: six weeks of quarters. */
const WAITING_MAX = 4_000
/** Figures that became known since the last look are looked for in so long before it. */
export const LOOKBACK_MS = 7 * DAY_MS

/** Figures have to be read from the store: those of the last days, or all that may have changed. */
export type ToBeRead = 'recent' | 'all'

/** Figures that became known since they were taken last, with the time of their publication. Bounded by the series and `WAITING_MAX`. */
export class KnownFigures {
  readonly #clock: Clock
  /** Figures of each series that is forecast, or what is to be read of it. */
  readonly #waiting = new Map<string, Observation[] | ToBeRead>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Figures of these series alone are kept from now on. */
  watch(series: readonly ForecastSeries[]): void {
    const keys = new Set(series.map(forecastSeriesKey))
    for (const key of this.#waiting.keys()) if (!keys.has(key)) this.#waiting.delete(key)
    // Nothing was kept before of a series that is new.
    for (const key of keys) if (!this.#waiting.has(key)) this.#waiting.set(key, 'recent')
  }

  take(points: readonly KpiPoint[]): void {
    if (this.#waiting.size === 0) return
    const nowMs = this.#clock.nowMs()
    for (const point of points) {
      if (point.window !== FORECAST_WINDOW || point.provisional || point.value === null) continue
      const key = forecastSeriesKey(point)
      const waiting = this.#waiting.get(key)
      if (waiting === undefined || typeof waiting === 'string') continue
      if (waiting.length >= WAITING_MAX) this.#waiting.set(key, 'all')
      else waiting.push({ startMs: Date.parse(point.start), value: point.value, arrivedAtMs: nowMs })
    }
  }

  /** Gives the figures that became known since the last call, or says which are to be read instead. From now on it is kept again. */
  taken(series: ForecastSeries): readonly Observation[] | ToBeRead {
    const key = forecastSeriesKey(series)
    const waiting = this.#waiting.get(key) ?? 'recent'
    this.#waiting.set(key, [])
    return waiting
  }

  /** Figures that were taken have been noted by nobody: they have to be read from the store the next time, as far back as they reach. */
  lost(series: ForecastSeries, taken: readonly Observation[] | ToBeRead): void {
    const key = forecastSeriesKey(series)
    const lookbackMs = this.#clock.nowMs() - LOOKBACK_MS
    const isOld = (figures: readonly Observation[] | ToBeRead): boolean =>
      typeof figures === 'string' ? figures === 'all' : figures.some(({ startMs }) => startMs < lookbackMs)
    this.#waiting.set(key, isOld(taken) || isOld(this.#waiting.get(key) ?? []) ? 'all' : 'recent')
  }
}
