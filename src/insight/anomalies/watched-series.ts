import type { IntervalCalendar } from './interval-calendar.js'
import { medianInPlace } from './robust.js'

/** Days that are learnt before any is judged, and days by which learning stays behind: what creeps is not learnt as it comes. */
export const LEARNT_DAYS = 21
/** Same weekdays that an expectation is the median of, at most. */
const WEEKS_MAX = 8
/** Part of the usual value below which the scatter of an hour is not believed. */
const SPREAD_LEAST = 0.01
const SAMPLES_LEAST = 2

/**
 * Values of an interval beside what is expected of them: the median of the same time on the same weekday, of ordinary days that lie
 * three weeks back and more. Expectations are made day by day and are not changed later.
 */
export class WatchedSeries {
  readonly values: Float64Array
  readonly expected: Float64Array
  readonly spread: Float64Array
  /** Intervals that belong to a finding: nothing is learnt from them, and no other finding is. */
  readonly isMasked: Uint8Array
  /** Highest absolute value that was learnt, single ones left out, and the mean of absolute values. */
  highest = 0
  typical = 0
  /** Days before this one are learnt from. */
  learntTo = 0
  readonly #calendar: IntervalCalendar
  readonly #masks: readonly Uint8Array[]
  #sum = 0
  #count = 0

  /** @param masks of the series that this one is made of */
  constructor(values: Float64Array, calendar: IntervalCalendar, masks: readonly Uint8Array[] = []) {
    this.values = values
    this.expected = new Float64Array(values.length).fill(Number.NaN)
    this.spread = new Float64Array(values.length).fill(Number.NaN)
    this.isMasked = new Uint8Array(values.length)
    this.#calendar = calendar
    this.#masks = [this.isMasked, ...masks]
  }

  /** An interval of an ordinary day that is known as both of its neighbours are: beside a gap a register's step may be that of the gap. */
  isKnown(i: number): boolean {
    const { values } = this
    if (Number.isNaN(values[i]!) || (i > 0 && Number.isNaN(values[i - 1]!))) return false
    if (i + 1 < values.length && Number.isNaN(values[i + 1]!)) return false
    return this.#calendar.days[this.#calendar.dayOf[i]!]!.isOrdinary
  }

  /** Known, expected, and in no finding. */
  isJudged(i: number): boolean {
    return this.isComparable(i) && this.#masks.every((mask) => mask[i] === 0)
  }

  /** Known and expected. */
  isComparable(i: number): boolean {
    return this.isKnown(i) && !Number.isNaN(this.expected[i]!)
  }

  /** Interval that may be learnt from. */
  isLearnt(i: number): boolean {
    return this.isKnown(i) && this.#masks.every((mask) => mask[i] === 0)
  }

  mask(from: number, to: number): void {
    this.isMasked.fill(1, from, to)
  }

  /** Makes the expectations of a day, before anything of it is looked at. */
  begin(dayNumber: number): void {
    this.#learnTo(Math.max(dayNumber - LEARNT_DAYS, Math.min(dayNumber, LEARNT_DAYS)))
    if (dayNumber < LEARNT_DAYS) return
    const { days, slots, slotOf } = this.#calendar
    const day = days[dayNumber]!
    if (!day.isOrdinary) return
    const samples: number[][] = Array.from({ length: slots }, () => [])
    let weeks = 0
    for (let d = this.learntTo - 1; d >= 0 && weeks < WEEKS_MAX; d--) {
      const before = days[d]!
      if (before.weekday !== day.weekday || !before.isOrdinary) continue
      weeks++
      for (let i = before.from; i < before.to; i++) if (this.isLearnt(i)) samples[slotOf[i]!]!.push(this.values[i]!)
    }
    const perHour = Math.max(1, Math.round(slots / 24))
    for (let i = day.from; i < day.to; i++) {
      const slot = slotOf[i]!
      const own = samples[slot]!
      if (own.length < SAMPLES_LEAST) continue
      this.expected[i] = medianInPlace(own)
      const hour = slot - (slot % perHour)
      this.spread[i] = this.#spreadOf(samples.slice(hour, hour + perHour))
    }
  }

  /** Scatter of the samples of an hour about the median of each time; of few samples it comes out too small, hence the half more. */
  #spreadOf(hour: readonly number[][]): number {
    const residuals: number[] = []
    for (const own of hour) {
      const middle = medianInPlace(own)
      for (const value of own) residuals.push(Math.abs(value - middle))
    }
    return Math.max(1.5 * 1.4826 * medianInPlace(residuals), SPREAD_LEAST * this.typical)
  }

  #learnTo(day: number): void {
    for (; this.learntTo < day; this.learntTo++) {
      const { from, to } = this.#calendar.days[this.learntTo]!
      const sizes: number[] = []
      for (let i = from; i < to; i++) if (this.isLearnt(i)) sizes.push(Math.abs(this.values[i]!))
      sizes.sort((a, b) => b - a)
      this.highest = Math.max(this.highest, sizes[2] ?? 0)
      for (const size of sizes) this.#sum += size
      this.#count += sizes.length
      this.typical = this.#count === 0 ? 0 : this.#sum / this.#count
    }
  }
}
