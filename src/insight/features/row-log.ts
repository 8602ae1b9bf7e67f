import type { KnownSeries } from '../series/known-series.js'
import type { FeatureTable } from '../trees/bins.js'

const ROOM_AT_FIRST = 128

/**
 * Rows as they were known when forecasts were issued, so that a model learns from what it will be given: gaps and lateness are in
 * them. The newest `rowsMax` are kept, in a ring.
 */
export class RowLog {
  readonly columns: number
  readonly #rowsMax: number
  #values: Float32Array
  #starts: Float64Array
  #bases: Float64Array
  #count = 0

  constructor(columns: number, rowsMax: number) {
    this.columns = columns
    this.#rowsMax = rowsMax
    const room = Math.min(rowsMax, ROOM_AT_FIRST)
    this.#values = new Float32Array(columns * room)
    this.#starts = new Float64Array(room)
    this.#bases = new Float64Array(room)
  }

  get rows(): number {
    return Math.min(this.#count, this.#rowsMax)
  }

  get bytes(): number {
    return this.#values.byteLength + this.#starts.byteLength + this.#bases.byteLength
  }

  /** Adds a row of the interval that begins at `startMs`; a model learns how far it lies above `base`. */
  add(startMs: number, base: number, fill: (values: Float32Array, at: number) => void): void {
    const place = this.#count % this.#rowsMax
    if (place === this.#starts.length) this.#grow()
    this.#starts[place] = startMs
    this.#bases[place] = base
    fill(this.#values, place * this.columns)
    this.#count++
  }

  /** Doubles the room: a series of a month needs none for a year. */
  #grow(): void {
    const room = Math.min(this.#rowsMax, 2 * this.#starts.length)
    const [values, starts, bases] = [this.#values, this.#starts, this.#bases]
    this.#values = new Float32Array(this.columns * room)
    this.#values.set(values)
    this.#starts = new Float64Array(room)
    this.#starts.set(starts)
    this.#bases = new Float64Array(room)
    this.#bases.set(bases)
  }

  /** Rows whose outcome is known, oldest first. `outcomeOf` gives what came above the base; NaN when it is not known. */
  known(outcomeOf: (startMs: number, base: number) => number): {
    readonly table: FeatureTable
    readonly targets: Float64Array
  } {
    const values = new Float32Array(this.rows * this.columns)
    const targets = new Float64Array(this.rows)
    let rows = 0
    for (let i = this.#count - this.rows; i < this.#count; i++) {
      const place = i % this.#rowsMax
      const target = outcomeOf(this.#starts[place]!, this.#bases[place]!)
      if (Number.isNaN(target)) continue
      targets[rows] = target
      values.set(this.#values.subarray(place * this.columns, (place + 1) * this.columns), rows * this.columns)
      rows++
    }
    const table = { rows, columns: this.columns, values: values.subarray(0, rows * this.columns) }
    return { table, targets: targets.subarray(0, rows) }
  }
}

/** Outcome of a row that is one interval of a series. */
export function valueAbove(series: KnownSeries): (startMs: number, base: number) => number {
  return (startMs, base) => series.at(series.numberOf(startMs)) - base
}
