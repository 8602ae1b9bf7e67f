import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { binned, type FeatureTable } from './bins.js'
import { binnedTreeValue, type Tree, TreeGrower, type TreeShape, treeValue } from './tree.js'

/** Rules by which trees are boosted. */
export interface BoostOptions extends TreeShape {
  readonly trees: number
  /** Share of each tree's answer that is taken, 0..1. */
  readonly rate: number
  /** Share of the rows, and of the columns, that a tree is shown, 0..1. */
  readonly rowShare: number
  readonly columnShare: number
  readonly seed: number
}

/** A mean and trees that are added to it. */
export interface BoostedTrees {
  readonly columns: number
  readonly base: number
  readonly trees: readonly Tree[]
}

/**
 * Fits trees to targets by least squares, each to what those before it left over. The same table, targets and options give the same
 * trees to the last bit: there is one seeded generator, sums have one order, and nothing but + − × ÷ is used.
 * Source: Friedman, Stochastic gradient boosting, 2002.
 */
export function boost(table: FeatureTable, targets: Float64Array, options: BoostOptions): BoostedTrees {
  const { rows, columns } = table
  const bins = binned(table)
  const grower = new TreeGrower(bins, options)
  const random = xoroshiro128plus(options.seed)
  const base = rows === 0 ? 0 : targets.reduce((sum, target) => sum + target, 0) / rows
  const residuals = targets.map((target) => target - base)
  const rowOrder = Int32Array.from({ length: rows }, (_, i) => i)
  const columnOrder = Int32Array.from({ length: columns }, (_, i) => i)
  const trees: Tree[] = []
  for (let i = 0; i < options.trees && rows > 0; i++) {
    const shown = drawn(rowOrder, options.rowShare, random)
    const asked = [...drawn(columnOrder, options.columnShare, random)]
    const grown = grower.grow(residuals, shown, asked, options.rate)
    trees.push(grown.tree)
    for (let row = 0; row < rows; row++) residuals[row]! -= binnedTreeValue(grown, bins.bins, row * columns)
  }
  return { columns, base, trees }
}

/** Forecast for the row that begins at `start`. */
export function boostedValue({ base, trees }: BoostedTrees, values: Float32Array, start = 0): number {
  let sum = base
  for (const tree of trees) sum += treeValue(tree, values, start)
  return sum
}

/** Bytes of the trees. */
export function boostedBytes({ trees }: BoostedTrees): number {
  return trees.reduce((sum, { column, value }) => sum + column.length * (2 + 4 + 2 + 2) + value.length * 8, 0)
}

/** A share of a list, at least one, drawn without putting back and in ascending order. */
function drawn(order: Int32Array, share: number, random: RandomGenerator): Int32Array {
  const count = Math.max(1, Math.round(order.length * share))
  if (count >= order.length) return order.slice().sort()
  for (let i = 0; i < count; i++) {
    const j = uniformInt(random, i, order.length - 1)
    const moved = order[i]!
    order[i] = order[j]!
    order[j] = moved
  }
  return order.slice(0, count).sort()
}
