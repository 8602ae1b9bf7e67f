import { sunRow } from './clear-sky.js'
import { calendarOf } from './next-row.js'
import type { DaySlots, SimilarDays } from './similar-days.js'

/** Days back of which the same time of day is a column. */
const DAY_LAGS = [1, 2, 7, 14, 21, 28] as const

/** Columns of `dayRow`, without those of the sun. */
export const DAY_COLUMNS = 38

/** Columns that all intervals of a day share: levels of days before, and the end of the evening before. */
export function dayLevels(slots: DaySlots, { day, sameWeekday, sameKind }: SimilarDays): readonly number[] {
  const { series, days } = slots
  const level = (back: number) => slots.level(days.day(day.number - back))
  const midnight = series.numberOf(day.startMs)
  const meanOf = (values: readonly number[]) => {
    const known = values.filter((value) => !Number.isNaN(value))
    return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length
  }
  const levelsOf = (list: typeof sameKind, count: number) => meanOf(list.slice(0, count).map((one) => slots.level(one)))
  return [
    level(1),
    level(2),
    level(7),
    levelsOf(sameWeekday, 4),
    levelsOf(sameKind, 5),
    levelsOf(sameKind, 20),
    meanOf([1, 2, 3, 4, 5, 6, 7].map(level)),
    series.at(midnight - 1),
    series.at(midnight - 2),
    series.mean(midnight - 4, midnight),
    series.mean(midnight - 16, midnight),
  ]
}

/**
 * Writes what is known at midnight of the interval that begins at `startMs` on that day: the same time of days before, levels of
 * days, the calendar, the plan of work, and the sun where the place is known.
 */
export function dayRow(
  slots: DaySlots,
  similar: SimilarDays,
  levels: readonly number[],
  startMs: number,
  row: Float32Array,
  at: number,
): void {
  const { days } = slots
  const { day, sameWeekday, sameKind } = similar
  const time = days.timeOfDayMs(day, startMs)
  const [yesterday, weekAgo] = [days.day(day.number - 1), days.day(day.number - 7)]
  let place = at
  const put = (value: number) => {
    row[place++] = value
  }
  for (const back of DAY_LAGS) put(slots.value(days.day(day.number - back), time))
  put(slots.mean([yesterday], 1, time, 0, 2))
  put(slots.mean([weekAgo], 1, time, 0, 2))
  put(slots.mean(sameWeekday, 4, time))
  put(slots.mean(sameWeekday, 4, time, 0, 2))
  put(slots.mean(sameWeekday, 8, time, 0, 1))
  put(slots.mean(sameKind, 5, time))
  put(slots.mean(sameKind, 5, time, 0, 2))
  put(slots.mean(sameKind, 10, time))
  put(slots.mean(sameKind, 20, time, 0, 1))
  put(slots.mean(sameKind, 10, time) - slots.mean(sameKind, 10, time, -1))
  put(slots.mean(sameKind, 10, time, 1) - slots.mean(sameKind, 10, time))
  put(slots.mean(sameWeekday, 1, time))
  for (const level of levels) put(level)
  for (const value of calendarOf(slots, day, startMs, time)) put(value)
  const newest = slots.series.numberOf(day.startMs) - 1
  for (const value of sunRow({ slots, startMs, newest })) put(value)
}
