import { DAY_MS, HOUR_MS } from '../base/durations.js'
import { DaySlots, SimilarDaysOf } from './features/similar-days.js'
import type { ForecastRecord, HorizonName } from './forecast.js'
import { Horizon } from './horizon.js'
import { DAY_AHEAD, NEXT_INTERVAL } from './horizons.js'
import { type PeakForecast, PeakGuard, type PeakOutcome } from './peak.js'
import type { Outcome } from './score/scoreboard.js'
import { KnownSeries, type Observation } from './series/known-series.js'
import type { LocalDay, LocalDays } from './series/local-days.js'

/** Version of the rules of forecasts: it changes whenever the same data would give other values. */
export const FORECAST_VERSION = '1'
/** Days of a series that are kept. */
const HISTORY_DAYS = 400
/** Rows are kept up to this many, and those of `ROWS_DAYS` in any case: a series of minutes would need 200 MB otherwise. */
const ROWS_MAX = 40_000
const ROWS_DAYS = 60

export interface ForecasterOptions {
  /** Length of an interval, ms; a day has a whole number of them. */
  readonly stepMs: number
  readonly days: LocalDays
  readonly seed: number
  /** Above this, in the unit of the series, an interval is a peak; null when peaks are not looked for. */
  readonly peakThreshold: number | null
  /** Models are not fitted before this instant, epoch ms: who goes through the past needs those of the last weeks alone. */
  readonly fitsFromMs: number
  /** Is given each fit to run, to measure it; null when nobody asks. Figures never depend on it. */
  readonly onFit: ((what: HorizonName | 'peak', run: () => boolean) => void) | null
}

/** Forecasts and outcomes that one step of time has brought. */
export interface StepResult {
  readonly issued: readonly ForecastRecord[]
  readonly outcomes: Readonly<Record<HorizonName, readonly Outcome[]>>
  readonly peak: PeakForecast | null
  readonly peakOutcomes: readonly PeakOutcome[]
}

/**
 * Forecasts of one series. It is given what arrived and is then told the time, step by step; a forecast of an instant is made of what
 * arrived up to it and of nothing else. There is no clock in it, and the same arrivals and steps give the same records to the last bit.
 */
export class SeriesForecaster {
  readonly #options: ForecasterOptions
  readonly #series: KnownSeries
  readonly #horizons: readonly Horizon[]
  readonly #peak: PeakGuard | null
  #isFitted = false

  constructor(options: ForecasterOptions) {
    this.#options = options
    const { stepMs, days, seed } = options
    const intervalsMax = (HISTORY_DAYS * DAY_MS) / stepMs
    const rowsMax = Math.min(intervalsMax, Math.max(ROWS_MAX, (ROWS_DAYS * DAY_MS) / stepMs))
    this.#series = new KnownSeries(stepMs, intervalsMax)
    const slots = new DaySlots(this.#series, days)
    const of = { slots, similarOf: new SimilarDaysOf(days), seed, version: FORECAST_VERSION, rowsMax }
    this.#horizons = [new Horizon(NEXT_INTERVAL, of), new Horizon(DAY_AHEAD, of)]
    this.#peak =
      options.peakThreshold === null
        ? null
        : new PeakGuard(this.#series, this.#horizons[0]!.log, {
            threshold: options.peakThreshold,
            intervals: Math.max(1, Math.round(HOUR_MS / stepMs)),
            seed,
          })
  }

  /** Takes what has arrived; in the order of arrival, and before the step at which it is known. */
  take(observation: Observation): void {
    this.#series.take(observation)
  }

  /** Bytes of the models and of what they learn from, by horizon. */
  get bytes(): readonly { readonly horizon: HorizonName; readonly trees: number; readonly rows: number }[] {
    return this.#horizons.map(({ rules, bytes }) => ({ horizon: rules.name, ...bytes }))
  }

  /** Goes on to the start of the next interval: judges what has come, learns at the start of a day, and issues what is due. */
  step(nowMs: number): StepResult {
    const day = this.#options.days.dayAt(nowMs)
    const [next, ahead] = this.#horizons.map((horizon) => horizon.settle(day.number)) as [Outcome[], Outcome[]]
    const peakOutcomes = this.#peak?.settle() ?? []
    if (nowMs === day.startMs) this.#beginDay(day)
    const issued = this.#horizons.flatMap((horizon) => horizon.issue(nowMs, day) ?? [])
    const peak = this.#peak?.issue(nowMs, this.#horizons[0]!.lastRow) ?? null
    return { issued, outcomes: { next_interval: next, day_ahead: ahead }, peak, peakOutcomes }
  }

  /** Models are weighed each day and fitted each Monday. */
  #beginDay({ number, weekday, startMs }: LocalDay): void {
    for (const horizon of this.#horizons) horizon.beginDay(number)
    this.#peak?.beginDay()
    if (startMs < this.#options.fitsFromMs || (this.#isFitted && weekday !== 0)) return
    const timed = this.#options.onFit ?? ((_, run) => run())
    for (const horizon of this.#horizons) {
      timed(horizon.rules.name, () => {
        const isFitted = horizon.refit()
        if (isFitted) this.#isFitted = true
        return isFitted
      })
    }
    if (this.#isFitted && this.#peak !== null) timed('peak', () => this.#peak?.refit() ?? false)
  }
}
