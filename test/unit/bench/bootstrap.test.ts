import { expect, test } from 'vitest'
import { medianInterval, randomOf, ratioInterval } from '../../bench/measure/bootstrap.js'

test('what does not vary has an interval without width', () => {
  expect(medianInterval([7, 7, 7], 1)).toEqual({ low: 7, high: 7 })
  expect(ratioInterval([9, 9, 9], [10, 10], 1)).toEqual({ low: 0.9, high: 0.9 })
})

test('the interval lies within the values and holds their median', () => {
  const { low, high } = medianInterval([100, 104, 96, 103, 99], 1)
  expect(low).toBeGreaterThanOrEqual(96)
  expect(low).toBeLessThanOrEqual(100)
  expect(high).toBeGreaterThanOrEqual(100)
  expect(high).toBeLessThanOrEqual(104)
})

test('the same seed draws the same', () => {
  const values = [5, 1, 4, 2, 3, 9]
  expect(medianInterval(values, 3)).toEqual(medianInterval(values, 3))
  const [one, two] = [randomOf(3), randomOf(4)]
  expect(one()).not.toBe(two())
})
