import { CholeskyDecomposition, Matrix, QrDecomposition } from 'ml-matrix'

/** y = Σ coefficient · column, by least squares. */
export interface LinearFit {
  readonly coefficients: readonly number[]
  /** Each row's distance from its fit, in the unit of y. */
  readonly residuals: readonly number[]
  /** (XᵀX)⁻¹, by row: what the coefficients owe to chance, once multiplied by the variance of the residuals. */
  readonly chance: readonly (readonly number[])[]
}

/**
 * Householder's decomposition, not the normal equations: columns may be as different as 1 and 10,000 pieces. `null` when
 * the columns do not tell one another apart, or there are no more rows than columns.
 */
export function linearFit(rows: readonly (readonly number[])[], y: readonly number[]): LinearFit | null {
  const columns = rows[0]?.length ?? 0
  if (columns === 0 || rows.length <= columns) return null
  const scales = Array.from({ length: columns }, (_, c) => Math.max(...rows.map((row) => Math.abs(row[c]!))))
  if (scales.includes(0)) return null
  const x = new Matrix(rows.map((row) => row.map((value, c) => value / scales[c]!)))
  const decomposition = new QrDecomposition(x)
  const r = decomposition.upperTriangularMatrix
  const largest = Math.max(...r.diagonal().map(Math.abs))
  if (r.diagonal().some((value) => Math.abs(value) < largest * INDEPENDENCE_MIN)) return null
  const coefficients = decomposition
    .solve(Matrix.columnVector([...y]))
    .to1DArray()
    .map((value, c) => value / scales[c]!)
  const inverse = new QrDecomposition(r).solve(Matrix.eye(columns))
  const chance = inverse
    .mmul(inverse.transpose())
    .to2DArray()
    .map((row, i) => row.map((value, j) => value / (scales[i]! * scales[j]!)))
  return { coefficients, residuals: rows.map((row, i) => y[i]! - dot(row, coefficients)), chance }
}

/**
 * Squares that lines through the same days leave unexplained, for many choices of columns: products of each two are summed once,
 * about their means, so a choice costs no look at the days.
 */
export class Unexplained {
  readonly #products: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly #withY: ReadonlyMap<string, number>
  readonly #all: number

  constructor(columns: ReadonlyMap<string, readonly number[]>, y: readonly number[]) {
    const about = centred(y)
    const scaled = new Map([...columns].map(([key, values]) => [key, toUnit(centred(values))]))
    this.#products = new Map(
      [...scaled].map(([key, a]) => [key, new Map([...scaled].map(([other, b]) => [other, dot(a, b)]))]),
    )
    this.#withY = new Map([...scaled].map(([key, values]) => [key, dot(values, about)]))
    this.#all = dot(about, about)
  }

  /** Sum of the squares of what is left; `null` when the columns do not tell one another apart, or one is not known. */
  by(keys: readonly string[]): number | null {
    if (keys.length === 0) return this.#all
    const products = new Matrix(keys.map((a) => keys.map((b) => this.#products.get(a)!.get(b)!)))
    const decomposition = new CholeskyDecomposition(products)
    const isApart = decomposition.lowerTriangularMatrix.diagonal().every((value) => value > Math.sqrt(INDEPENDENCE_MIN))
    if (!isApart) return null
    const withY = keys.map((key) => this.#withY.get(key)!)
    const coefficients = decomposition.solve(Matrix.columnVector(withY)).to1DArray()
    return Math.max(0, this.#all - dot(coefficients, withY))
  }
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  // Not "the mean for all of them": that of the same number a hundred times may miss it by a bit.
  return values.every((value) => value === values[0]) ? values.map(() => 0) : values.map((value) => value - mean)
}

/** With a length of 1; one that never varies stays 0. */
function toUnit(values: readonly number[]): number[] {
  const length = Math.sqrt(dot(values, values))
  return length === 0 ? [...values] : values.map((value) => value / length)
}

/** A column that the others explain but for this share of its size adds nothing but rounding. */
const INDEPENDENCE_MIN = 1e-9

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** vᵀ · M · v. */
export function quadratic(v: readonly number[], m: readonly (readonly number[])[]): number {
  return dot(
    v,
    m.map((row) => dot(row, v)),
  )
}
