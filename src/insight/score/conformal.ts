/** Forecasts whose errors an interval is made of. */
const KEPT = 4000
/** Groups by the size of the forecast: a plant at rest errs less than one that melts. */
const GROUPS = 8
/** Fewer errors than this in a group make no interval. */
const ERRORS_MIN = 40

/** Lower and upper bound. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

export interface ErrorGroup {
  /** Forecasts up to this belong to it. */
  readonly upTo: number
  /** Errors (measured less forecast), ascending. */
  readonly errors: Float64Array
}

export interface IntervalsState {
  readonly forecasts: readonly number[]
  readonly errors: readonly number[]
  readonly groups: readonly ErrorGroup[]
  readonly left: readonly number[]
}

/**
 * Intervals that hold a stated share of what comes. They are quantiles of the latest errors of forecasts of about the same size, and
 * the share that is asked of the quantiles is moved a little after each outcome, so that the promise is kept although errors change.
 * Sources: Gibbs and Candès, Adaptive conformal inference under distribution shift, 2021; groups as in Vovk, Mondrian confidence
 * machine, 2003.
 */
export class AdaptiveIntervals {
  readonly #share: number
  readonly #speed: number
  #forecasts: number[] = []
  #errors: number[] = []
  #groups: readonly ErrorGroup[] = []
  /** Share that is left out by each group, as it has been learnt. */
  #left: number[]

  /**
   * @param share what an interval is to hold, 0..1
   * @param speed how far one outcome moves the share, 0..1
   */
  constructor(share: number, speed: number) {
    this.#share = share
    this.#speed = speed
    this.#left = Array.from({ length: GROUPS }, () => 1 - share)
  }

  /** All that has been learnt, but the promise itself. */
  get state(): IntervalsState {
    return { forecasts: this.#forecasts, errors: this.#errors, groups: this.#groups, left: this.#left }
  }

  restore({ forecasts, errors, groups, left }: IntervalsState): void {
    this.#forecasts = [...forecasts]
    this.#errors = [...errors]
    this.#groups = groups
    this.#left = [...left]
  }

  /** The interval around a forecast; null while too few errors are known. */
  around(forecast: number): Bounds | null {
    const index = this.#groupOf(forecast)
    const errors = this.#groups[index]?.errors
    if (errors === undefined || errors.length < ERRORS_MIN) return null
    const left = Math.min(1, Math.max(0, this.#left[index]!))
    return { low: forecast + quantile(errors, left / 2), high: forecast + quantile(errors, 1 - left / 2) }
  }

  /** Learns from what came. `bounds` are those that were given at the time. */
  learn(forecast: number, measured: number, bounds: Bounds | null): void {
    this.#forecasts.push(forecast)
    this.#errors.push(measured - forecast)
    if (bounds === null) return
    const index = this.#groupOf(forecast)
    const isOutside = measured < bounds.low || measured > bounds.high
    this.#left[index] = Math.min(
      1,
      Math.max(0, this.#left[index]! + this.#speed * (1 - this.#share - (isOutside ? 1 : 0))),
    )
  }

  /** Sorts the latest errors into groups; done once a day. */
  regroup(): void {
    const past = this.#forecasts.length - KEPT
    if (past > 0) {
      this.#forecasts.splice(0, past)
      this.#errors.splice(0, past)
    }
    const order = this.#forecasts.map((_, i) => i).sort((a, b) => this.#forecasts[a]! - this.#forecasts[b]! || a - b)
    this.#groups = Array.from({ length: GROUPS }, (_, g) => {
      const [from, to] = [g, g + 1].map((at) => Math.floor((at * order.length) / GROUPS)) as [number, number]
      const upTo = g === GROUPS - 1 || to === 0 ? Number.POSITIVE_INFINITY : this.#forecasts[order[to - 1]!]!
      return { upTo, errors: Float64Array.from(order.slice(from, to), (i) => this.#errors[i]!).sort() }
    })
  }

  #groupOf(forecast: number): number {
    const index = this.#groups.findIndex(({ upTo }) => forecast <= upTo)
    return index === -1 ? GROUPS - 1 : index
  }
}

/** Quantile of ascending values, between the two nearest. */
export function quantile(values: Float64Array, share: number): number {
  const place = share * (values.length - 1)
  const low = Math.floor(place)
  const high = Math.ceil(place)
  return values[low]! + (place - low) * (values[high]! - values[low]!)
}
