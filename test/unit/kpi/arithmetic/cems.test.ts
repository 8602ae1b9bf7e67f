import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { flagsOf } from '../../../../src/base/flags.js'
import { NO_AS_NO2, ppmToMgNm3 } from '../../../../src/base/gases.js'
import {
  atReferenceO2,
  co2KgH,
  dryFlowNm3h,
  exceedMultiple,
  inDryGas,
  isExceeded,
  judgedO2,
  massKgH,
  validCapture,
} from '../../../../src/kpi/formulas/arithmetic/cems.js'

describe('a concentration at reference oxygen (KPI specification §2.4)', () => {
  test('O15, public test: 100 mg/Nm³ at 5 % O2 is 112.5 at 3 %', () => {
    expect(atReferenceO2(100, 5, 3).value).toBe(112.5)
  })

  test('150 mg/Nm³ at 13.09 % is 284.45 at 6 %, not the 284.32 of a public test', () => {
    expect(atReferenceO2(150, 13.09, 6).value).toBeCloseTo(284.45, 2)
  })

  test('S9: 200 measured at the reference of 9 % stays 200, and is no exceedance of 200', () => {
    const { value } = atReferenceO2(200, 9, 9)
    expect(value).toBe(200)
    expect(isExceeded(value!, 200)).toBe(false)
    expect(isExceeded(200.000001, 200)).toBe(true)
  })

  const o2 = fc.double({ min: 0, max: 19.4, noNaN: true })
  const mg = fc.double({ min: 0, max: 5000, noNaN: true })
  property.prop([mg, o2])('what is measured at the reference comes back bit by bit', (measured, share) => {
    expect(atReferenceO2(measured, share, share)).toEqual({ value: measured, reason: '', flags: 0 })
  })

  property.prop([mg, o2, o2])('more air than the reference raises it, less lowers it', (measured, share, reference) => {
    const { value } = atReferenceO2(measured, share, reference)
    expect(Math.sign(value! - measured) * Math.sign(share - reference)).toBeGreaterThanOrEqual(0)
  })

  test.each([
    [-0.001, 'impossible', 'o2_invalid', []],
    [0, 'usable', '', []],
    [19.499, 'usable', '', []],
    [19.5, 'doubtful', '', ['out_of_expected_range']],
    [20.799, 'doubtful', '', ['out_of_expected_range']],
    [20.8, 'invalid', 'o2_invalid', []],
    [21, 'invalid', 'o2_invalid', []],
    [21.001, 'impossible', 'o2_invalid', []],
  ] as const)('%d %% of oxygen is %s', (o2Pct, judgement, reason, flags) => {
    expect(judgedO2(o2Pct)).toBe(judgement)
    const reference = atReferenceO2(100, o2Pct, 6)
    expect(reference.reason).toBe(reason)
    expect(reference.value === null).toBe(reason !== '')
    expect(flagsOf(reference.flags)).toEqual(flags)
  })

  test('without a concentration or an oxygen reading there is no data; a reference of 21 % is a fault of the configuration', () => {
    expect(atReferenceO2(Number.NaN, 5, 3).reason).toBe('no_data')
    expect(atReferenceO2(100, Number.NaN, 3).reason).toBe('no_data')
    expect(atReferenceO2(100, 5, 21).reason).toBe('bad_config')
  })
})

describe('flow and mass of a stack (KPI specification §2.4)', () => {
  const STANDARD = { velocityMs: 10, areaM2: 2, tempC: 0, barometricKpa: 101.325, staticKpa: 0, moisturePct: 0 }

  test('10 m/s through 2 m² of dry gas at standard conditions are 72,000 Nm³/h', () => {
    expect(dryFlowNm3h(STANDARD).value).toBe(72_000)
  })

  test('twice as hot it is half, a tenth of steam takes a tenth, suction of a fifth takes a fifth', () => {
    expect(dryFlowNm3h({ ...STANDARD, tempC: 273.15 }).value).toBe(36_000)
    expect(dryFlowNm3h({ ...STANDARD, moisturePct: 10 }).value).toBeCloseTo(64_800, 9)
    expect(dryFlowNm3h({ ...STANDARD, staticKpa: -20.265 }).value).toBeCloseTo(57_600, 9)
  })

  test.each([
    ['no area', { areaM2: 0 }, 'bad_config'],
    ['absolute zero', { tempC: -273.15 }, 'no_data'],
    ['no pressure', { staticKpa: -101.325 }, 'no_data'],
    ['nothing but steam', { moisturePct: 100 }, 'no_data'],
    ['negative moisture', { moisturePct: -1 }, 'no_data'],
    ['no velocity', { velocityMs: Number.NaN }, 'no_data'],
  ] as const)('%s gives no flow', (_, change, reason) => {
    expect(dryFlowNm3h({ ...STANDARD, ...change })).toMatchObject({ value: null, reason })
  })

  test('90 mg in wet gas with 10 % moisture are 100 in dry gas', () => {
    expect(inDryGas(90, 10).value).toBe(100)
    expect(inDryGas(90, 100)).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('100 ppm NOx are 205.25 mg/Nm³ as NO2; 30 mg of NO are 46 of NO2', () => {
    expect(ppmToMgNm3(100, 'nox')).toBeCloseTo(205.25, 2)
    expect(ppmToMgNm3(100, 'so2')).toBeCloseTo(285.82, 2)
    expect(ppmToMgNm3(100, 'co')).toBeCloseTo(124.97, 2)
    expect(30 * NO_AS_NO2).toBeCloseTo(46, 12)
  })

  test('S8: 80 mg/Nm³ in 100,000 Nm³/h are 8 kg/h', () => {
    expect(massKgH(80, 100_000)).toBeCloseTo(8, 12)
  })

  test('S11: 12 % CO2 in 50,000 Nm³/h are 11,781 kg/h; 1 % is 19,635 mg/Nm³', () => {
    expect(co2KgH(12, 50_000)).toBeCloseTo(11_781, 0)
    expect(ppmToMgNm3(10_000, 'co2')).toBeCloseTo(19_635, 0)
  })
})

describe('exceedance and capture', () => {
  test('300 at a limit of 200 lies half the limit above it, 200 nothing', () => {
    expect(exceedMultiple(300, 200).value).toBe(0.5)
    expect(exceedMultiple(200, 200).value).toBe(0)
    expect(exceedMultiple(200, 0).reason).toBe('bad_config')
  })

  test('of 2184 hours 184 stopped and 200 invalid: 1800 of 2000', () => {
    expect(validCapture({ all: 2184, stopped: 184, invalid: 200 })).toEqual({
      value: 0.9,
      reason: '',
      numerator: 1800,
      denominator: 2000,
    })
    expect(validCapture({ all: 2184, stopped: 2184, invalid: 0 }).reason).toBe('no_denominator')
  })
})
