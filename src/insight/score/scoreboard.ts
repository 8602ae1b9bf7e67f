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
/** The mean of the daily differences has to be this many of its standard errors too, so that luck does not show a forecast. */
const STANDARD_ERRORS = 2.5

/** A forecast is not shown for one of these reasons. */
export type HiddenReason = 'too_short' | 'not_better_than_naive'

/** Errors of the last days beside those of the naive models, and whether the forecast may be shown. */
export class Scoreboard {
  readonly #naiveModels: number
  readonly #days = new Map<number, ErrorSums>()

  constructor(naiveModels: number) {
    this.#naiveModels = naiveModels
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

  #judgedDays(today: number): readonly ErrorSums[] {
    return [...this.#days].filter(([day]) => day >= today - JUDGED_DAYS && day < today).map(([, sums]) => sums)
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
      if (!isClearlyLess(own, naive)) return 'not_better_than_naive'
    }
    return null
  }
}

function isClearlyLess(own: readonly number[], naive: readonly number[]): boolean {
  const gains = own.map((value, i) => SHARE_OF_NAIVE * naive[i]! - value)
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const spread = gains.reduce((sum, gain) => sum + (gain - mean) * (gain - mean), 0) / (gains.length - 1)
  return mean > 0 && mean > STANDARD_ERRORS * Math.sqrt(spread / gains.length)
}
