import { DAY_MS, type PlantInput, type ShiftSettings, type Span } from './inputs.js'
import { instantOf, wallOf } from './windows.js'

/** When work is planned by the calendar of a plant, KPI specification §1.3 and §3: shifts, their breaks, and days without. */

export interface Plan {
  /** null for a plant without shifts, which always is in one. */
  readonly shifts: readonly Span[] | null
  readonly breaks: readonly Span[]
  /** Days on which nothing is to run. */
  readonly stops: readonly Span[]
  /** Planned work: what of the shifts is no stop, and no break unless breaks count as planned. */
  readonly work: readonly Span[]
}

export function planOf(input: PlantInput, span: Span): Plan {
  const { shifts = [], calendar = [], timezone } = input.plant
  const around = { fromMs: span.fromMs - DAY_MS, toMs: span.toMs + DAY_MS }
  const stops = daysIn(around, timezone)
    .filter((day) => calendar.some((one) => one.planned_stop === true && holds(one, day)))
    .map((day) => ({ fromMs: instantOf(day, '00:00', timezone), toMs: instantOf(dayAfter(day), '00:00', timezone) }))
  if (shifts.length === 0) return { shifts: null, breaks: [], stops, work: without([span], stops) }
  const [worked, breaks, counted]: [Span[], Span[], Span[]] = [[], [], []]
  for (const day of daysIn(around, timezone)) {
    for (const shift of shifts.filter((one) => isWorked(input, one, day))) {
      worked.push(stretch(day, shift, timezone))
      for (const pause of shift.breaks ?? []) {
        const one = stretch(pause.start < shift.start ? dayAfter(day) : day, pause, timezone)
        breaks.push(one)
        if (shift.breaks_in_pbt !== true) counted.push(one)
      }
    }
  }
  const inside = worked
    .map((one) => ({ fromMs: Math.max(one.fromMs, span.fromMs), toMs: Math.min(one.toMs, span.toMs) }))
    .filter((one) => one.toMs > one.fromMs)
  return { shifts: worked, breaks, stops, work: without(inside, [...counted, ...stops]) }
}

/** By its weekdays, unless the calendar names the shifts of that day. */
function isWorked({ plant }: PlantInput, { name, days }: ShiftSettings, day: string): boolean {
  const named = (plant.calendar ?? []).find((one) => holds(one, day))?.shifts
  if (named !== undefined) return named.includes(name)
  return days === undefined || days.includes(wallOf(Date.parse(`${day}T12:00:00Z`), 'UTC').weekday)
}

function holds({ date, to }: { readonly date: string; readonly to?: string }, day: string): boolean {
  return date <= day && day <= (to ?? date)
}

/** A wall time that ends at or before its start ends on the next day. */
function stretch(
  day: string,
  { start, end }: { readonly start: string; readonly end: string },
  timezone: string,
): Span {
  const last = end <= start ? dayAfter(day) : day
  return { fromMs: instantOf(day, start, timezone), toMs: instantOf(last, end, timezone) }
}

function daysIn({ fromMs, toMs }: Span, timezone: string): readonly string[] {
  const days: string[] = []
  const last = wallOf(toMs, timezone).day
  for (let { day } = wallOf(fromMs, timezone); day <= last; day = dayAfter(day)) days.push(day)
  return days
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
}

function without(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  let left = spans
  for (const other of others) {
    left = left.flatMap((one) =>
      other.toMs <= one.fromMs || other.fromMs >= one.toMs
        ? [one]
        : [
            { fromMs: one.fromMs, toMs: Math.max(one.fromMs, other.fromMs) },
            { fromMs: Math.min(one.toMs, other.toMs), toMs: one.toMs },
          ].filter(({ fromMs, toMs }) => toMs > fromMs),
    )
  }
  return left
}
