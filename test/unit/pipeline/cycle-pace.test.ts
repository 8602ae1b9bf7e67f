import { expect, test } from 'vitest'
import { CyclePace } from '../../../src/pipeline/cycle-pace.js'

test('a cycle comes twice a second, once while nobody looks, and at once for who asks', () => {
  let isQuiet = false
  const pace = new CyclePace(() => isQuiet)
  pace.begins()
  pace.ended(0, 0)
  expect([pace.isDue(499, false), pace.isDue(500, false)]).toEqual([false, true])
  isQuiet = true
  expect([pace.isDue(999, false), pace.isDue(1000, false)]).toEqual([false, true])
  // The journal holds more: a cycle is not put off for that.
  expect(pace.isDue(500, true)).toBe(true)
  void pace.ask()
  expect(pace.isDue(10, false)).toBe(true)
})
