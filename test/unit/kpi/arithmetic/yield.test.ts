import { describe, expect, test } from 'vitest'
import { rolledThroughputYield } from '../../../../src/kpi/formulas/arithmetic/yield.js'

describe('rolled throughput yield', () => {
  test('O8, Minitab: .95 × .84 × .88 is .702, where the text prints 0.70', () => {
    expect(rolledThroughputYield([0.95, 0.84, 0.88]).value).toBeCloseTo(0.702, 3)
  })

  test('O8, Six Sigma text: 98, 97, 99 and 96 % are 90.35 %', () => {
    expect(rolledThroughputYield([0.98, 0.97, 0.99, 0.96]).value).toBeCloseTo(0.9035, 4)
  })

  test('a step that is not known makes all unknown, a step at which all fail makes 0', () => {
    expect(rolledThroughputYield([0.9, null])).toMatchObject({ value: null, reason: 'no_data' })
    expect(rolledThroughputYield([])).toMatchObject({ value: null, reason: 'no_data' })
    expect(rolledThroughputYield([0.9, 0]).value).toBe(0)
  })
})
