import type { Balances } from './balance.js'
import type { IntervalCalendar } from './interval-calendar.js'
import { medianInPlace, weeklyNoise } from './robust.js'
import type { WatchedMeter } from './watched-meter.js'
import type { WatchedSeries } from './watched-series.js'

/** Hours of rest that a day has to have to say something. */
const REST_HOURS = 3
/** Days with rest that are kept, those of two weeks. */
const DAYS_KEPT = 16
/** A rest is a deep one when what is expected is no more than this many times the least of these days. */
const DEEP = 2
/** Days with rest that are looked at; of these so many have to be too high, and all together by so many thresholds. */
const DAYS_LOOKED_AT = 3
const DAYS_HIGH = 2
const THRESHOLDS_SUM = 3
/** A single day counts this many thresholds at most. */
const THRESHOLDS_MAX = 2
/** A base load is too high by so many times the noise from week to week, and this part of the base load. */
const NOISE_FACTOR = 3.5
const PART_LEAST = 0.12

/** Hours of work that have risen by this part of the rise of those of rest speak for a wrong gain. */
const AS_HIGH = 0.5
/** Both have risen alike: no base load of a meter that counts this many times more in hours of work. */
const ALIKE = 0.7
const UNEVEN = 1.3
const BUSY_HOURS = 6

interface RestDay {
  readonly day: number
  readonly from: number
  /** Measured above expected, an interval. */
  readonly excess: number
  readonly base: number
  /** Excess as a multiple of the threshold of the day. */
  readonly height: number
}

/** A base load that has risen. */
export interface RisenBase {
  readonly since: number
  /** An interval, in the unit of the meter. */
  readonly excess: number
  readonly threshold: number
  readonly agreeing: number
}

/** Follows what a meter counts while nothing is planned and none of its machines makes anything. */
export class BaseLoad {
  readonly #meter: WatchedMeter
  readonly #calendar: IntervalCalendar
  /** By day, the median of the intervals of rest: what the noise is taken from. */
  readonly #levels = new Map<number, number>()
  #days: RestDay[] = []
  #threshold = Number.NaN

  constructor(meter: WatchedMeter, calendar: IntervalCalendar) {
    this.#meter = meter
    this.#calendar = calendar
  }

  /**
   * Takes a day that is over.
   *
   * @param explained what meters behind this one have already been found to draw too much, an interval
   */
  endDay(day: number, isOpen: boolean, explained: number): void {
    const { series, perHour } = this.#meter
    const rest = this.#restOf(day)
    const learnt = rest.filter((i) => series.isLearnt(i))
    if (learnt.length >= REST_HOURS * perHour)
      this.#levels.set(day, medianInPlace(learnt.map((i) => series.values[i]!)))
    const judged = rest.filter((i) => (isOpen ? series.isComparable(i) : series.isJudged(i)))
    if (judged.length < REST_HOURS * perHour) return
    const noise = weeklyNoise(this.#learntLevels())
    if (Number.isNaN(noise)) return
    const base = Math.abs(medianInPlace(judged.map((i) => series.expected[i]!)))
    this.#threshold = Math.max(NOISE_FACTOR * noise * base, PART_LEAST * base, 0.01 * series.typical)
    const excess = medianInPlace(judged.map((i) => series.values[i]! - series.expected[i]!)) - explained
    this.#days.push({ day, from: judged[0]!, excess, base, height: excess / this.#threshold })
    this.#days = this.#days.slice(-DAYS_KEPT)
  }

  /** The rise of the base load up to now; null when there is none, and also when the balance says that the meter is wrong. */
  risen(balances: Balances): RisenBase | null {
    for (const days of [this.#days, this.#deep()]) {
      const last = days.slice(-DAYS_LOOKED_AT)
      const high = last.filter(({ height }) => height > 1)
      const sum = last.reduce((total, { height }) => total + Math.max(0, Math.min(THRESHOLDS_MAX, height)), 0)
      if (high.length < DAYS_HIGH || sum < THRESHOLDS_SUM || this.#isMeterWrong(high, balances)) continue
      return {
        since: high[0]!.from,
        excess: medianInPlace(high.map(({ excess }) => excess)),
        threshold: this.#threshold,
        agreeing: Math.min(1, sum / (THRESHOLDS_MAX * DAYS_LOOKED_AT)),
      }
    }
    return null
  }

  /** Nights beside a shift take more than a closed weekend, which shows less. */
  #deep(): readonly RestDay[] {
    const least = this.#days.reduce((lowest, { base }) => Math.min(lowest, base), Number.POSITIVE_INFINITY)
    return this.#days.filter(({ base }) => base <= DEEP * least)
  }

  /** A wrong gain raises hours of work as it raises those of rest, and the meter before does not follow. */
  #isMeterWrong(high: readonly RestDay[], balances: Balances): boolean {
    const { series, of } = this.#meter
    const rest = high.flatMap(({ day }) => this.#restOf(day).filter((i) => series.isJudged(i)))
    if (balances.isMeterWrong(of.device, rest) === true) return true
    const busy: number[] = []
    for (let i = high[0]!.from; i < this.#calendar.days[high.at(-1)!.day]!.to; i++) {
      if (this.#calendar.isPlanned[i] === 1 && series.isJudged(i)) busy.push(i)
    }
    const part = rise(series, busy) / rise(series, rest)
    const isWrong = busy.length >= BUSY_HOURS * this.#meter.perHour ? balances.isMeterWrong(of.device, busy) : null
    if (isWrong === null) return false
    const isUneven = meanOf(series, busy) > UNEVEN * meanOf(series, rest)
    return (isWrong && part > AS_HIGH) || (isUneven && part > ALIKE)
  }

  /** Start of the days with rest, as many as make it over, in which it was as usual again; null while it lasts. */
  overSince(): number | null {
    const last = this.#days.slice(-DAYS_LOOKED_AT)
    const deepest = this.#deep().at(-1)
    const isUsual = last.every(({ height }) => height <= 1) && (deepest === undefined || deepest.height <= 1)
    return last.length === DAYS_LOOKED_AT && isUsual ? last[0]!.from : null
  }

  /** Excess of a day if that was too high, an interval, else 0. */
  excessOf(day: number): number {
    const last = this.#days.at(-1)
    return last?.day === day && last.height > 1 ? last.excess : 0
  }

  #learntLevels(): ReadonlyMap<number, number> {
    const { learntTo } = this.#meter.series
    return new Map([...this.#levels].filter(([day]) => day < learntTo))
  }

  #restOf(day: number): number[] {
    const { from, to } = this.#calendar.days[day]!
    const rest: number[] = []
    for (let i = from; i < to; i++) if (this.#calendar.isPlanned[i] === 0 && this.#meter.isIdle(i)) rest.push(i)
    return rest
  }
}

/** Part by which some intervals lie above what is expected of them. */
function rise({ values, expected }: WatchedSeries, intervals: readonly number[]): number {
  let [measured, usual] = [0, 0]
  for (const i of intervals) {
    measured += values[i]!
    usual += expected[i]!
  }
  return usual === 0 ? 0 : measured / usual - 1
}

/** Mean of what is expected in some intervals. */
function meanOf({ expected }: WatchedSeries, intervals: readonly number[]): number {
  return intervals.reduce((sum, i) => sum + expected[i]!, 0) / Math.max(1, intervals.length)
}
