import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { Language } from '../format.js'
import type { Dictionary } from '../i18n/en.js'
import type { Span } from '../series/points.js'
import { type Range, spanOfRange } from './range.js'
import {
  clockText,
  dateText,
  dayText,
  isOfYear,
  isSameDay,
  localMs,
  longDayText,
  monthText,
  type Reader,
  weekdayText,
  yearText,
} from './time.js'

/** So near to now a range ends now. */
const AGO_MS = 120_000

/**
 * A range in words: Last 24 h; Tue 24 Nov; 23 Nov – 29 Nov; Nov 2026; 24 Nov 08:00 – 10:30. Days have their year where
 * one of them is not of the current one.
 */
export function rangeText(range: Range, { zone, language, nowMs }: Reader, { range: w }: Dictionary): string {
  if (range.kind === 'last') return w.last[range.last]
  if (range.kind === 'span') {
    const { fromMs, toMs } = range
    const hasYear = !isOfYear(fromMs, zone, nowMs) || !isOfYear(toMs, zone, nowMs)
    const date = (ms: number) => (hasYear ? longDayText : dayText)(ms, zone, language)
    const end = clockText(toMs, zone, language)
    return w.between(
      `${date(fromMs)} ${clockText(fromMs, zone, language)}`,
      isSameDay(fromMs, toMs, zone) ? end : `${date(toMs)} ${end}`,
    )
  }
  // The days of a calendar are the same everywhere: as if they were of UTC.
  const firstMs = Date.parse(range.first)
  const lastMs = firstMs + 6 * DAY_MS
  if (range.kind === 'year') return yearText(firstMs, language)
  if (range.kind === 'month') return monthText(firstMs, 'UTC', language)
  const today = localMs(nowMs, zone)
  const isFirstNear = isOfYear(firstMs, 'UTC', today)
  if (range.kind === 'day') return weekdayText(firstMs, language, !isFirstNear)
  const date = isFirstNear && isOfYear(lastMs, 'UTC', today) ? dayText : longDayText
  return w.between(date(firstMs, 'UTC', language), date(lastMs, 'UTC', language))
}

/** Days of a calendar, `to` not among them, as the month or year that they are: Oct 2026, 2026, 1 Oct 2026 – 7 Oct 2026. */
export function periodText(from: string, to: string, language: Language): string {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  const [first, end] = [new Date(fromMs), new Date(toMs)]
  const months = 12 * (end.getUTCFullYear() - first.getUTCFullYear()) + end.getUTCMonth() - first.getUTCMonth()
  const areWhole = first.getUTCDate() === 1 && end.getUTCDate() === 1
  if (areWhole && months === 1) return monthText(fromMs, 'UTC', language)
  if (areWhole && months === 12 && first.getUTCMonth() === 0) return yearText(fromMs, language)
  const [firstDay, lastDay] = [fromMs, toMs - DAY_MS].map((ms) => longDayText(ms, 'UTC', language))
  return firstDay === lastDay ? `${firstDay}` : `${firstDay} – ${lastDay}`
}

interface Shown extends Reader {
  /** Time of the newest data, epoch ms: a sum does not go beyond it. */
  readonly newestMs: number
}

/** Words for the time that a sum is of: "today to 16:42", "Nov 2026 to 24 Nov 16:42", or the windows that lie in a period. */
export function sumText(
  range: Range,
  covered: Span | null,
  { zone, language, nowMs, newestMs }: Shown,
  w: Dictionary,
): string {
  const reader = { zone, language, nowMs }
  const at = (ms: number) => {
    const clock = clockText(ms, zone, language)
    return isSameDay(ms, nowMs, zone) ? clock : `${dateText(ms, reader)} ${clock}`
  }
  const toMs = Math.min(covered?.toMs ?? nowMs, nowMs, newestMs)
  if (range.kind === 'last' || range.kind === 'span') {
    if (covered === null) return rangeText(range, reader, w)
    const asked = spanOfRange(range, zone, nowMs)
    const isWhole = Math.abs(covered.toMs - covered.fromMs - (asked.toMs - asked.fromMs)) < HOUR_MS
    if (!isWhole || range.kind === 'span') return w.range.between(at(covered.fromMs), at(toMs))
    const name = rangeText(range, reader, w)
    return covered.toMs < nowMs - AGO_MS ? w.energy.upTo(name, at(covered.toMs)) : name
  }
  const name = rangeText(range, reader, w)
  if (covered === null) return name
  const span = spanOfRange(range, zone, nowMs)
  const shown = range.kind === 'day' && span.toMs > nowMs ? w.tile.today : name
  const upTo = span.toMs > toMs ? w.energy.upTo(shown, at(toMs)) : name
  return covered.fromMs > span.fromMs + HOUR_MS ? `${upTo} · ${w.energy.dataFrom(at(covered.fromMs))}` : upTo
}
