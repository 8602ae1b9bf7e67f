import { DaySlots, similarDays } from '../features/similar-days.js'
import type { KnownSeries } from '../series/known-series.js'
import type { LocalDay, LocalDays } from '../series/local-days.js'

/** Days of the past by which the models are judged, and which have to be known in part. */
const JUDGED_DAYS = 28
/** A mean of so many similar days. */
const SIMILAR_DAYS = 4
/** Intervals on either side whose highest value counts for one. */
const NEAR = 2
/** An interval that has been above this part of the highest of all may be as high as that one. */
const EXTREME_FROM = 0.6
/** Part of the demand of one month that the next is taken to reach whatever is planned: below it, its first days have nothing to save. */
const REACHED_ANYWAY = 0.9

/** Models of a day before it begins: the mean of the four newest days like it, or the newest one alone, which is the naive one. */
export type ExpectedDayModel = 'similar_days' | 'last_similar_day'

/** A day as it is expected on the day before. */
export interface ExpectedDay {
  readonly model: ExpectedDayModel
  /** Value of each interval of the day, in the unit of the series. */
  readonly values: readonly number[]
  /** Energy by which the highest interval of the last four weeks around the time of day is above what is expected, by interval; 0 where none is. */
  readonly margins: readonly number[]
  /** Root mean squared errors of the model and of the naive one over the last four weeks, each day by those before it; null when nothing could be judged. */
  readonly rmse: number | null
  readonly naiveRmse: number | null
  readonly judgedDays: number
}

/** The demand that a month is taken to have reached before a day, of what it has and what the month before it had, in their unit. */
export function reachedDemand(thisMonth: number, lastMonth: number): number {
  return Math.max(0, thisMonth, REACHED_ANYWAY * lastMonth)
}

/**
 * The day by days like it, of which the one before it is none: it is not over when a plan is made. The model that erred less in the last four weeks is
 * taken. Null when a value of the day has no known one before it.
 */
export function expectedDay(series: KnownSeries, days: LocalDays, day: LocalDay): ExpectedDay | null {
  const slots = new DaySlots(series, days)
  const judged = Array.from({ length: JUDGED_DAYS }, (_, i) => days.day(day.number - 2 - i))
  const triedBy = (count: number): Tried => {
    return {
      values: dayBy(slots, day, count),
      errors: judged.map((one) => errorsOf(slots, one, dayBy(slots, one, count))),
    }
  }
  const [similar, naive] = [triedBy(SIMILAR_DAYS), triedBy(1)]
  if ([...similar.values, ...naive.values].some(Number.isNaN)) return null
  const [rmse, naiveRmse] = [rmseOf(similar), rmseOf(naive)]
  const isNaive = rmse === null || naiveRmse === null || naiveRmse < rmse
  const { values, errors } = isNaive ? naive : similar
  return {
    model: isNaive ? 'last_similar_day' : 'similar_days',
    values,
    margins: marginsOf(slots, judged, values),
    ...{ rmse: isNaive ? naiveRmse : rmse, naiveRmse },
    judgedDays: errors.filter((one) => one.some((error) => !Number.isNaN(error))).length,
  }
}

interface Tried {
  readonly values: readonly number[]
  /** Measured less expected, by day and interval; NaN where one of them is not known. */
  readonly errors: readonly (readonly number[])[]
}

function errorsOf({ series }: DaySlots, day: LocalDay, expected: readonly number[]): readonly number[] {
  const first = series.numberOf(day.startMs)
  return expected.map((value, at) => series.at(first + at) - value)
}

function rmseOf({ errors }: Tried): number | null {
  const known = errors.flat().filter((error) => !Number.isNaN(error))
  return known.length === 0 ? null : Math.sqrt(known.reduce((sum, error) => sum + error * error, 0) / known.length)
}

/**
 * A month of demand is paid for by its worst quarter of an hour, so the highest values count, on days of every kind: a day of rest on which there is work is as
 * dear as any other. Between times of work it is by chance which of them had the highest, so each may have it.
 */
function marginsOf(
  { series }: DaySlots,
  judged: readonly LocalDay[],
  values: readonly number[],
): ExpectedDay['margins'] {
  const firsts = judged.map(({ startMs }) => series.numberOf(startMs))
  const around = Array.from({ length: 2 * NEAR + 1 }, (_, i) => i - NEAR)
  const highest = values.map((_, at) => {
    const known = firsts.flatMap((first) => around.map((off) => series.at(first + at + off)))
    return Math.max(...known.filter((value) => !Number.isNaN(value)))
  })
  const top = Math.max(...highest)
  return values.map((value, at) => {
    const high = highest[at]! >= EXTREME_FROM * top ? top : highest[at]!
    return Math.max(0, high - value)
  })
}

/** Mean of the newest similar days at each time of day; NaN where none of them is known. */
function dayBy(slots: DaySlots, day: LocalDay, count: number): number[] {
  const { days, series } = slots
  const like = similarDays(days, day)
  const isOver = ({ number }: LocalDay) => number !== day.number - 1
  const lists = [like.sameWeekday, like.sameKind].map((list) => list.filter(isOver))
  const intervals = Math.round((day.endMs - day.startMs) / series.stepMs)
  return Array.from({ length: intervals }, (_, at) => {
    const timeOfDayMs = days.timeOfDayMs(day, day.startMs + at * series.stepMs)
    const means = lists.map((list) => slots.mean(list, count, timeOfDayMs))
    return means.find((mean) => !Number.isNaN(mean)) ?? Number.NaN
  })
}
