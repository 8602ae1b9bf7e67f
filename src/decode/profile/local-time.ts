import { Temporal } from 'temporal-polyfill'

/** Digits of a wall clock, with or without signs between them: 2026-11-24T08:00:00, 2026.11.24 08:00:00.250, 20261124080000. */
const WALL_TIME = /^(\d{4})[-./]?(\d\d)[-./]?(\d\d)[T ]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?$/
const MINUTE_MS = 60_000

/** The instants that a minute of a wall clock can be: two in the hour that comes twice, two equal ones else. */
interface Minute {
  readonly earlierMs: number
  readonly laterMs: number
}

/**
 * A wall clock without offset in one zone. The hour that comes twice in autumn is told apart by the arrival of the
 * message: the instant nearer to it is meant, the later one when both are as near. A time that no clock showed, in the
 * hour left out in spring, is read with the offset before it.
 */
export class LocalTime {
  readonly #zone: string
  #wall = Number.NaN
  #minute: Minute = { earlierMs: 0, laterMs: 0 }

  /** @param zone IANA */
  constructor(zone: string) {
    this.#zone = zone
  }

  /** Epoch ms of a text; null when it is no time of a wall clock. */
  read(text: string, arrivedAt: number): number | null {
    const found = WALL_TIME.exec(text)
    if (found === null) return null
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null
    const wall = Date.UTC(year, month - 1, day, hour, minute)
    if (new Date(wall).getUTCDate() !== day) return null
    if (wall !== this.#wall) {
      this.#minute = this.#look(wall)
      this.#wall = wall
    }
    const { earlierMs, laterMs } = this.#minute
    const ms = second * 1000 + (found[7] === undefined ? 0 : Math.trunc(Number(`0.${found[7]}`) * 1000))
    const isEarlier = Math.abs(earlierMs + ms - arrivedAt) < Math.abs(laterMs + ms - arrivedAt)
    return (isEarlier ? earlierMs : laterMs) + ms
  }

  /** Asked once a minute of the clock: devices that send together share it. */
  #look(wall: number): Minute {
    const local = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime()
    const at = (disambiguation: 'earlier' | 'later') => {
      return local.toZonedDateTime(this.#zone, { disambiguation }).epochMilliseconds
    }
    const [earlierMs, laterMs] = [at('earlier'), at('later')]
    const isLeftOut = wallOf(laterMs, this.#zone) !== wall
    return isLeftOut ? { earlierMs: laterMs, laterMs } : { earlierMs, laterMs }
  }
}

/** What the clocks of a zone show at an instant, as if it were UTC, to the minute. */
function wallOf(ms: number, zone: string): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  return Math.floor((ms + offsetNanoseconds / 1e6) / MINUTE_MS) * MINUTE_MS
}
