import { Temporal } from 'temporal-polyfill'
import type { LocalDays } from '../series/local-days.js'
import type { DayFigures } from './day-figures.js'
import {
  type DayLikenesses,
  type DayModel,
  type DayModelName,
  NAIVE_MODEL,
  naiveModel,
  PROFILE_MODEL,
  profileModel,
  SEASON_MODEL,
  seasonModel,
} from './day-models.js'
import { errorBound, MODEL_DAYS, rootMeanSquare, type WalkForward, walkForward } from './walk-forward.js'

/** Version of the rules by which sums are projected. */
export const PROJECTION_VERSION = '2'

export const PROJECTION_PERIODS = ['month', 'year'] as const
export type ProjectionPeriod = (typeof PROJECTION_PERIODS)[number]

/** `no_data`: no day is known; `too_short`: too few are to know the errors; `gaps`: too many days of the period are not known. */
export type ProjectionFault = 'no_data' | 'too_short' | 'gaps'

/** Days of a period that are over and not known may be this part of it: they are expected as those that are left. */
const UNKNOWN_MAX = 0.1
/** A model is taken when its error was at least 2 % below that of the naive one. */
const BETTER = 0.98
const SEASON_DAYS = 364
const EPOCH = Temporal.PlainDate.from('1970-01-01')

/** The end of a month or year as it was projected. Sums are in the unit of the KPI, times epoch ms. */
export interface PeriodProjection {
  readonly period: ProjectionPeriod
  readonly fromMs: number
  readonly toMs: number
  /** Sum of the days that are known; null when none is. */
  readonly measured: number | null
  readonly daysKnown: number
  /** Days that are over and not known. */
  readonly daysUnknown: number
  readonly daysLeft: number
  /** The reason that there is no value; null when there is one. */
  readonly fault: ProjectionFault | null
  readonly projected: ProjectedSum | null
}

/** Expected sum of a period, with bounds of 50 % and 90 %. */
export interface ProjectedSum {
  readonly value: number
  readonly low50: number
  readonly high50: number
  readonly low90: number
  readonly high90: number
  readonly model: DayModelName
  /** Length of the blocks of days whose errors the bounds are made of. */
  readonly blockDays: number
  /** Such blocks that were tried, each from another day on. */
  readonly tried: number
  /** Root mean squared error of the sum of a block, by the model and by the naive one. */
  readonly rmse: number
  readonly naiveRmse: number
}

/** Month and year that hold a day, as they will probably end. `figures` end with the day before. */
export function projectionsOf(
  figures: DayFigures,
  days: LocalDays,
  likenesses: DayLikenesses,
): readonly PeriodProjection[] {
  const projector = new SumProjector(figures, likenesses)
  return PROJECTION_PERIODS.map((period) => {
    const [from, to] = periodAround(figures.endDay, period)
    return { ...projector.project(from, to), period, fromMs: days.day(from).startMs, toMs: days.day(to).startMs }
  })
}

/** Numbers of the first day of a calendar month or year, and of the first day behind it. */
export function periodAround(day: number, period: ProjectionPeriod): readonly [from: number, to: number] {
  const date = EPOCH.add({ days: day })
  const first = period === 'month' ? date.with({ day: 1 }) : date.with({ month: 1, day: 1 })
  const numberOf = (one: Temporal.PlainDate) => EPOCH.until(one, { largestUnit: 'day' }).days
  return [numberOf(first), numberOf(first.add({ [`${period}s`]: 1 }))]
}

class SumProjector {
  readonly #figures: DayFigures
  readonly #naive: DayModel
  readonly #profile: DayModel
  readonly #season: DayModel

  constructor(figures: DayFigures, likenesses: DayLikenesses) {
    this.#figures = figures
    this.#naive = naiveModel(figures)
    this.#profile = profileModel(figures, likenesses)
    this.#season = seasonModel(figures, this.#profile)
  }

  project(from: number, to: number): Omit<PeriodProjection, 'period' | 'fromMs' | 'toMs'> {
    const today = this.#figures.endDay
    const daysKnown = this.#figures.count(from, today)
    const daysUnknown = today - from - daysKnown
    const counts = { daysKnown, daysUnknown, daysLeft: to - today }
    const measured = daysKnown === 0 ? null : this.#figures.sum(from, today)
    const without = (fault: ProjectionFault) => ({ ...counts, measured, fault, projected: null })
    if (this.#figures.knownUntil === null) return without('no_data')
    if (daysUnknown > UNKNOWN_MAX * (to - from)) return without('gaps')
    const projected = this.#projected(from, to, { measured: measured ?? 0, openDays: daysUnknown + to - today })
    return projected === null ? without('too_short') : { ...counts, measured, fault: null, projected }
  }

  #projected(
    from: number,
    to: number,
    { measured, openDays }: { readonly measured: number; readonly openDays: number },
  ): ProjectedSum | null {
    const chosen = this.#chosen(openDays)
    if (chosen === null) return null
    const { walk, errors, name, model } = chosen
    const value = measured + this.#open(model, from, to)
    if (Number.isNaN(value)) return null
    const floor = this.#figures.onlyGrows ? measured : Number.NEGATIVE_INFINITY
    const bounds = (share: number) => {
      const half = errorBound(errors, share, walk.blocks) * growthOf(openDays / walk.blockDays)
      return [Math.max(floor, value - half), value + half] as const
    }
    const [[low50, high50], [low90, high90]] = [bounds(0.5), bounds(0.9)]
    return {
      ...{ value, low50, high50, low90, high90, model: name },
      blockDays: walk.blockDays,
      tried: errors.length,
      rmse: rootMeanSquare(errors),
      naiveRmse: rootMeanSquare(walk.errors[0]!),
    }
  }

  /** The model with the least error over the past; the naive one unless another was clearly better. Null where too little is known. */
  #chosen(leftDays: number) {
    const firstDay = this.#figures.firstKnown + MODEL_DAYS
    const plain = [
      { name: NAIVE_MODEL, model: this.#naive },
      { name: PROFILE_MODEL, model: this.#profile },
    ] as const
    const all = [...plain, { name: SEASON_MODEL, model: this.#season }] as const
    const walked = (models: typeof plain | typeof all, first: number) => {
      const of: readonly DayModel[] = models.map(({ model }) => model)
      const walk = walkForward(this.#figures, of, { firstDay: first, leftDays })
      return walk === null ? null : { models, walk }
    }
    const { endDay } = this.#figures
    const isSeasonKnown = !Number.isNaN(this.#season(endDay, endDay))
    const found = (isSeasonKnown ? walked(all, firstDay + SEASON_DAYS) : null) ?? walked(plain, firstDay)
    if (found === null) return null
    const { models, walk } = found
    const best = bestOf(walk)
    return { walk, errors: walk.errors[best]!, ...models[best]! }
  }

  /** Expected of the days of a period that are not known. */
  #open(model: DayModel, from: number, to: number): number {
    let sum = 0
    for (let day = from; day < to; day++) {
      if (Number.isNaN(this.#figures.at(day))) sum += model(this.#figures.endDay, day)
    }
    return sum
  }
}

/**
 * Growth of an error of a sum with its length: that of a sum of days that err each by itself grows with the root, that of a level that is
 * wrong with the length, that of a level that wanders with the power 1.5. The power 1.25 held what it promises on all three.
 */
function growthOf(ratio: number): number {
  return ratio * Math.sqrt(Math.sqrt(ratio))
}

/** Place of the best model; the first one is naive. */
function bestOf({ errors }: WalkForward): number {
  const rmses = errors.map(rootMeanSquare)
  const best = rmses.indexOf(Math.min(...rmses))
  return rmses[best]! < BETTER * rmses[0]! ? best : 0
}
