import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { Window } from '../../base/kpi.js'
import type { WorkSchedule } from '../time/schedule.js'

const MONTHS_MAX = 4

/** A window of time, half-open: [startMs, endMs). */
export interface TimeRange {
  readonly startMs: number
  readonly endMs: number
}

export type CalendarWindow = Window
/** Windows that are made of minutes and quarters; a month is made of its days. */
export const BUCKET_WINDOWS = ['1m', '15m', '1h', 'shift', '1d'] as const satisfies readonly CalendarWindow[]
export type BucketWindow = (typeof BUCKET_WINDOWS)[number]

/**
 * The windows of one plant. Minutes and quarters lie on the UTC grid, where every zone in use has them too; hours,
 * days and months follow the plant's zone, so that a day has 23, 24 or 25 hours, counted from its start.
 * A shift is as long as the plan of the plant says; there may be none at an instant, or several.
 * Source: KPI specification §5.
 */
export class Calendar {
  readonly #zone: string
  readonly #schedule: WorkSchedule | null
  /** Days by the UTC day of their start; a few hundred at a time, dropped when they become too many. */
  readonly #days = new Map<number, TimeRange>()
  /** The last few months that were asked for: one who goes through them always looks at the next. */
  #months: readonly TimeRange[] = []

  /** @param schedule the shifts; null for a calendar without */
  constructor(zone: string, schedule: WorkSchedule | null = null) {
    this.#zone = zone
    this.#schedule = schedule
  }

  /** The window of a size that holds an instant; there is always one but of shifts. */
  spanAt(window: Exclude<CalendarWindow, 'shift'>, ms: number): TimeRange {
    switch (window) {
      case '1m':
        return aligned(ms, MINUTE_MS)
      case '15m':
        return aligned(ms, QUARTER_HOUR_MS)
      case '1h': {
        const day = this.day(ms)
        const startMs = day.startMs + Math.floor((ms - day.startMs) / HOUR_MS) * HOUR_MS
        return { startMs, endMs: Math.min(startMs + HOUR_MS, day.endMs) }
      }
      case '1d':
        return this.day(ms)
      case '1mo':
        return this.#month(ms)
    }
  }

  /** All windows of a size that reach into [fromMs, toMs), in order. */
  *spans(window: CalendarWindow, fromMs: number, toMs: number): Generator<TimeRange> {
    if (window === 'shift') {
      for (const { fromMs: startMs, toMs: endMs } of this.#schedule?.shifts(fromMs, toMs) ?? [])
        yield { startMs, endMs }
      return
    }
    for (let span = this.spanAt(window, fromMs); span.startMs < toMs; span = this.spanAt(window, span.endMs)) yield span
  }

  /** The earliest start of a window, months apart, that holds an instant. */
  earliestMs(ms: number): number {
    let earliestMs = this.day(ms).startMs
    for (const { startMs } of this.spans('shift', ms, ms + 1)) earliestMs = Math.min(earliestMs, startMs)
    return earliestMs
  }

  /** The latest end of a window, months apart, that holds an instant. */
  latestMs(ms: number): number {
    let latestMs = this.day(ms).endMs
    for (const { endMs } of this.spans('shift', ms, ms + 1)) latestMs = Math.max(latestMs, endMs)
    return latestMs
  }

  /** True for what is a window of a size. */
  has(window: CalendarWindow, { startMs, endMs }: TimeRange): boolean {
    for (const span of this.spans(window, startMs, startMs + 1)) {
      if (span.startMs === startMs && span.endMs === endMs) return true
    }
    return false
  }

  #month(ms: number): TimeRange {
    const known = this.#months.find((month) => month.startMs <= ms && ms < month.endMs)
    if (known !== undefined) return known
    const day = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#zone)
    const start = day.with({ day: 1 }).startOfDay()
    const month = {
      startMs: start.epochMilliseconds,
      endMs: start.add({ months: 1 }).startOfDay().epochMilliseconds,
    }
    this.#months = [month, ...this.#months.slice(0, MONTHS_MAX - 1)]
    return month
  }

  /** The local day that holds an instant. */
  day(ms: number): TimeRange {
    const guess = Math.floor(ms / DAY_MS)
    for (const key of [guess, guess - 1]) {
      const known = this.#days.get(key)
      if (known !== undefined && known.startMs <= ms && ms < known.endMs) return known
    }
    const start = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#zone).startOfDay()
    const span = {
      startMs: start.epochMilliseconds,
      endMs: start.add({ days: 1 }).startOfDay().epochMilliseconds,
    }
    if (this.#days.size > 1000) this.#days.clear()
    this.#days.set(Math.floor(span.startMs / DAY_MS), span)
    return span
  }
}

function aligned(ms: number, stepMs: number): TimeRange {
  const startMs = Math.floor(ms / stepMs) * stepMs
  return { startMs, endMs: startMs + stepMs }
}
