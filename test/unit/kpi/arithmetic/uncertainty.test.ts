import { describe, expect, test } from 'vitest'
import { uncertaintyOfProduct, uncertaintyOfSum } from '../../../../src/kpi/formulas/arithmetic/uncertainty.js'

describe('uncertainty of emissions (IPCC 2006, approach 1)', () => {
  test('S5: activity known to 5 % and factor to 10 % make 11.18 %', () => {
    expect(uncertaintyOfProduct([0.05, 0.1])).toBeCloseTo(0.1118, 4)
  })

  test('3 % and 4 % make 5 %; one alone stays as it is', () => {
    expect(uncertaintyOfProduct([0.03, 0.04])).toBeCloseTo(0.05, 12)
    expect(uncertaintyOfProduct([0.07])).toBeCloseTo(0.07, 12)
  })

  test('30 t ± 10 % and 40 t ± 10 % are 70 t ± 5 t', () => {
    const sum = uncertaintyOfSum([
      { amount: 30, uncertainty: 0.1 },
      { amount: 40, uncertainty: 0.1 },
    ])
    expect(sum.numerator).toBeCloseTo(5, 12)
    expect(sum.denominator).toBe(70)
    expect(sum.value).toBeCloseTo(5 / 70, 12)
  })

  test('no line is no data; lines that cancel have nothing to be uncertain of', () => {
    expect(uncertaintyOfSum([]).reason).toBe('no_data')
    const exported = { amount: -30, uncertainty: 0.1 }
    expect(uncertaintyOfSum([{ amount: 30, uncertainty: 0.1 }, exported]).reason).toBe('no_denominator')
  })
})
