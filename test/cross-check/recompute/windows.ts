import { DAY_MS, type Span } from './inputs.js'

/** Boundaries of hours, days and shifts in the zone of a plant, KPI specification §5. */

const MINUTE_MS = 60_000
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

interface Wall {
  readonly day: string
  readonly minutes: number
  readonly weekday: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Day, time and weekday that a clock on the wall of the plant shows. */
export function wallOf(ms: number, timezone: string): Wall {
  let format = formats.get(timezone)
  if (format === undefined) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
    format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, hourCycle: 'h23', ...fields })
    formats.set(timezone, format)
  }
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  const day = `${part.year}-${part.month}-${part.day}`
  const weekday = WEEKDAYS[new Date(`${day}T12:00:00Z`).getUTCDay()]!
  return { day, minutes: Number(part.hour) * 60 + Number(part.minute), weekday }
}

/** The instant of a wall time; in an hour that is not there, that behind it. */
export function instantOf(day: string, time: string, timezone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`) + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE_MS
  let ms = wanted
  for (let i = 0; i < 3; i++) {
    const wall = wallOf(ms, timezone)
    const shown = Date.parse(`${wall.day}T00:00:00Z`) + wall.minutes * MINUTE_MS
    ms += wanted - shown
  }
  return ms
}

/** Whole hours, by the clock of the plant, that make up a span. */
export function hoursOf({ fromMs, toMs }: Span, timezone: string): Span[] {
  const hours: Span[] = []
  for (let at = fromMs; at < toMs; ) {
    const behind = 60 - (wallOf(at, timezone).minutes % 60)
    const end = Math.min(toMs, at + behind * MINUTE_MS)
    hours.push({ fromMs: at, toMs: end })
    at = end
  }
  return hours
}

/** Quarters of an hour that make up a span that begins on one. */
export function quartersOf({ fromMs, toMs }: Span): Span[] {
  const quarters: Span[] = []
  for (let at = fromMs; at < toMs; at += 15 * MINUTE_MS)
    quarters.push({ fromMs: at, toMs: Math.min(toMs, at + 15 * MINUTE_MS) })
  return quarters
}

/** True when a window of a size begins and ends where the specification has it. */
export function isWindow({ fromMs, toMs }: Span, window: string, timezone: string): boolean {
  const minute = wallOf(fromMs, timezone).minutes
  switch (window) {
    case '1m':
      return toMs - fromMs === MINUTE_MS && fromMs % MINUTE_MS === 0
    case '15m':
      return toMs - fromMs === 15 * MINUTE_MS && fromMs % (15 * MINUTE_MS) === 0
    case '1h':
      return toMs - fromMs === 60 * MINUTE_MS && minute % 60 === 0
    case '1d':
      return minute === 0 && wallOf(toMs, timezone).minutes === 0 && Math.abs(toMs - fromMs - DAY_MS) <= 60 * MINUTE_MS
    case '1mo':
      return minute === 0 && wallOf(fromMs, timezone).day.endsWith('-01') && wallOf(toMs, timezone).day.endsWith('-01')
    default:
      return toMs > fromMs
  }
}
