import { Temporal } from 'temporal-polyfill'
import { DAY_MS, MINUTE_MS } from '../../src/base/durations.js'

export const MINUTES_A_DAY = 1440

/** A day on the calendar of a zone. */
export interface LocalDay {
  /** 0 is the origin's day; days before it have negative ones. */
  readonly index: number
  readonly startMs: number
  /** 1,440, but 1,380 and 1,500 when the clocks are put forward and back. */
  readonly minutes: number
  /** Monday = 1. */
  readonly weekday: number
  /** The minute of this day at which the clocks are put forward or back; null on all other days. */
  readonly clockChangeAt: number | null
  /** The works are closed all day, whatever weekday it is: a holiday. */
  readonly isHoliday: boolean
}

/** Minute of the day that clocks on the wall show `minute` minutes after midnight; before it they show the end of the day before. */
export function wallMinute(day: LocalDay, minute: number): number {
  return day.clockChangeAt === null || minute < day.clockChangeAt ? minute : minute + MINUTES_A_DAY - day.minutes
}

/** Its date, such as 2026-01-31: that of its noon, which has the same date in UTC wherever the demo plants are. */
export function dateOf(day: LocalDay): string {
  return new Date(day.startMs + DAY_MS / 2).toISOString().slice(0, 10)
}

/** First and last day of holidays, dates such as 2026-10-01. */
export type Holidays = readonly (readonly [from: string, to: string])[]

/** The days of a zone, counted from a local midnight, its origin. */
export class LocalDays {
  readonly zone: string
  /** Before this local midnight nothing is defined, epoch ms. */
  readonly epochMs: number
  readonly originMs: number
  readonly #origin: Temporal.PlainDate
  readonly #holidays: Holidays
  readonly #starts: number[] = []
  readonly #startsBefore: number[] = []
  readonly #special = new Map<number, LocalDay>()

  /**
   * @param origin a date such as 2026-01-01
   * @param epoch the first day that is defined; the origin when absent
   */
  constructor(zone: string, origin: string, { epoch = origin, holidays = [] as Holidays } = {}) {
    this.zone = zone
    this.#origin = Temporal.PlainDate.from(origin)
    this.#holidays = holidays
    this.originMs = this.#startOf(0)
    this.epochMs = Temporal.PlainDate.from(epoch).toZonedDateTime(zone).epochMilliseconds
  }

  day(index: number): LocalDay {
    const known = this.#special.get(index)
    if (known !== undefined) return known
    const startMs = this.#startOf(index)
    const minutes = (this.#startOf(index + 1) - startMs) / MINUTE_MS
    const weekday = ((((this.#origin.dayOfWeek - 1 + index) % 7) + 7) % 7) + 1
    const isHoliday = this.#isHoliday(index)
    if (minutes === MINUTES_A_DAY) return { index, startMs, minutes, weekday, clockChangeAt: null, isHoliday }
    const change = this.#midnight(index).getTimeZoneTransition('next')?.epochMilliseconds ?? startMs
    const day = { index, startMs, minutes, weekday, clockChangeAt: (change - startMs) / MINUTE_MS, isHoliday }
    this.#special.set(index, day)
    return day
  }

  /** The day that holds an instant; before the epoch nothing is defined: RangeError. */
  at(timeMs: number): LocalDay {
    if (!(timeMs >= this.epochMs)) {
      throw new RangeError(`this plant begins at ${new Date(this.epochMs).toISOString()}, nothing is known before it`)
    }
    // An hour more or less of summer time moves midnight into one of the neighbours.
    let index = Math.floor((timeMs - this.originMs) / DAY_MS)
    if (timeMs < this.#startOf(index)) index--
    else if (timeMs >= this.#startOf(index + 1)) index++
    return this.day(index)
  }

  #isHoliday(index: number): boolean {
    if (this.#holidays.length === 0) return false
    const date = this.#origin.add({ days: index }).toString()
    return this.#holidays.some(([from, to]) => date >= from && date <= to)
  }

  #startOf(index: number): number {
    for (let next = this.#starts.length; next <= index; next++) {
      this.#starts.push(this.#midnight(next).epochMilliseconds)
    }
    for (let next = this.#startsBefore.length; next < -index; next++) {
      this.#startsBefore.push(this.#midnight(-1 - next).epochMilliseconds)
    }
    return (index < 0 ? this.#startsBefore[-1 - index] : this.#starts[index])!
  }

  #midnight(index: number): Temporal.ZonedDateTime {
    return this.#origin.add({ days: index }).toZonedDateTime(this.zone)
  }
}
