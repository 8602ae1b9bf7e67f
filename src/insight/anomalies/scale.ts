import { medianInPlace } from './robust.js'
import type { WatchedSeries } from './watched-series.js'

/** Factors that a mistaken unit or ratio gives: Wh, MJ, ten and hundred of a transformer, minutes, and their inverses. */
const LARGE_FACTORS = [1000, 1 / 1000, 100, 1 / 100, 60, 1 / 60]
const SMALL_FACTORS = [3.6, 1 / 3.6, 10, 1 / 10]
/** Hours that have to agree: what is no more than a few times too much may be another use. */
const LARGE_HOURS = 6
const SMALL_HOURS = 16
const SIGN_HOURS = 6
/** Part of them that agrees, and how near the median lies to the factor. */
const AGREEING = 0.8
const NEAR = 0.1
const NEAR_EACH = 0.25
/** An interval says something of a factor when what is expected is this many times its scatter, and this part of the usual. */
const CLEAR = 2.5
const CLEAR_PART = 0.1
const LARGE_PART = 0.4

/** A factor that all recent values of a meter are wrong by. */
export interface ScaleFault {
  readonly kind: 'sign_swapped' | 'unit_swapped'
  readonly factor: number
  readonly since: number
  readonly agreeing: number
  readonly hours: number
  /** Intervals that it was seen in. */
  readonly seen: readonly number[]
}

/** Follows the ratio of measured to expected where that says something. */
export class ScaleWatch {
  readonly #series: WatchedSeries
  readonly #perHour: number
  readonly #hasWeather: boolean
  #clear: number[] = []
  #next = 0

  /** @param hasWeather sun and cold make it a few times more or less: small factors say nothing */
  constructor(series: WatchedSeries, perHour: number, hasWeather: boolean) {
    this.#hasWeather = hasWeather
    this.#series = series
    this.#perHour = perHour
  }

  /** Goes on to an interval; what the last hours agree on, null for nothing. */
  faultAt(to: number): ScaleFault | null {
    this.#goTo(to)
    const { values, expected } = this.#series
    const ratio = (i: number) => values[i]! / expected[i]!
    const isTurned = (i: number) => ratio(i) < -0.4 && ratio(i) > -2.5 && this.#isLarge(i)
    const sign = this.#agree(SIGN_HOURS, -1, isTurned, [-1.6, -0.6])
    if (sign !== null) return { kind: 'sign_swapped', hours: SIGN_HOURS, ...sign }
    for (const [factors, hours] of [
      [LARGE_FACTORS, LARGE_HOURS],
      [this.#hasWeather ? [] : SMALL_FACTORS, SMALL_HOURS],
    ] as const) {
      for (const factor of factors) {
        const isNear = (i: number) => Math.abs(ratio(i) / factor - 1) < NEAR_EACH
        const unit = this.#agree(hours, factor, isNear, [factor * (1 - NEAR), factor * (1 + NEAR)])
        if (unit !== null) return { kind: 'unit_swapped', hours, ...unit }
      }
    }
    return null
  }

  /** First of the last three clear hours when these say that a fault is over; null while it lasts. */
  endOf({ factor, since }: { readonly factor: number; readonly since: number }, to: number): number | null {
    const { series, count } = { series: this.#series, count: 3 * this.#perHour }
    const over: number[] = []
    for (let i = to - 1; i > since && over.length < count; i--) {
      if (!this.#isClear(i, series.isComparable(i))) continue
      const isAgreeing = Math.abs(series.values[i]! / (series.expected[i]! * factor) - 1) < 0.5
      if (isAgreeing) return null
      over.push(i)
    }
    return over.length < count ? null : over.at(-1)!
  }

  #goTo(to: number): void {
    for (; this.#next < to; this.#next++) {
      if (this.#isClear(this.#next, this.#series.isJudged(this.#next))) this.#clear.push(this.#next)
    }
    const most = SMALL_HOURS * this.#perHour
    if (this.#clear.length > 2 * most) this.#clear = this.#clear.slice(-most)
  }

  #isClear(i: number, isUsable: boolean): boolean {
    const { expected, spread, typical } = this.#series
    const size = Math.abs(expected[i]!)
    return isUsable && size > CLEAR * spread[i]! && size > CLEAR_PART * typical
  }

  /** An import near nothing, as that of a plant with sun, may stand on either side of it. */
  #isLarge(i: number): boolean {
    return Math.abs(this.#series.expected[i]!) > LARGE_PART * this.#series.typical
  }

  #agree(
    hours: number,
    factor: number,
    isAgreeing: (i: number) => boolean,
    [least, most]: readonly [number, number],
  ): Omit<ScaleFault, 'kind' | 'hours'> | null {
    const count = hours * this.#perHour
    if (this.#clear.length < count) return null
    const seen = this.#clear.slice(-count).filter((i) => this.#series.isJudged(i))
    if (seen.length < count) return null
    const agreeing = seen.filter(isAgreeing)
    if (agreeing.length < AGREEING * count) return null
    const middle = medianInPlace(seen.map((i) => this.#series.values[i]! / this.#series.expected[i]!))
    if (middle < least || middle > most) return null
    let place = this.#clear.length - count
    while (place > 0 && isAgreeing(this.#clear[place - 1]!) && this.#series.isJudged(this.#clear[place - 1]!)) place--
    const since = this.#clear.slice(place).find(isAgreeing)!
    return { factor, since, agreeing: agreeing.length / count, seen }
  }
}
