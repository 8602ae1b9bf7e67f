import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { type Axis, Stride } from '../../../src/stores/stride.js'

/** Axis with rows at places of a sorted list; notes how many rows each reading gave, and how often places were counted. */
function axisOf(places: readonly number[]) {
  const sizes: number[] = []
  const counts: number[] = []
  const within = (from: number, to: number) => {
    if (!Number.isInteger(from) || !Number.isInteger(to)) throw new Error(`${from} to ${to} is no piece`)
    return places.filter((place) => place >= from && place < to)
  }
  const axis: Axis<number[]> = {
    read: async (from, to, limit) => {
      const rows = within(from, to).slice(0, limit)
      sizes.push(rows.length)
      return rows
    },
    count: async (from, to, limit) => {
      const rows = new Map<number, number>()
      for (const place of within(from, to)) rows.set(place, (rows.get(place) ?? 0) + 1)
      counts.push(rows.size)
      return [...rows].slice(0, limit).map(([place, count]) => ({ place, rows: count }))
    },
  }
  return { axis, sizes, counts }
}

async function readAll(rowsWanted: number, places: readonly number[], until: number) {
  const { axis, sizes, counts } = axisOf(places)
  const stride = new Stride(rowsWanted, axis)
  const found: number[] = []
  let [from, pieces] = [0, 0]
  for (;;) {
    const piece = await stride.next(from, until)
    if (piece === null) return { found, sizes, counts, pieces }
    expect(piece.to).toBeGreaterThan(from)
    found.push(...piece.rows)
    from = piece.to
    pieces++
  }
}

const places = fc.array(fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2 ** 40 })), {
  maxLength: 400,
})

property.prop([places, fc.integer({ min: 1, max: 50 })])(
  'nothing is left out and nothing comes twice',
  async (list, wanted) => {
    const sorted = list.sort((a, b) => a - b)
    const { found, sizes } = await readAll(wanted, sorted, 2 ** 41)
    expect(found).toEqual(sorted)
    const crowd = Math.max(0, ...sorted.map((place) => sorted.filter((other) => other === place).length))
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(Math.max(4 * wanted + 1, crowd))
  },
)

test('an axis with one row a million steps is crossed in few queries', async () => {
  const sparse = Array.from({ length: 1000 }, (_, i) => i * 1e6)
  const { sizes, counts } = await readAll(100, sparse, 1e9)
  expect(sizes.length + counts.length).toBeLessThan(60)
})

test('rows that are crowded at places far from each other are read little more than once', async () => {
  const crowds = Array.from({ length: 100 }, (_, i) =>
    Array.from({ length: i % 3 === 0 ? 3 : 150 }, () => i * 98_765),
  ).flat()
  const { sizes, counts, pieces } = await readAll(80, crowds, 1e7)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1.1 * crowds.length)
  expect(pieces).toBeGreaterThan(60)
  expect(sizes.length + counts.length).toBeLessThan(2 * pieces)
})

test('what came behind a stretch that was counted is found, and a start from the beginning too', async () => {
  const places = Array.from({ length: 1000 }, (_, i) => 5000 * Math.floor(i / 100))
  const stride = new Stride(50, axisOf(places).axis)
  let [from, found] = [0, 0]
  for (const until of [23_000, 46_000, 60_000]) {
    for (let piece = await stride.next(from, until); piece !== null; piece = await stride.next(from, until)) {
      found += piece.rows.length
      from = piece.to
    }
    from = until
  }
  expect(found).toBe(1000)
  expect(await stride.next(0, 60_000)).toMatchObject({ rows: { length: 100 } })
})
