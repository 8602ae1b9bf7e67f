import { DAY_MS } from '../../base/durations.js'
import type { ReportPlant } from '../../base/report.js'
import { Calendar } from '../../kpi/series/calendar.js'

/**
 * Days of a plant that have readings, and how many of them are sealed as a whole: the ledger seals days of UTC, and of these
 * a period of four days in Shanghai has parts of five.
 */
export function sealedOf(
  utcDays: ReadonlySet<number>,
  { start, end, timezone }: Pick<ReportPlant, 'start' | 'end' | 'timezone'>,
  isSealed: (utcDay: number) => boolean,
): { readonly days: number; readonly sealed: number } {
  let [days, sealed] = [0, 0]
  for (const { startMs, endMs } of new Calendar(timezone).spans('1d', Date.parse(start), Date.parse(end))) {
    const own: number[] = []
    for (let day = Math.floor(startMs / DAY_MS); day * DAY_MS < endMs; day++) if (utcDays.has(day)) own.push(day)
    if (own.length === 0) continue
    days++
    if (own.every(isSealed)) sealed++
  }
  return { days, sealed }
}
