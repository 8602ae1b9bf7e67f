import type { KnownSeries } from '../series/known-series.js'
import type { FeatureTable } from '../trees/bins.js'

/** Rows of one part of a log: a log grows by parts, so that nothing is copied when it does. */
const PART_ROWS = 512

interface Part {
  readonly values: Float32Array
  readonly starts: Float64Array
  readonly bases: Float64Array
}

/**
 * Rows as they were known when forecasts were issued, so that a model learns from what it will be given: gaps and lateness are in
 * them. The newest `rowsMax` are kept, in a ring.
 */
export class RowLog {
  readonly columns: number
  readonly #rowsMax: number
  readonly #parts: Part[] = []
  #count = 0

  constructor(columns: number, rowsMax: number) {
    this.columns = columns
    this.#rowsMax = rowsMax
  }

  get rows(): number {
    return Math.min(this.#count, this.#rowsMax)
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { values, starts, bases }) => {
      return sum + values.byteLength + starts.byteLength + bases.byteLength
    }, 0)
  }

  /** Adds a row of the interval that begins at `startMs`; a model learns how far it lies above `base`. */
  add(startMs: number, base: number, fill: (values: Float32Array, at: number) => void): void {
    const place = this.#count % this.#rowsMax
    const part = this.#partOf(place)
    const at = place % PART_ROWS
    part.starts[at] = startMs
    part.bases[at] = base
    fill(part.values, at * this.columns)
    this.#count++
  }

  #partOf(place: number): Part {
    const number = Math.floor(place / PART_ROWS)
    const known = this.#parts[number]
    if (known !== undefined) return known
    const rows = Math.min(PART_ROWS, this.#rowsMax - number * PART_ROWS)
    const part = {
      values: new Float32Array(this.columns * rows),
      starts: new Float64Array(rows),
      bases: new Float64Array(rows),
    }
    this.#parts.push(part)
    return part
  }

  /**
   * Rows whose outcome is known, oldest first, until another is added. `outcomeOf` gives what came above the base; NaN when it is not
   * known.
   */
  known(outcomeOf: (startMs: number, base: number) => number): {
    readonly table: FeatureTable
    readonly targets: Float64Array
  } {
    const targets = new Float64Array(this.rows)
    const places = new Int32Array(this.rows)
    let rows = 0
    for (let i = this.#count - this.rows; i < this.#count; i++) {
      const place = i % this.#rowsMax
      const part = this.#partOf(place)
      const target = outcomeOf(part.starts[place % PART_ROWS]!, part.bases[place % PART_ROWS]!)
      if (Number.isNaN(target)) continue
      targets[rows] = target
      places[rows++] = place
    }
    const { columns } = this
    const value = (row: number, column: number): number => {
      const place = places[row]!
      return this.#parts[Math.floor(place / PART_ROWS)]!.values[(place % PART_ROWS) * columns + column]!
    }
    return { table: { rows, columns, value }, targets: targets.subarray(0, rows) }
  }
}

/** Outcome of a row that is one interval of a series. */
export function valueAbove(series: KnownSeries): (startMs: number, base: number) => number {
  return (startMs, base) => series.at(series.numberOf(startMs)) - base
}
