import { expect, test } from 'vitest'
import { robustSlope } from '../../faults/soak/slope.js'

/** The slope that the soak judges by: of a straight line exactly, and hardly moved by what stands out. */

test('a straight line has its slope', () => {
  expect(robustSlope([0, 1, 2, 3].map((x) => [x, 5 + 2 * x] as const))).toBe(2)
})

test('one sample in ten that stands out moves it little', () => {
  const points = Array.from({ length: 50 }, (_, x) => [x, x % 10 === 9 ? 1000 : 3 * x] as const)
  expect(robustSlope(points)).toBeCloseTo(3, 0)
})

test('a saw that always comes back to the same has next to none', () => {
  const points = Array.from({ length: 600 }, (_, x) => [x, x % 60] as const)
  expect(Math.abs(robustSlope(points))).toBeLessThan(0.02)
})

test('a single sample has none', () => expect(robustSlope([[1, 1]])).toBeNaN())
