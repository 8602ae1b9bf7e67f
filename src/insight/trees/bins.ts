/** Rows of 32-bit numbers; NaN is a value that is not known. Whoever has the rows need not copy them. */
export interface FeatureTable {
  readonly rows: number
  readonly columns: number
  value(row: number, column: number): number
}

/** Values of each column as small numbers, so that a tree adds up a few dozen bins instead of sorting rows. */
export interface BinnedTable {
  readonly rows: number
  readonly columns: number
  /** Bin of column c in row r at `r * columns + c`: 0 when unknown, else 1 and the number of thresholds below the value. */
  readonly bins: Uint8Array
  /** Ascending thresholds of each column. */
  readonly thresholds: readonly Float32Array[]
}

/** Bins of a column, with the one of unknown values. */
export const BINS_MAX = 64

/** Puts each column into at most `BINS_MAX` bins that hold about as many rows each. */
export function binned(table: FeatureTable): BinnedTable {
  const { rows, columns } = table
  const bins = new Uint8Array(rows * columns)
  const thresholds: Float32Array[] = []
  const column = new Float32Array(rows)
  for (let c = 0; c < columns; c++) {
    let known = 0
    for (let row = 0; row < rows; row++) {
      const value = table.value(row, c)
      if (!Number.isNaN(value)) column[known++] = value
    }
    const edges = thresholdsOf(column.subarray(0, known))
    thresholds.push(edges)
    for (let row = 0; row < rows; row++) bins[row * columns + c] = binOf(edges, table.value(row, c))
  }
  return { rows, columns, bins, thresholds }
}

/** Sorts the values in place. The greatest value is no threshold: nothing is above it. */
function thresholdsOf(values: Float32Array): Float32Array {
  values.sort()
  const edges = new Float32Array(BINS_MAX - 2)
  let count = 0
  for (let i = 1; i <= edges.length; i++) {
    const place = Math.floor((i * values.length) / (edges.length + 1))
    const value = values[place]
    if (value === undefined || value === values.at(-1)) break
    if (count === 0 || value > edges[count - 1]!) edges[count++] = value
  }
  return edges.slice(0, count)
}

function binOf(edges: Float32Array, value: number): number {
  if (Number.isNaN(value)) return 0
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! < value) low = middle + 1
    else high = middle
  }
  return low + 1
}
