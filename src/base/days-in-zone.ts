import { Temporal } from 'temporal-polyfill'

/** Days by the calendar of a plant, written like 2026-10-01. */

/** True for a day that exists, from the second of the epoch on: the first has begun before it in half of the zones. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1970-01-02') return false
  try {
    return Temporal.PlainDate.from(text).toString() === text
  } catch {
    return false
  }
}

/** The day that an instant, epoch ms, is in in a zone. Slow: not for every window. */
export function dayInZone(zone: string, atMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** Beginning of a day in a zone, epoch ms. Slow: not for every window. */
export function startOfDayIn(zone: string, day: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds
}
