import { entryOf } from '../../base/entry-of.js'

/** One interval's forecast beside what was measured. */
export interface Outcome {
  readonly day: number
  readonly forecast: number
  readonly measured: number
  /** Forecasts of the naive models at the same time; NaN where there was none. */
  readonly naive: readonly number[]
  /** The intervals held what came; null when there was no interval. */
  readonly in50: boolean | null
  readonly in90: boolean | null
}

/** Errors of a forecast over some intervals. They are in the unit of the series; null when nothing is known. */
export interface Score {
  readonly intervals: number
  readonly mae: number | null
  readonly rmse: number | null
  /** Mean absolute error beside that of the first naive model. */
  readonly mase: number | null
  /** Mean of forecast less measured. */
  readonly bias: number | null
  /** Share of the intervals that held what came, 0..1. */
  readonly coverage50: number | null
  readonly coverage90: number | null
  /** Root mean squared error of each naive model over the same intervals. */
  readonly naiveRmse: readonly (number | null)[]
  /** Mean absolute error of each of them. */
  readonly naiveMae: readonly (number | null)[]
}

const SUMS = ['intervals', 'squared', 'absolute', 'signed', 'in50', 'in90', 'bounded'] as const
const NAIVE_SUMS = ['naiveSquared', 'naiveCounts', 'naiveAbsolute'] as const

/** Sums of errors as they are kept. */
export type SumsState = Readonly<Pick<ErrorSums, (typeof SUMS)[number] | (typeof NAIVE_SUMS)[number]>>

/** Sums of errors; they can be added up over days. */
export class ErrorSums {
  intervals = 0
  squared = 0
  absolute = 0
  signed = 0
  in50 = 0
  in90 = 0
  bounded = 0
  readonly naiveSquared: number[]
  readonly naiveCounts: number[]
  readonly naiveAbsolute: number[]

  constructor(naiveModels: number) {
    this.naiveSquared = Array.from({ length: naiveModels }, () => 0)
    this.naiveCounts = Array.from({ length: naiveModels }, () => 0)
    this.naiveAbsolute = Array.from({ length: naiveModels }, () => 0)
  }

  note({ forecast, measured, naive, in50, in90 }: Outcome): void {
    const error = forecast - measured
    this.intervals++
    this.squared += error * error
    this.absolute += Math.abs(error)
    this.signed += error
    naive.forEach((value, i) => {
      if (Number.isNaN(value)) return
      this.naiveSquared[i]! += (value - measured) * (value - measured)
      this.naiveAbsolute[i]! += Math.abs(value - measured)
      this.naiveCounts[i]! += 1
    })
    if (in50 === null || in90 === null) return
    this.bounded++
    this.in50 += in50 ? 1 : 0
    this.in90 += in90 ? 1 : 0
  }

  /** Adds sums of other intervals, as they were kept. */
  add(other: SumsState): void {
    for (const name of SUMS) this[name] += other[name]
    for (const name of NAIVE_SUMS) {
      other[name].forEach((sum, i) => {
        this[name][i]! += sum
      })
    }
  }

  score(): Score {
    const mean = (sum: number, count: number) => (count === 0 ? null : sum / count)
    const root = (sum: number, count: number) => (count === 0 ? null : Math.sqrt(sum / count))
    const mae = mean(this.absolute, this.intervals)
    const naiveMae = mean(this.naiveAbsolute[0] ?? 0, this.naiveCounts[0] ?? 0)
    return {
      intervals: this.intervals,
      mae,
      rmse: root(this.squared, this.intervals),
      mase: mae === null || naiveMae === null || naiveMae === 0 ? null : mae / naiveMae,
      bias: mean(this.signed, this.intervals),
      coverage50: mean(this.in50, this.bounded),
      coverage90: mean(this.in90, this.bounded),
      naiveRmse: this.naiveSquared.map((sum, i) => root(sum, this.naiveCounts[i]!)),
      naiveMae: this.naiveAbsolute.map((sum, i) => mean(sum, this.naiveCounts[i]!)),
    }
  }
}

/** Days a forecast is judged by. */
export const JUDGED_DAYS = 28
/** A forecast is better when its squared error is less than this share of the naive one's: 2 % less in RMSE. */
const SHARE_OF_NAIVE = 0.96
/** Below this share it is better whatever single days say: a tenth less in RMSE. Luck brought noise and random walks 0.02 less at most. */
const MUCH_LESS = 0.81
/** Days that have to be better by themselves, and what one of them gains at most, as a multiple of a usual day's gain or loss. */
const LATE_DAYS = 7
const USUAL_GAINS_MAX = 1.75
/** One of so many days on either side counts as the next one does, so that a holiday or an outage decides nothing: four of 28. */
const EXTREME_PART = 7
/** The mean of the daily differences has to be this many of its standard errors too, so that luck does not show a forecast. */
const STANDARD_ERRORS = 2.5

/** A forecast is not shown for one of these reasons. */
export type HiddenReason = 'too_short' | 'not_better_than_naive'

/** Errors of the last days beside those of the naive models, and whether the forecast may be shown. */
export class Scoreboard {
  readonly #naiveModels: number
  readonly #isBetter: TellsBetter
  readonly #days = new Map<number, ErrorSums>()

  constructor(naiveModels: number, isBetter: TellsBetter = errsLess) {
    this.#naiveModels = naiveModels
    this.#isBetter = isBetter
  }

  note(outcome: Outcome): void {
    const sums = entryOf(this.#days, outcome.day, () => {
      for (const day of this.#days.keys()) if (day < outcome.day - 2 * JUDGED_DAYS) this.#days.delete(day)
      return new ErrorSums(this.#naiveModels)
    })
    sums.note(outcome)
  }

  /** Sums by day. */
  get state(): readonly (readonly [day: number, sums: SumsState])[] {
    return [...this.#days].map(([day, sums]) => [day, { ...sums }])
  }

  restore(days: readonly (readonly [day: number, sums: SumsState])[]): void {
    this.#days.clear()
    for (const [day, kept] of days) {
      const sums = new ErrorSums(this.#naiveModels)
      sums.add(kept)
      this.#days.set(day, sums)
    }
  }

  /** Errors over the last 28 days; the day itself is not over and counts not yet. */
  score(today: number): Score & { readonly days: number } {
    const sums = new ErrorSums(this.#naiveModels)
    const judged = this.#judgedDays(today)
    for (const one of judged) sums.add(one)
    return { ...sums.score(), days: judged.length }
  }

  /** Oldest first. */
  #judgedDays(today: number): readonly ErrorSums[] {
    const days = [...this.#days].filter(([day]) => day >= today - JUDGED_DAYS && day < today)
    return days.sort(([a], [b]) => a - b).map(([, sums]) => sums)
  }

  /**
   * Null when the forecast has beaten each naive model over the last 28 days, else why it is not shown. It is shown when its error
   * is clearly less, not when it happens to be: noise and a random walk would be shown now and then otherwise.
   */
  hidden(today: number): HiddenReason | null {
    const days = this.#judgedDays(today)
    if (days.length < JUDGED_DAYS / 2) return 'too_short'
    for (let model = 0; model < this.#naiveModels; model++) {
      const compared = days.filter(({ naiveCounts }) => naiveCounts[model]! > 0)
      if (compared.length < 2) continue
      const own = compared.map(({ squared, intervals }) => squared / intervals)
      const naive = compared.map(({ naiveSquared, naiveCounts }) => naiveSquared[model]! / naiveCounts[model]!)
      if (!this.#isBetter(own, naive)) return 'not_better_than_naive'
    }
    return null
  }
}

/** Tells by the mean squared errors of each day, oldest first, whether a forecast errs less than a naive one, by more than luck explains. */
export type TellsBetter = (own: readonly number[], naive: readonly number[]) => boolean

/**
 * The rule of versions 1 and 2: the mean of the daily gains in squared error beside their spread. One day on which the naive forecast is
 * far off, such as the one behind an outage, makes a spread as large as its gain.
 */
export function gainsMore(own: readonly number[], naive: readonly number[]): boolean {
  return isClearlyAbove0(gainsOf(own, naive))
}

/**
 * It errs less over all days, by a tenth, or so that the daily gains are clearly more than nothing, the days that gain and lose most
 * counted as the next ones do; and it errs less over the last week, in which a day gains no more than 1.75 usual ones,
 * while losses count whole: a plant that works otherwise from a day on is seen at once.
 * Source: Tukey and McLaughlin, Less vulnerable confidence and significance procedures for location based on a single sample, 1963.
 */
export function errsLess(own: readonly number[], naive: readonly number[]): boolean {
  const [error, allowed] = [meanOf(own), meanOf(naive)]
  if (error >= SHARE_OF_NAIVE * allowed) return false
  const gains = gainsOf(own, naive)
  const usual = withoutExtremes(gains)
  const gainMax = USUAL_GAINS_MAX * meanOf(usual.map(Math.abs))
  const lately = gains.slice(-LATE_DAYS).reduce((sum, gain) => sum + Math.min(gainMax, gain), 0)
  return lately > 0 && (error < MUCH_LESS * allowed || isClearlyAbove0(usual))
}

function gainsOf(own: readonly number[], naive: readonly number[]): readonly number[] {
  return own.map((value, i) => SHARE_OF_NAIVE * naive[i]! - value)
}

/** The values, a seventh of them on either side replaced by the one next to them. */
function withoutExtremes(values: readonly number[]): readonly number[] {
  const ascending = values.toSorted((a, b) => a - b)
  const count = Math.floor(values.length / EXTREME_PART)
  const [low, high] = [ascending[count]!, ascending[values.length - 1 - count]!]
  return values.map((value) => Math.min(high, Math.max(low, value)))
}

/** The mean is more than luck of single values explains. */
function isClearlyAbove0(values: readonly number[]): boolean {
  const mean = meanOf(values)
  const spread = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1)
  return mean > 0 && mean > STANDARD_ERRORS * Math.sqrt(spread / values.length)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
