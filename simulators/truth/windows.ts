import { Temporal } from 'temporal-polyfill'
import { HOUR_MS } from '../../src/base/durations.js'

/** [startMs, endMs), epoch ms. */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

export interface LocalDay extends Span {
  /** 23, 24 or 25 of them. */
  readonly hours: readonly Span[]
}

/** Every local day that reaches into [fromMs, toMs], with its hours, counted from the day's start. */
export function localDays(zone: string, fromMs: number, toMs: number): readonly LocalDay[] {
  const days: LocalDay[] = []
  let start = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone).startOfDay()
  while (start.epochMilliseconds < toMs) {
    const next = start.add({ days: 1 }).startOfDay()
    const span = { startMs: start.epochMilliseconds, endMs: next.epochMilliseconds }
    const count = Math.ceil((span.endMs - span.startMs) / HOUR_MS)
    const hours = Array.from({ length: count }, (_, i) => ({
      startMs: span.startMs + i * HOUR_MS,
      endMs: Math.min(span.startMs + (i + 1) * HOUR_MS, span.endMs),
    }))
    days.push({ ...span, hours })
    start = next
  }
  return days
}

/** True for a span that lies in [fromMs, toMs] whole. */
export function isWithin(span: Span, fromMs: number, toMs: number): boolean {
  return span.startMs >= fromMs && span.endMs <= toMs
}
