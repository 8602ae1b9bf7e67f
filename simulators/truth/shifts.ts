import { Temporal } from 'temporal-polyfill'
import type { PlantOptions } from '../../src/base/plant.js'
import type { StateContext } from '../../src/base/states.js'

/** Part of the plant's calendar that holds for a period, up to `endMs`, epoch ms. */
export interface PlanPart extends Pick<StateContext, 'inShift' | 'slot'> {
  readonly endMs: number
}

interface Planned {
  readonly startMs: number
  readonly endMs: number
  readonly kind: 'shift' | 'break' | 'planned_stop'
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Shifts, breaks and planned stops of a plant, asked for in order of time. */
export class PlantPlan {
  readonly #options: PlantOptions
  readonly #days = new Map<string, readonly Planned[]>()

  constructor(options: PlantOptions) {
    this.#options = options
  }

  /** Part of the calendar that holds at an instant, and until when it does. */
  at(ms: number): PlanPart {
    const date = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#options.timezone).toPlainDate()
    // A shift may have begun yesterday; the next change may be tomorrow's first.
    const near = [-1, 0, 1].flatMap((days) => this.#plannedOn(date.add({ days })))
    const now = near.filter((one) => one.startMs <= ms && ms < one.endMs)
    const changes = near.flatMap((one) => [one.startMs, one.endMs]).filter((change) => change > ms)
    const has = (kind: Planned['kind']) => now.some((one) => one.kind === kind)
    return {
      inShift: this.#options.shifts.length === 0 || has('shift'),
      slot: has('planned_stop') ? 'planned_stop' : has('break') ? 'break' : null,
      endMs: Math.min(...changes, this.#at(date.add({ days: 1 }), '00:00')),
    }
  }

  #plannedOn(date: Temporal.PlainDate): readonly Planned[] {
    const key = date.toString()
    const known = this.#days.get(key)
    if (known !== undefined) return known
    const planned: Planned[] = []
    for (const shift of this.#options.shifts) {
      if (!shift.days.includes(WEEKDAYS[date.dayOfWeek - 1]!)) continue
      planned.push({ ...this.#span(date, shift.start, shift.end, shift.start), kind: 'shift' })
      for (const pause of shift.breaks) {
        planned.push({ ...this.#span(date, pause.start, pause.end, shift.start), kind: 'break' })
      }
    }
    if (this.#options.calendar.some((day) => day.date === key && day.planned_stop)) {
      planned.push({
        startMs: this.#at(date, '00:00'),
        endMs: this.#at(date.add({ days: 1 }), '00:00'),
        kind: 'planned_stop',
      })
    }
    if (this.#days.size > 8) this.#days.clear()
    this.#days.set(key, planned)
    return planned
  }

  /** A time before the shift's start lies on the next day, and so does an end at or before its start. */
  #span(date: Temporal.PlainDate, start: string, end: string, shiftStart: string) {
    const startDay = start < shiftStart ? date.add({ days: 1 }) : date
    const endDay = end <= start ? startDay.add({ days: 1 }) : startDay
    return { startMs: this.#at(startDay, start), endMs: this.#at(endDay, end) }
  }

  #at(date: Temporal.PlainDate, time: string): number {
    const day = time === '24:00' ? date.add({ days: 1 }) : date
    const plainTime = Temporal.PlainTime.from(time === '24:00' ? '00:00' : time)
    return day.toZonedDateTime({ timeZone: this.#options.timezone, plainTime }).epochMilliseconds
  }
}
