import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { KJ_PER_KGCE } from '../../../../src/kpi/factors/coal.js'
import {
  STEAM_CLASSES,
  saturatedVapourKjKg,
  saturationPressureMpa,
  saturationTempK,
  steamAt,
  steamHeatGj,
  waterAt,
} from '../../../../src/kpi/formulas/arithmetic/steam.js'

/** Nine significant digits, as the release prints them. */
const to9 = (value: number | null | undefined) => Number(value?.toPrecision(9))

describe('values that IAPWS R7-97(2012) prints for checking a program', () => {
  test.each([
    ['liquid', 300, 3, 115.331273],
    ['liquid', 300, 80, 184.142828],
    ['liquid', 500, 3, 975.542239],
    ['vapour', 300, 0.0035, 2549.91145],
    ['vapour', 700, 0.0035, 3335.68375],
    ['vapour', 700, 30, 2631.49474],
  ] as const)('tables 5 and 15: %s at %d K and %d MPa has %d kJ/kg', (phase, tempK, pressureMpa, enthalpyKjKg) => {
    const { value } = waterAt(pressureMpa, tempK)
    expect(value?.phase).toBe(phase)
    expect(to9(value?.enthalpyKjKg)).toBe(enthalpyKjKg)
  })

  test.each([
    [300, 0.353658941e-2],
    [500, 0.263889776e1],
    [600, 0.123443146e2],
  ])('table 35: water of %d K boils under %d MPa', (tempK, pressureMpa) => {
    expect(to9(saturationPressureMpa(tempK).value)).toBe(pressureMpa)
  })

  test.each([
    [0.1, 372.755919],
    [1, 453.035632],
    [10, 584.149488],
  ])('table 36: under %d MPa water boils at %d K', (pressureMpa, tempK) => {
    expect(to9(saturationTempK(pressureMpa).value)).toBe(tempK)
  })

  test('equation 5: at 623.15 K the dense region begins above 16.5291643 MPa', () => {
    expect(waterAt(16.52, 623.16).value?.phase).toBe('vapour')
    expect(waterAt(16.54, 623.16)).toMatchObject({ value: null, reason: 'bad_config' })
  })
})

describe('a steam meter reads MPa above atmosphere and °C', () => {
  test('0.898675 MPa(g) is 1 MPa: it boils at 179.886 °C, and its dry steam has 2777 kJ/kg', () => {
    expect((saturationTempK(0.898675 + 0.101325).value ?? 0) - 273.15).toBeCloseTo(179.886, 3)
    expect(saturatedVapourKjKg(1).value).toBeCloseTo(2777.1, 1)
    expect(steamAt(0.898675, 179.89).value).toMatchObject({ phase: 'vapour' })
  })

  test('2 K too cold is an inexact thermometer and still steam, 3 K too cold is condensate', () => {
    const inexact = steamAt(0.898675, 178)
    expect(inexact.value).toEqual({ phase: 'vapour', enthalpyKjKg: saturatedVapourKjKg(1).value })
    expect(inexact.flags).not.toBe(0)
    expect(steamAt(0.898675, 177).value?.phase).toBe('liquid')
    expect(steamAt(0.898675, 177).value?.enthalpyKjKg).toBeCloseTo(750, -1)
    expect(steamAt(0.898675, 181).flags).toBe(0)
  })

  test.each([
    ['no pressure at all', -0.101325, 200, 'bad_config'],
    ['ice', 0, -1, 'bad_config'],
    ['above 800 °C', 1, 801, 'bad_config'],
    ['above 100 MPa', 100, 500, 'bad_config'],
    ['around the critical point', 22, 374, 'bad_config'],
    ['no temperature', 1, Number.NaN, 'no_data'],
    ['no pressure reading', Number.NaN, 200, 'no_data'],
  ] as const)('%s gives no enthalpy', (_, pressureMpa, tempC, reason) => {
    expect(steamAt(pressureMpa, tempC)).toMatchObject({ value: null, reason })
  })

  test('a saturation line ends at 0 °C and at the critical point, its steam in region 2 at 16.529 MPa', () => {
    expect(saturationPressureMpa(273.14).reason).toBe('bad_config')
    expect(saturationPressureMpa(647.1).reason).toBe('bad_config')
    expect(saturationTempK(0.0006).reason).toBe('bad_config')
    expect(saturationTempK(22.065).reason).toBe('bad_config')
    expect(saturationTempK(Number.NaN).reason).toBe('no_data')
    expect(saturatedVapourKjKg(16.5).reason).toBe('')
    expect(saturatedVapourKjKg(16.6).reason).toBe('bad_config')
  })
})

property.prop([fc.double({ min: 273.16, max: 647, noNaN: true })])(
  'boiling pressure and temperature invert each other',
  (tempK) => {
    const back = saturationTempK(saturationPressureMpa(tempK).value!).value!
    expect(Math.abs(back - tempK)).toBeLessThan(1e-6)
  },
)

describe('heat and coal equivalent of steam (KPI specification §2.1)', () => {
  test('10 t of 2800 kJ/kg carry 28 GJ, 24 GJ with 400 kJ/kg in the feed water', () => {
    expect(steamHeatGj(10, 2800)).toBe(28)
    expect(steamHeatGj(10, 2800, 400)).toBe(24)
  })

  test.each([
    ['steam_10p0MPa', 0.1314],
    ['steam_5p0MPa', 0.1286],
    ['steam_3p5MPa', 0.1257],
    ['steam_2p5MPa', 0.1214],
    ['steam_1p5MPa', 0.1143],
    ['steam_1p0MPa', 0.1086],
    ['steam_0p7MPa', 0.1028],
    ['steam_0p3MPa', 0.0943],
  ])('GB 30251-2024 (secondary source): %s is %d kgce/kg in the table of coal equivalents', (id, kgce) => {
    const level = STEAM_CLASSES.find((one) => one.id === id)
    expect((level?.enthalpyKjKg ?? 0) / KJ_PER_KGCE).toBeCloseTo(kgce, 4)
  })
})
