import { DAY_MS } from '../../base/durations.js'
import { clearSkyLast, clearSkyWeek } from '../features/clear-sky.js'
import type { DaySlots, SimilarDays } from '../features/similar-days.js'

/** One interval to be forecast, by what is known now. */
export interface ForecastTarget {
  readonly slots: DaySlots
  readonly similar: SimilarDays
  /** Start of the interval, epoch ms. */
  readonly startMs: number
  /** Number of the newest interval that may be known: the one before the instant of issue. */
  readonly newest: number
}

/** Forecasts one interval out of the series alone; NaN when what it needs is not known. */
export type PlainModel = (target: ForecastTarget) => number

/** Intervals back in which the last value is looked for. */
const LAST_VALUE_BACK = 4

/** Models that take no work. A model that cannot beat each of them says nothing about the series. */
export const NAIVE_MODELS: Readonly<Record<string, PlainModel>> = {
  last_value: ({ slots: { series }, newest }) => {
    for (let number = newest; number > newest - LAST_VALUE_BACK; number--) {
      const value = series.at(number)
      if (!Number.isNaN(value)) return value
    }
    return Number.NaN
  },
  yesterday: (target) => sameTime(target, 1),
  last_week: (target) => sameTime(target, 7),
  // The best forecast of noise: without it a model would seem to know something of noise by knowing its level.
  mean_28_days: ({ slots: { series }, newest }) => series.mean(newest + 1 - (28 * DAY_MS) / series.stepMs, newest + 1),
}

/** Means of days that were alike: hard to beat a day ahead, and cheap. */
const SIMILAR_DAY_MODELS: Readonly<Record<string, PlainModel>> = {
  similar_day: ({ slots, similar, startMs }) => slots.mean(similar.sameWeekday, 4, timeOf(slots, similar, startMs)),
  day_profile: ({ slots, similar, startMs }) => slots.mean(similar.sameKind, 20, timeOf(slots, similar, startMs)),
}

/** All of them by name, in the order in which errors are kept. */
export const PLAIN_MODELS: Readonly<Record<string, PlainModel>> = { ...NAIVE_MODELS, ...SIMILAR_DAY_MODELS }

/** The same where the place of the plant is known, so that the height of the sun is. */
export const SUNNY_MODELS: Readonly<Record<string, PlainModel>> = {
  ...PLAIN_MODELS,
  clear_sky_last: clearSkyLast,
  clear_sky_week: clearSkyWeek,
}

function sameTime({ slots, similar, startMs }: ForecastTarget, back: number): number {
  return slots.value(slots.days.day(similar.day.number - back), timeOf(slots, similar, startMs))
}

function timeOf({ days }: DaySlots, { day }: SimilarDays, startMs: number): number {
  return days.timeOfDayMs(day, startMs)
}
