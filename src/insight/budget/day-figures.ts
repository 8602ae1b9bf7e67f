/** Figures of one series by day: sums and means over stretches of days cost the same whatever their length. */
export class DayFigures {
  readonly firstDay: number
  readonly #values: Float64Array
  /** Sums and counts of all known days before each. */
  readonly #sums: Float64Array
  readonly #counts: Float64Array

  /**
   * @param firstDay number of the day of the first value, days since 1970-01-01
   * @param values one a day; NaN where it is not known
   */
  constructor(firstDay: number, values: Float64Array) {
    this.firstDay = firstDay
    this.#values = values
    this.#sums = new Float64Array(values.length + 1)
    this.#counts = new Float64Array(values.length + 1)
    for (const [i, value] of values.entries()) {
      const isKnown = !Number.isNaN(value)
      this.#sums[i + 1] = this.#sums[i]! + (isKnown ? value : 0)
      this.#counts[i + 1] = this.#counts[i]! + (isKnown ? 1 : 0)
    }
  }

  /** Number of the day behind the last one. */
  get endDay(): number {
    return this.firstDay + this.#values.length
  }

  /** The first day that is known; `endDay` when none is. */
  get firstKnown(): number {
    const first = this.#values.findIndex((value) => !Number.isNaN(value))
    return first === -1 ? this.endDay : this.firstDay + first
  }

  /** The day behind the last one that is known; null when none is. */
  get knownUntil(): number | null {
    const last = this.#values.findLastIndex((value) => !Number.isNaN(value))
    return last === -1 ? null : this.firstDay + last + 1
  }

  /** True when no known value is below zero. */
  get onlyGrows(): boolean {
    return !this.#values.some((value) => value < 0)
  }

  /** NaN when it is not known. */
  at(day: number): number {
    return this.#values[day - this.firstDay] ?? Number.NaN
  }

  /** Known days in [from, to). */
  count(from: number, to: number): number {
    const [a, b] = this.#range(from, to)
    return this.#counts[b]! - this.#counts[a]!
  }

  /** Sum of the known days in [from, to). */
  sum(from: number, to: number): number {
    const [a, b] = this.#range(from, to)
    return this.#sums[b]! - this.#sums[a]!
  }

  /** Mean of the known days in [from, to); NaN when fewer than `least` are known. */
  mean(from: number, to: number, least: number): number {
    const count = this.count(from, to)
    return count < least ? Number.NaN : this.sum(from, to) / count
  }

  #range(from: number, to: number): readonly [number, number] {
    const within = (day: number) => Math.min(this.#values.length, Math.max(0, day - this.firstDay))
    const a = within(from)
    return [a, Math.max(a, within(to))]
  }
}
