import { describe, expect, test } from 'vitest'
import {
  apparentKvah,
  demandKw,
  loadFactorOf,
  phaseAngleDeg,
  powerFactorOf,
} from '../../../../src/kpi/formulas/arithmetic/power.js'

describe('power factor', () => {
  test('O25, cal75.calculator.city: 1000 kWh and 500 kvarh are 1118.03 kVAh, .894, 26.57°', () => {
    expect(apparentKvah(1000, 500)).toBeCloseTo(1118.03, 2)
    expect(powerFactorOf(1000, 500).value).toBeCloseTo(0.894, 3)
    expect(phaseAngleDeg(1000, 500).value).toBeCloseTo(26.57, 2)
  })

  test('3 kWh and 4 kvarh are 5 kVAh; the sign of the reactive register is in the angle alone', () => {
    expect(powerFactorOf(3, -4)).toEqual({ value: 0.6, reason: '', numerator: 3, denominator: 5 })
    expect(phaseAngleDeg(3, -4).value).toBeLessThan(0)
  })

  test('when nothing flowed there is neither a factor nor an angle', () => {
    expect(powerFactorOf(0, 0)).toMatchObject({ value: null, reason: 'no_denominator' })
    expect(phaseAngleDeg(0, 0)).toMatchObject({ value: null, reason: 'no_denominator' })
    expect(powerFactorOf(Number.NaN, 0).reason).toBe('no_data')
    expect(phaseAngleDeg(1, Number.NaN).reason).toBe('no_data')
  })
})

describe('load factor', () => {
  test('O9, bettercostcontrol.com: 65,000 kWh at a peak of 125 kW in 720 h are 72.2 %', () => {
    expect(loadFactorOf(65_000, 125, 720)).toMatchObject({ numerator: 65_000, denominator: 90_000 })
    expect(loadFactorOf(65_000, 125, 720).value).toBeCloseTo(0.722, 3)
  })

  test('O9, utility guide: 150 kWh in half an hour are 300 kW', () => {
    expect(demandKw(150, 0.5).value).toBe(300)
  })

  test('without a peak there is no data, with a peak of 0 nothing to divide by', () => {
    expect(loadFactorOf(10, null, 24).reason).toBe('no_data')
    expect(loadFactorOf(0, 0, 24).reason).toBe('no_denominator')
  })
})
