import { DAY_MS } from '../base/durations.js'
import type { HorizonName } from '../base/forecast.js'
import { Blend, type BlendedForecast, type BlendState } from './blend.js'
import { SUN_COLUMNS } from './features/clear-sky.js'
import { RowLog, valueAbove } from './features/row-log.js'
import type { DaySlots, SimilarDaysOf } from './features/similar-days.js'
import { type ForecastRecord, type ForecastValue, WAIT_DAYS } from './forecast.js'
import type { HorizonRules } from './horizons.js'
import { type ForecastTarget, PLAIN_MODELS, type PlainModel, SUNNY_MODELS } from './models/plain.js'
import { TreesModel } from './models/trees-model.js'
import { ErrorProducts } from './score/error-products.js'
import type { HiddenReason, Outcome, Score, TellsBetter } from './score/scoreboard.js'
import type { LocalDay } from './series/local-days.js'

/** Days of rows before trees are fitted. */
const FIT_DAYS_MIN = 28

/** Name of the model whose forecasts are asked for beforehand. */
const OUTSIDE = 'model_file'

/** Forecasts of a model that is asked beforehand, from an instant on; null where it gave none. */
export type OutsideForecasts = (nowMs: number) => readonly number[] | null

interface WaitingForecast extends BlendedForecast {
  readonly day: number
  readonly startMs: number
  /** Group of the interval whose bounds it has; missing for the first. */
  readonly part?: number
  /** Forecasts of all models, in order of their names. */
  readonly forecasts: Float64Array
  readonly naive: readonly number[]
  /** The same without the model that is asked beforehand; missing where there is none. */
  readonly others?: BlendedForecast
}

/** One interval that is forecast. */
interface DueInterval {
  readonly target: ForecastTarget
  /** It is judged and learnt from. */
  readonly isSampled: boolean
  /** Group of the interval whose bounds it has. */
  readonly part: number
}

/** Everything that a horizon has learnt, but its rows. */
export interface HorizonState extends BlendState {
  readonly trees: TreesModel['state']
  readonly products: ErrorProducts['state']
  readonly waiting: readonly WaitingForecast[]
  readonly isNeverNegative: boolean
  /** The blend without the model that is asked beforehand; missing where there is none. */
  readonly others?: BlendState
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
  readonly #plain: Readonly<Record<string, PlainModel>>
  readonly #slots: DaySlots
  readonly #similarOf: SimilarDaysOf
  readonly #seed: number
  readonly #version: string
  readonly #trees: TreesModel
  readonly #products: ErrorProducts
  readonly #outside: OutsideForecasts | null
  readonly #blend: Blend
  /** Forecasts where the model that is asked beforehand gives nothing; null without such a model. */
  readonly #others: Blend | null
  #waiting: WaitingForecast[] = []
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
      readonly outside: OutsideForecasts | null
      readonly isBetter: TellsBetter
    },
  ) {
    this.rules = rules
    this.#slots = of.slots
    this.#similarOf = of.similarOf
    this.#seed = of.seed
    this.#version = of.version
    const isSunny = of.slots.sunshine !== null
    this.#plain = isSunny ? SUNNY_MODELS : PLAIN_MODELS
    const columns = rules.columns + (isSunny ? SUN_COLUMNS : 0)
    this.#log = new RowLog(columns, of.rowsMax)
    this.#row = new Float32Array(columns)
    this.#outside = rules.asksModelFile ? of.outside : null
    this.models = [...Object.keys(this.#plain), 'trees', ...(this.#outside === null ? [] : [OUTSIDE])]
    this.#trees = new TreesModel(rules.trees, of.seed)
    this.#products = new ErrorProducts(this.models.length)
    const { naive, intervalSpeed, parts } = rules
    const blended = { models: this.models, naive, intervalSpeed, parts, isBetter: of.isBetter }
    this.#blend = new Blend({ ...blended, without: null })
    this.#others = this.#outside === null ? null : new Blend({ ...blended, without: OUTSIDE })
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
      ...this.#blend.state,
      ...(this.#others === null ? {} : { others: this.#others.state }),
      waiting: this.#waiting,
      isNeverNegative: this.#isNeverNegative,
    }
  }

  restore(state: HorizonState): void {
    this.#trees.restore(state.trees)
    this.#products.restore(state.products)
    this.#blend.restore(state)
    if (state.others !== undefined) this.#others?.restore(state.others)
    this.#waiting = [...state.waiting]
    this.#isNeverNegative = state.isNeverNegative
  }

  /** Errors of the last 28 days beside those of the naive models. */
  score(today: number): HorizonScore {
    const { name, naive } = this.rules
    return { horizon: name, hidden: this.#blend.hidden, naive, ...this.#blend.score(today) }
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
      const { day, part = 0, naive, others } = one
      if (others !== undefined && !Number.isNaN(others.blend))
        this.#others?.learn(others, part, { day, measured, naive })
      if (!Number.isNaN(one.blend)) outcomes.push(this.#blend.learn(one, part, { day, measured, naive }))
      return false
    })
    return outcomes
  }

  /** Weighs the models anew, sorts the errors, and decides whether the forecast is shown; once a day, at its start. */
  beginDay(today: number): void {
    this.#blend.beginDay(today, this.#products)
    this.#others?.beginDay(today, this.#products)
  }

  /** Decides anew whether the forecasts of a day are shown. */
  judgeAnew(today: number): void {
    this.#blend.judge(today)
    this.#others?.judge(today)
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
    const due = this.#due(nowMs, day, false)
    if (due.length === 0) return
    const fill = this.rules.rows(this.#slots, this.#similarOf.at(day), nowMs)
    for (const one of due) this.#addRow(one, fill)
  }

  /** Intervals that are forecast at an instant: all, or those alone that are judged and learnt from. */
  #due(nowMs: number, day: LocalDay, isWhole: boolean): readonly DueInterval[] {
    const { series, days } = this.#slots
    const newest = series.numberOf(nowMs) - 1
    const due: DueInterval[] = []
    for (const [place, startMs] of this.rules.starts(nowMs, day, series.stepMs).entries()) {
      const isSampled = this.rules.isSampled(place, nowMs, day)
      if (!isSampled && !isWhole) continue
      const similar = this.#similarOf.at(startMs < day.endMs ? day : days.dayAt(startMs))
      const target = { slots: this.#slots, similar, startMs, newest }
      due.push({ target, isSampled, part: this.rules.partOf(place, series.stepMs) })
    }
    return due
  }

  /** Gives the base of the row that it adds, NaN when it is not known. */
  #addRow({ target, isSampled }: DueInterval, fill: (target: ForecastTarget, values: Float32Array) => void): number {
    const base = this.rules.base === null ? 0 : PLAIN_MODELS[this.rules.base]!(target)
    this.#row.fill(Number.NaN)
    fill(target, this.#row)
    if (isSampled && !Number.isNaN(base)) this.#log.add(target.startMs, base, (to, at) => to.set(this.#row, at))
    return base
  }

  /**
   * Forecasts what is due at an instant; null when nothing is.
   * @param isWhole false for the intervals alone that are judged and learnt from
   */
  issue(nowMs: number, day: LocalDay, isWhole: boolean): ForecastRecord | null {
    const { series } = this.#slots
    const due = this.#due(nowMs, day, isWhole)
    if (due.length === 0) return null
    const fill = this.rules.rows(this.#slots, this.#similarOf.at(day), nowMs)
    const outside = this.#outside?.(nowMs) ?? []
    // One that does not reach to the end of what is forecast could not be compared.
    const isMissing = outside.length < due.length
    const used = isMissing && this.#others !== null ? this.#others : this.#blend
    const values = due.map((one, i): ForecastValue => {
      const forecasts = new Float64Array(this.models.length)
      let place = 0
      for (const model of Object.values(this.#plain)) forecasts[place++] = model(one.target)
      forecasts[place++] = this.#addRow(one, fill) + this.#trees.value(this.#row)
      if (this.#outside !== null) forecasts[place] = isMissing ? Number.NaN : outside[i]!
      return this.#value(one, day.number, forecasts, used)
    })
    const newestKnown = series.end === 0 ? null : series.end * series.stepMs
    return {
      horizon: this.rules.name,
      issuedAtMs: nowMs,
      dataUpToMs: newestKnown,
      model: used.modelText,
      version: this.#version,
      seed: this.#seed,
      hidden: used.hidden,
      values,
    }
  }

  #value(due: DueInterval, day: number, forecasts: Float64Array, used: Blend): ForecastValue {
    const { isSampled, part } = due
    const { startMs } = due.target
    const made = used.forecast(forecasts, part, this.#isNeverNegative)
    const { blend, bounds50, bounds90 } = made
    const others = this.#others?.forecast(forecasts, part, this.#isNeverNegative)
    const naive = this.rules.naive.map((name) => forecasts[this.models.indexOf(name)]!)
    const waiting = { day, startMs, ...(part === 0 ? {} : { part }), forecasts, naive, ...made }
    if (isSampled) this.#waiting.push(others === undefined ? waiting : { ...waiting, others })
    return {
      startMs,
      value: Number.isNaN(blend) ? null : blend,
      low50: bounds50?.low ?? null,
      high50: bounds50?.high ?? null,
      low90: bounds90?.low ?? null,
      high90: bounds90?.high ?? null,
    }
  }
}
