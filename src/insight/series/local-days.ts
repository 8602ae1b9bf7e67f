import { Temporal } from 'temporal-polyfill'
import { DAY_MS } from '../../base/durations.js'
import type { CalendarOptions, PlantOptions } from '../../base/plant.js'
import { WorkSchedule } from '../../kpi/time/schedule.js'

/** Days on which a plant works alike; holidays and planned stops are days of rest, whatever weekday they are. */
export const DAY_KINDS = { weekday: 0, saturday: 1, rest: 2 } as const
/** A number of `DAY_KINDS`, as trees take it. */
export type DayKind = (typeof DAY_KINDS)[keyof typeof DAY_KINDS]

const SATURDAY = 5
const SUNDAY = 6

/** A day by the wall clock of a plant. */
export interface LocalDay {
  /** Days since 1970-01-01, by the date. */
  readonly number: number
  readonly startMs: number
  readonly endMs: number
  /** 0 for Monday. */
  readonly weekday: number
  readonly kind: DayKind
  /** A day that the calendar takes out of the week. */
  readonly isHoliday: boolean
}

/** Date of a day by the clock of its plant, such as 2026-10-01. */
export function localDateOf({ number }: LocalDay): string {
  return dateOf(number).toString()
}

const DAYS_MAX = 2000

/** Days and times of day of one plant, with its plan of work: all that is known of the future. */
export class LocalDays {
  readonly #zone: string
  readonly #calendar: readonly CalendarOptions[]
  readonly #schedule: WorkSchedule
  /** Days by their number, dropped when they become too many. */
  readonly #days = new Map<number, LocalDay>()

  constructor(plan: Pick<PlantOptions, 'timezone' | 'shifts' | 'calendar'>) {
    this.#zone = plan.timezone
    this.#calendar = plan.calendar
    this.#schedule = new WorkSchedule(plan)
  }

  /** The day that holds an instant. */
  dayAt(ms: number): LocalDay {
    const guess = Math.floor(ms / DAY_MS)
    for (const number of [guess, guess - 1, guess + 1]) {
      const day = this.#days.get(number)
      if (day !== undefined && day.startMs <= ms && ms < day.endMs) return day
    }
    const date = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#zone).toPlainDate()
    return this.day(Date.parse(date.toString()) / DAY_MS)
  }

  day(number: number): LocalDay {
    const known = this.#days.get(number)
    if (known !== undefined) return known
    const date = dateOf(number)
    const weekday = date.dayOfWeek - 1
    const isHoliday = this.#isHoliday(date.toString())
    const day = {
      number,
      startMs: date.toZonedDateTime(this.#zone).epochMilliseconds,
      endMs: date.add({ days: 1 }).toZonedDateTime(this.#zone).epochMilliseconds,
      weekday,
      kind:
        isHoliday || weekday === SUNDAY
          ? DAY_KINDS.rest
          : weekday === SATURDAY
            ? DAY_KINDS.saturday
            : DAY_KINDS.weekday,
      isHoliday,
    }
    if (this.#days.size >= DAYS_MAX) this.#days.clear()
    this.#days.set(number, day)
    return day
  }

  /** The first day from one instant to another that begins inside of an interval of `stepMs`, such as 2026-10-01; null when none does. */
  firstUneven(stepMs: number, fromMs: number, toMs: number): string | null {
    const last = this.dayAt(toMs).number
    for (let number = this.dayAt(fromMs).number; number <= last; number++) {
      if (this.day(number).startMs % stepMs !== 0) return dateOf(number).toString()
    }
    return null
  }

  /** Time of day by the wall clock, ms since midnight. */
  timeOfDayMs(day: LocalDay, ms: number): number {
    if (day.endMs - day.startMs === DAY_MS) return ms - day.startMs
    const { hour, minute, second } = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#zone)
    return ((hour * 60 + minute) * 60 + second) * 1000
  }

  /** The instant of a time of day; one that a change of the clocks leaves out is taken an hour later. */
  instantOf(day: LocalDay, timeOfDayMs: number): number {
    if (day.endMs - day.startMs === DAY_MS) return day.startMs + timeOfDayMs
    const date = dateOf(day.number)
    const plainTime = Temporal.PlainTime.from('00:00').add({ milliseconds: timeOfDayMs })
    return date.toZonedDateTime({ timeZone: this.#zone, plainTime }).epochMilliseconds
  }

  /** 1 when work is planned at an instant, else 0. */
  planned(ms: number): number {
    return this.#schedule.at(ms).isPlanned ? 1 : 0
  }

  #isHoliday(day: string): boolean {
    const one = this.#calendar.find(({ date, to }) => date <= day && day <= (to ?? date))
    if (one === undefined) return false
    return one.planned_stop || one.shifts?.length === 0 || (one.name !== undefined && one.shifts === undefined)
  }
}

function dateOf(number: number): Temporal.PlainDate {
  return Temporal.PlainDate.from('1970-01-01').add({ days: number })
}
