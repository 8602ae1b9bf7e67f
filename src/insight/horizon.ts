import { DAY_MS } from '../base/durations.js'
import type { HorizonName } from '../base/forecast.js'
import { RowLog, valueAbove } from './features/row-log.js'
import type { DaySlots, SimilarDays, SimilarDaysOf } from './features/similar-days.js'
import { type ForecastRecord, type ForecastValue, WAIT_DAYS } from './forecast.js'
import { type ForecastTarget, type NAIVE_MODELS, PLAIN_MODELS } from './models/plain.js'
import { TreesModel, type TreesOptions } from './models/trees-model.js'
import { AdaptiveIntervals, type Bounds, type IntervalsState } from './score/conformal.js'
import { ErrorProducts } from './score/error-products.js'
import { type HiddenReason, type Outcome, type Score, Scoreboard } from './score/scoreboard.js'
import type { LocalDay } from './series/local-days.js'

/** Days of forecasts after which a model may have a weight. */
const JUDGED_DAYS_MIN = 7
/** Days of rows before trees are fitted. */
const FIT_DAYS_MIN = 28

/** Rules of one horizon. */
export interface HorizonRules {
  readonly name: HorizonName
  /** Naive models, the one that MASE divides by first. */
  readonly naive: readonly (keyof typeof NAIVE_MODELS)[]
  /** The plain model above which trees forecast; null for the level itself. */
  readonly base: string | null
  readonly columns: number
  readonly trees: TreesOptions
  /** One outcome moves the share that intervals leave out by this much, 0..1. */
  readonly intervalSpeed: number
  /** Starts of the intervals that are forecast at an instant; none when nothing is issued then. */
  starts(nowMs: number, day: LocalDay, stepMs: number): readonly number[]
  /** Gives what writes the row of each interval. */
  rows(slots: DaySlots, similar: SimilarDays): (startMs: number, values: Float32Array, at: number) => void
}

interface WaitingForecast {
  readonly day: number
  readonly startMs: number
  /** Forecasts of all models, in order of their names. */
  readonly forecasts: Float64Array
  readonly naive: readonly number[]
  readonly blend: number
  readonly bounds50: Bounds | null
  readonly bounds90: Bounds | null
}

/** Everything that a horizon has learnt, but its rows. */
export interface HorizonState {
  readonly trees: TreesModel['state']
  readonly products: ErrorProducts['state']
  readonly scores: Scoreboard['state']
  readonly interval50: IntervalsState
  readonly interval90: IntervalsState
  readonly waiting: readonly WaitingForecast[]
  readonly weights: Float64Array | null
  readonly hidden: HiddenReason | null
  readonly isNeverNegative: boolean
}

/** Errors of a horizon over the last 28 days. */
export interface HorizonScore extends Score {
  readonly horizon: HorizonName
  /** Null when forecasts may be shown, else why they step aside. */
  readonly hidden: HiddenReason | null
  /** Naive models, in the order of `naiveRmse`. */
  readonly naive: readonly string[]
  /** Days that were judged. */
  readonly days: number
}

/** Forecasts of one series at one horizon: models, their blend, intervals around it, and its record of errors. */
export class Horizon {
  readonly rules: HorizonRules
  #log: RowLog
  readonly models: readonly string[]
  readonly #slots: DaySlots
  readonly #similarOf: SimilarDaysOf
  readonly #seed: number
  readonly #version: string
  readonly #trees: TreesModel
  readonly #products: ErrorProducts
  readonly #scoreboard: Scoreboard
  readonly #interval50: AdaptiveIntervals
  readonly #interval90: AdaptiveIntervals
  #waiting: WaitingForecast[] = []
  #weights: Float64Array | null = null
  #hidden: HiddenReason | null = 'too_short'
  #isNeverNegative = true
  readonly #row: Float32Array

  constructor(
    rules: HorizonRules,
    of: {
      readonly slots: DaySlots
      readonly similarOf: SimilarDaysOf
      readonly seed: number
      readonly version: string
      readonly rowsMax: number
    },
  ) {
    this.rules = rules
    this.#slots = of.slots
    this.#similarOf = of.similarOf
    this.#seed = of.seed
    this.#version = of.version
    this.#log = new RowLog(rules.columns, of.rowsMax)
    this.#row = new Float32Array(rules.columns)
    this.models = [...Object.keys(PLAIN_MODELS), 'trees']
    this.#trees = new TreesModel(rules.trees, of.seed)
    this.#products = new ErrorProducts(this.models.length)
    this.#scoreboard = new Scoreboard(rules.naive.length)
    this.#interval50 = new AdaptiveIntervals(0.5, rules.intervalSpeed)
    this.#interval90 = new AdaptiveIntervals(0.9, rules.intervalSpeed)
  }

  /** Rows of all that was forecast so far. */
  get log(): RowLog {
    return this.#log
  }

  /** Learns from rows that were made anew: those in memory may be of the last hours alone. */
  useRows(log: RowLog): void {
    this.#log = log
  }

  /** All that has been learnt but the rows, which are made anew from what arrived. */
  get state(): HorizonState {
    return {
      trees: this.#trees.state,
      products: this.#products.state,
      scores: this.#scoreboard.state,
      interval50: this.#interval50.state,
      interval90: this.#interval90.state,
      waiting: this.#waiting,
      weights: this.#weights,
      hidden: this.#hidden,
      isNeverNegative: this.#isNeverNegative,
    }
  }

  restore(state: HorizonState): void {
    this.#trees.restore(state.trees)
    this.#products.restore(state.products)
    this.#scoreboard.restore(state.scores)
    this.#interval50.restore(state.interval50)
    this.#interval90.restore(state.interval90)
    this.#waiting = [...state.waiting]
    this.#weights = state.weights
    this.#hidden = state.hidden
    this.#isNeverNegative = state.isNeverNegative
  }

  /** Errors of the last 28 days beside those of the naive models. */
  score(today: number): HorizonScore {
    const { name, naive } = this.rules
    return { horizon: name, hidden: this.#hidden, naive, ...this.#scoreboard.score(today) }
  }

  /** Bytes of the trees and of the rows they learn from. */
  get bytes(): { readonly trees: number; readonly rows: number } {
    return { trees: this.#trees.bytes, rows: this.#log.bytes }
  }

  /** Columns of the interval that was forecast last. */
  get lastRow(): Float32Array {
    return this.#row
  }

  /** Judges the forecasts whose interval has come. */
  settle(today: number): readonly Outcome[] {
    const { series } = this.#slots
    const outcomes: Outcome[] = []
    this.#waiting = this.#waiting.filter((one) => {
      const measured = series.at(series.numberOf(one.startMs))
      if (Number.isNaN(measured)) return one.day >= today - WAIT_DAYS
      if (measured < 0) this.#isNeverNegative = false
      this.#products.note(
        one.day,
        one.forecasts.map((forecast) => forecast - measured),
      )
      if (Number.isNaN(one.blend)) return false
      const isIn = (bounds: Bounds | null) => bounds && bounds.low <= measured && measured <= bounds.high
      const { day, blend: forecast, naive } = one
      const outcome = { day, forecast, measured, naive, in50: isIn(one.bounds50), in90: isIn(one.bounds90) }
      this.#interval50.learn(forecast, measured, one.bounds50)
      this.#interval90.learn(forecast, measured, one.bounds90)
      this.#scoreboard.note(outcome)
      outcomes.push(outcome)
      return false
    })
    return outcomes
  }

  /** Weighs the models anew, sorts the errors, and decides whether the forecast is shown; once a day, at its start. */
  beginDay(today: number): void {
    this.#weights = this.#products.weights(JUDGED_DAYS_MIN)
    this.#interval50.regroup()
    this.#interval90.regroup()
    this.#hidden = this.#scoreboard.hidden(today)
  }

  /** Fits the trees to all rows whose outcome is known. False when there are too few. */
  refit(): boolean {
    const { series } = this.#slots
    const { table, targets } = this.#log.known(valueAbove(series))
    if (table.rows * series.stepMs < FIT_DAYS_MIN * DAY_MS) return false
    this.#trees.fit(table, targets)
    return true
  }

  /** Adds the rows of what is due at an instant, and forecasts nothing. */
  addRows(nowMs: number, day: LocalDay): void {
    const { series } = this.#slots
    const starts = this.rules.starts(nowMs, day, series.stepMs)
    if (starts.length === 0) return
    const similar = this.#similarOf.at(day)
    const fill = this.rules.rows(this.#slots, similar)
    const newest = series.numberOf(nowMs) - 1
    for (const startMs of starts) this.#addRow({ slots: this.#slots, similar, startMs, newest }, fill)
  }

  /** Gives the base of the row that it adds, NaN when it is not known. */
  #addRow(target: ForecastTarget, fill: (startMs: number, values: Float32Array, at: number) => void): number {
    const { startMs } = target
    const base = this.rules.base === null ? 0 : PLAIN_MODELS[this.rules.base]!(target)
    this.#row.fill(Number.NaN)
    fill(startMs, this.#row, 0)
    if (!Number.isNaN(base)) this.#log.add(startMs, base, (to, at) => to.set(this.#row, at))
    return base
  }

  /** Forecasts what is due at an instant; null when nothing is. */
  issue(nowMs: number, day: LocalDay): ForecastRecord | null {
    const { series } = this.#slots
    const starts = this.rules.starts(nowMs, day, series.stepMs)
    if (starts.length === 0) return null
    const similar = this.#similarOf.at(day)
    const fill = this.rules.rows(this.#slots, similar)
    const newest = series.numberOf(nowMs) - 1
    const values = starts.map((startMs): ForecastValue => {
      const target: ForecastTarget = { slots: this.#slots, similar, startMs, newest }
      const forecasts = new Float64Array(this.models.length)
      let place = 0
      for (const model of Object.values(PLAIN_MODELS)) forecasts[place++] = model(target)
      forecasts[place] = this.#addRow(target, fill) + this.#trees.value(this.#row)
      return this.#value(startMs, day.number, forecasts)
    })
    const newestKnown = series.end === 0 ? null : series.end * series.stepMs
    return {
      horizon: this.rules.name,
      issuedAtMs: nowMs,
      dataUpToMs: newestKnown,
      model: this.#modelText(),
      version: this.#version,
      seed: this.#seed,
      hidden: this.#hidden,
      values,
    }
  }

  #value(startMs: number, day: number, forecasts: Float64Array): ForecastValue {
    const blend = this.#blend(forecasts)
    const bounds50 = this.#bounds(this.#interval50, blend)
    const bounds90 = this.#bounds(this.#interval90, blend)
    const naive = this.rules.naive.map((name) => forecasts[this.models.indexOf(name)]!)
    this.#waiting.push({ day, startMs, forecasts, naive, blend, bounds50, bounds90 })
    return {
      startMs,
      value: Number.isNaN(blend) ? null : blend,
      low50: bounds50?.low ?? null,
      high50: bounds50?.high ?? null,
      low90: bounds90?.low ?? null,
      high90: bounds90?.high ?? null,
    }
  }

  /** The weighted mean of the models that have a forecast; of the first naive one before any has a weight. */
  #blend(forecasts: Float64Array): number {
    let sum = 0
    let weights = 0
    forecasts.forEach((forecast, i) => {
      const weight = this.#weights?.[i] ?? 0
      if (weight === 0 || Number.isNaN(forecast)) return
      sum += weight * forecast
      weights += weight
    })
    const blend = weights === 0 ? forecasts[this.models.indexOf(this.rules.naive[0]!)]! : sum / weights
    return this.#isNeverNegative ? Math.max(0, blend) : blend
  }

  #bounds(interval: AdaptiveIntervals, forecast: number): Bounds | null {
    if (Number.isNaN(forecast)) return null
    const bounds = interval.around(forecast)
    if (bounds === null || !this.#isNeverNegative) return bounds
    return { low: Math.max(0, bounds.low), high: Math.max(0, bounds.high) }
  }

  #modelText(): string {
    const named = this.models.flatMap((name, i) => {
      const weight = this.#weights?.[i] ?? 0
      return weight === 0 ? [] : [`${name} ${weight.toFixed(2)}`]
    })
    return named.length === 0 ? this.rules.naive[0]! : named.join(' + ')
  }
}
