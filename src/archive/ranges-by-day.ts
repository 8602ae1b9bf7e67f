import { DAY_MS } from '../base/durations.js'

interface Range {
  first: number
  last: number
}

/**
 * For each UTC day of event time, between which two numbers its rows of a table lie that are numbered as they are written. The tables have
 * no index, but DuckDB knows of each block of rows between which two values a column lies: by time that rules out nothing while a device
 * that is live writes into every block beside the past of another, by such a number it rules out all that was written before and after.
 * A range may be wider than its rows are, never narrower.
 */
export class RangesByDay {
  readonly #table: string
  readonly #time: string
  readonly #number: string
  readonly #ranges = new Map<number, Range>()
  #isKnown = false

  /**
   * @param table as queries name it
   * @param time its column of event time, epoch ms
   * @param number its column of numbers that grow from one write to the next
   */
  constructor(table: string, time: string, number: string) {
    this.#table = table
    this.#time = time
    this.#number = number
  }

  /** Takes what the table has; until then nothing is ruled out. */
  async load(database: { columns(sql: string): Promise<readonly (readonly unknown[])[]> }): Promise<void> {
    const [days, first, last] = await database.columns(
      `SELECT floor(${this.#time} / ${DAY_MS}.0), min(${this.#number})::DOUBLE, max(${this.#number})::DOUBLE
       FROM ${this.#table} GROUP BY 1`,
    )
    for (const [i, day] of (days ?? []).entries()) {
      this.#widen(day as number, first?.[i] as number, last?.[i] as number)
    }
    this.#isKnown = true
  }

  /** Takes rows that are about to be written; times in epoch ms. */
  note(times: ArrayLike<number>, numbers: ArrayLike<number>, length: number): void {
    for (let from = 0; from < length; ) {
      const day = Math.floor(times[from]! / DAY_MS)
      let [first, last] = [numbers[from]!, numbers[from]!]
      const [startMs, endMs] = [day * DAY_MS, (day + 1) * DAY_MS]
      for (from++; from < length && times[from]! >= startMs && times[from]! < endMs; from++) {
        const number = numbers[from]!
        if (number < first) first = number
        if (number > last) last = number
      }
      this.#widen(day, first, last)
    }
  }

  /** A condition that holds for every row with a time in [fromMs, toMs], epoch ms. */
  condition(fromMs: number, toMs: number): string {
    if (!this.#isKnown) return 'TRUE'
    const [firstDay, lastDay] = [Math.floor(fromMs / DAY_MS), Math.floor(toMs / DAY_MS)]
    let [first, last] = [Infinity, -Infinity]
    const take = (range: Range | undefined) => {
      if (range === undefined) return
      first = Math.min(first, range.first)
      last = Math.max(last, range.last)
    }
    if (lastDay - firstDay < this.#ranges.size) {
      for (let day = firstDay; day <= lastDay; day++) take(this.#ranges.get(day))
    } else {
      for (const [day, range] of this.#ranges) if (day >= firstDay && day <= lastDay) take(range)
    }
    return last < first ? 'FALSE' : `${this.#number} BETWEEN ${first} AND ${last}`
  }

  #widen(day: number, first: number, last: number): void {
    const known = this.#ranges.get(day)
    if (known === undefined) {
      this.#ranges.set(day, { first, last })
      return
    }
    if (first < known.first) known.first = first
    if (last > known.last) known.last = last
  }
}
