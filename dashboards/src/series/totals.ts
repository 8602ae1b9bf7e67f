import type { KpiFlag } from '../../../src/base/flags.js'
import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { NullReason } from '../../../src/base/reasons.js'
import { lengthMsOf, type Range } from '../time/range.js'
import type { Span } from './points.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Windows of the figures of energy, and of those that come by the hour. */
export const ENERGY_WINDOWS: readonly Window[] = ['15m', '1h', '1d', '1mo']
export const HOURLY_WINDOWS: readonly Window[] = ['1h', '1d', '1mo']

/** The windows whose figures make up a range: those of the calendar for one of its periods, else the longest that fit. */
export function sumWindow(range: Range, windows: readonly Window[]): Window {
  const lengthMs = lengthMsOf(range)
  const isPeriod = range.kind !== 'last' && range.kind !== 'span'
  const fits = isPeriod
    ? lengthMs > 8 * DAY_MS
      ? '1mo'
      : '1d'
    : lengthMs <= 6 * HOUR_MS
      ? '15m'
      : lengthMs <= 8 * DAY_MS
        ? '1h'
        : '1d'
  return windows.includes(fits) ? fits : '1h'
}

/** The windows that are bars in a narrow card: hours of two days, days of a quarter, else months. */
export function barWindow(range: Range): Window {
  const lengthMs = lengthMsOf(range)
  if (lengthMs <= 2 * DAY_MS) return '1h'
  return lengthMs <= 100 * DAY_MS ? '1d' : '1mo'
}

/** What the windows of a range come to, with its basis. */
export interface Total {
  /** null when no window has a value; then `reason` says why. */
  readonly value: number | null
  readonly reason: NullReason | ''
  /** Windows without a value beside some with one: the total lacks them. */
  readonly missing: number
  readonly coverage: number
  readonly estimatedShare: number
  readonly flags: readonly KpiFlag[]
  readonly factors: readonly string[]
  /** From the first of the windows; null without any. */
  readonly span: Span | null
}

/** The sum of a figure that adds up. */
export const sumOf = (points: readonly KpiPoint[]): Total =>
  totalOf(points, (known) => known.reduce((sum, { value }) => sum + (value ?? 0), 0))

/** A ratio over several windows: its parts are added up, ratios are never averaged. */
export const ratioOf = (points: readonly KpiPoint[]): Total =>
  totalOf(points, (known) => {
    const part = (of: 'numerator' | 'denominator') => known.reduce((sum, point) => sum + (point[of] ?? 0), 0)
    return part('denominator') === 0 ? null : part('numerator') / part('denominator')
  })

function totalOf(points: readonly KpiPoint[], combine: (known: readonly KpiPoint[]) => number | null): Total {
  const known = points.filter(({ value }) => value !== null)
  const lengthMs = (of: readonly KpiPoint[]) =>
    of.reduce((sum, { start, end }) => sum + Date.parse(end) - Date.parse(start), 0)
  const weighed = (of: readonly KpiPoint[], share: (point: KpiPoint) => number) => {
    const all = lengthMs(of)
    return all === 0 ? 0 : of.reduce((sum, point) => sum + share(point) * (lengthMs([point]) / all), 0)
  }
  const [first, last] = [points[0], points.at(-1)]
  return {
    value: known.length === 0 ? null : combine(known),
    reason: known.length === 0 ? (last?.reason ?? '') : '',
    missing: known.length === 0 ? 0 : points.length - known.length,
    coverage: weighed(points, ({ coverage }) => coverage),
    estimatedShare: weighed(known, ({ estimated_share }) => estimated_share),
    flags: [...new Set(known.flatMap(({ flags }) => flags))],
    factors: [...new Set(known.flatMap(({ factors }) => factors))].toSorted(),
    span:
      first === undefined || last === undefined
        ? null
        : { fromMs: Date.parse(first.start), toMs: Date.parse(last.end) },
  }
}
