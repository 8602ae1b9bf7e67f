import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { DaySlots } from '../features/similar-days.js'
import type { LocalDays } from '../series/local-days.js'

/** Days before the first interval ahead that a model file is given. */
const CONTEXT_DAYS = 28
/** Hours ahead whose calendar it is given: a day on which clocks go back has 25. */
const AHEAD_HOURS = 25
/** Number of the interval in its day, weekday from Monday (0), kind of the day (`DAY_KINDS`), and 1 where work is planned. */
export const CALENDAR_COLUMNS = 4
/** Intervals whose calendar is kept, so that the next step computes one of them and not all. */
const KEPT_MAX = 20_000

/** Inputs by the names that a model file asks for them by. */
export const MODEL_INPUTS = ['context', 'known', 'calendar'] as const
type ModelInputName = (typeof MODEL_INPUTS)[number]

/** A tensor of 32-bit floats, the last dimension running fastest. */
export interface ModelInput {
  readonly dims: readonly number[]
  readonly values: Float32Array
}

/**
 * Everything that a model file may ask for, with C intervals of 28 days before and A of 25 hours ahead (2,688 and 100 quarters).
 * `context` [1, C]: values before the first interval ahead, oldest first, in the unit of the series, 0 where not known;
 * `known` [1, C]: 1 where the value is known, else 0; `calendar` [1, C + A, 4]: of each interval before and ahead.
 */
export type ModelInputs = Readonly<Record<ModelInputName, ModelInput>>

/** Makes the inputs of one series, out of what is known of it by now. */
export class ModelInputsOf {
  readonly #slots: DaySlots
  readonly #calendar = new Map<number, readonly number[]>()

  constructor(slots: DaySlots) {
    this.#slots = slots
  }

  /** @param startMs start of the first interval ahead, epoch ms */
  at(startMs: number): ModelInputs {
    const { series } = this.#slots
    const inputs = emptyInputs(series.stepMs)
    const { context, known, calendar } = inputs
    const first = series.numberOf(startMs) - context.values.length
    for (let i = 0; i < context.values.length; i++) {
      const value = series.at(first + i)
      if (Number.isNaN(value)) continue
      context.values[i] = value
      known.values[i] = 1
    }
    for (let i = 0; i * CALENDAR_COLUMNS < calendar.values.length; i++) {
      calendar.values.set(this.#calendarOf(first + i), i * CALENDAR_COLUMNS)
    }
    return inputs
  }

  #calendarOf(number: number): readonly number[] {
    const found = this.#calendar.get(number)
    if (found !== undefined) return found
    const { series, days } = this.#slots
    const startMs = number * series.stepMs
    const day = days.dayAt(startMs)
    const row = [days.timeOfDayMs(day, startMs) / series.stepMs, day.weekday, day.kind, days.planned(startMs)]
    if (this.#calendar.size >= KEPT_MAX) this.#calendar.clear()
    this.#calendar.set(number, row)
    return row
  }
}

/** Inputs in which nothing is known, to try a model with. */
export function emptyInputs(stepMs: number): ModelInputs {
  const before = Math.round((CONTEXT_DAYS * DAY_MS) / stepMs)
  const ahead = Math.round((AHEAD_HOURS * HOUR_MS) / stepMs)
  return {
    context: { dims: [1, before], values: new Float32Array(before) },
    known: { dims: [1, before], values: new Float32Array(before) },
    calendar: {
      dims: [1, before + ahead, CALENDAR_COLUMNS],
      values: new Float32Array((before + ahead) * CALENDAR_COLUMNS),
    },
  }
}

/** Intervals that are forecast from an instant on: those of a day at its start, else the one that begins. */
export function intervalsAhead(days: LocalDays, startMs: number, stepMs: number): number {
  const day = days.dayAt(startMs)
  return startMs === day.startMs ? (day.endMs - day.startMs) / stepMs : 1
}
