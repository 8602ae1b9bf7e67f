import { DAY_MS } from '../base/durations.js'

const ZERO = 0x30
const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const COLON = 0x3a
const SMALL_T = 0x74
const SMALL_Z = 0x7a
/** Turns a capital letter into a small one. */
const SMALL = 0x20
/** Days from -0000-03-01, where the days of `dayOf` begin, to the epoch. */
const EPOCH_DAY = 719_468

/**
 * Reads an RFC 3339 text with offset that begins at `start` into `into[0]`, as epoch ms, truncated: what `parseRfc3339`
 * gives. Returns where it ends, -1 when it is none or its year is before 1000.
 */
export function readRfc3339(bytes: Uint8Array, start: number, into: Float64Array): number {
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2)
  const month = twoDigits(bytes, start + 5)
  const day = twoDigits(bytes, start + 8)
  const hour = twoDigits(bytes, start + 11)
  const minute = twoDigits(bytes, start + 14)
  const second = twoDigits(bytes, start + 17)
  const isWritten =
    bytes[start + 4] === MINUS &&
    bytes[start + 7] === MINUS &&
    (bytes[start + 10]! | SMALL) === SMALL_T &&
    bytes[start + 13] === COLON &&
    bytes[start + 16] === COLON
  if (!isWritten) return -1
  // A pair that is no two digits is negative, far enough to take the century with it.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return -1
  // A leap second (:60) is the first instant of the next minute.
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60)) return -1
  let at = start + 19
  let ms = 0
  if (bytes[at] === POINT) {
    const first = ++at
    for (let weight = 100; ; at++, weight = weight >= 10 ? weight / 10 : 0) {
      const digit = bytes[at]! - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      ms += digit * weight
    }
    if (at === first) return -1
  }
  let offsetMinutes = 0
  const zone = bytes[at]!
  if (zone === PLUS || zone === MINUS) {
    const hours = twoDigits(bytes, at + 1)
    const minutes = twoDigits(bytes, at + 4)
    if (!(hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59 && bytes[at + 3] === COLON)) return -1
    offsetMinutes = zone === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes)
    at += 6
  } else if ((zone | SMALL) === SMALL_Z) at++
  else return -1
  const minutes = hour * 60 + minute - offsetMinutes
  into[0] = dayOf(year, month, day) * DAY_MS + minutes * 60_000 + second * 1000 + ms
  return at
}

/** -10000 when they are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -10_000
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Days since the epoch. The year is counted from March, so that the day which may be missing is its last. */
function dayOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const dayOfYear = (((153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5) | 0) + day - 1
  return y * 365 + ((y / 4) | 0) - ((y / 100) | 0) + ((y / 400) | 0) + dayOfYear - EPOCH_DAY
}
