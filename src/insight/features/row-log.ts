import type { KnownSeries } from '../series/known-series.js'
import type { FeatureTable } from '../trees/bins.js'

/**
 * Rows as they were known when forecasts were issued, so that a model learns from what it will be given: gaps and lateness are in
 * them. The newest `rowsMax` are kept, in a ring.
 */
export class RowLog {
  readonly columns: number
  readonly #rowsMax: number
  readonly #values: Float32Array
  readonly #starts: Float64Array
  readonly #bases: Float64Array
  #count = 0

  constructor(columns: number, rowsMax: number) {
    this.columns = columns
    this.#rowsMax = rowsMax
    this.#values = new Float32Array(columns * rowsMax)
    this.#starts = new Float64Array(rowsMax)
    this.#bases = new Float64Array(rowsMax)
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
    this.#starts[place] = startMs
    this.#bases[place] = base
    fill(this.#values, place * this.columns)
    this.#count++
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
