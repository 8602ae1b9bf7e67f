import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  type BaselinePeriod,
  baselineOf,
  energySaving,
  expectedEnergy,
} from '../../../../src/kpi/formulas/arithmetic/regression.js'

/** A year in which each month made 10 t more than the last, from 10 t on. */
const YEAR = Array.from({ length: 12 }, (_, i) => 10 * (i + 1))
const on = (baseLoad: number, slope: number, outputs = YEAR): BaselinePeriod[] =>
  outputs.map((output) => ({ output, energy: baseLoad + slope * output }))

describe('the energy baseline of a plant (KPI specification §2, after ISO 50006)', () => {
  test('100 MWh without a product and 2 MWh a tonne are found again, and explain everything', () => {
    const { value } = baselineOf(on(100, 2))
    expect(value?.baseLoad).toBeCloseTo(100, 10)
    expect(value?.slope).toBeCloseTo(2, 12)
    expect(value?.r2).toBeCloseTo(1, 12)
    expect(value?.periods).toBe(12)
  })

  property.prop([
    fc.double({ min: -1e4, max: 1e4, noNaN: true }),
    fc.double({ min: 0.01, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  ])('any exact line is found again, however far from zero the output lies', (baseLoad, slope, offset) => {
    const periods = on(
      baseLoad,
      slope,
      YEAR.map((output) => output + offset),
    )
    const { value } = baselineOf(periods)
    const scale = Math.max(...periods.map(({ energy }) => Math.abs(energy)), 1)
    expect(Math.abs(value!.slope - slope)).toBeLessThan(1e-12 * scale)
    for (const { output, energy } of periods) {
      expect(Math.abs(value!.baseLoad + value!.slope * output - energy)).toBeLessThan(1e-8 * scale)
    }
  })

  test('Anscombe 1973, first set and one more month on its line: slope .5, base load 3; R² below 1', () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    const periods = x.map((output, i) => ({ output, energy: y[i]! }))
    // The mean of the set lies on its line, so a month there moves neither the line nor R².
    const mean = { output: 9, energy: y.reduce((a, b) => a + b, 0) / 11 }
    const { value } = baselineOf([...periods, mean])
    expect(value?.slope).toBeCloseTo(0.5001, 4)
    expect(value?.baseLoad).toBeCloseTo(3.0001, 4)
    expect(value?.r2).toBeCloseTo(0.6665, 4)
  })

  test('eleven months are too few', () => {
    expect(baselineOf(on(100, 2).slice(1))).toMatchObject({ value: null, reason: 'low_sample' })
  })

  test('months that all made the same tell no line, even where their mean misses them by a bit', () => {
    const same = Array.from({ length: 12 }, (_, i) => ({ output: 0.1, energy: i }))
    expect(baselineOf(same)).toMatchObject({ value: null, reason: 'no_denominator' })
  })

  test('months that all used the same have a flat line, and nothing to explain', () => {
    expect(baselineOf(on(100, 0)).value).toMatchObject({ baseLoad: 100, slope: 0, r2: null })
  })

  test('a month without a number is no data', () => {
    expect(baselineOf([...on(100, 2), { output: Number.NaN, energy: 1 }]).reason).toBe('no_data')
  })

  const baseline = { baseLoad: 100, slope: 2, r2: 1, periods: 12 }
  test('50 t are expected to take 200 MWh: with 180, 20 are saved', () => {
    expect(expectedEnergy(baseline, 50)).toBe(200)
    expect(energySaving(baseline, 50, 180)).toBe(20)
    expect(energySaving(baseline, 50, 230)).toBe(-30)
  })
})
