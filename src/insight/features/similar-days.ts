import type { KnownSeries } from '../series/known-series.js'
import { DAY_KINDS, type LocalDay, type LocalDays } from '../series/local-days.js'
import type { Sunshine } from '../series/sunshine.js'

/** Days that are looked at, at most, to find similar ones. */
const BACK_DAYS = 70
/** Days that are taken, of the same weekday and of the same kind. */
const SAME_WEEKDAY_MAX = 8
const SAME_KIND_MAX = 20

/** The days before one that are like it, newest first. Nothing of the day itself is in it. */
export interface SimilarDays {
  readonly day: LocalDay
  /** Same weekday, and no holiday; days of rest for a day of rest. */
  readonly sameWeekday: readonly LocalDay[]
  /** Same kind of day. */
  readonly sameKind: readonly LocalDay[]
}

/** Finds the days that are like one. */
export function similarDays(days: LocalDays, day: LocalDay): SimilarDays {
  const sameWeekday: LocalDay[] = []
  const sameKind: LocalDay[] = []
  const isRest = day.kind === DAY_KINDS.rest
  for (
    let back = 1;
    back <= BACK_DAYS && (sameWeekday.length < SAME_WEEKDAY_MAX || sameKind.length < SAME_KIND_MAX);
    back++
  ) {
    const other = days.day(day.number - back)
    const isLike = isRest ? other.kind === DAY_KINDS.rest : other.weekday === day.weekday && !other.isHoliday
    if (isLike && sameWeekday.length < SAME_WEEKDAY_MAX) sameWeekday.push(other)
    if (other.kind === day.kind && sameKind.length < SAME_KIND_MAX) sameKind.push(other)
  }
  return { day, sameWeekday, sameKind }
}

/** The last day that was asked for: whoever goes through time asks for one many times. */
export class SimilarDaysOf {
  readonly #days: LocalDays
  #last: SimilarDays | null = null

  constructor(days: LocalDays) {
    this.#days = days
  }

  at(day: LocalDay): SimilarDays {
    if (this.#last?.day !== day) this.#last = similarDays(this.#days, day)
    return this.#last
  }
}

/** Reads a series at times of day by the wall clock. */
export class DaySlots {
  readonly series: KnownSeries
  readonly days: LocalDays
  /** Null where the place of the plant is not known. */
  readonly sunshine: Sunshine | null

  constructor(series: KnownSeries, days: LocalDays, sunshine: Sunshine | null = null) {
    this.series = series
    this.days = days
    this.sunshine = sunshine
  }

  /** Number of the interval at a time of day, `offset` intervals later. */
  number(day: LocalDay, timeOfDayMs: number, offset = 0): number {
    return this.series.numberOf(this.days.instantOf(day, timeOfDayMs)) + offset
  }

  /** Value at a time of day; NaN when it is not known. */
  value(day: LocalDay, timeOfDayMs: number, offset = 0): number {
    return this.series.at(this.number(day, timeOfDayMs, offset))
  }

  /** Mean over the first `count` days of a list and over `width` intervals on either side; NaN when none is known. */
  mean(list: readonly LocalDay[], count: number, timeOfDayMs: number, offset = 0, width = 0): number {
    let sum = 0
    let known = 0
    for (let i = 0; i < Math.min(count, list.length); i++) {
      const number = this.number(list[i]!, timeOfDayMs, offset)
      for (let near = number - width; near <= number + width; near++) {
        const value = this.series.at(near)
        if (Number.isNaN(value)) continue
        sum += value
        known++
      }
    }
    return known === 0 ? Number.NaN : sum / known
  }

  /** Mean of all intervals of a day. */
  level(day: LocalDay): number {
    return this.series.mean(this.series.numberOf(day.startMs), this.series.numberOf(day.endMs))
  }
}
