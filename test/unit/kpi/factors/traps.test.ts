import { describe, expect, test } from 'vitest'
import { flagsOf } from '../../../../src/base/flags.js'
import { heatTimesFactor } from '../../../../src/kpi/factors/combustion.js'
import { ownFactors } from '../../../../src/kpi/factors/own.js'
import { plantOf } from '../../../support/engine.js'
import { bookOf, dayOf, factor, grossFactor, library, own } from '../../../support/factors.js'

const today = dayOf('2026-11-25')

/** Mistakes that others have made in public. Source: KPI specification §8. */
describe('traps', () => {
  test('the national factors of 2021 and 2022 are not swapped', () => {
    const matching = bookOf({ grid_region: 'CN', carbon: { year_policy: 'match_year' } })
    const years = ['2021', '2022', '2023'].map((year) => dayOf(`${year}-06-01`))
    expect(years.map((day) => matching.grid(...day).value)).toEqual([0.5568, 0.5366, 0.5306])
    expect(years.map((day) => matching.residual(...day).value)).toEqual([0.5942, 0.5856, 0.6096])
  })

  test('AR6 holds 27.9 and 273, not the 28 and 265 of AR5; 25 for methane is AR4 and no other', () => {
    const potentials = (gwp: string) => ['ch4', 'n2o', 'sf6'].map((gas) => bookOf({ carbon: { gwp } }).gwp(gas).value)
    expect(potentials('AR6')).toEqual([27.9, 273, 24_300])
    expect(potentials('AR5')).toEqual([28, 265, 23_500])
    expect(potentials('AR4')).toEqual([25, 298, 22_800])
  })

  test('AR6 tells fossil methane from the other; a gas that a set lacks is null, carbon dioxide is 1 in any', () => {
    expect(bookOf({}).gwp('ch4_fossil').value).toBe(29.8)
    expect(bookOf({}).gwp('ch4_nonfossil').value).toBe(27)
    expect(bookOf({ carbon: { gwp: 'AR4' } }).gwp('ch4_fossil')).toMatchObject({ value: null, reason: 'no_factor' })
    expect(bookOf({ carbon: { gwp: 'AR4' } }).gwp('co2').value).toBe(1)
  })

  test('1.2143 is taken where a plant says that it is the value of its gas', () => {
    const bare = own({ activity: 'coal_equivalent.natural_gas', value: 1.2143, unit: 'kgce/m3' })
    const plantFactors = bookOf({ factors: [bare] })
    expect(plantFactors.faults).toEqual([])
    expect(plantFactors.coalEquivalent('natural_gas', ...today)).toMatchObject({ value: 1.2143, factors: ['own.1'] })
  })

  test('1.2143 never stands beside 38,931 kJ/m3: a heating value brings its own coefficient', () => {
    const ncv = own({ activity: 'fuel.natural_gas.ncv', value: 38_931, unit: 'kJ/Nm3' })
    const rho = own({ id: 'own.2', activity: 'coal_equivalent.natural_gas', value: 1.25, unit: 'kgce/m3' })
    const answer = bookOf({ factors: [ncv, rho] }).coalEquivalent('natural_gas', ...today)
    expect(answer.value).toBeCloseTo(38_931 / 29_307, 12)
    expect(answer.factors).toEqual(['own.1'])
  })

  test('the edition of 2008 is in the table for old reports and is no answer to a new one', () => {
    expect(factor('natural_gas_gasfield_2008').value).toBe(1.2143)
    expect(bookOf({}).coalEquivalent('natural_gas_gasfield_2008', ...today).value).toBeNull()
  })

  test('fresh water is 0.2571 kgce/t since 2020, not 0.0857', () => {
    expect(bookOf({}).coalEquivalent('water_fresh', ...today)).toMatchObject({ value: 0.2571, unit: 'kgce/t' })
  })

  test('steam classes are not mixed', () => {
    const of = (mpa: string) => bookOf({}).coalEquivalent(`steam_${mpa}mpa`, ...today).value
    expect([of('5p0'), of('1p0'), of('0p7'), of('0p3')]).toEqual([0.1286, 0.1086, 0.1028, 0.0943])
  })

  test('a gross heating value is never multiplied with a factor of net ones, nor the other way round', () => {
    const [gross, net] = [grossFactor('natural_gas', 'heat'), factor('ipcc2006.natural_gas.ncv')]
    expect(() => heatTimesFactor(gross, factor('ipcc2006.natural_gas.co2'))).toThrow(/take both from one table/)
    expect(() => heatTimesFactor(net, grossFactor('natural_gas', 'co2'))).toThrow(/take both from one table/)
    expect(() => heatTimesFactor(factor('cn.heat.default'), factor('gwp.ar6.ch4'))).toThrow(/take both from one table/)
    expect(heatTimesFactor(net, factor('ipcc2006.natural_gas.co2'))).toBe(48 * 56_100)
  })

  test('a gross heating value is no own heating value', () => {
    const gross = own({ activity: 'fuel.natural_gas.ncv', value: 0.001026, unit: 'mmBtu/scf' })
    expect(bookOf({ factors: [gross] }).faults).toMatchObject([
      { key: 'unit', problem: expect.stringContaining('gross'), remedy: expect.stringContaining('GJ/1e4Nm3') },
    ])
  })

  test('a life-cycle factor is never one of scope 2, though it is newer than all others', () => {
    expect(factor('cn.footprint.electricity.2024').value).toBe(0.5777)
    const tables = { ...library, factors: library.factors.filter((one) => !one.activity.startsWith('grid_')) }
    const plantFactors = bookOf({ grid_region: 'CN' }, tables)
    expect(
      [plantFactors.grid(...today), plantFactors.residual(...today), plantFactors.uncovered(...today)].map(
        (one) => one.value,
      ),
    ).toEqual([...[null, null, null]])
    const mine = own({ activity: 'electricity_life_cycle', value: 0.6, unit: 'kgCO2e/kWh' })
    expect(bookOf({ factors: [mine] }).faults).toMatchObject([{ key: 'activity' }])
  })

  test('no region mixes vintages: those of NDRC 2012 and of the ETS are never taken, not even for 2012', () => {
    for (const grid of ['N', 'NE', 'E', 'C', 'NW', 'S', 'SW']) {
      for (const year_policy of ['latest_at_close', 'match_year']) {
        const plantFactors = bookOf({ grid_region: `CN-GRID-${grid}`, carbon: { year_policy } })
        expect(plantFactors.grid(...dayOf('2012-06-01')).factors).toEqual([`cn.grid.region.${grid.toLowerCase()}.2021`])
      }
    }
  })

  test('the regional table is that of one announcement a year', () => {
    const at = (year: string) =>
      ['n', 'ne', 'e', 'c', 'nw', 's', 'sw'].map((grid) => factor(`cn.grid.region.${grid}.${year}`).value)
    expect(at('2021')).toEqual([0.712, 0.6012, 0.5992, 0.5354, 0.5951, 0.4326, 0.2113])
    expect(at('2022')).toEqual([0.6776, 0.5564, 0.5617, 0.5395, 0.5857, 0.3869, 0.2268])
  })
})

describe('carriers with a range', () => {
  test.each(['natural_gas', 'coke_oven_gas', 'slime', 'biogas'])('%s has no value of its own', (carrier) => {
    expect(bookOf({}).coalEquivalent(carrier, ...today)).toMatchObject({
      reason: 'bad_config',
      detail: expect.stringContaining('has a range'),
    })
  })

  test.each([
    [1.0999, false],
    [1.1, true],
    [1.33, true],
    [1.3301, false],
  ])('%d kgce/m3 of gas are taken: %s', (value, isTaken) => {
    const factors = [own({ activity: 'coal_equivalent.natural_gas', value, unit: 'kgce/m3' })]
    expect(bookOf({ factors }).coalEquivalent('natural_gas', ...today).value).toBe(isTaken ? value : null)
  })
})

test('electricity by its primary value has no default', () => {
  expect(bookOf({}).electricityEquivalent('primary', ...today)).toMatchObject({ value: null, reason: 'bad_config' })
  const rate = own({ activity: 'coal_equivalent.electricity_primary', value: 0.3005, unit: 'kgce/kWh' })
  const plantFactors = bookOf({ factors: [rate], carbon: { electricity_basis: 'primary' } })
  expect(plantFactors.coalEquivalent('electricity', ...today).value).toBe(0.3005)
  expect(plantFactors.electricityEquivalent('equivalent', ...today).value).toBe(0.1229)
})

test('what is from memory says so in every figure', () => {
  const memory = (answer: { flags: number }) => flagsOf(answer.flags).includes('factor_from_memory')
  expect(memory(bookOf({ grid_region: 'US' }).grid(...today))).toBe(true)
  expect(memory(bookOf({ grid_region: 'CN' }).grid(...today))).toBe(false)
  expect(memory(bookOf({}).coalEquivalent('methanol', ...today))).toBe(true)
})

test.each([
  [{ activity: 'grid_electricty', value: 1, unit: 'kgCO2/kWh' }, 'activity', 'grid_electricity'],
  [{ activity: 'grid_electricity', value: 1, unit: 'kg/kWh' }, 'unit', 'kgCO2e/kWh'],
  [{ activity: 'fuel.diesel.oxidation_factor', value: 98, unit: '1' }, 'value', 'unit of %'],
  [{ activity: 'coal_equivalent.deisel', value: 1, unit: 'kgce/kg' }, 'activity', 'factors list'],
  [{ activity: 'coal_equivalent.diesel', value: 1, unit: 'kgce/m3' }, 'unit', 'kgce/kg'],
])('own factor %j is refused for its %s, with a remedy', (mine, key, remedy) => {
  const { factors, faults } = ownFactors(plantOf({ factors: [own(mine)] }).factors, library)
  expect(factors).toEqual([])
  expect(faults).toMatchObject([{ index: 0, key, remedy: expect.stringContaining(remedy) }])
})
