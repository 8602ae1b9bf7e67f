import { HOUR_MS } from '../../base/durations.js'
import { DAY_KINDS, type LocalDays } from '../series/local-days.js'
import type { DayFigures } from './day-figures.js'

/** Days that a profile is made of, at most: the last eight weeks. */
const PROFILE_DAYS = 56
/** Days that are taken of one kind, the newest: those of the same weekday, and others. */
const [SAME_WEEKDAY_MAX, OTHERS_MAX] = [8, 20]
/** A kind of day of which fewer are known says nothing. */
const LIKE_MIN = 2
/** The naive model takes the mean of so many days, of which half are known. */
const NAIVE_DAYS = 28
/** The same day of the week a year before. */
const YEAR_DAYS = 364
/** Days on either side that smooth the season of the year before. */
const SEASON_HALF_DAYS = 10
/** The plan of work is looked at so often in a day. */
const PLAN_STEP_MS = HOUR_MS / 2

export const NAIVE_MODEL = 'mean_28_days'
export const PROFILE_MODEL = 'day_profile'
export const SEASON_MODEL = 'day_profile_season'
export type DayModelName = typeof NAIVE_MODEL | typeof PROFILE_MODEL | typeof SEASON_MODEL

/** Expected figure of a day, of what was known before `origin`; NaN when too little was. */
export type DayModel = (origin: number, day: number) => number

interface DayLikeness {
  readonly weekday: number
  /** Half-hours of planned work, 0 on a day of rest. */
  readonly work: number
  readonly isRest: boolean
}

/** Likeness of days by weekday, calendar and shifts, each looked up once. */
export class DayLikenesses {
  readonly #days: LocalDays
  readonly #known = new Map<number, DayLikeness>()

  constructor(days: LocalDays) {
    this.#days = days
  }

  of(number: number): DayLikeness {
    const known = this.#known.get(number)
    if (known !== undefined) return known
    const day = this.#days.day(number)
    let work = 0
    if (!day.isHoliday) for (let ms = day.startMs; ms < day.endMs; ms += PLAN_STEP_MS) work += this.#days.planned(ms)
    // A day on which the clocks change has an hour more or less, and is like its neighbours all the same.
    const steps = Math.round((work * 24 * HOUR_MS) / (day.endMs - day.startMs))
    const like = { weekday: day.weekday, work: steps, isRest: day.kind === DAY_KINDS.rest }
    this.#known.set(number, like)
    return like
  }
}

/** Mean of the last four weeks, for whatever day. */
export function naiveModel(figures: DayFigures): DayModel {
  return (origin) => figures.mean(origin - NAIVE_DAYS, origin, NAIVE_DAYS / 2)
}

/** Mean of the newest days that are like the one asked for: by weekday and planned work, else by planned work, else by rest. */
export function profileModel(figures: DayFigures, likenesses: DayLikenesses): DayModel {
  const naive = naiveModel(figures)
  let known = { origin: Number.NaN, levels: new Map<string, number>() }
  return (origin, day) => {
    if (known.origin !== origin) known = { origin, levels: new Map() }
    const like = likenesses.of(day)
    const key = `${like.weekday} ${like.work} ${like.isRest}`
    const level = known.levels.get(key) ?? levelOf(figures, likenesses, origin, like) ?? naive(origin, day)
    known.levels.set(key, level)
    return level
  }
}

function levelOf(figures: DayFigures, likenesses: DayLikenesses, origin: number, like: DayLikeness): number | null {
  const ways: readonly (readonly [max: number, isLike: (other: DayLikeness) => boolean])[] = [
    [SAME_WEEKDAY_MAX, (o) => o.weekday === like.weekday && o.work === like.work && o.isRest === like.isRest],
    [OTHERS_MAX, (o) => o.work === like.work && o.isRest === like.isRest],
    [OTHERS_MAX, (o) => o.isRest === like.isRest],
  ]
  for (const [max, isLike] of ways) {
    let [sum, count] = [0, 0]
    for (let day = origin - 1; day >= origin - PROFILE_DAYS && count < max; day--) {
      const value = figures.at(day)
      if (Number.isNaN(value) || !isLike(likenesses.of(day))) continue
      sum += value
      count++
    }
    if (count >= LIKE_MIN) return sum / count
  }
  return null
}

/**
 * The profile, times what the season of the day was in the year before beside that of the weeks before the origin; the profile alone
 * where too little is known of that season, as of the last days of a year at its beginning. NaN where those weeks are not known.
 */
export function seasonModel(figures: DayFigures, profile: DayModel): DayModel {
  return (origin, day) => {
    const before = figures.mean(origin - YEAR_DAYS - PROFILE_DAYS, origin - YEAR_DAYS, PROFILE_DAYS / 2)
    const middle = day - YEAR_DAYS
    // Nothing from the origin on may be looked at.
    const to = Math.min(origin, middle + SEASON_HALF_DAYS + 1)
    const season = figures.mean(middle - SEASON_HALF_DAYS, to, SEASON_HALF_DAYS)
    if (!(before > 0)) return Number.NaN
    return profile(origin, day) * (Number.isNaN(season) ? 1 : season / before)
  }
}
