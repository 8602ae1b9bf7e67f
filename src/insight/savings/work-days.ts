import { Temporal } from 'temporal-polyfill'
import { HOUR_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import { WorkSchedule } from '../../kpi/time/schedule.js'
import type { SavingsDay } from './day.js'

/** A day of a plant as its calendar has it. */
export interface WorkDay extends Pick<SavingsDay, 'day' | 'isWorking' | 'shiftHours'> {
  readonly startMs: number
}

/**
 * The days of [from, to), dates in the zone of the plant. A plant works on days on which one of its shifts starts; without shifts
 * from Monday to Friday. Nobody works on a planned stop.
 */
export function workDays(
  plant: Pick<PlantOptions, 'timezone' | 'shifts' | 'calendar'>,
  { from, to }: { readonly from: string; readonly to: string },
): readonly WorkDay[] {
  const schedule = new WorkSchedule(plant)
  const days: WorkDay[] = []
  for (const { date, startMs, endMs } of calendarDays(plant.timezone, { from, to })) {
    const isStopped = schedule.at(startMs).slot === 'planned_stop'
    const shifts = [...schedule.shifts(startMs, endMs)].filter(({ fromMs }) => fromMs >= startMs)
    const hasShifts = plant.shifts.length > 0
    const isWorking = !isStopped && (hasShifts ? shifts.length > 0 : date.dayOfWeek <= 5)
    const shiftHours = hasShifts ? (isStopped ? 0 : unionOf(shifts) / HOUR_MS) : null
    days.push({ day: date.toString(), startMs, isWorking, shiftHours })
  }
  return days
}

/** The days of [from, to), dates in a zone, with start and end of each, epoch ms. */
export function* calendarDays(
  zone: string,
  { from, to }: { readonly from: string; readonly to: string },
): Generator<{ readonly date: Temporal.PlainDate; readonly startMs: number; readonly endMs: number }> {
  let date = Temporal.PlainDate.from(from)
  let startMs = date.toZonedDateTime(zone).epochMilliseconds
  while (date.toString() < to) {
    const next = date.add({ days: 1 })
    const endMs = next.toZonedDateTime(zone).epochMilliseconds
    yield { date, startMs, endMs }
    date = next
    startMs = endMs
  }
}

/** Length of intervals that may overlap, ascending by start. */
function unionOf(intervals: readonly { readonly fromMs: number; readonly toMs: number }[]): number {
  let [sum, doneMs] = [0, -Infinity]
  for (const { fromMs, toMs } of intervals) {
    sum += Math.max(0, toMs - Math.max(fromMs, doneMs))
    doneMs = Math.max(doneMs, toMs)
  }
  return sum
}
