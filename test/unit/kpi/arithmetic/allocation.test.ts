import { expect, test } from 'vitest'
import { allocate } from '../../../../src/kpi/formulas/arithmetic/allocation.js'

test('an amount is split by time, and added to what was there', () => {
  const into = new Float64Array([1, 0, 0])
  expect(allocate(3, new Float64Array([10, 0, 5]), into)).toBe(2)
  expect([...into]).toEqual([3, 0, 1])
})

test('when nothing lasted the last one has it', () => {
  const into = new Float64Array(3)
  expect(allocate(3, new Float64Array(3), into)).toBe(1)
  expect([...into]).toEqual([0, 0, 3])
})
