import { Temporal } from 'temporal-polyfill'
import { DAY_MS, MINUTE_MS } from '../../src/base/durations.js'

export const MINUTES_A_DAY = 1440

/** A day on the calendar of a zone. */
export interface LocalDay {
  /** 0 is the day that begins at the epoch. */
  readonly index: number
  readonly startMs: number
  /** 1,440, but 1,380 and 1,500 when the clocks are put forward and back. */
  readonly minutes: number
  /** Monday = 1. */
  readonly weekday: number
  /** The minute of this day at which the clocks are put forward or back; null on all other days. */
  readonly clockChangeAt: number | null
}

/** Minute of the day that clocks on the wall show `minute` minutes after midnight; before it they show the end of the day before. */
export function wallMinute(day: LocalDay, minute: number): number {
  return day.clockChangeAt === null || minute < day.clockChangeAt ? minute : minute + MINUTES_A_DAY - day.minutes
}

/** Its date, such as 2026-01-31: that of its noon, which has the same date in UTC wherever the demo plants are. */
export function dateOf(day: LocalDay): string {
  return new Date(day.startMs + DAY_MS / 2).toISOString().slice(0, 10)
}

/** The days of a zone, counted from a local midnight. */
export class LocalDays {
  readonly zone: string
  readonly epochMs: number
  readonly #epoch: Temporal.PlainDate
  readonly #starts: number[] = []
  readonly #changes = new Map<number, LocalDay>()

  /** @param epoch a date such as 2026-01-01 */
  constructor(zone: string, epoch: string) {
    this.zone = zone
    this.#epoch = Temporal.PlainDate.from(epoch)
    this.epochMs = this.#startOf(0)
  }

  day(index: number): LocalDay {
    const startMs = this.#startOf(index)
    const minutes = (this.#startOf(index + 1) - startMs) / MINUTE_MS
    const weekday = ((this.#epoch.dayOfWeek - 1 + index) % 7) + 1
    if (minutes === MINUTES_A_DAY) return { index, startMs, minutes, weekday, clockChangeAt: null }
    const known = this.#changes.get(index)
    if (known !== undefined) return known
    const change = this.#midnight(index).getTimeZoneTransition('next')?.epochMilliseconds ?? startMs
    const day = { index, startMs, minutes, weekday, clockChangeAt: (change - startMs) / MINUTE_MS }
    this.#changes.set(index, day)
    return day
  }

  /** The day that holds an instant; before the epoch nothing is defined: RangeError. */
  at(timeMs: number): LocalDay {
    if (!(timeMs >= this.epochMs)) {
      throw new RangeError(`this plant begins at ${new Date(this.epochMs).toISOString()}, nothing is known before it`)
    }
    // An hour more or less of summer time moves midnight into one of the neighbours.
    let index = Math.floor((timeMs - this.epochMs) / DAY_MS)
    if (timeMs < this.#startOf(index)) index--
    else if (timeMs >= this.#startOf(index + 1)) index++
    return this.day(index)
  }

  #startOf(index: number): number {
    for (let next = this.#starts.length; next <= index; next++) {
      this.#starts.push(this.#midnight(next).epochMilliseconds)
    }
    return this.#starts[index]!
  }

  #midnight(index: number): Temporal.ZonedDateTime {
    return this.#epoch.add({ days: index }).toZonedDateTime(this.zone)
  }
}
