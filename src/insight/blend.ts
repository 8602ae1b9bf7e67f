import { AdaptiveIntervals, type Bounds, type IntervalsState } from './score/conformal.js'
import type { ErrorProducts } from './score/error-products.js'
import { type HiddenReason, type Outcome, type Score, Scoreboard, type TellsBetter } from './score/scoreboard.js'

/** Days of forecasts after which a model may have a weight. */
const JUDGED_DAYS_MIN = 7

/** A forecast of one interval; NaN when there is none. */
export interface BlendedForecast {
  readonly blend: number
  readonly bounds50: Bounds | null
  readonly bounds90: Bounds | null
}

interface BoundsState {
  readonly interval50: IntervalsState
  readonly interval90: IntervalsState
}

/** Everything that a blend has learnt; the bounds are those of its first group of intervals. */
export interface BlendState extends BoundsState {
  readonly scores: Scoreboard['state']
  /** Bounds of the groups of intervals behind the first; missing where there is one. */
  readonly later?: readonly BoundsState[]
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
  /** Groups of intervals that have bounds of their own. */
  readonly parts: number
  readonly isBetter: TellsBetter
  /** A model that gets no weight; null when all may have one. */
  readonly without: string | null
}

interface AdaptiveBounds {
  readonly interval50: AdaptiveIntervals
  readonly interval90: AdaptiveIntervals
}

/** A weighted mean of models with bounds around it, and its record of errors. */
export class Blend {
  readonly #models: readonly string[]
  readonly #naive: string
  readonly #without: number
  readonly #scoreboard: Scoreboard
  readonly #bounds: readonly AdaptiveBounds[]
  #weights: Float64Array | null = null
  #hidden: HiddenReason | null = 'too_short'

  constructor({ models, naive, intervalSpeed, parts, isBetter, without }: BlendOptions) {
    this.#models = models
    this.#naive = naive[0]!
    this.#without = without === null ? -1 : models.indexOf(without)
    this.#scoreboard = new Scoreboard(naive.length, isBetter)
    this.#bounds = Array.from({ length: parts }, () => ({
      interval50: new AdaptiveIntervals(0.5, intervalSpeed),
      interval90: new AdaptiveIntervals(0.9, intervalSpeed),
    }))
  }

  get state(): BlendState {
    const [first, ...later] = this.#bounds.map(({ interval50, interval90 }) => ({
      interval50: interval50.state,
      interval90: interval90.state,
    }))
    return {
      scores: this.#scoreboard.state,
      ...first!,
      ...(later.length === 0 ? {} : { later }),
      weights: this.#weights,
      hidden: this.#hidden,
    }
  }

  restore({ scores, interval50, interval90, later = [], weights, hidden }: BlendState): void {
    this.#scoreboard.restore(scores)
    for (const [part, kept] of [{ interval50, interval90 }, ...later].entries()) {
      this.#bounds[part]!.interval50.restore(kept.interval50)
      this.#bounds[part]!.interval90.restore(kept.interval90)
    }
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
    for (const { interval50, interval90 } of this.#bounds) {
      interval50.regroup()
      interval90.regroup()
    }
    this.judge(today)
  }

  /** Decides whether the forecasts of a day are shown, by the days before it. */
  judge(today: number): void {
    this.#hidden = this.#scoreboard.hidden(today)
  }

  /**
   * @param forecasts those of all models, in order of their names
   * @param part group of the interval
   */
  forecast(forecasts: Float64Array, part: number, isNeverNegative: boolean): BlendedForecast {
    const mean = this.#mean(forecasts)
    const blend = isNeverNegative ? Math.max(0, mean) : mean
    const around = (interval: AdaptiveIntervals) => {
      const bounds = Number.isNaN(blend) ? null : interval.around(blend)
      if (bounds === null || !isNeverNegative) return bounds
      return { low: Math.max(0, bounds.low), high: Math.max(0, bounds.high) }
    }
    const { interval50, interval90 } = this.#bounds[part]!
    return { blend, bounds50: around(interval50), bounds90: around(interval90) }
  }

  /** Judges a forecast of an interval of a group by what came. */
  learn(
    { blend: forecast, bounds50, bounds90 }: BlendedForecast,
    part: number,
    of: Pick<Outcome, 'day' | 'measured' | 'naive'>,
  ): Outcome {
    const { measured } = of
    const isIn = (bounds: Bounds | null) => bounds && bounds.low <= measured && measured <= bounds.high
    const outcome = { ...of, forecast, in50: isIn(bounds50), in90: isIn(bounds90) }
    const { interval50, interval90 } = this.#bounds[part]!
    interval50.learn(forecast, measured, bounds50)
    interval90.learn(forecast, measured, bounds90)
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
