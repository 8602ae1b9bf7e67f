import { describe, expect, test } from 'vitest'
import { randomStream } from '../../../simulators/random.js'
import { binned, type FeatureTable } from '../../../src/insight/trees/bins.js'
import { type BoostOptions, boost, boostedValue } from '../../../src/insight/trees/boosted.js'
import { binnedTreeValue, TreeGrower, treeValue } from '../../../src/insight/trees/tree.js'

/** Proves that boosted trees learn what is there, the same to the last bit each time, and take unknown values as such. */

const OPTIONS: BoostOptions = {
  trees: 60,
  rate: 0.1,
  leavesMax: 8,
  leafRowsMin: 5,
  shrinkage: 1,
  rowShare: 0.7,
  columnShare: 1,
  seed: 1,
}

function tableOf(rows: number, columns: number, value: (row: number, column: number) => number): FeatureTable {
  const values = Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns))
  return { rows, columns, value: (row, column) => values[row * columns + column]! }
}

const random = randomStream('trees')
const TABLE = tableOf(1000, 3, () => random())
const TARGETS = Float64Array.from({ length: 1000 }, (_, row) => {
  const [a, b] = [TABLE.value(row, 0), TABLE.value(row, 1)]
  return (a > 0.5 ? 10 : 0) + 4 * b
})

describe('boosted trees', () => {
  test('learn a step and a slope, and leave a column of noise alone', () => {
    const model = boost(TABLE, TARGETS, OPTIONS)
    const at = (a: number, b: number) => boostedValue(model, Float32Array.of(a, b, 0.5))
    expect(at(0.2, 0.5)).toBeCloseTo(2, 0)
    expect(at(0.8, 0.5)).toBeCloseTo(12, 0)
    expect(at(0.8, 0.9) - at(0.8, 0.1)).toBeCloseTo(3.2, 0)
  })

  test('are the same to the last bit for the same rows, targets and seed', () => {
    const [one, other] = [boost(TABLE, TARGETS, OPTIONS), boost(TABLE, TARGETS, OPTIONS)]
    expect(other).toEqual(one)
    expect(boost(TABLE, TARGETS, { ...OPTIONS, seed: 2 })).not.toEqual(one)
  })

  test('say the mean where there is nothing to ask', () => {
    const flat = tableOf(50, 2, () => 1)
    const model = boost(
      flat,
      Float64Array.from({ length: 50 }, (_, i) => i),
      { ...OPTIONS, rowShare: 1 },
    )
    expect(boostedValue(model, Float32Array.of(1, 1))).toBeCloseTo(24.5, 9)
  })

  test('learn from a value that is not known', () => {
    const table = tableOf(200, 1, (row) => (row % 2 === 0 ? Number.NaN : row))
    const targets = Float64Array.from({ length: 200 }, (_, row) => (row % 2 === 0 ? 5 : -5))
    const model = boost(table, targets, { ...OPTIONS, trees: 100 })
    expect(boostedValue(model, Float32Array.of(Number.NaN))).toBeGreaterThan(4.5)
    expect(boostedValue(model, Float32Array.of(50))).toBeLessThan(-4.5)
  })

  test('of no rows say 0', () => {
    const model = boost(
      tableOf(0, 2, () => 0),
      new Float64Array(0),
      OPTIONS,
    )
    expect(boostedValue(model, Float32Array.of(1, 2))).toBe(0)
  })
})

test('a row finds the same leaf by its bins as by its values, unknown and equal ones too', () => {
  const table = tableOf(3000, 4, (row, column) => {
    if (column === 3) return row % 3 === 0 ? Number.NaN : row % 5
    return column === 2 ? Math.round(20 * random()) : random()
  })
  const targets = Float64Array.from({ length: 3000 }, (_, row) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((column) => table.value(row, column)) as [number, number, number, number]
    return a * b + c * (a > 0.3 ? 1 : -1) + (Number.isNaN(d) ? 4 : d)
  })
  const { bins, ...rest } = binned(table)
  const shape = { leavesMax: 63, leafRowsMin: 3, shrinkage: 1 }
  const grown = new TreeGrower({ bins, ...rest }, shape).grow(
    targets,
    Int32Array.from(targets.keys()),
    [0, 1, 2, 3],
    0.1,
  )
  const values = Float32Array.from({ length: 4 * 3000 }, (_, i) => table.value(Math.floor(i / 4), i % 4))
  const rows = [...targets.keys()]
  expect(new Set(rows.map((row) => treeValue(grown.tree, values, 4 * row))).size).toBeGreaterThan(50)
  expect(rows.map((row) => binnedTreeValue(grown, bins, 4 * row))).toEqual(
    rows.map((row) => treeValue(grown.tree, values, 4 * row)),
  )
})

test('a column of few values has a bin for each, unknown ones have the first', () => {
  const { bins, thresholds } = binned(tableOf(9, 1, (row) => [3, 1, Number.NaN, 2, 1, 3, 2, 1, 3][row]!))
  expect([...thresholds[0]!]).toEqual([1, 2])
  expect([...bins]).toEqual([3, 1, 0, 2, 1, 3, 2, 1, 3])
})

test('a column of many values has at most 64 bins with about as many rows each', () => {
  const { bins } = binned(tableOf(6300, 1, (row) => (row * 7919) % 6300))
  const counts = new Map<number, number>()
  for (const bin of bins) counts.set(bin, (counts.get(bin) ?? 0) + 1)
  expect(counts.size).toBe(63)
  for (const count of counts.values()) expect(count).toBeLessThanOrEqual(102)
})
