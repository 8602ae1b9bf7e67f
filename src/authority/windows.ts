import { MINUTE_MS } from '../base/durations.js'
import type { Reported } from '../base/options/authorities.js'
import { Calendar, type TimeRange } from '../kpi/series/calendar.js'

/** Kinds of data that are kept until they are answered: all but what was only true for a moment. */
export const KEPT = ['minute', 'hour', 'day'] as const satisfies readonly Reported[]
export type Kept = (typeof KEPT)[number]

export function isKept(reported: Reported): reported is Kept {
  return reported !== 'real_time'
}

/** The periods that data are reported of. */
export class Windows {
  readonly #calendar: Calendar
  readonly #minutesMs: number

  /** @param zone of the plant, whose hours and days are reported */
  constructor(zone: string, minutes: number) {
    this.#calendar = new Calendar(zone)
    this.#minutesMs = minutes * MINUTE_MS
  }

  /** The one that holds an instant. */
  at(kept: Kept, ms: number): TimeRange {
    if (kept === 'hour') return this.#calendar.spanAt('1h', ms)
    if (kept === 'day') return this.#calendar.day(ms)
    const startMs = Math.floor(ms / this.#minutesMs) * this.#minutesMs
    return { startMs, endMs: startMs + this.#minutesMs }
  }

  /** Number of windows that are over of those that begin at `fromMs` or later; counted, not walked. */
  over(kept: Kept, fromMs: number, nowMs: number): number {
    const { startMs, endMs } = this.at(kept, fromMs)
    return Math.max(0, Math.floor((nowMs - startMs) / (endMs - startMs)))
  }
}
