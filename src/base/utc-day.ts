import { DAY_MS } from './durations.js'

/** The day of an instant in UTC, as days since 1970. */
export function utcDayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

/** First instant of a day in UTC, epoch ms. */
export function utcDayStartMs(day: number): number {
  return day * DAY_MS
}
