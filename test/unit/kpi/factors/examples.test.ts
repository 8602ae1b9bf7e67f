import { describe, expect, test } from 'vitest'
import { KJ_PER_KGCE } from '../../../../src/kpi/factors/coal.js'
import { heatTimesFactor, tCo2PerUnit } from '../../../../src/kpi/factors/combustion.js'
import { bookOf, dayOf, factor, grossFactor, own } from '../../../support/factors.js'

const today = dayOf('2026-11-25')

/** The value of an answer that has to be there. */
function number(answer: { readonly value: number | null }): number {
  if (answer.value === null) throw new Error(`no value: ${JSON.stringify(answer)}`)
  return answer.value
}

/** Source: KPI specification §7, where each example names who published it. */
describe('published examples', () => {
  test.each([
    ['raw coal', 20_908, 26.37, 0.94, 1.9003],
    ['gasoline', 43_070, 18.9, 0.98, 2.9251],
    ['diesel', 42_652, 20.2, 0.98, 3.0959],
    ['LPG', 50_179, 17.2, 0.98, 3.1013],
    ['natural gas', 38_931, 15.3, 0.99, 2.1622],
  ])('O10: %s of %d kJ, %d tC/TJ, %d burnt gives off %d kg a kg or m3', (_fuel, kJ, tCPerTj, oxidation, kg) => {
    expect(tCo2PerUnit({ ncv: kJ / 1e6, carbonContent: tCPerTj / 1000, oxidation }) * 1000).toBeCloseTo(kg, 4)
  })

  test('O11: 1000 t of coal of 20 GJ/t are 1894.98 t, 5000 MWh of 2021 are 2784 t', () => {
    const fuel = 'fuel.anthracite'
    const factors = [own({ activity: `${fuel}.ncv`, value: 20, unit: 'GJ/t' })]
    const plantFactors = bookOf({ grid_region: 'CN', carbon: { coal: 'anthracite' }, factors })
    // The table has the carbon content and oxidation of the example: .02749 tC/GJ and .94.
    expect(number(plantFactors.combustion('coal', 't', ...today))).toBeCloseTo(1894.98, 2)
    expect(5_000_000 * number(plantFactors.grid(...dayOf('2021-06-01')))).toBeCloseTo(2_784_000, 6)
  })

  test('O12: gas .05444 kg/scf, anthracite 2602 kg a short ton, by gross heating values', () => {
    const of = (fuel: 'natural_gas' | 'anthracite') =>
      heatTimesFactor(grossFactor(fuel, 'heat'), grossFactor(fuel, 'co2'))
    expect(of('natural_gas')).toBeCloseTo(0.05444, 5)
    expect(of('anthracite')).toBeCloseTo(2602, 0)
  })

  test('O13: 1 GWh, .20 by location, 600,000 kWh at 0, residual .45: 200 t and 180 t', () => {
    const grid = own({ id: 'own.grid', activity: 'grid_electricity', value: 0.2, unit: 'kgCO2e/kWh' })
    const rest = own({ id: 'own.rest', activity: 'grid_electricity_residual', value: 0.45, unit: 'kgCO2e/kWh' })
    const plantFactors = bookOf({ grid_region: 'DE', factors: [grid, rest] })
    expect((1_000_000 * number(plantFactors.grid(...today))) / 1000).toBeCloseTo(200, 9)
    expect((400_000 * number(plantFactors.uncovered(...today))) / 1000).toBeCloseTo(180, 9)
  })

  test('O21: 18.54 GWh are 2278.6 tce, 1.28 million m3 of gas-field gas were 1554.3 tce', () => {
    const plantFactors = bookOf({ grid_region: 'CN' })
    expect((18_540_000 * number(plantFactors.coalEquivalent('electricity', ...today))) / 1000).toBeCloseTo(2278.6, 1)
    expect((1_280_000 * factor('natural_gas_gasfield_2008').value) / 1000).toBeCloseTo(1554.3, 1)
    expect(3600 / KJ_PER_KGCE).toBeCloseTo(0.12284, 5)
    expect(1000 / KJ_PER_KGCE).toBeCloseTo(0.03412, 5)
    expect(number(plantFactors.electricityEquivalent('equivalent', ...today))).toBe(0.1229)
    expect(number(plantFactors.coalEquivalent('heat', ...today))).toBe(0.03412)
  })

  test('O24: 1000 MWh of 669.23 lb/MWh are 303.56 t', () => {
    const factors = [own({ activity: 'grid_electricity', value: 669.23, unit: 'lbCO2e/MWh', region: 'US' })]
    const plantFactors = bookOf({ grid_region: 'US', factors })
    expect((1_000_000 * number(plantFactors.grid(...today))) / 1000).toBeCloseTo(303.56, 2)
  })

  test('O26: 5000 MWh of East China 2022 are 2808.5 t; of the country 2784.0 t with 2021, 2683.0 t with 2022', () => {
    const at = (region: string, day: string) =>
      5000 * number(bookOf({ grid_region: region, carbon: { year_policy: 'match_year' } }).grid(...dayOf(day)))
    expect(at('CN-GRID-E', '2022-06-01')).toBeCloseTo(2808.5, 6)
    expect(at('CN', '2021-06-01')).toBeCloseTo(2784, 6)
    expect(at('CN', '2022-06-01')).toBeCloseTo(2683, 6)
  })

  test('S10: 10,000 Nm3 of gas with the default values are 21.6219 t', () => {
    const answer = bookOf({ grid_region: 'CN-JS' }).combustion('natural_gas', 'Nm3', ...today)
    expect((10_000 * number(answer)) / 1000).toBeCloseTo(21.6219, 4)
    expect(answer).toMatchObject({ params: { ncv: 'default', carbon_content: 'default', oxidation_factor: 'default' } })
  })
})

describe('combustion by the guidelines of the IPCC', () => {
  test('a tonne of diesel is 43 GJ: 3186.3 kg CO2, 0.129 kg CH4, 0.0258 kg N2O, weighed by the set of the plant', () => {
    const of = (gwp: string) => bookOf({ carbon: { combustion: 'ipcc', gwp } }).combustion('diesel', 't', ...today)
    expect(number(of('AR6'))).toBeCloseTo(3186.3 + 0.129 * 29.8 + 0.0258 * 273, 9)
    expect(number(of('AR5'))).toBeCloseTo(3186.3 + 0.129 * 28 + 0.0258 * 265, 9)
    expect(number(of('AR4'))).toBeCloseTo(3186.3 + 0.129 * 25 + 0.0258 * 298, 9)
  })

  test('gas by volume needs a heating value by volume: 36 MJ/Nm3 of the supplier make 2.0196 kg CO2', () => {
    const carbon = { combustion: 'ipcc' }
    expect(bookOf({ carbon }).combustion('natural_gas', 'Nm3', ...today)).toMatchObject({ reason: 'bad_config' })
    const ncv = own({ activity: 'fuel.natural_gas.ncv', value: 36_000, unit: 'kJ/Nm3', param_source: 'measured' })
    const answer = bookOf({ carbon, factors: [ncv] }).combustion('natural_gas', 'Nm3', ...today)
    expect(answer).toMatchObject({ params: { ncv: 'measured', co2: 'default' } })
    expect(answer).toHaveProperty('kgCo2', expect.closeTo(2.0196, 9))
  })

  test('by carbon only CO2 is counted, and the figure says so; by IPCC all three gases', () => {
    const flags = (combustion: string) => bookOf({ carbon: { combustion } }).combustion('diesel', 't', ...today).flags
    expect(flags('cn')).not.toBe(0)
    expect(flags('ipcc')).toBe(0)
  })
})

test('a heating value of a meter goes before those of configuration and table', () => {
  const plantFactors = bookOf({ factors: [own({ activity: 'fuel.natural_gas.ncv', value: 360, unit: 'GJ/1e4Nm3' })] })
  const answer = plantFactors.combustion('natural_gas', 'Nm3', ...today, 300)
  expect(answer).toMatchObject({ gj: 0.03, params: { ncv: 'measured' } })
  expect(answer.factors).not.toContain('own.1')
  expect(plantFactors.combustion('natural_gas', 'Nm3', ...today)).toMatchObject({
    gj: 0.036,
    params: { ncv: 'not_stated' },
  })
  expect(number(plantFactors.coalEquivalent('natural_gas', ...today, 293.07))).toBeCloseTo(1, 12)
})

test('coal without a name has no CO2; heat is 0.11 tCO2/GJ in China; limestone gives off 0.440 t/t', () => {
  const plantFactors = bookOf({ grid_region: 'CN-JS' })
  expect(plantFactors.combustion('coal', 't', ...today)).toMatchObject({ value: null, reason: 'bad_config' })
  expect(plantFactors.heat(...today).value).toBe(0.11)
  expect(bookOf({ grid_region: 'DE' }).heat(...today).value).toBeNull()
  expect(plantFactors.process('caco3', ...today).value).toBe(0.44)
})
