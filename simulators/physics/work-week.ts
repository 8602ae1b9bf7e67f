import { MINUTES_A_DAY } from './local-days.js'

/** Mode of work of a plant: nothing, base load, work with a small crew, full work, or a break in it. */
export type Mode = 'closed' | 'night' | 'reduced' | 'shift' | 'pause'

/** Minutes of wall time, counted from midnight of the day on which the shift starts. */
export interface Shift {
  readonly name: string
  readonly start: number
  /** Above 1,440 in a shift that ends on the next day. */
  readonly end: number
  /** Weekdays on which it starts, Monday = 1. */
  readonly days: readonly number[]
  readonly breaks: readonly (readonly [start: number, end: number])[]
  readonly crew: 'full' | 'small'
}

const DAYS = 7

/** The mode at each minute of a week of wall time. Between shifts a day with one has a night, and one without is closed. */
export class WorkWeek {
  readonly shifts: readonly Shift[]
  readonly #modes: Mode[]

  constructor(shifts: readonly Shift[]) {
    this.shifts = shifts
    this.#modes = Array.from({ length: DAYS * MINUTES_A_DAY }, (_, minute) => {
      const weekday = Math.floor(minute / MINUTES_A_DAY) + 1
      return shifts.some((shift) => shift.days.includes(weekday)) ? 'night' : 'closed'
    })
    for (const shift of shifts) {
      this.#fill(shift, shift.start, shift.end, shift.crew === 'full' ? 'shift' : 'reduced')
      for (const [start, end] of shift.breaks) this.#fill(shift, start, end, 'pause')
    }
  }

  /** The mode at a minute of a weekday; negative minutes lie in the day before. */
  modeAt(weekday: number, minute: number): Mode {
    return this.#modes[this.#index(weekday, minute)]!
  }

  #fill(shift: Shift, start: number, end: number, mode: Mode): void {
    for (const weekday of shift.days) {
      for (let minute = start; minute < end; minute++) this.#modes[this.#index(weekday, minute)] = mode
    }
  }

  #index(weekday: number, minute: number): number {
    const length = DAYS * MINUTES_A_DAY
    return ((weekday - 1) * MINUTES_A_DAY + minute + length) % length
  }
}
