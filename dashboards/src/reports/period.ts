import { DAY_MS } from '../../../src/base/durations.js'

export const PRESETS = ['month', 'quarter', 'year', 'custom'] as const
export type Preset = (typeof PRESETS)[number]

/** Days of a calendar, 2026-10-01; `to` is not among them. */
export interface Days {
  readonly from: string
  readonly to: string
}

const MONTHS: Readonly<Record<Exclude<Preset, 'custom'>, number>> = { month: 1, quarter: 3, year: 12 }

const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** The day after: how "to and with" becomes "to". */
export const dayAfter = (day: string): string => dayText(Date.parse(day) + DAY_MS)
export const dayBefore = (day: string): string => dayText(Date.parse(day) - DAY_MS)

/** Whole months, quarters or years, the newest that is over first; `todayMs` as local time reads when it is taken for UTC. */
export function lastPeriods(preset: Exclude<Preset, 'custom'>, todayMs: number, count: number): readonly Days[] {
  const months = MONTHS[preset]
  const today = new Date(todayMs)
  const current = Math.floor(today.getUTCMonth() / months) * months
  return Array.from({ length: count }, (_, i) => {
    const first = current - (i + 1) * months
    const at = (month: number) => dayText(Date.UTC(today.getUTCFullYear(), month))
    return { from: at(first), to: at(first + months) }
  })
}

/** A new report begins with one of the offered months, or with days that are chosen by themselves. */
export type FirstChoice =
  | { readonly preset: 'month'; readonly place: number }
  | { readonly preset: 'custom'; readonly days: Days }

/**
 * The first whole day of a plant whose data begin today: a report made before it is over has no figures. Null where a day with data is
 * over already, or nothing is known.
 *
 * @param todayMs as local time reads when it is taken for UTC
 */
export function firstWholeDay(known: { readonly first: string } | null, todayMs: number): string | null {
  return known === null || known.first < dayText(todayMs) ? null : dayAfter(known.first)
}

/**
 * The newest month that is over and has data; where none has, the days with data, as far as they are over; where none is, the first
 * whole day.
 *
 * @param known first and last day with data; null where that is not known: then the last month
 * @param todayMs as local time reads when it is taken for UTC
 */
export function firstChoice(
  known: { readonly first: string; readonly last: string } | null,
  todayMs: number,
  months: number,
): FirstChoice {
  if (known === null) return { preset: 'month', place: 0 }
  const { first, last } = known
  const place = lastPeriods('month', todayMs, months).findIndex(({ from, to }) => first < to && from <= last)
  if (place !== -1) return { preset: 'month', place }
  const whole = firstWholeDay(known, todayMs)
  if (whole !== null) return { preset: 'custom', days: { from: whole, to: dayAfter(whole) } }
  const today = dayText(todayMs)
  return { preset: 'custom', days: { from: first, to: last >= today ? today : dayAfter(last) } }
}
