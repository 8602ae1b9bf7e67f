import { HOUR_MS } from '../../../base/durations.js'
import type { CalendarWindow, TimeRange } from '../../series/calendar.js'
import type { Figure } from '../../windows/point.js'

/**
 * Hours of stacks in a day, where their regime asks for so many valid ones: those that are valid, or explained by a
 * standstill of the source, or still to come. A part of a day adds up over stacks.
 */
export interface DayHours {
  readonly found: number
  readonly needed: number
}

export const NO_DAY_HOURS: DayHours = { found: 0, needed: 0 }

/** The hours of one window, collected stack by stack. */
export class DayHoursTally {
  readonly #stacks = new Map<string, number>()
  #found = 0
  #lastEndMs = Number.NEGATIVE_INFINITY

  /** @param dayHours valid hours that the stack needs by its regime; null where it asks for none */
  add(stack: string, { endMs }: TimeRange, isFound: boolean, dayHours: number | null): void {
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs)
    if (dayHours === null) return
    this.#stacks.set(stack, dayHours)
    if (isFound) this.#found++
  }

  /** Hours of the window; those behind the last hour of any stack are to come: a window that is over has all of its hours. */
  within(span: TimeRange): DayHours {
    if (this.#stacks.size === 0) return NO_DAY_HOURS
    const toCome = Math.max(0, Math.round((span.endMs - this.#lastEndMs) / HOUR_MS))
    const needed = [...this.#stacks.values()].reduce((sum, hours) => sum + hours, 0)
    return { found: this.#found + toCome * this.#stacks.size, needed }
  }
}

export function addDayHours(a: DayHours, b: DayHours): DayHours {
  return { found: a.found + b.found, needed: a.needed + b.needed }
}

/**
 * A day with too few valid hours has no mean: null, `low_coverage`, with numerator, denominator and coverage. Other
 * windows, and what has no value anyway, stay as they are. Source: KPI specification §2.4.4, after HJ 75-2017 (from memory).
 */
export function ofValidDay(made: Figure, { found, needed }: DayHours, window: CalendarWindow): Figure {
  const isShort = window === '1d' && found < needed
  return isShort && made.value !== null ? { ...made, value: null, reason: 'low_coverage' } : made
}
