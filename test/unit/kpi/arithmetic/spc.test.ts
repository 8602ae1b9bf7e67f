import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  capabilityOf,
  d2,
  type Measured,
  machineCapability,
  measuredSubgroup,
  mergedMeasured,
  NOTHING_MEASURED,
  processCapability,
  processPerformance,
  withinDeviation,
} from '../../../../src/kpi/formulas/arithmetic/spc.js'
import { mergedSpread, NO_VALUES, spreadOf, standardDeviation } from '../../../../src/kpi/formulas/arithmetic/spread.js'

const measured = (subgroups: readonly (readonly number[])[]): Measured =>
  subgroups.map(measuredSubgroup).reduce(mergedMeasured, NOTHING_MEASURED)
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i))
const TEN_TO_TWENTY = { lower: 10, upper: 20 }
/** 25 subgroups 14 16: mean 15, range 2 in each. */
const PAIRS = measured(times(25, () => [14, 16]))

describe('spread of values', () => {
  test('2 4 4 4 5 5 7 9 have mean 5 and squared distances 32', () => {
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, m2: 32 })
  })

  test('1, 2, 3 above a thousand million spread as 1, 2, 3 do', () => {
    expect(standardDeviation(spreadOf([1e9 + 1, 1e9 + 2, 1e9 + 3]))).toBe(1)
    expect(standardDeviation(spreadOf([1e9 + 1]))).toBeNull()
  })

  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 60 })
  property.prop([values, values])('two windows together are what one window over both would be', (a, b) => {
    const together = mergedSpread(spreadOf(a), spreadOf(b))
    const all = [...a, ...b]
    const once = spreadOf(all)
    const scale = Math.max(1, ...all.map(Math.abs))
    expect(together.n).toBe(once.n)
    expect(Math.abs(together.mean - once.mean)).toBeLessThanOrEqual(1e-12 * scale)
    expect(Math.abs(together.m2 - once.m2)).toBeLessThanOrEqual(1e-12 * scale * scale * Math.max(1, all.length))
  })

  property.prop([values])('nothing added changes no bit, in front or behind', (a) => {
    expect(mergedSpread(spreadOf(a), NO_VALUES)).toEqual(spreadOf(a))
    expect(mergedSpread(NO_VALUES, spreadOf(a))).toEqual(spreadOf(a))
  })
})

describe('capability of a process (KPI specification §4)', () => {
  test('O20, NIST handbook 6.1.6: limits 8 and 20, mean 16, deviation 2: Cp 1.0, Cpk .6667', () => {
    const { potential, actual } = capabilityOf(16, 2, { lower: 8, upper: 20 })
    expect(potential).toEqual({ value: 1, reason: '', numerator: 12, denominator: 12 })
    expect(actual).toEqual({ value: 4 / 6, reason: '', numerator: 4, denominator: 6 })
  })

  test('O20: eight values about 9.975, limits 9 and 11, deviation .15 given: Cp 2.2222, Cpk 2.1667', () => {
    const { mean } = spreadOf([9.5, 10, 10.2, 9.8, 10.1, 10.3, 9.9, 10])
    const { potential, actual } = capabilityOf(mean, 0.15, { lower: 9, upper: 11 })
    expect(mean).toBeCloseTo(9.975, 12)
    expect(potential.value).toBeCloseTo(2.2222, 4)
    expect(actual.value).toBeCloseTo(2.1667, 4)
  })

  test('subgroups of 14 and 16 have a mean range of 2: deviation within 2/1.128', () => {
    expect(withinDeviation(PAIRS, 'range').value).toBeCloseTo(2 / 1.128, 12)
    expect(withinDeviation(PAIRS, 'pooled').value).toBeCloseTo(Math.SQRT2, 12)
    expect(processCapability(PAIRS, TEN_TO_TWENTY).potential.value).toBeCloseTo(10 / (6 * (2 / 1.128)), 12)
    expect(processCapability(PAIRS, TEN_TO_TWENTY, 'pooled').potential.value).toBeCloseTo(10 / (6 * Math.SQRT2), 12)
  })

  test('a process that drifts is capable within its subgroups and not over all: Cp 1.88, Pp below 0.6', () => {
    const drifting = measured([...times(25, () => [11.5, 12.5]), ...times(25, () => [17.5, 18.5])])
    expect(processCapability(drifting, TEN_TO_TWENTY).potential.value).toBeCloseTo(1.88, 2)
    expect(processPerformance(drifting, TEN_TO_TWENTY).potential.value).toBeLessThan(0.6)
    expect(machineCapability(drifting, TEN_TO_TWENTY)).toEqual(processPerformance(drifting, TEN_TO_TWENTY).potential)
  })

  test('of subgroups of 2 and of 3 each range is divided by its own d2', () => {
    const mixed = measured([...times(20, () => [14, 16]), ...times(5, () => [14, 15, 16])])
    expect(withinDeviation(mixed, 'range').value).toBeCloseTo((20 * (2 / 1.128) + 5 * (2 / 1.693)) / 25, 12)
  })

  test('d2 of three values is 1.693, not the 1.1693 of a public table; of eleven there is none', () => {
    expect(d2(3)).toBe(1.693)
    expect([2, 4, 5, 6, 7, 8, 9, 10].map(d2)).toEqual([1.128, 2.059, 2.326, 2.534, 2.704, 2.847, 2.97, 3.078])
    expect([1, 11].map(d2)).toEqual([null, null])
  })
})

describe('when a capability is not known', () => {
  const singles = (n: number) => measured(times(n, (i) => [i % 2 === 0 ? 14 : 16]))
  const reasons = (c: ReturnType<typeof processCapability>) => [c.potential.reason, c.actual.reason]

  test('49 single values are too few, 50 are enough', () => {
    expect(reasons(processPerformance(singles(49), TEN_TO_TWENTY))).toEqual(['low_sample', 'low_sample'])
    expect(reasons(processPerformance(singles(50), TEN_TO_TWENTY))).toEqual(['', ''])
  })

  test('24 subgroups of two are too few, 25 are enough', () => {
    expect(reasons(processCapability(measured(times(24, () => [14, 16])), TEN_TO_TWENTY))).toEqual([
      'low_sample',
      'low_sample',
    ])
    expect(reasons(processCapability(PAIRS, TEN_TO_TWENTY))).toEqual(['', ''])
  })

  test('single values have no spread within subgroups', () => {
    expect(reasons(processCapability(singles(50), TEN_TO_TWENTY))).toEqual(['no_data', 'no_data'])
  })

  test('of eleven values the range is not used, the pooled deviation is', () => {
    const large = measured(times(25, () => times(11, (i) => 10 + i)))
    expect(reasons(processCapability(large, TEN_TO_TWENTY))).toEqual(['bad_config', 'bad_config'])
    expect(reasons(processCapability(large, TEN_TO_TWENTY, 'pooled'))).toEqual(['', ''])
  })

  test('with one limit there is the distance to it and no width', () => {
    const below20 = processPerformance(PAIRS, { lower: null, upper: 20 })
    expect(below20.potential.reason).toBe('bad_config')
    expect(below20.actual.numerator).toBe(5)
    expect(processPerformance(PAIRS, { lower: 12, upper: null }).actual.numerator).toBe(3)
  })

  test('values that are all the same have no deviation to divide by', () => {
    const same = measured(times(25, () => [15, 15]))
    expect(reasons(processCapability(same, TEN_TO_TWENTY))).toEqual(['no_denominator', 'no_denominator'])
    expect(processCapability(same, TEN_TO_TWENTY).potential.numerator).toBe(10)
    expect(reasons(processPerformance(same, TEN_TO_TWENTY))).toEqual(['no_denominator', 'no_denominator'])
  })

  test.each([
    ['none', { lower: null, upper: null }],
    ['crossed', { lower: 20, upper: 10 }],
    ['the same', { lower: 10, upper: 10 }],
  ])('limits that are %s are a fault of the configuration', (_, limits) => {
    expect(reasons(processCapability(PAIRS, limits))).toEqual(['bad_config', 'bad_config'])
  })

  test('nothing measured is no data', () => {
    expect(reasons(processCapability(NOTHING_MEASURED, TEN_TO_TWENTY))).toEqual(['no_data', 'no_data'])
  })

  test('a mean outside the limits is published as negative', () => {
    expect(capabilityOf(21, 1, TEN_TO_TWENTY).actual.value).toBe(-1 / 3)
  })
})
