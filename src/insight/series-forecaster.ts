import { DAY_MS, HOUR_MS } from '../base/durations.js'
import type { HorizonName } from '../base/forecast.js'
import type { Coordinates } from '../base/sun.js'
import { DaySlots, SimilarDaysOf } from './features/similar-days.js'
import type { ForecastRecord } from './forecast.js'
import { Horizon, type HorizonScore, type HorizonState, type OutsideForecasts } from './horizon.js'
import { HORIZON_RULES } from './horizons.js'
import { type ModelInputs, ModelInputsOf } from './model-file/model-inputs.js'
import { type PeakForecast, PeakGuard, type PeakOutcome } from './peak/peak-guard.js'
import { errsLess, gainsMore, type Outcome } from './score/scoreboard.js'
import { KnownSeries, type KnownSeriesState, type Observation } from './series/known-series.js'
import type { LocalDay, LocalDays } from './series/local-days.js'
import { Sunshine } from './series/sunshine.js'

/** Version of the rules of forecasts: it changes whenever the same data would give other values, or show others. */
const VERSION = '3'
/** The same where the place of the plant is known: trees and models look at the sun then, and all else is as in version 3. */
const SUNNY_VERSION = '4'
/** Earlier versions, each with the one that forecasts the same values, and judges otherwise which are shown. */
const JUDGED_BY_GAINS: Readonly<Record<string, string>> = { 1: VERSION, 2: SUNNY_VERSION }
/** Days of a series that are kept. */
const HISTORY_DAYS = 400
/** Rows are kept up to this many, and those of `ROWS_DAYS` in any case: a series of minutes would need 200 MB otherwise. */
const ROWS_MAX = 40_000
const ROWS_DAYS = 60

/** Version of the rules by which a series is forecast. */
export function forecastVersion(coordinates: Coordinates | null): string {
  return coordinates === null ? VERSION : SUNNY_VERSION
}

/** True when two versions forecast the same values, so that what was learnt by one serves the other. */
export function learnAlike(one: string, other: string): boolean {
  return (JUDGED_BY_GAINS[one] ?? one) === (JUDGED_BY_GAINS[other] ?? other)
}

export interface ForecasterOptions {
  /** Horizons that are forecast; peaks need `next_interval`. */
  readonly horizons: readonly HorizonName[]
  /** Length of an interval, ms; a day has a whole number of them. */
  readonly stepMs: number
  readonly days: LocalDays
  /** Place of the plant; null where it is not known. */
  readonly coordinates: Coordinates | null
  readonly seed: number
  /** Version of the rules, for a chain that began with an earlier one; the newest when absent. */
  readonly version?: string
  /** Above this, in the unit of the series, an interval is a peak; null when peaks are not looked for. */
  readonly peakThreshold: number | null
  /** Models are not fitted before this instant, epoch ms: who goes through the past needs those of the last weeks alone. */
  readonly fitsFromMs: number
  /** Before this instant, epoch ms, a horizon forecasts those of its intervals alone that are judged and learnt from. */
  readonly wholeFromMs: number
  /** Forecasts of a model file, which are weighed like those of all others; null without one. */
  readonly outside: OutsideForecasts | null
  /** Is given each fit to run, to measure it; null when nobody asks. Figures never depend on it. */
  readonly onFit: ((what: HorizonName | 'peak', run: () => boolean) => void) | null
}

/** Everything that a forecaster knows, as it can be kept. */
export interface ForecasterState {
  readonly series: KnownSeriesState
  readonly horizons: readonly HorizonState[]
  readonly isFitted: boolean
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
  readonly #next: Horizon | null
  readonly #modelInputs: ModelInputsOf
  readonly #peak: PeakGuard | null
  #isFitted = false

  constructor(options: ForecasterOptions) {
    this.#options = options
    const { stepMs, days, coordinates, seed, outside } = options
    const intervalsMax = (HISTORY_DAYS * DAY_MS) / stepMs
    const rowsMax = Math.min(intervalsMax, Math.max(ROWS_MAX, (ROWS_DAYS * DAY_MS) / stepMs))
    this.#series = new KnownSeries(stepMs, intervalsMax)
    const sunshine = coordinates === null ? null : new Sunshine(coordinates, stepMs)
    const slots = new DaySlots(this.#series, days, sunshine)
    const { version = forecastVersion(coordinates) } = options
    const isBetter = version in JUDGED_BY_GAINS ? gainsMore : errsLess
    const of = { slots, similarOf: new SimilarDaysOf(days), seed, version, rowsMax, outside, isBetter }
    this.#modelInputs = new ModelInputsOf(slots)
    this.#horizons = options.horizons.map((name) => new Horizon(HORIZON_RULES[name], of))
    this.#next = this.#horizons.find(({ rules }) => rules.name === 'next_interval') ?? null
    this.#peak =
      options.peakThreshold === null || this.#next === null
        ? null
        : new PeakGuard(this.#series, this.#next.log, {
            threshold: options.peakThreshold,
            intervals: Math.max(1, Math.round(HOUR_MS / stepMs)),
            seed,
          })
  }

  /** Takes what has arrived; in the order of arrival, and before the step at which it is known. */
  take(observation: Observation): void {
    this.#series.take(observation)
  }

  /** Value of the interval that begins at an instant as it is known by now; NaN when it is not. */
  valueAt(startMs: number): number {
    return this.#series.at(this.#series.numberOf(startMs))
  }

  /** Gives the inputs of a model file at an instant, by what has arrived. */
  modelInputs(nowMs: number): ModelInputs {
    return this.#modelInputs.at(nowMs)
  }

  /** Days of intervals that are known. */
  get knownDays(): number {
    return (this.#series.count * this.#series.stepMs) / DAY_MS
  }

  /** All that it knows but rows, and the outlook for peaks: one that is given it back goes on to the same bits. */
  get state(): ForecasterState {
    return {
      series: this.#series.state,
      horizons: this.#horizons.map(({ state }) => state),
      isFitted: this.#isFitted,
    }
  }

  restore({ series, horizons, isFitted }: ForecasterState): void {
    this.#series.restore(series)
    this.#horizons.forEach((horizon, i) => {
      horizon.restore(horizons[i]!)
    })
    this.#isFitted = isFitted
  }

  /** Decides anew which forecasts of the day that has begun at an instant are shown: what was restored may have been judged by other rules. */
  judgeAnew(startMs: number): void {
    const { number } = this.#options.days.dayAt(startMs)
    for (const horizon of this.#horizons) horizon.judgeAnew(number)
  }

  /** Learns from the rows of another that has gone the same way by `stepRows`. */
  useRowsOf(other: SeriesForecaster): void {
    this.#horizons.forEach((horizon, i) => {
      horizon.useRows(other.#horizons[i]!.log)
    })
  }

  /** Errors of the last 28 days, by horizon. */
  scores(nowMs: number): readonly HorizonScore[] {
    const { number } = this.#options.days.dayAt(nowMs)
    return this.#horizons.map((horizon) => horizon.score(number))
  }

  /** Goes on as `step` does, and makes nothing but the rows that models learn from. */
  stepRows(nowMs: number): void {
    const day = this.#options.days.dayAt(nowMs)
    for (const horizon of this.#horizons) horizon.addRows(nowMs, day)
  }

  /** Bytes of the models and of what they learn from, by horizon. */
  get bytes(): readonly { readonly horizon: HorizonName; readonly trees: number; readonly rows: number }[] {
    return this.#horizons.map(({ rules, bytes }) => ({ horizon: rules.name, ...bytes }))
  }

  /** Goes on to the start of the next interval: judges what has come, learns at the start of a day, and issues what is due. */
  step(nowMs: number): StepResult {
    const day = this.#options.days.dayAt(nowMs)
    const outcomes: Record<HorizonName, readonly Outcome[]> = { next_interval: [], day_ahead: [], next_hours: [] }
    for (const horizon of this.#horizons) outcomes[horizon.rules.name] = horizon.settle(day.number)
    const peakOutcomes = this.#peak?.settle(nowMs) ?? []
    if (nowMs === day.startMs) this.#beginDay(day)
    const isWhole = nowMs >= this.#options.wholeFromMs
    const issued = this.#horizons.flatMap((horizon) => horizon.issue(nowMs, day, isWhole) ?? [])
    const peak = this.#next === null ? null : (this.#peak?.issue(nowMs, this.#next.lastRow) ?? null)
    return { issued, outcomes, peak, peakOutcomes }
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
