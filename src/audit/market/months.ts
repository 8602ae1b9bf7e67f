import { Temporal } from 'temporal-polyfill'
import type { EtsOptions } from '../../base/options/ets.js'
import type { ReportPeriod } from '../../base/report.js'

/** Months of a carbon market by the calendar of a plant, written like 2026-10. */

/** Days of a month: its first, and the first of the next. */
export function periodOfMonth(month: string): ReportPeriod {
  const from = Temporal.PlainDate.from(`${month}-01`)
  return { from: from.toString(), to: from.add({ months: 1 }).toString() }
}

/** Beginning of the day behind the last on which a month may be attested in time, epoch ms. */
export function attestationDueMs(
  month: string,
  { attest_within_days: days }: Pick<EtsOptions, 'attest_within_days'>,
  zone: string,
): number {
  const { to } = periodOfMonth(month)
  return Temporal.PlainDate.from(to).add({ days }).toZonedDateTime(zone).epochMilliseconds
}

/** Months that are over at an instant, oldest first: from the first that is watched on, the last 24 of them at most. */
export function monthsOver({ from }: Pick<EtsOptions, 'from'>, zone: string, nowMs: number): readonly string[] {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate()
  const months: string[] = []
  let month = today.with({ day: 1 }).subtract({ months: 1 })
  while (months.length < MONTHS_MAX && monthText(month) >= from) {
    months.unshift(monthText(month))
    month = month.subtract({ months: 1 })
  }
  return months
}

const MONTHS_MAX = 24

function monthText(day: Temporal.PlainDate): string {
  return day.toString().slice(0, 7)
}

/** Deadline of the oldest month that is overdue at an instant, epoch ms; null when none is. @param attested months that somebody answers for */
export function overdueMs(ets: EtsOptions, zone: string, nowMs: number, attested: ReadonlySet<string>): number | null {
  const due = monthsOver(ets, zone, nowMs)
    .filter((month) => !attested.has(month))
    .map((month) => attestationDueMs(month, ets, zone))
  return due.find((dueMs) => dueMs <= nowMs) ?? null
}
