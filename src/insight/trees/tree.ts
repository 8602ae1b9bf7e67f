import { BINS_MAX, type BinnedTable } from './bins.js'

/** Rules of one tree. */
export interface TreeShape {
  readonly leavesMax: number
  /** Rows that a leaf holds at least. */
  readonly leafRowsMin: number
  /** This is added to the number of rows of a leaf when its mean is taken: small leaves say less. */
  readonly shrinkage: number
}

/** One regression tree in columns. A row goes left when its value is unknown or at most the threshold. */
export interface Tree {
  /** Column that a node asks; -1 for a leaf. */
  readonly column: Int16Array
  readonly threshold: Float32Array
  readonly left: Int16Array
  readonly right: Int16Array
  /** A leaf adds this to the forecast. */
  readonly value: Float64Array
}

/** A tree with the last bin that each node sends to the left: rows in bins find the same leaf as their values do. */
export interface GrownTree {
  readonly tree: Tree
  readonly lastLeftBin: Uint8Array
}

interface Leaf {
  readonly node: number
  readonly from: number
  readonly to: number
  readonly sum: number
  /** Sums and counts of each bin of each column; null when the leaf is too small to be split. */
  histogram: Float64Array | null
  gain: number
  column: number
  bin: number
}

/**
 * Grows trees over the same rows, the leaf with the greatest gain first. Sums are added up in the order of the rows, so the same
 * rows give the same tree to the last bit. Source: the histogram method of Ke et al., LightGBM, 2017; written here anew.
 */
export class TreeGrower {
  readonly #table: BinnedTable
  readonly #shape: TreeShape
  /** Histograms are used again from tree to tree. */
  readonly #free: Float64Array[] = []
  readonly #spare: Int32Array

  constructor(table: BinnedTable, shape: TreeShape) {
    this.#table = table
    this.#shape = shape
    this.#spare = new Int32Array(table.rows)
  }

  /**
   * Fits a tree to `residuals` of the given rows, by the given columns only. `rows` is put into another order.
   */
  grow(residuals: Float64Array, rows: Int32Array, columns: readonly number[], rate: number): GrownTree {
    const size = 2 * this.#shape.leavesMax - 1
    const tree = {
      column: new Int16Array(size).fill(-1),
      threshold: new Float32Array(size),
      left: new Int16Array(size),
      right: new Int16Array(size),
      value: new Float64Array(size),
    }
    const lastLeftBin = new Uint8Array(size)
    const root = this.#leaf(0, 0, rows.length, sumOf(residuals, rows, 0, rows.length))
    if (rows.length >= 2 * this.#shape.leafRowsMin) root.histogram = this.#histogram(residuals, rows, root, columns)
    this.#findSplit(root, columns)
    const leaves = [root]
    let nodes = 1
    while (leaves.length < this.#shape.leavesMax) {
      const best = leaves.reduce((a, b) => (b.gain > a.gain ? b : a))
      if (best.gain <= 0) break
      const [left, right] = this.#split(best, residuals, rows, columns, nodes)
      tree.column[best.node] = best.column
      lastLeftBin[best.node] = best.bin
      tree.threshold[best.node] =
        best.bin === 0 ? Number.NEGATIVE_INFINITY : this.#table.thresholds[best.column]![best.bin - 1]!
      tree.left[best.node] = left.node
      tree.right[best.node] = right.node
      nodes += 2
      leaves[leaves.indexOf(best)] = left
      leaves.push(right)
    }
    for (const { node, sum, from, to, histogram } of leaves) {
      tree.value[node] = (rate * sum) / (to - from + this.#shape.shrinkage)
      if (histogram !== null) this.#free.push(histogram)
    }
    return { tree, lastLeftBin }
  }

  #leaf(node: number, from: number, to: number, sum: number): Leaf {
    return { node, from, to, sum, histogram: null, gain: 0, column: -1, bin: 0 }
  }

  /** Moves the rows of a leaf that go left before those that go right, each in the order in which they were. */
  #split(
    leaf: Leaf,
    residuals: Float64Array,
    rows: Int32Array,
    columns: readonly number[],
    nodes: number,
  ): readonly [Leaf, Leaf] {
    const { bins, columns: width } = this.#table
    const spare = this.#spare
    let to = leaf.from
    let kept = 0
    for (let i = leaf.from; i < leaf.to; i++) {
      const row = rows[i]!
      if (bins[row * width + leaf.column]! <= leaf.bin) rows[to++] = row
      else spare[kept++] = row
    }
    rows.set(spare.subarray(0, kept), to)
    const leftSum = sumOf(residuals, rows, leaf.from, to)
    const left = this.#leaf(nodes, leaf.from, to, leftSum)
    const right = this.#leaf(nodes + 1, to, leaf.to, sumOf(residuals, rows, to, leaf.to))
    const [small, large] = to - leaf.from <= leaf.to - to ? [left, right] : [right, left]
    const enough = (one: Leaf) => one.to - one.from >= 2 * this.#shape.leafRowsMin
    const whole = leaf.histogram!
    leaf.histogram = null
    if (enough(large)) {
      small.histogram = this.#histogram(residuals, rows, small, columns)
      subtract(whole, small.histogram, columns)
      large.histogram = whole
    } else this.#free.push(whole)
    for (const one of [left, right]) {
      if (one.histogram !== null && !enough(one)) {
        this.#free.push(one.histogram)
        one.histogram = null
      }
      this.#findSplit(one, columns)
    }
    return [left, right]
  }

  #histogram(residuals: Float64Array, rows: Int32Array, { from, to }: Leaf, columns: readonly number[]): Float64Array {
    const { bins, columns: width } = this.#table
    const histogram = this.#free.pop() ?? new Float64Array(width * BINS_MAX * 2)
    for (const column of columns) histogram.fill(0, column * BINS_MAX * 2, (column + 1) * BINS_MAX * 2)
    const count = columns.length
    const list = Int32Array.from(columns)
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      const residual = residuals[row]!
      const start = row * width
      for (let k = 0; k < count; k++) {
        const column = list[k]!
        const at = (column * BINS_MAX + bins[start + column]!) * 2
        histogram[at]! += residual
        histogram[at + 1]! += 1
      }
    }
    return histogram
  }

  /** Notes the split of a leaf that takes most of the squared error away; of two that take as much, the first. */
  #findSplit(leaf: Leaf, columns: readonly number[]): void {
    const { histogram, sum } = leaf
    if (histogram === null) return
    const { leafRowsMin, shrinkage } = this.#shape
    const rows = leaf.to - leaf.from
    const whole = (sum * sum) / (rows + shrinkage)
    for (const column of columns) {
      const last = this.#table.thresholds[column]!.length
      const start = column * BINS_MAX * 2
      let leftSum = 0
      let leftRows = 0
      for (let bin = 0; bin <= last; bin++) {
        leftSum += histogram[start + bin * 2]!
        leftRows += histogram[start + bin * 2 + 1]!
        if (leftRows < leafRowsMin) continue
        const rightRows = rows - leftRows
        if (rightRows < leafRowsMin) break
        const rightSum = sum - leftSum
        const gain =
          (leftSum * leftSum) / (leftRows + shrinkage) + (rightSum * rightSum) / (rightRows + shrinkage) - whole
        if (gain > leaf.gain + 1e-9) {
          leaf.gain = gain
          leaf.column = column
          leaf.bin = bin
        }
      }
    }
  }
}

/** Answer of a tree for the row that begins at `start`. */
export function treeValue(tree: Tree, values: Float32Array, start: number): number {
  let node = 0
  for (let column = tree.column[0]!; column >= 0; column = tree.column[node]!) {
    node = values[start + column]! > tree.threshold[node]! ? tree.right[node]! : tree.left[node]!
  }
  return tree.value[node]!
}

/** The same for a row in bins, of the table that the tree was grown over. */
export function binnedTreeValue({ tree, lastLeftBin }: GrownTree, bins: Uint8Array, start: number): number {
  let node = 0
  for (let column = tree.column[0]!; column >= 0; column = tree.column[node]!) {
    node = bins[start + column]! > lastLeftBin[node]! ? tree.right[node]! : tree.left[node]!
  }
  return tree.value[node]!
}

function sumOf(residuals: Float64Array, rows: Int32Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += residuals[rows[i]!]!
  return sum
}

function subtract(whole: Float64Array, part: Float64Array, columns: readonly number[]): void {
  for (const column of columns) {
    for (let at = column * BINS_MAX * 2; at < (column + 1) * BINS_MAX * 2; at++) whole[at]! -= part[at]!
  }
}
