import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/durations.js'

/** Digits of a wall clock, with or without signs between them: 2026-11-24T08:00:00, 2026.11.24 08:00:00.250, 20261124080000. */
const WALL_TIME = /^(\d{4})[-./]?(\d\d)[-./]?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?$/
/** Length of 2026-11-24T08:00:00, and of what comes before its seconds. */
const SECONDS_LENGTH = 19
const MINUTE_LENGTH = 17
const ZERO = '0'.charCodeAt(0)

/** The instants that a minute of a wall clock can be: two in the hour that comes twice, two equal ones else. */
interface Minute {
  readonly earlierMs: number
  readonly laterMs: number
}

/** Days of a year of which one is in winter, on either half of the earth: month and day. */
const HALVES = [
  [0, 1],
  [6, 1],
] as const

/**
 * A wall clock without offset in one zone. The hour that comes twice in autumn is told apart by the arrival of the
 * message: the instant nearer to it is meant, the later one when both are as near. A time that no clock showed, in the
 * hour left out in spring, is read with the offset before it.
 */
export class LocalTime {
  readonly #zone: string
  /** The minute that was read last, as it was written and as it was understood. */
  #text = '-'
  #wall = Number.NaN
  #minute: Minute = { earlierMs: 0, laterMs: 0 }
  /** The day of the wall clock that was asked about last, and the offset on all of it; null where clocks may be changed. */
  #day = Number.NaN
  #dayOffsetMs: number | null = null

  /** @param zone IANA */
  constructor(zone: string) {
    this.#zone = zone
  }

  /**
   * Epoch ms of a text; null when it is no time of a wall clock.
   *
   * @param isSummer whether the device says that summer time is in force, which must be so in the zone; null: it does not say
   */
  read(text: string, arrivedAt: number, isSummer: boolean | null = null): number | null {
    // Nearly all are of a minute that was just read, and end in seconds.
    if (isSummer === null && text.length === SECONDS_LENGTH && text.startsWith(this.#text)) {
      const [tens, ones] = [text.charCodeAt(17) - ZERO, text.charCodeAt(18) - ZERO]
      if (tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9) return this.#nearest((tens * 10 + ones) * 1000, arrivedAt)
    }
    const found = WALL_TIME.exec(text)
    if (found === null) return null
    const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((at) => Number(found[at]))
    if (month! < 1 || month! > 12 || day! < 1 || hour! > 23 || minute! > 59 || second! > 59) return null
    const wall = Date.UTC(year!, month! - 1, day!, hour!, minute!)
    if (new Date(wall).getUTCDate() !== day) return null
    if (wall !== this.#wall) {
      this.#minute = this.#look(wall)
      this.#wall = wall
    }
    const isToSeconds = text.length === SECONDS_LENGTH && text[MINUTE_LENGTH - 1] === ':'
    this.#text = isToSeconds ? text.slice(0, MINUTE_LENGTH) : '-'
    const ms = found[7] === undefined ? 0 : Math.trunc(Number(`0.${found[7]}`) * 1000)
    if (isSummer !== null) return this.#said(isSummer, second! * 1000 + ms)
    return this.#nearest(second! * 1000 + ms, arrivedAt)
  }

  /** The instant that a device tells apart itself: summer time comes first in the hour that comes twice. */
  #said(isSummer: boolean, ms: number): number | null {
    const { earlierMs, laterMs } = this.#minute
    const at = isSummer ? earlierMs : laterMs
    const year = new Date(this.#wall).getUTCFullYear()
    const standard = Math.min(...HALVES.map(([month, day]) => offsetOf(Date.UTC(year, month, day), this.#zone)))
    return offsetOf(at, this.#zone) > standard === isSummer ? at + ms : null
  }

  /** @param ms since the minute began */
  #nearest(ms: number, arrivedAt: number): number {
    const { earlierMs, laterMs } = this.#minute
    const isEarlier = Math.abs(earlierMs + ms - arrivedAt) < Math.abs(laterMs + ms - arrivedAt)
    return (isEarlier ? earlierMs : laterMs) + ms
  }

  /** Asked once a minute of the clock: devices that send together share it. */
  #look(wall: number): Minute {
    const day = Math.floor(wall / DAY_MS) * DAY_MS
    if (day !== this.#day) {
      this.#dayOffsetMs = steadyOffset(day, this.#zone)
      this.#day = day
    }
    if (this.#dayOffsetMs !== null) return { earlierMs: wall - this.#dayOffsetMs, laterMs: wall - this.#dayOffsetMs }
    const local = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime()
    const at = (disambiguation: 'earlier' | 'later') => {
      return local.toZonedDateTime(this.#zone, { disambiguation }).epochMilliseconds
    }
    const [earlierMs, laterMs] = [at('earlier'), at('later')]
    const isLeftOut = wallOf(laterMs, this.#zone) !== wall
    return isLeftOut ? { earlierMs: laterMs, laterMs } : { earlierMs, laterMs }
  }
}

/** Time that the clocks of a zone show at an instant, as if it were UTC, epoch ms, to the minute. */
function wallOf(ms: number, zone: string): number {
  return Math.floor((ms + offsetOf(ms, zone)) / MINUTE_MS) * MINUTE_MS
}

/** Clocks that are changed and changed back within it would not be noticed; no zone has had that. */
const LOOK_MS = 12 * HOUR_MS

/** Offset of a day of the wall clock, ms, from the day before it to the day behind it; null where clocks are changed in that time. */
function steadyOffset(day: number, zone: string): number | null {
  const offset = offsetOf(day - DAY_MS, zone)
  for (let at = day - DAY_MS + LOOK_MS; at <= day + 2 * DAY_MS; at += LOOK_MS) {
    if (offsetOf(at, zone) !== offset) return null
  }
  return offset
}

/** Offset of the clocks of a zone from UTC at an instant, ms. */
function offsetOf(ms: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6
}
