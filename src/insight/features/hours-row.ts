import { HOUR_MS } from '../../base/durations.js'
import { sunRow } from './clear-sky.js'
import { calendarOf } from './next-row.js'
import type { DaySlots, SimilarDays } from './similar-days.js'

/** Intervals before now whose values are columns, and means over so many. */
const NEAR_LAGS = [1, 2, 3, 4] as const
const MEANS = [4, 8, 16, 32] as const
/** Hours before now by which the day lies above days like it. */
const ABOVE_HOURS = [1, 4, 8] as const

/** Columns of a row of the next hours, without those of the sun. */
export const HOURS_COLUMNS = 42

interface HoursTarget {
  readonly slots: DaySlots
  /** Days like that of the interval. */
  readonly similar: SimilarDays
  readonly startMs: number
  readonly newest: number
}

/**
 * Gives what writes the row of an interval of the next hours: how far ahead it is, how this day has gone so far beside days like it, the same
 * time of other days, the calendar, the plan of work, and the sun where the place is known. What is not known is NaN.
 */
export function hoursRows(
  slots: DaySlots,
  today: SimilarDays,
  nowMs: number,
): (target: HoursTarget, values: Float32Array) => void {
  const { series, days } = slots
  const now = series.numberOf(nowMs)
  const usual = (ms: number) => {
    const day = days.dayAt(ms)
    const { sameKind } = today
    // Early in a day its evening before is compared with the evenings before days like it, which may be of another kind.
    const list = day.number === today.day.number ? sameKind : sameKind.map(({ number }) => days.day(number - 1))
    return slots.mean(list, 10, days.timeOfDayMs(day, ms))
  }
  const above = ABOVE_HOURS.map((hours) => {
    const count = Math.max(1, (hours * HOUR_MS) / series.stepMs)
    let [sum, known] = [0, 0]
    for (let number = now - count; number < now; number++) {
      const difference = series.at(number) - usual(number * series.stepMs)
      if (Number.isNaN(difference)) continue
      sum += difference
      known++
    }
    return known === 0 ? Number.NaN : sum / known
  })
  const usualNow = usual(nowMs - series.stepMs)
  const shared = [
    ...NEAR_LAGS.map((lag) => series.at(now - lag)),
    series.at(now - 1) - series.at(now - 2),
    ...MEANS.map((count) => series.mean(now - count, now)),
    ...above,
    usualNow,
    days.planned(nowMs - series.stepMs),
  ]
  return (target, values) => {
    const { startMs, similar } = target
    const { day, sameWeekday, sameKind } = similar
    const time = days.timeOfDayMs(day, startMs)
    const other = (back: number) => days.day(day.number - back)
    const usualThen = slots.mean(sameKind, 10, time)
    values.set([
      series.numberOf(startMs) - now,
      ...shared,
      ...[1, 2, 7, 14].map((back) => slots.value(other(back), time)),
      slots.mean([other(1)], 1, time, 0, 2),
      slots.mean([other(7)], 1, time, 0, 2),
      slots.mean(sameWeekday, 4, time),
      slots.mean(sameWeekday, 4, time, 0, 2),
      slots.mean(sameWeekday, 8, time, 0, 1),
      slots.mean(sameKind, 5, time),
      slots.mean(sameKind, 5, time, 0, 2),
      usualThen,
      slots.mean(sameKind, 20, time, 0, 1),
      usualThen - usualNow,
      usualThen - slots.mean(sameKind, 10, time, -1),
      slots.mean(sameKind, 10, time, 1) - usualThen,
      slots.mean(sameWeekday, 4, time) + above[0]!,
      usualThen + above[0]!,
      ...calendarOf(slots, day, startMs, time),
      ...sunRow(target),
    ])
  }
}
