import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { movePoint, pointMoveOf } from '../../../../src/decode/profile/decimal.js'

test.each([
  [7915525.36, -3, 7915.52536],
  [0.7, -1, 0.07],
  [6.1, -3, 0.0061],
  [-136.39, -3, -0.13639],
  [1.005, 3, 1005],
  [0, -3, 0],
  [-0, -3, 0],
  [0.1 + 0.2, 0, 0.1 + 0.2],
])('the point of %d moved by %d', (value, places, moved) => {
  expect(movePoint(value, places) + 0).toBe(moved)
})

test('what is no number that could be stored stays as it came', () => {
  expect([1e16, Number.NaN, Infinity].map((value) => movePoint(value, -3))).toEqual([1e16, Number.NaN, Infinity])
})

test('a factor is a power of ten, or none', () => {
  expect([0.001, 1, 1000, 1e-6, 0.1].map(pointMoveOf)).toEqual([-3, 0, 3, -6, -1])
  expect([0.016666666666666666, 3.6, 1 / 3.6, 2, 1e-20, 1e20, 0.0010000000000000002].map(pointMoveOf)).toEqual(
    Array(7).fill(null),
  )
})

test.prop([
  fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }),
  fc.integer({ min: 0, max: 6 }),
  fc.integer({ min: -9, max: 9 }),
])('a decimal with its point moved is the double nearest to the moved decimal', (whole, decimals, places) => {
  const moved = movePoint(Number(`${whole}e${-decimals}`), places)
  expect(moved).toBe(Number(`${whole}e${places - decimals}`))
})
