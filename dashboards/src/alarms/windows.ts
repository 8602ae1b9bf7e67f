import type { AlarmItem } from '../../../src/base/alarm.js'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { Span } from '../series/points.js'

const LENGTH_MS: Readonly<Record<Window, number>> = {
  '1m': 60_000,
  '15m': 900_000,
  '1h': HOUR_MS,
  shift: 8 * HOUR_MS,
  '1d': 24 * HOUR_MS,
  '1mo': 31 * 24 * HOUR_MS,
}
const BEFORE = 11
const AFTER = 3
/** So many fit into the panel. */
const WINDOWS_MAX = 48

/** Start of the first window outside the limit: the end of an alarm's id; else when it was raised. */
function firstMsOf({ id, raised_at }: AlarmItem): number {
  return Number(/\.(\d{1,15})$/.exec(id)?.[1] ?? Date.parse(raised_at))
}

/** The period around an alarm: eleven windows before it, and what came, up to a few after its end. */
export function spanAround(alarm: AlarmItem, window: Window, atMs: number): Span {
  const length = LENGTH_MS[window]
  const fromMs = firstMsOf(alarm) - BEFORE * length
  const endMs = alarm.cleared_at === null ? atMs : Math.min(atMs, Date.parse(alarm.cleared_at) + AFTER * length)
  return { fromMs, toMs: Math.min(Math.max(endMs, fromMs + BEFORE * length), fromMs + WINDOWS_MAX * length) }
}

/** True when a window belongs to the alarm: from the first one outside to the one that cleared it. */
export function isAlarmed(alarm: AlarmItem, { start, end }: KpiPoint): boolean {
  const isBefore = alarm.cleared_at === null || Date.parse(end) < Date.parse(alarm.cleared_at)
  return Date.parse(start) >= firstMsOf(alarm) && isBefore
}
