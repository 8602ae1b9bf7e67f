import { Temporal } from 'temporal-polyfill'
import { DAY_MS } from '../base/durations.js'
import type { TimeRange } from '../kpi/series/calendar.js'

const MONTHS = { quarter: 3, year: 12 } as const

/** The quarters or years of a plant's zone that reach into [fromMs, toMs), whole and in order. */
export function periodsOf(size: keyof typeof MONTHS, zone: string, fromMs: number, toMs: number): readonly TimeRange[] {
  const months = MONTHS[size]
  const periods: TimeRange[] = []
  const first = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone)
  let month = first.with({ day: 1, month: Math.floor((first.month - 1) / months) * months + 1 }).startOfDay()
  while (month.epochMilliseconds < toMs) {
    const next = month.add({ months }).startOfDay()
    periods.push({ startMs: month.epochMilliseconds, endMs: next.epochMilliseconds })
    month = next
  }
  return periods
}

/** An instant as the clocks of a zone show it, with the offset that makes it exact: 2026-10-01T00:00:00+08:00. */
export function localTime(instant: string, zone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(zone)
  return local.toString({ timeZoneName: 'never' })
}

/** The last day of a range of days that ends before `to`: 2026-12-31 for 2027-01-01. */
export function lastDay(to: string): string {
  return new Date(Date.parse(to) - DAY_MS).toISOString().slice(0, 10)
}
