import { expect, test } from 'vitest'
import { RecentNumbers } from '../../../src/intake/nats/recent.js'

test('knows the numbers that were added last, and no others', () => {
  const recent = new RecentNumbers(3)
  for (const number of [7, 8, 7, 9]) recent.add(number)
  expect([7, 8, 9].map((number) => recent.has(number))).toEqual([true, true, true])
  for (const number of [1, 2]) recent.add(number)
  expect([7, 8, 9, 1, 2].map((number) => recent.has(number))).toEqual([false, false, true, true, true])
  recent.add(7)
  expect([9, 1, 2, 7].map((number) => recent.has(number))).toEqual([false, true, true, true])
})
