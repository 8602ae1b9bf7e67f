import type { Language } from './format.js'
import type { Dictionary } from './i18n/en.js'
import type { Range } from './range.js'
import { clockText, dayText, monthText, weekdayText, yearText } from './time.js'

const DAY_MS = 86_400_000

/** A range in words: Last 24 h; Tue 24 Nov; 23 Nov – 29 Nov; Nov 2026; 24 Nov 08:00 – 10:30. */
export function rangeText(range: Range, zone: string, language: Language, { range: w }: Dictionary): string {
  if (range.kind === 'last') return w.last[range.last]
  if (range.kind === 'span') {
    const { fromMs, toMs } = range
    const from = `${dayText(fromMs, zone, language)} ${clockText(fromMs, zone, language)}`
    const isOneDay = dayText(fromMs, zone, language) === dayText(toMs, zone, language)
    const end = clockText(toMs, zone, language)
    return w.between(from, isOneDay ? end : `${dayText(toMs, zone, language)} ${end}`)
  }
  // The days of a calendar are the same everywhere: as if they were of UTC.
  const firstMs = Date.parse(range.first)
  if (range.kind === 'year') return yearText(firstMs, language)
  if (range.kind === 'month') return monthText(firstMs, 'UTC', language)
  if (range.kind === 'day') return weekdayText(firstMs, language)
  return w.between(dayText(firstMs, 'UTC', language), dayText(firstMs + 6 * DAY_MS, 'UTC', language))
}
