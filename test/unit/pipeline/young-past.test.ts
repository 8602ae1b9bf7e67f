import { expect, test } from 'vitest'
import { YoungPast } from '../../../src/pipeline/young-past.js'

const MINUTE = 60_000

test('a past that comes behind a start is told of until it has stopped for a while', () => {
  const past = new YoungPast(0)
  expect(past.isComing(1000)).toBe(false)
  past.took(3000, 1000)
  expect(past.isComing(1000)).toBe(false)
  past.took(3000, 12_000)
  expect([12_000, 32_000, 32_001].map((ms) => past.isComing(ms))).toEqual([true, true, false])
  past.took(3000, 40_000)
  expect(past.isComing(40_000)).toBe(false)
})

test('what is live never counts, and a gateway that has run for long goes on with its forecasts', () => {
  const past = new YoungPast(0)
  for (let ms = 0; ms < MINUTE; ms += 1000) past.took(0, ms)
  expect(past.isComing(MINUTE)).toBe(false)
  past.took(50_000, 29 * MINUTE)
  expect(past.isComing(29 * MINUTE)).toBe(true)
  past.took(50_000, 30 * MINUTE)
  expect(past.isComing(30 * MINUTE)).toBe(false)
})
