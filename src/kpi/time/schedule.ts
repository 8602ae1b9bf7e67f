import { Temporal } from 'temporal-polyfill'
import { DAY_MS } from '../../base/durations.js'
import type { CalendarOptions, PlantOptions, ShiftOptions } from '../../base/plant.js'
import type { StateContext } from '../../base/states.js'
import { WEEKDAYS } from '../../base/weekdays.js'

/** An interval of time in which the plan does not change, half-open. */
export interface Planned extends Pick<StateContext, 'inShift' | 'slot'> {
  readonly fromMs: number
  readonly toMs: number
  /** Work is planned; a plant without shifts plans all but its days of planned stop. */
  readonly isPlanned: boolean
  /** There are shifts that say so. */
  readonly hasShifts: boolean
}

const ALWAYS = { inShift: true, slot: null, isPlanned: true, hasShifts: false } as const

interface PlannedInterval {
  readonly fromMs: number
  readonly toMs: number
}

interface Break extends PlannedInterval {
  readonly isPlanned: boolean
}

/** The plan of one local day, as far as it reaches into it. */
interface DayPlan extends PlannedInterval {
  readonly shifts: readonly PlannedInterval[]
  readonly breaks: readonly Break[]
  readonly isPlannedStop: boolean
}

/**
 * Plan of work in a plant: its shifts with their breaks, and the days on which nothing is to run, all by the wall
 * clock of its zone. A plant without shifts is always in shift. Source: KPI specification §1.3.
 */
export class WorkSchedule {
  readonly #zone: string
  readonly #shifts: readonly ShiftOptions[]
  readonly #exceptions: readonly CalendarOptions[]
  /** Days by the UTC day of their start; a few hundred at a time, dropped when they become too many. */
  readonly #days = new Map<number, DayPlan>()

  constructor({ timezone, shifts, calendar }: Pick<PlantOptions, 'timezone' | 'shifts' | 'calendar'>) {
    this.#zone = timezone
    this.#shifts = shifts
    this.#exceptions = calendar
  }

  /** The plan from an instant on, up to where it changes next: `fromMs` is that instant. */
  at(ms: number): Planned {
    if (this.#shifts.length === 0 && this.#exceptions.length === 0) return { fromMs: ms, toMs: Infinity, ...ALWAYS }
    const day = this.#day(ms)
    const hasShifts = this.#shifts.length > 0
    const inShift = !hasShifts || day.shifts.some((shift) => holds(shift, ms))
    const pause = day.breaks.find((one) => holds(one, ms))
    return {
      fromMs: ms,
      toMs: Math.min(day.toMs, nextEdge(day, ms)),
      inShift,
      slot: day.isPlannedStop ? 'planned_stop' : pause === undefined ? null : 'break',
      isPlanned: inShift && !day.isPlannedStop && (pause === undefined || pause.isPlanned),
      hasShifts,
    }
  }

  /** The shifts that reach into [fromMs, toMs), in order of their start; of two that start together the longer one. */
  *shifts(fromMs: number, toMs: number): Generator<PlannedInterval> {
    if (this.#shifts.length === 0) return
    const found = new Map<number, PlannedInterval>()
    for (let ms = fromMs; ms < toMs; ) {
      const day = this.#day(ms)
      for (const shift of day.shifts) {
        if (shift.toMs <= fromMs || shift.fromMs >= toMs) continue
        const other = found.get(shift.fromMs)
        if (other === undefined || other.toMs < shift.toMs) found.set(shift.fromMs, shift)
      }
      ms = day.toMs
    }
    yield* [...found.values()].sort((a, b) => a.fromMs - b.fromMs)
  }

  /** Some shift begins or ends off the quarters of an hour. */
  get isRagged(): boolean {
    return this.#shifts.some(({ start, end }) => [start, end].some((time) => Number(time.slice(3)) % 15 !== 0))
  }

  #day(ms: number): DayPlan {
    const guess = Math.floor(ms / DAY_MS)
    for (const key of [guess, guess - 1]) {
      const known = this.#days.get(key)
      if (known !== undefined && holds(known, ms)) return known
    }
    const date = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.#zone).toPlainDate()
    const plan = this.#planOf(date)
    if (this.#days.size > 1000) this.#days.clear()
    this.#days.set(Math.floor(plan.fromMs / DAY_MS), plan)
    return plan
  }

  #planOf(date: Temporal.PlainDate): DayPlan {
    const shifts: PlannedInterval[] = []
    const breaks: Break[] = []
    // A night shift of the day before reaches into this one.
    for (const start of [date.subtract({ days: 1 }), date]) {
      for (const shift of this.#shifts) {
        if (!this.#isWorked(shift, start)) continue
        shifts.push(this.#interval(start, shift.start, shift))
        for (const pause of shift.breaks) {
          const isNextDay = pause.start < shift.start
          const interval = this.#interval(isNextDay ? start.add({ days: 1 }) : start, pause.start, pause)
          breaks.push({ ...interval, isPlanned: shift.breaks_in_pbt === true })
        }
      }
    }
    return {
      fromMs: this.#instant(date, '00:00'),
      toMs: this.#instant(date, '24:00'),
      shifts,
      breaks,
      isPlannedStop: this.#exception(date)?.planned_stop ?? false,
    }
  }

  /** By its weekdays, unless the calendar says which shifts start on that day. */
  #isWorked(shift: ShiftOptions, date: Temporal.PlainDate): boolean {
    const worked = this.#exception(date)?.shifts
    return worked?.includes(shift.name) ?? shift.days.includes(WEEKDAYS[date.dayOfWeek - 1]!)
  }

  #exception(date: Temporal.PlainDate): CalendarOptions | undefined {
    const day = date.toString()
    return this.#exceptions.find((slot) => slot.date <= day && day <= (slot.to ?? slot.date))
  }

  #interval(date: Temporal.PlainDate, start: string, { end }: { readonly end: string }): PlannedInterval {
    return {
      fromMs: this.#instant(date, start),
      toMs: this.#instant(end <= start ? date.add({ days: 1 }) : date, end),
    }
  }

  #instant(date: Temporal.PlainDate, time: string): number {
    const [day, at] = time === '24:00' ? [date.add({ days: 1 }), '00:00'] : [date, time]
    return day.toZonedDateTime({ timeZone: this.#zone, plainTime: at }).epochMilliseconds
  }
}

function holds({ fromMs, toMs }: PlannedInterval, ms: number): boolean {
  return fromMs <= ms && ms < toMs
}

function nextEdge({ shifts, breaks }: DayPlan, ms: number): number {
  let next = Infinity
  for (const { fromMs, toMs } of [...shifts, ...breaks]) {
    if (fromMs > ms && fromMs < next) next = fromMs
    if (toMs > ms && toMs < next) next = toMs
  }
  return next
}
