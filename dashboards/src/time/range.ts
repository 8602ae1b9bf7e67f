import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { Window } from '../../../src/base/kpi.js'
import type { Span } from '../series/points.js'
import { instantOf, localMs } from './time.js'

/** The one period that a whole page shows. It stands in the address, and drilling down keeps it. */

/** Periods that end now. */
export const LAST_MS = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '365d': 365 * DAY_MS,
} as const
export type Last = keyof typeof LAST_MS

export const PERIODS = ['day', 'week', 'month', 'year'] as const
export type Period = (typeof PERIODS)[number]
const PERIOD_MS: Readonly<Record<Period, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 31 * DAY_MS,
  year: 366 * DAY_MS,
}

export type Range =
  | { readonly kind: 'last'; readonly last: Last }
  /** A period of the calendar, in the time of whichever plant is shown: `first` is its first day, 2026-11-24. */
  | { readonly kind: Period; readonly first: string }
  | { readonly kind: 'span'; readonly fromMs: number; readonly toMs: number }

export const FIRST_RANGE: Range = { kind: 'last', last: '24h' }

const SPAN_MIN_MS = 60_000
/** Longer than this nobody has data, and later than this a date is a slip of the hand. */
const SPAN_MAX_MS = 100 * 366 * DAY_MS
const FIRST_MS = Date.UTC(2000, 0)
const LAST_DAY_MS = Date.UTC(2100, 0)

/** A range from its text in an address; what is none is null. */
export function parseRange(text: string): Range | null {
  const last = Object.keys(LAST_MS).find((name) => name === text)
  if (last !== undefined) return { kind: 'last', last: last as Last }
  if (/^\d{4}$/.test(text)) return periodIn('year', `${text}-01-01`)
  if (/^\d{4}-\d{2}$/.test(text)) return periodIn('month', `${text}-01`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return periodIn('day', text)
  const week = /^week-(\d{4}-\d{2}-\d{2})$/.exec(text)?.[1]
  if (week !== undefined) return periodIn('week', week)
  const [from, to] = text.split('..').map((part) => Date.parse(part))
  if (from === undefined || to === undefined || !(to - from >= SPAN_MIN_MS) || to - from > SPAN_MAX_MS) return null
  return from >= FIRST_MS && to <= LAST_DAY_MS ? { kind: 'span', fromMs: from, toMs: to } : null
}

function periodIn(kind: Period, first: string): Range | null {
  const ms = Date.parse(first)
  if (!(ms >= FIRST_MS && ms < LAST_DAY_MS) || dateText(ms) !== first) return null
  return { kind, first: dateText(startOf(kind, ms)) }
}

export function rangeParameter(range: Range): string {
  if (range.kind === 'last') return range.last
  if (range.kind === 'span') return `${instantText(range.fromMs)}..${instantText(range.toMs)}`
  if (range.kind === 'week') return `week-${range.first}`
  return range.first.slice(0, { day: 10, month: 7, year: 4 }[range.kind])
}

const instantText = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')
/** Date, as 2026-11-24, of ms that read as local time when they are taken for UTC. */
const dateText = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** The first day of the period that a local day is in; weeks begin on Monday (ISO 8601). */
function startOf(kind: Period, dayMs: number): number {
  const day = new Date(dayMs)
  if (kind === 'week') return dayMs - ((day.getUTCDay() + 6) % 7) * DAY_MS
  if (kind === 'month') return Date.UTC(day.getUTCFullYear(), day.getUTCMonth())
  if (kind === 'year') return Date.UTC(day.getUTCFullYear(), 0)
  return dayMs
}

function shifted(kind: Period, first: string, by: number): string {
  const day = new Date(first)
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()]
  if (kind === 'day') return dateText(Date.UTC(year, month, date + by))
  if (kind === 'week') return dateText(Date.UTC(year, month, date + 7 * by))
  if (kind === 'month') return dateText(Date.UTC(year, month + by))
  return dateText(Date.UTC(year + by, 0))
}

/** From when to when a range goes, in the time of a plant. A period that is running ends in the future. */
export function spanOfRange(range: Range, zone: string, nowMs: number): Span {
  if (range.kind === 'last') return { fromMs: nowMs - LAST_MS[range.last], toMs: nowMs }
  if (range.kind === 'span') return { fromMs: range.fromMs, toMs: range.toMs }
  return {
    fromMs: instantOf(Date.parse(range.first), zone),
    toMs: instantOf(Date.parse(shifted(range.kind, range.first, 1)), zone),
  }
}

/** Span that a range is compared with: the period before it, or as long a period before it. */
export function spanBefore(range: Range, zone: string, nowMs: number): Span {
  const span = spanOfRange(range, zone, nowMs)
  if (range.kind !== 'last' && range.kind !== 'span') {
    return spanOfRange({ kind: range.kind, first: shifted(range.kind, range.first, -1) }, zone, nowMs)
  }
  return { fromMs: span.fromMs - (span.toMs - span.fromMs), toMs: span.fromMs }
}

/** True when a range reaches now: there is nothing after it. */
export function reachesNow(range: Range, zone: string, nowMs: number): boolean {
  return spanOfRange(range, zone, nowMs).toMs >= nowMs
}

/** One period, or its own length, back or on; never beyond now. */
export function stepped(range: Range, by: -1 | 1, zone: string, nowMs: number): Range {
  if (by === 1 && reachesNow(range, zone, nowMs)) return range
  if (range.kind !== 'last' && range.kind !== 'span') {
    return { kind: range.kind, first: shifted(range.kind, range.first, by) }
  }
  const { fromMs, toMs } = spanOfRange(range, zone, nowMs)
  const lengthMs = toMs - fromMs
  const nextToMs = toMs + by * lengthMs
  const last = Object.entries(LAST_MS).find(([, ms]) => ms === lengthMs)?.[0] as Last | undefined
  // Back at now it moves with the clock again.
  if (last !== undefined && nextToMs > nowMs - 60_000) return { kind: 'last', last }
  return { kind: 'span', fromMs: nextToMs - lengthMs, toMs: nextToMs }
}

/** The day, week, month or year in which a range ends. */
export function periodOf(range: Range, kind: Period, zone: string, nowMs: number): Range {
  const endMs = Math.min(nowMs, spanOfRange(range, zone, nowMs).toMs - 1)
  const day = Date.parse(dateText(localMs(endMs, zone)))
  return { kind, first: dateText(startOf(kind, day)) }
}

/** The day that is chosen, else the month in which the range ends: what figures are reported of. */
export function reportRange(range: Range, zone: string, nowMs: number): Range & { readonly kind: 'day' | 'month' } {
  const kind = range.kind === 'day' ? 'day' : 'month'
  return periodOf(range, kind, zone, nowMs) as Range & { readonly kind: 'day' | 'month' }
}

/** About how long it is, where no zone is at hand. */
export function lengthMsOf(range: Range): number {
  if (range.kind === 'last') return LAST_MS[range.last]
  if (range.kind === 'span') return range.toMs - range.fromMs
  return PERIOD_MS[range.kind]
}

const WINDOW_MS: Readonly<Record<Exclude<Window, 'shift'>, number>> = {
  '1m': 60_000,
  '15m': 900_000,
  '1h': HOUR_MS,
  '1d': DAY_MS,
  '1mo': 30.44 * DAY_MS,
}
/** Half the pixels of a chart in a card: more marks than that run into each other. */
const MARKS_MAX = 400

/** Two in a pixel: more than that is a smear, whatever somebody chooses. */
const MARKS_LIMIT = 2_000

/** True when a range has more windows than can be told apart. */
export function isTooFine(lengthMs: number, window: Window): boolean {
  return window !== 'shift' && lengthMs / WINDOW_MS[window] > MARKS_LIMIT
}

/** The finest window of which a range has no more marks than a chart can show. */
export function windowThatFits(lengthMs: number, windows: readonly Window[], marksMax = MARKS_MAX): Window {
  const offered = (Object.keys(WINDOW_MS) as Exclude<Window, 'shift'>[]).filter((w) => windows.includes(w))
  const fits = offered.find((window) => lengthMs / WINDOW_MS[window] <= marksMax)
  return fits ?? offered.at(-1) ?? windows[0] ?? '1h'
}
