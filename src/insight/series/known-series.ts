/** A measured value of one interval, with the time at which it came. */
export interface Observation {
  /** Start of the interval, epoch ms. */
  readonly startMs: number
  readonly value: number
  /** Time of arrival, epoch ms: no forecast issued before it may know the value. */
  readonly arrivedAtMs: number
}

export interface KnownSeriesState {
  readonly numbers: Float64Array
  readonly values: Float64Array
  readonly arrivedAtMs: Float64Array
  readonly end: number
}

/**
 * The intervals of one series as far as they have come. It is given observations in the order of their arrival and holds nothing
 * else, so whoever reads it cannot see what was not known at the time. The newest `intervalsMax` are kept, in a ring.
 */
export class KnownSeries {
  readonly stepMs: number
  readonly intervalsMax: number
  #numbers: Float64Array
  #values: Float64Array
  #arrivedAtMs: Float64Array
  #end = 0

  /** @param stepMs length of an interval; intervals begin at whole multiples of it */
  constructor(stepMs: number, intervalsMax: number) {
    this.stepMs = stepMs
    this.intervalsMax = intervalsMax
    this.#numbers = new Float64Array(intervalsMax).fill(-1)
    this.#values = new Float64Array(intervalsMax)
    this.#arrivedAtMs = new Float64Array(intervalsMax)
  }

  /** Number of the interval behind the newest one that came, in steps since 1970; 0 when none has. */
  get end(): number {
    return this.#end
  }

  /** Intervals whose value is known. */
  get count(): number {
    return this.#numbers.reduce((sum, number) => sum + (number < 0 ? 0 : 1), 0)
  }

  /** All that it holds: one that is given it back is the same. */
  get state(): KnownSeriesState {
    return { numbers: this.#numbers, values: this.#values, arrivedAtMs: this.#arrivedAtMs, end: this.#end }
  }

  restore({ numbers, values, arrivedAtMs, end }: KnownSeriesState): void {
    this.#numbers = numbers
    this.#values = values
    this.#arrivedAtMs = arrivedAtMs
    this.#end = end
  }

  /** Number of the interval that holds an instant. */
  numberOf(ms: number): number {
    return Math.floor(ms / this.stepMs)
  }

  /**
   * Takes what has arrived. Of two values of an interval the one that came later counts, of two that came together the greater,
   * so the order in which they are given plays no part. What is older than all that is kept is left out.
   */
  take({ startMs, value, arrivedAtMs }: Observation): void {
    const number = this.numberOf(startMs)
    const place = number % this.intervalsMax
    const kept = this.#numbers[place]!
    if (number < kept) return
    if (number === kept) {
      const keptAtMs = this.#arrivedAtMs[place]!
      if (arrivedAtMs < keptAtMs || (arrivedAtMs === keptAtMs && value <= this.#values[place]!)) return
    }
    this.#numbers[place] = number
    this.#values[place] = value
    this.#arrivedAtMs[place] = arrivedAtMs
    this.#end = Math.max(this.#end, number + 1)
  }

  /** Value of an interval by its number; NaN when it has not come or is not kept any more. */
  at(number: number): number {
    const place = number % this.intervalsMax
    return this.#numbers[place] === number ? this.#values[place]! : Number.NaN
  }

  /** Mean of the known values in [from, to) by number; NaN when there is none. */
  mean(from: number, to: number): number {
    let sum = 0
    let count = 0
    for (let number = from; number < to; number++) {
      const value = this.at(number)
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    return count === 0 ? Number.NaN : sum / count
  }
}

/** Puts observations into the order in which they came; those that came together are in order of their intervals. */
export function inOrderOfArrival(observations: readonly Observation[]): readonly Observation[] {
  return [...observations].sort((a, b) => a.arrivedAtMs - b.arrivedAtMs || a.startMs - b.startMs || a.value - b.value)
}
