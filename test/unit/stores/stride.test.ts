import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { Stride } from '../../../src/stores/stride.js'

/** Reads places out of a sorted list, and notes how much was asked for. */
function reader(places: readonly number[]) {
  const sizes: number[] = []
  const read = async (from: number, to: number, limit: number) => {
    if (!Number.isInteger(from) || !Number.isInteger(to)) throw new Error(`${from} to ${to} is no piece`)
    const rows = places.filter((place) => place >= from && place < to).slice(0, limit)
    sizes.push(rows.length)
    return rows
  }
  return { read, sizes }
}

async function readAll(stride: Stride, places: readonly number[], until: number) {
  const { read, sizes } = reader(places)
  const found: number[] = []
  let [from, pieces] = [0, 0]
  for (;;) {
    const piece = await stride.next(from, until, read)
    if (piece === null) return { found, sizes, pieces }
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
    const { found, sizes } = await readAll(new Stride(wanted), sorted, 2 ** 41)
    expect(found).toEqual(sorted)
    const crowd = Math.max(0, ...sorted.map((place) => sorted.filter((other) => other === place).length))
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(Math.max(4 * wanted + 1, crowd))
  },
)

test('an axis with one row a million steps is crossed in few queries', async () => {
  const sparse = Array.from({ length: 1000 }, (_, i) => i * 1e6)
  const { sizes } = await readAll(new Stride(100), sparse, 1e9)
  expect(sizes.length).toBeLessThan(60)
})
