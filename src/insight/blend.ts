import { AdaptiveIntervals, type Bounds, type IntervalsState } from './score/conformal.js'
import type { ErrorProducts } from './score/error-products.js'
import { type HiddenReason, type Outcome, type Score, Scoreboard } from './score/scoreboard.js'

/** Days of forecasts after which a model may have a weight. */
const JUDGED_DAYS_MIN = 7

/** A forecast of one interval; NaN when there is none. */
export interface BlendedForecast {
  readonly blend: number
  readonly bounds50: Bounds | null
  readonly bounds90: Bounds | null
}

/** Everything that a blend has learnt. */
export interface BlendState {
  readonly scores: Scoreboard['state']
  readonly interval50: IntervalsState
  readonly interval90: IntervalsState
  readonly weights: Float64Array | null
  readonly hidden: HiddenReason | null
}

interface BlendOptions {
  /** Names of all models. */
  readonly models: readonly string[]
  /** Naive models, the one that is used before any has a weight first. */
  readonly naive: readonly string[]
  /** One outcome moves the share that intervals leave out by this much, 0..1. */
  readonly intervalSpeed: number
  /** A model that gets no weight; null when all may have one. */
  readonly without: string | null
}

/** A weighted mean of models with bounds around it, and its record of errors. */
export class Blend {
  readonly #models: readonly string[]
  readonly #naive: string
  readonly #without: number
  readonly #scoreboard: Scoreboard
  readonly #interval50: AdaptiveIntervals
  readonly #interval90: AdaptiveIntervals
  #weights: Float64Array | null = null
  #hidden: HiddenReason | null = 'too_short'

  constructor({ models, naive, intervalSpeed, without }: BlendOptions) {
    this.#models = models
    this.#naive = naive[0]!
    this.#without = without === null ? -1 : models.indexOf(without)
    this.#scoreboard = new Scoreboard(naive.length)
    this.#interval50 = new AdaptiveIntervals(0.5, intervalSpeed)
    this.#interval90 = new AdaptiveIntervals(0.9, intervalSpeed)
  }

  get state(): BlendState {
    return {
      scores: this.#scoreboard.state,
      interval50: this.#interval50.state,
      interval90: this.#interval90.state,
      weights: this.#weights,
      hidden: this.#hidden,
    }
  }

  restore({ scores, interval50, interval90, weights, hidden }: BlendState): void {
    this.#scoreboard.restore(scores)
    this.#interval50.restore(interval50)
    this.#interval90.restore(interval90)
    this.#weights = weights
    this.#hidden = hidden
  }

  /** Null when its forecasts may be shown, else why they step aside. */
  get hidden(): HiddenReason | null {
    return this.#hidden
  }

  /** Errors of the last 28 days beside those of the naive models. */
  score(today: number): Score & { readonly days: number } {
    return this.#scoreboard.score(today)
  }

  /** Weighs the models anew, sorts the errors, and decides whether the forecast is shown; once a day, at its start. */
  beginDay(today: number, products: ErrorProducts): void {
    this.#weights = products.weights(JUDGED_DAYS_MIN, this.#without)
    this.#interval50.regroup()
    this.#interval90.regroup()
    this.#hidden = this.#scoreboard.hidden(today)
  }

  /** @param forecasts those of all models, in order of their names */
  forecast(forecasts: Float64Array, isNeverNegative: boolean): BlendedForecast {
    const mean = this.#mean(forecasts)
    const blend = isNeverNegative ? Math.max(0, mean) : mean
    const around = (interval: AdaptiveIntervals) => {
      const bounds = Number.isNaN(blend) ? null : interval.around(blend)
      if (bounds === null || !isNeverNegative) return bounds
      return { low: Math.max(0, bounds.low), high: Math.max(0, bounds.high) }
    }
    return { blend, bounds50: around(this.#interval50), bounds90: around(this.#interval90) }
  }

  /** Judges a forecast by what came. */
  learn(
    { blend: forecast, bounds50, bounds90 }: BlendedForecast,
    of: Pick<Outcome, 'day' | 'measured' | 'naive'>,
  ): Outcome {
    const { measured } = of
    const isIn = (bounds: Bounds | null) => bounds && bounds.low <= measured && measured <= bounds.high
    const outcome = { ...of, forecast, in50: isIn(bounds50), in90: isIn(bounds90) }
    this.#interval50.learn(forecast, measured, bounds50)
    this.#interval90.learn(forecast, measured, bounds90)
    this.#scoreboard.note(outcome)
    return outcome
  }

  /** Models and their weights, such as `day_profile 0.50 + trees 0.50`. */
  get modelText(): string {
    const named = this.#models.flatMap((name, i) => {
      const weight = this.#weights?.[i] ?? 0
      return weight === 0 ? [] : [`${name} ${weight.toFixed(2)}`]
    })
    return named.length === 0 ? this.#naive : named.join(' + ')
  }

  /** The weighted mean of the models that have a forecast; the first naive one before any has a weight. */
  #mean(forecasts: Float64Array): number {
    let sum = 0
    let weights = 0
    forecasts.forEach((forecast, i) => {
      const weight = this.#weights?.[i] ?? 0
      if (weight === 0 || Number.isNaN(forecast)) return
      sum += weight * forecast
      weights += weight
    })
    return weights === 0 ? forecasts[this.#models.indexOf(this.#naive)]! : sum / weights
  }
}
