import { DAY_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import { HORIZONS, type HorizonName } from '../../base/forecast.js'
import type { Coordinates } from '../../base/sun.js'
import type { ForecastValue } from '../forecast.js'
import { HORIZON_RULES } from '../horizons.js'
import { intervalsAhead, type ModelInputs } from '../model-file/model-inputs.js'
import { ErrorSums, type HiddenReason, type Score } from '../score/scoreboard.js'
import { inOrderOfArrival, type Observation } from '../series/known-series.js'
import type { LocalDays } from '../series/local-days.js'
import { forecastVersion, SeriesForecaster, type StepResult } from '../series-forecaster.js'

export interface BacktestOptions {
  readonly observations: readonly Observation[]
  readonly stepMs: number
  readonly days: LocalDays
  /** Place of the plant; null where it is not known. */
  readonly coordinates: Coordinates | null
  /** Intervals that begin in [fromMs, toMs) are judged; what is before them is learnt from, as it came. */
  readonly fromMs: number
  readonly toMs: number
  readonly seed: number
  /** Threshold in the unit of the series; null when peaks are not looked for. */
  readonly peakThreshold: number | null
  /** Processor time of this process, s. */
  readonly processorSeconds: () => number
  /** SHA-256 of a model file that is asked before each step; null without one. */
  readonly modelFile: string | null
}

/** A horizon's score over all that was judged, and by month of the plant. */
export interface HorizonReport {
  readonly horizon: HorizonName
  readonly naive: readonly string[]
  readonly score: Score
  readonly months: readonly { readonly month: string; readonly score: Score }[]
  /** Forecasts that were issued, and of these the ones that may be shown. */
  readonly issued: number
  readonly shown: number
  /** Null when the newest forecast may be shown, else why not. */
  readonly hidden: HiddenReason | null
  /** Models and weights of the newest forecast. */
  readonly model: string | null
  readonly fits: number
  /** Processor time of all fits, s. */
  readonly fitSeconds: number
  readonly bytes: { readonly trees: number; readonly rows: number }
}

export interface PeakReport {
  readonly threshold: number
  readonly judged: number
  readonly peaks: number
  readonly precision: number | null
  readonly recall: number | null
  /** The same when the hour before is taken for the forecast. */
  readonly naivePrecision: number | null
  readonly naiveRecall: number | null
}

/** A question to a model file before a step. It is answered with its medians, or null when it gives none. */
export interface BacktestQuestion {
  readonly inputs: ModelInputs
  /** Intervals ahead that are forecast from there on. */
  readonly intervals: number
}

export interface BacktestReport {
  readonly version: string
  readonly seed: number
  /** SHA-256 of the model file that took part; null without one. */
  readonly modelFile: string | null
  readonly intervals: number
  readonly horizons: readonly HorizonReport[]
  readonly peak: PeakReport | null
  /** The last seven days that were judged, as they were forecast a day ahead; the measured value is null where none came. */
  readonly recent: readonly RecentValue[]
}

/** An interval of a day ahead beside what came. */
export interface RecentValue extends ForecastValue {
  readonly measured: number | null
}

/** Days of `recent`. */
const RECENT_DAYS = 7

/** Trees are fitted from so many days before the first that is judged: intervals and levels of alarm are learnt from their errors. */
const LEARNING_DAYS = 91

/**
 * Goes through a series as it arrived and judges each forecast by what came. Yields how much of it is done, 0..1, once a day, and
 * each question to a model file.
 */
export function* backtest(
  options: BacktestOptions,
): Generator<number | BacktestQuestion, BacktestReport, readonly number[] | null | undefined> {
  const arrivals = inOrderOfArrival(options.observations)
  const { stepMs } = options
  const firstMs = arrivals.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY)
  const lastMs = arrivals.reduce((most, { startMs }) => Math.max(most, startMs), 0)
  const toMs = Math.min(options.toMs, lastMs + stepMs)
  const tally = new Tally({ ...options, toMs })
  const fitsFromMs = options.fromMs - LEARNING_DAYS * DAY_MS
  let medians: readonly number[] | null = null
  const forecaster = new SeriesForecaster({
    ...options,
    horizons: HORIZONS,
    fitsFromMs,
    // Intervals that are not judged would take most of the time.
    wholeFromMs: Number.POSITIVE_INFINITY,
    outside: options.modelFile === null ? null : () => medians,
    onFit: (what, run) => tally.timed(what, run),
  })
  // A day more, so that values which come late are judged too.
  const endMs = toMs + DAY_MS
  let taken = 0
  for (let nowMs = firstMs; nowMs <= endMs; nowMs += stepMs) {
    while (taken < arrivals.length && arrivals[taken]!.arrivedAtMs <= nowMs) forecaster.take(arrivals[taken++]!)
    if (options.modelFile !== null && nowMs >= fitsFromMs) {
      const intervals = intervalsAhead(options.days, nowMs, stepMs)
      medians = (yield { inputs: forecaster.modelInputs(nowMs), intervals }) ?? null
    }
    tally.note(nowMs, forecaster.step(nowMs))
    if ((nowMs - firstMs) % DAY_MS === 0) yield (nowMs - firstMs) / (endMs - firstMs)
  }
  return tally.report(arrivals, forecaster.bytes)
}

/** Adds up what forecasts came to. */
class Tally {
  readonly #options: BacktestOptions
  readonly #horizons = new Map(HORIZONS.map((name) => [name, newHorizonTally(name)]))
  readonly #fits = new Map<string, { count: number; seconds: number }>()
  readonly #peak = { judged: 0, hits: 0, expected: 0, peaks: 0, naiveHits: 0, naiveExpected: 0 }

  #recent: (readonly ForecastValue[])[] = []

  constructor(options: BacktestOptions) {
    this.#options = options
  }

  timed(what: string, run: () => boolean): void {
    const before = this.#options.processorSeconds()
    if (!run()) return
    const fits = entryOf(this.#fits, what, () => ({ count: 0, seconds: 0 }))
    fits.count++
    fits.seconds += this.#options.processorSeconds() - before
  }

  note(nowMs: number, { issued, outcomes, peakOutcomes }: StepResult): void {
    const { days } = this.#options
    for (const name of HORIZONS) {
      const tally = this.#horizons.get(name)!
      for (const outcome of outcomes[name]) {
        if (!this.#isJudged(days.day(outcome.day).startMs)) continue
        tally.sums.note(outcome)
        const month = new Date(outcome.day * DAY_MS).toISOString().slice(0, 7)
        entryOf(tally.months, month, () => newErrorSums(name)).note(outcome)
      }
    }
    if (this.#isJudged(nowMs)) {
      for (const { horizon, hidden, model, values } of issued) {
        if (horizon === 'day_ahead') this.#recent = [...this.#recent, values].slice(-RECENT_DAYS)
        const tally = this.#horizons.get(horizon)!
        tally.issued++
        if (hidden === null) tally.shown++
        tally.hidden = hidden
        tally.model = model
      }
    }
    for (const { issuedAtMs, isExpected, isPeak, wasPeak } of peakOutcomes) {
      if (!this.#isJudged(issuedAtMs)) continue
      this.#peak.judged++
      if (isPeak) this.#peak.peaks++
      if (isExpected) this.#peak.expected++
      if (isPeak && isExpected) this.#peak.hits++
      if (wasPeak) this.#peak.naiveExpected++
      if (wasPeak && isPeak) this.#peak.naiveHits++
    }
  }

  report(arrivals: readonly Observation[], bytes: SeriesForecaster['bytes']): BacktestReport {
    const { coordinates, seed, peakThreshold, modelFile } = this.#options
    const horizons = HORIZONS.map((horizon): HorizonReport => {
      const { sums, months, ...rest } = this.#horizons.get(horizon)!
      const { count = 0, seconds = 0 } = this.#fits.get(horizon) ?? {}
      return {
        horizon,
        naive: HORIZON_RULES[horizon].naive,
        score: sums.score(),
        months: [...months].map(([month, one]) => ({ month, score: one.score() })),
        ...rest,
        fits: count,
        fitSeconds: seconds,
        bytes: bytes.find((one) => one.horizon === horizon)!,
      }
    })
    const measured = new Map(arrivals.map(({ startMs, value }) => [startMs, value]))
    const recent = this.#recent.flat().map((one) => ({ ...one, measured: measured.get(one.startMs) ?? null }))
    const peak = this.#peakReport(peakThreshold)
    const version = forecastVersion(coordinates)
    return { version, seed, modelFile, intervals: arrivals.length, horizons, peak, recent }
  }

  #peakReport(threshold: number | null): PeakReport | null {
    if (threshold === null) return null
    const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)
    const { judged, hits, expected, peaks, naiveHits, naiveExpected } = this.#peak
    return {
      threshold,
      judged,
      peaks,
      precision: share(hits, expected),
      recall: share(hits, peaks),
      naivePrecision: share(naiveHits, naiveExpected),
      naiveRecall: share(naiveHits, peaks),
    }
  }

  #isJudged(ms: number): boolean {
    return ms >= this.#options.fromMs && ms < this.#options.toMs
  }
}

function newErrorSums(horizon: HorizonName): ErrorSums {
  return new ErrorSums(HORIZON_RULES[horizon].naive.length)
}

function newHorizonTally(horizon: HorizonName) {
  return {
    sums: newErrorSums(horizon),
    months: new Map<string, ErrorSums>(),
    issued: 0,
    shown: 0,
    hidden: 'too_short' as HiddenReason | null,
    model: null as string | null,
  }
}
