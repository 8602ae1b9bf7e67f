import { DAY_MS } from '../base/durations.js'
import { type Fault, fault } from './fault.js'

/** A time further after the arrival is refused. */
export const AHEAD_MAX_MS = 5 * 60_000
const OLDEST_MS = Date.UTC(2000, 0, 1)
/** RFC 3339 writes the years 0000 to 9999. */
const WRITABLE_MS = [-62_167_219_200_000, 253_402_300_799_999] as const
/** A whole cycle of the calendar. `Date.UTC` takes the years 0 to 99, such as the empty time 0001-01-01, for 19xx. */
const FOUR_CENTURIES_MS = 146_097 * DAY_MS
const ZERO = '0'.charCodeAt(0)

// RFC 3339 §5.6; "t" and "z" may be lower case. A leap second (:60) is the first instant of the next minute.
const RFC3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

/**
 * Epoch milliseconds of an RFC 3339 text with offset, truncated; null when it is none or its day does not exist.
 * Read by position (each message has one: captures and `Date.parse` together cost as much as the JSON around it).
 */
export function parseRfc3339(text: string): number | null {
  if (!RFC3339.test(text)) return null
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  if (day > 28 && day > daysIn(year, month)) return null
  const ms = milliseconds(text, 19)
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)]
  const local = Date.UTC(year + 400, month - 1, day, hour, minute, second, ms) - FOUR_CENTURIES_MS
  const zone = text.length - 6
  const sign = text[zone]
  if (sign !== '+' && sign !== '-') return local
  const offsetMs = (twoDigits(text, zone + 1) * 60 + twoDigits(text, zone + 4)) * 60_000
  return sign === '-' ? local + offsetMs : local - offsetMs
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO
}

/** The first three digits of a fraction whose point stands at `pointAt`; 0 when there is no point. */
function milliseconds(text: string, pointAt: number): number {
  if (text[pointAt] !== '.') return 0
  let ms = 0
  for (let place = 1, weight = 100; place <= 3; place++, weight /= 10) {
    const digit = text.charCodeAt(pointAt + place) - ZERO
    if (!(digit >= 0 && digit <= 9)) break
    ms += digit * weight
  }
  return ms
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year + 400, month, 0)).getUTCDate()
}

/** True when `ts` can be written as RFC 3339. */
export function isWritable(ts: number): boolean {
  return ts >= WRITABLE_MS[0] && ts <= WRITABLE_MS[1]
}

/**
 * Fault of an event time that lies in the future or is too old; null when it is neither. Both are measured against the
 * arrival, never against a clock, so that a replay judges the same. `retentionMs` null: the archive keeps everything.
 * `aheadMs`: by so much it may be later than the arrival says.
 */
export function timeFault(ts: number, arrivedAt: number, retentionMs: number | null, aheadMs = 0): Fault | null {
  if (ts > arrivedAt + aheadMs + AHEAD_MAX_MS) {
    const hint = isLikely(ts / 1000, arrivedAt)
      ? 'microseconds sent as milliseconds?'
      : "set the device's clock; if it was the gateway's that was behind, set that and retry the message from the quarantine"
    return fault(
      'ts_future',
      `ts ${show(ts)} lies more than 5 minutes after the arrival at ${show(arrivedAt)}: ${hint}`,
    )
  }
  if (ts < OLDEST_MS) {
    const hint = isLikely(ts * 1000, arrivedAt) ? 'seconds sent as milliseconds?' : "set the device's clock"
    return fault('ts_too_old', `ts ${show(ts)} lies before the year 2000: ${hint}`)
  }
  if (retentionMs !== null && ts < arrivedAt - retentionMs) {
    return fault(
      'ts_too_old',
      `ts ${show(ts)} lies before ${show(arrivedAt - retentionMs)}, the oldest the archive keeps (archive.retention)`,
    )
  }
  return null
}

function isLikely(ts: number, arrivedAt: number): boolean {
  return ts >= OLDEST_MS && ts <= arrivedAt + AHEAD_MAX_MS
}

function show(ts: number): string {
  return isWritable(ts) ? new Date(ts).toISOString() : String(ts)
}
