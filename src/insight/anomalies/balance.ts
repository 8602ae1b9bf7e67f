import { GainCourse } from './gain-course.js'
import type { IntervalCalendar } from './interval-calendar.js'
import { medianInPlace, weeklyNoise } from './robust.js'
import type { WatchedMeter } from './watched-meter.js'
import { WatchedSeries } from './watched-series.js'

/** Part of a day that has to be known of all meters of a balance. */
const PART_LEAST = 0.75
/** Days of the same weekday that a usual share is the median of, at least. */
const DAYS_LEAST = 2
/** A remainder that is more than this part of the whole says nothing of the parts. */
const REMAINDER_MOST = 0.5
/** A meter is wrong when the meter before it follows less than this part of its change; else the load has changed. */
const FOLLOWED = 0.5
/** A change says something when it is so many times the noise of what is left over. */
const CLEAR_NOISE = 2

/**
 * A meter and those behind it. What is on none of these is the remainder; its share of the whole repeats by the week, and is
 * the same on a busy day as on a calm one.
 */
class Balance {
  readonly parent: WatchedMeter
  readonly parts: readonly WatchedMeter[]
  readonly remainder: WatchedSeries
  readonly courses: readonly GainCourse[]
  /** Noise of the remainder of a day, as a part of it. */
  noise = Number.NaN
  readonly #calendar: IntervalCalendar
  /** Import with generation on site, less export. */
  readonly total: Float64Array
  /** By day, the share of the remainder. */
  readonly #shares = new Map<number, number>()

  constructor(
    parent: WatchedMeter,
    parts: readonly WatchedMeter[],
    generation: readonly WatchedMeter[],
    calendar: IntervalCalendar,
  ) {
    this.parent = parent
    this.parts = parts
    this.#calendar = calendar
    this.total = parent.series.values.map((value, i) =>
      generation.reduce((sum, { series }) => sum + series.values[i]!, value),
    )
    const values = this.total.map((value, i) => parts.reduce((rest, { series }) => rest - series.values[i]!, value))
    const masks = [parent, ...parts, ...generation].map(({ series }) => series.isMasked)
    this.remainder = new WatchedSeries(values, calendar, masks)
    this.courses = [new GainCourse(parent, parent, 1), ...parts.map((part) => new GainCourse(part, parent, -1))]
  }

  /**
   * Takes a day that is over.
   *
   * @param isSuspect one of its courses has a finding: its days are looked at for the end of it
   */
  endDay(day: number, isSuspect: boolean): void {
    const { from, to } = this.#calendar.days[day]!
    const { remainder } = this
    const isKnownDay = (count: number) => count >= PART_LEAST * (to - from)
    const learnt = range(from, to).filter((i) => remainder.isLearnt(i))
    const whole = this.#sum(this.total, learnt)
    // A day on which the whole plant took nothing has no shares.
    if (isKnownDay(learnt.length) && whole > 0) this.#shares.set(day, this.#sum(remainder.values, learnt) / whole)
    const judged = range(from, to).filter((i) => (isSuspect ? remainder.isComparable(i) : remainder.isJudged(i)))
    if (!isKnownDay(judged.length)) return
    const before = new Map([...this.#shares].filter(([one]) => one < remainder.learntTo))
    const alike = [...before].flatMap(([one, share]) => ((day - one) % 7 === 0 ? [share] : []))
    const noise = weeklyNoise(before)
    this.noise = noise
    if (alike.length < DAYS_LEAST || Number.isNaN(noise)) return
    const total = this.#sum(this.total, judged)
    const share = medianInPlace(alike)
    if (share > REMAINDER_MOST) return
    const usual = share * total
    const left = this.#sum(remainder.values, judged) - usual
    for (const course of this.courses) course.endDay(day, judged, left, noise * Math.abs(usual))
  }

  #sum(values: Float64Array, intervals: readonly number[]): number {
    return intervals.reduce((sum, i) => sum + values[i]!, 0)
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, k) => from + k)
}

/** All balances of a plant. */
export class Balances {
  readonly #balances: readonly Balance[]

  constructor(meters: readonly WatchedMeter[], calendar: IntervalCalendar) {
    const generation = meters.filter(({ of }) => of.part === 'generation')
    this.#balances = meters.flatMap((parent) => {
      const parts = meters.filter(({ of }) => of.behind === parent.of.device && of.unit === parent.of.unit)
      if (parts.length === 0) return []
      return [new Balance(parent, parts, parent.of.part === 'main' ? generation : [], calendar)]
    })
  }

  begin(day: number): void {
    for (const { remainder } of this.#balances) remainder.begin(day)
  }

  /** @param isSuspect whether a course has a finding that is open */
  endDay(day: number, isSuspect: (course: GainCourse) => boolean): void {
    for (const balance of this.#balances) balance.endDay(day, balance.courses.some(isSuspect))
  }

  /** The suspects of each balance. */
  get courses(): readonly (readonly GainCourse[])[] {
    return this.#balances.map(({ courses }) => courses)
  }

  /** True for a meter that has others behind it. */
  hasParts(device: string): boolean {
    return this.#balances.some(({ parent }) => parent.of.device === device)
  }

  /**
   * True when a change of a meter in some intervals is one of the meter alone: then the meter before it does not follow, and what the
   * balance leaves over changes as much. Null when no balance has it as a part, or when the change is lost in the noise of the rest.
   */
  isMeterWrong(device: string, intervals: readonly number[]): boolean | null {
    for (const { parts, remainder, total, noise } of this.#balances) {
      const meter = parts.find(({ of }) => of.device === device)
      if (meter === undefined) continue
      const isUsable = (i: number) => remainder.isJudged(i) && parts.every(({ series }) => series.isComparable(i))
      const both = intervals.filter(isUsable)
      if (both.length * 2 < intervals.length) continue
      let [own, left, rest, whole] = [0, 0, 0, 0]
      for (const i of both) {
        own += meter.series.values[i]! - meter.series.expected[i]!
        const usual = parts.reduce((sum, { series }) => sum + series.expected[i]!, remainder.expected[i]!)
        left += remainder.values[i]! - (total[i]! * remainder.expected[i]!) / usual
        rest += Math.abs(remainder.expected[i]!)
        whole += Math.abs(usual)
      }
      if (rest > REMAINDER_MOST * whole || !(Math.abs(own) > CLEAR_NOISE * noise * rest)) return null
      return Math.abs(own + left) < FOLLOWED * Math.abs(own)
    }
    return null
  }
}
