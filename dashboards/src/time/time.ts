import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import type { Window } from '../../../src/base/kpi.js'
import type { Language } from '../format.js'

const formats = new Map<string, Intl.DateTimeFormat>()

function dateFormat(language: Language, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}|${timeZone}|${JSON.stringify(options)}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { ...options, timeZone })
    formats.set(key, format)
  }
  return format
}

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** 16:42 */
export function clockText(ms: number, zone: string, language: Language): string {
  return dateFormat(language, zone, CLOCK).format(ms)
}

/** 16:42:18 */
export function clockSecondsText(ms: number, zone: string, language: Language): string {
  return dateFormat(language, zone, { ...CLOCK, second: '2-digit' }).format(ms)
}

/** 24 Nov, 11月24日 */
export function dayText(ms: number, zone: string, language: Language): string {
  return dateFormat(language, zone, { day: 'numeric', month: 'short' }).format(ms)
}

/** 24 Nov 2026, 2026年11月24日 */
export function longDayText(ms: number, zone: string, language: Language): string {
  return dateFormat(language, zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(ms)
}

/** In whose time and words an instant is told, and when. */
export interface Reader {
  readonly zone: string
  readonly language: Language
  readonly nowMs: number
}

/** 24 Nov, and with its year where that is not the current one. */
export function dateText(ms: number, { zone, language, nowMs }: Reader): string {
  return isOfYear(ms, zone, nowMs) ? dayText(ms, zone, language) : longDayText(ms, zone, language)
}

/** True when an instant is of the year that it is now. */
export function isOfYear(ms: number, zone: string, nowMs: number): boolean {
  return yearOf(ms, zone) === yearOf(nowMs, zone)
}

const yearOf = (ms: number, zone: string) => new Date(localMs(ms, zone)).getUTCFullYear()

/** True when two instants are of one day, of the same year too. */
export function isSameDay(a: number, b: number, zone: string): boolean {
  return Math.floor(localMs(a, zone) / DAY_MS) === Math.floor(localMs(b, zone) / DAY_MS)
}

/** Nov 2026, 2026年11月 */
export function monthText(ms: number, zone: string, language: Language): string {
  return dateFormat(language, zone, { month: 'short', year: 'numeric' }).format(ms)
}

/** 2026, 2026年: of a calendar, as if it were of UTC. */
export function yearText(ms: number, language: Language): string {
  return dateFormat(language, 'UTC', { year: 'numeric' }).format(ms)
}

/** Tue 24 Nov, 11月24日周二: of a calendar, as if it were of UTC. */
export function weekdayText(ms: number, language: Language, hasYear = false): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: hasYear ? 'numeric' : undefined } as const
  return dateFormat(language, 'UTC', day).format(ms).replace(',', '')
}

/** Text that a field for date and time takes: 2026-11-24T16:42, in local time. */
export function fieldText(ms: number, zone: string): string {
  return new Date(localMs(ms, zone)).toISOString().slice(0, 16)
}

/** Date, time and offset from UTC: what stands on hover and in tables. */
export function exactText(ms: number, zone: string, language: Language): string {
  return `${longDayText(ms, zone, language)} ${clockSecondsText(ms, zone, language)} ${offsetText(ms, zone)}`
}

/** Date and time to the minute: 1 Oct 2026 00:00. */
export function minuteText(ms: number, zone: string, language: Language): string {
  return `${longDayText(ms, zone, language)} ${clockText(ms, zone, language)}`
}

/** UTC+8, or UTC alone where there is no offset. */
export function offsetText(ms: number, zone: string): string {
  const parts = dateFormat('en', zone, { timeZoneName: 'shortOffset' }).formatToParts(ms)
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  // Some engines write GMT+0 for what others write GMT.
  return name.replace('GMT', 'UTC').replace(/\+0$/, '').replace('-', '\u2212')
}

/** 2026-11-24T16:42:00+08:00: an instant as it reads in a zone, for whoever reads it next. */
export function isoText(ms: number, zone: string): string {
  const shift = offsetMs(ms, zone)
  const minutes = Math.abs(shift) / 60_000
  const two = (n: number) => String(n).padStart(2, '0')
  const offset = `${shift < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  return `${new Date(ms + shift).toISOString().slice(0, 19)}${offset}`
}

/** A window in words: 16:42–16:43, 24 Nov, Nov 2026, with the day when it is not today, and the year when it is long ago. */
export function windowText(
  startMs: number,
  endMs: number,
  window: Window,
  place: { readonly zone: string; readonly language: Language; readonly nowMs: number },
): string {
  if (window === '1mo') return monthText(startMs, place.zone, place.language)
  const isNear = Math.abs(startMs - place.nowMs) < 200 * DAY_MS
  const day = isNear ? dayText(startMs, place.zone, place.language) : longDayText(startMs, place.zone, place.language)
  if (window === '1d') return day
  const times = `${clockText(startMs, place.zone, place.language)}–${clockText(endMs, place.zone, place.language)}`
  return day === dayText(place.nowMs, place.zone, place.language) ? times : `${day} ${times}`
}

/** Milliseconds that must be added to UTC to read as local time of the zone at that instant. */
export function offsetMs(ms: number, zone: string): number {
  // Offsets change on a quarter of an hour at the finest; to take an instant apart is dear, and tiles ask all the time.
  const key = `${zone}|${Math.floor(ms / QUARTER_HOUR_MS)}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size >= OFFSETS_MAX) offsets.clear()
  const offset = offsetAt(ms, zone)
  offsets.set(key, offset)
  return offset
}

const offsets = new Map<string, number>()
const OFFSETS_MAX = 4_000

function offsetAt(ms: number, zone: string): number {
  const format = dateFormat('en', zone, {
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const part = Object.fromEntries(format.formatToParts(ms).map((p) => [p.type, Number(p.value)]))
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
  return local - Math.floor(ms / 1000) * 1000
}

/** An instant as its local time reads when it is taken for UTC. */
export function localMs(ms: number, zone: string): number {
  return ms + offsetMs(ms, zone)
}

/** The instant at which it is that local time; of a time that clocks leave out, the one an hour later. */
export function instantOf(local: number, zone: string): number {
  const guess = local - offsetMs(local, zone)
  return local - offsetMs(guess, zone)
}

/** An instant moved by some local time, as to the same time of another day; null where the clocks leave that out. */
export function sameClock(ms: number, shiftMs: number, zone: string): number | null {
  const local = localMs(ms, zone) + shiftMs
  const instant = instantOf(local, zone)
  return localMs(instant, zone) === local ? instant : null
}

const TICK_STEPS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
]
const TICK_DAYS = [1, 2, 7, 14]
const TICK_MONTHS = [1, 2, 3, 6, 12]
const MONTH_DAYS = 30.44

/**
 * Instants to label on a time axis, round in the plant's local time, about `most` of them and never more. Each is
 * looked up in the zone by itself, so that a day of 23 or 25 hours does not shift those after it.
 */
export function timeTicks(fromMs: number, toMs: number, zone: string, most: number): readonly number[] {
  const length = toMs - fromMs
  const days = TICK_DAYS.find((candidate) => length / (DAY_MS * candidate) <= most)
  const step = TICK_STEPS.find((candidate) => length / candidate <= most) ?? (days === undefined ? null : DAY_MS * days)
  if (step === null) return monthTicks(fromMs, toMs, zone, most)
  const ticks: number[] = []
  const firstLocal = Math.ceil((fromMs + offsetMs(fromMs, zone)) / step) * step
  for (let local = firstLocal; ; local += step) {
    const tick = instantOf(local, zone)
    if (tick > toMs) return ticks
    if (tick >= fromMs) ticks.push(tick)
  }
}

/** Starts of months, of every year the same ones. */
function monthTicks(fromMs: number, toMs: number, zone: string, most: number): readonly number[] {
  const months = (toMs - fromMs) / (MONTH_DAYS * DAY_MS)
  const step = TICK_MONTHS.find((candidate) => months / candidate <= most) ?? 12
  const first = new Date(fromMs + offsetMs(fromMs, zone))
  const ticks: number[] = []
  for (let month = Math.floor(first.getUTCMonth() / step) * step; ; month += step) {
    const tick = instantOf(Date.UTC(first.getUTCFullYear(), month), zone)
    if (tick > toMs) return ticks
    if (tick >= fromMs) ticks.push(tick)
  }
}

/** The labels of such ticks: times, with the date instead at every local midnight. */
export function tickText(ms: number, zone: string, language: Language): string {
  const clock = clockText(ms, zone, language)
  return clock === '00:00' ? dayText(ms, zone, language) : clock
}
