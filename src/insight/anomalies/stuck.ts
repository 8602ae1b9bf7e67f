import type { WatchedMeter } from './watched-meter.js'

/** Hours of one and the same value, in which its machine has worked, that a meter never showed before. */
const STUCK_HOURS = 4
/** A run has to be so many times as long as the longest that was seen before. */
const LONGER = 2

/** Follows runs of one and the same value. */
export class StuckRuns {
  start = 0
  #ordinary = 0
  #longest = 0
  #longestZero = 0
  /** A run that was a finding is no example of what is usual. */
  #isFound = false
  #next = 0

  /** Goes on to an interval; true when the run that ends there has become longer than any explanation. */
  isStuck(meter: WatchedMeter, to: number, isLearning: boolean): boolean {
    const { series, perHour } = meter
    for (; this.#next < to; this.#next++) this.#step(series.values, this.#next, series.isKnown(this.#next))
    if (isLearning) return false
    const before = series.values[to - 1] === 0 ? this.#longestZero : this.#longest
    const length = this.#ordinary
    const isLonger = length >= STUCK_HOURS * perHour && length >= LONGER * before
    if (isLonger && meter.hasWorked(this.start, to)) this.#isFound = true
    return this.#isFound
  }

  #step(values: Float64Array, i: number, isKnown: boolean): void {
    const value = values[i]!
    if (i > 0 && value === values[i - 1]) {
      if (isKnown) this.#ordinary++
      return
    }
    this.#end(i, values[i - 1] ?? Number.NaN)
    this.start = i
    this.#ordinary = isKnown ? 1 : 0
  }

  #end(at: number, value: number): void {
    const length = this.#isFound ? 0 : at - this.start
    this.#isFound = false
    this.#longest = Math.max(this.#longest, length)
    if (value === 0) this.#longestZero = Math.max(this.#longestZero, length)
  }
}
