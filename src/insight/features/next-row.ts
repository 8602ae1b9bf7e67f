import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { LocalDay } from '../series/local-days.js'
import { sunRow } from './clear-sky.js'
import type { DaySlots, SimilarDays } from './similar-days.js'

/** Lags in intervals. */
const NEAR_LAGS = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48] as const
/** Days back, and intervals around the same time of day. */
const DAY_LAGS = [
  [1, 2],
  [2, 1],
  [7, 2],
  [14, 0],
] as const
const MEANS = [2, 4, 8, 16, 32] as const

/** Columns of `nextRow`, without those of the sun. */
export const NEXT_COLUMNS = 57

/**
 * Writes what is known of the interval that begins at `startMs`, at that instant: the intervals before it, the same time of other
 * days, the calendar, the plan of work, and the sun where the place is known. What is not known is NaN.
 */
export function nextRow(slots: DaySlots, similar: SimilarDays, startMs: number, row: Float32Array, at: number): void {
  const { series, days } = slots
  const { day, sameWeekday, sameKind } = similar
  const now = series.numberOf(startMs)
  const time = days.timeOfDayMs(day, startMs)
  let place = at
  const put = (value: number) => {
    row[place++] = value
  }
  for (const lag of NEAR_LAGS) put(series.at(now - lag))
  for (const [back, around] of DAY_LAGS) {
    const other = days.day(day.number - back)
    for (let offset = -around; offset <= around; offset++) put(slots.value(other, time, offset))
  }
  put(series.at(now - 1) - series.at(now - 2))
  put(series.at(now - 2) - series.at(now - 3))
  put(series.at(now - 1) - series.at(now - 4))
  for (const count of MEANS) put(series.mean(now - count, now))
  put(series.mean(series.numberOf(startMs - DAY_MS), now))
  put(series.mean(series.numberOf(startMs - 7 * DAY_MS), now))
  const weekdays = [0, -1, 1].map((offset) => slots.mean(sameWeekday, 4, time, offset))
  const kinds = [0, -1, 1].map((offset) => slots.mean(sameKind, 5, time, offset))
  for (const means of [weekdays, kinds]) for (const mean of means) put(mean)
  put(weekdays[0]! - weekdays[1]!)
  put(slots.mean(sameKind, 10, time) - slots.mean(sameKind, 10, time, -1))
  const hour = range(slots, now - 8, now)
  put(hour.max)
  put(hour.min)
  for (const value of calendarOf(slots, day, startMs, time)) put(value)
  for (const value of sunRow({ slots, startMs, newest: now - 1 })) put(value)
}

function range({ series }: DaySlots, from: number, to: number): { readonly max: number; readonly min: number } {
  let max = Number.NaN
  let min = Number.NaN
  for (let number = from; number < to; number++) {
    const value = series.at(number)
    if (!(value <= max)) max = Number.isNaN(value) ? max : value
    if (!(value >= min)) min = Number.isNaN(value) ? min : value
  }
  return { max, min }
}

/** Time of day, place in the hour, weekday, kinds of the day and its neighbours, day, and the plan around the interval. */
export function calendarOf({ series, days }: DaySlots, day: LocalDay, startMs: number, time: number): number[] {
  return [
    time / series.stepMs,
    (time % HOUR_MS) / series.stepMs,
    day.weekday,
    day.kind,
    days.day(day.number - 1).kind,
    days.day(day.number + 1).kind,
    days.planned(startMs),
    days.planned(startMs - series.stepMs),
    days.planned(startMs + series.stepMs),
  ]
}
