import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf } from '../../support/engine.js'
import { own } from '../../support/factors.js'
import { byTime, fuelUsed, level, register, series } from '../../support/meters.js'

const at = (time: string) => `2025-07-01T${time}:00Z`
const MORNING = { from: at('09:00'), to: at('12:00') }
const LATER = Date.parse('2025-07-03T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

async function run(
  readings: readonly Reading[],
  options: Record<string, unknown> = {},
  events: readonly DeviceEvent[] = [],
): Promise<void> {
  bench = await Bench.open([plantOf({ grid_region: 'CN-JS', ...options })])
  await bench.commit(byTime(readings), events)
  bench.tick(LATER)
  await bench.settle()
}

const hour = (kpi: string, start = at('10:00')) => bench.point({ kpi, window: '1h', start })

describe('an energy carrier as it is counted, and its heat (KPI specification §1.1, §2)', () => {
  test('natural gas without a measured heating value has that of the table', async () => {
    await run(register('g', 'ng_volume_nm3', 10_000, MORNING))
    expect((await hour('energy_natural_gas'))?.value).toBeCloseTo(10_000, 6)
    const heat = await hour('energy_natural_gas_gj')
    expect(heat?.value).toBeCloseTo(389.31, 6)
    expect(heat?.factors).toEqual(['cn.fuel.natural_gas.ncv'])
  })

  test('heat is no emission: it has the heating value alone, and not the flag of a CO2 factor', async () => {
    await run(register('g', 'diesel_mass_t', 1, MORNING))
    expect(await hour('energy_diesel_gj')).toMatchObject({ factors: ['cn.fuel.diesel.ncv'], flags: 0 })
    expect((await hour('energy_diesel_gj'))?.value).toBeCloseTo(43.33, 6)
  })

  test('the heating value of the hour goes before it: 10,000 Nm3 of 35,000 kJ and then 36,000 kJ', async () => {
    const ncv = series('g', 'ng_ncv_kj_nm3', MORNING, (hours) => (hours < 2 ? 35_000 : 36_000))
    await run([...register('g', 'ng_volume_nm3', 10_000, MORNING), ...ncv])
    expect((await hour('energy_natural_gas_gj'))?.value).toBeCloseTo(350, 6)
    expect((await hour('energy_natural_gas_gj'))?.factors).toEqual([])
    expect((await hour('energy_natural_gas_gj', at('11:00')))?.value).toBeCloseTo(360, 6)
  })

  test('an analyser that stands at 0 measures no gas: its heat is that of the table, not 0', async () => {
    await run([...register('g', 'ng_volume_nm3', 10_000, MORNING), ...level('g', 'ng_ncv_kj_nm3', 0, MORNING)])
    expect((await hour('energy_natural_gas_gj'))?.value).toBeCloseTo(389.31, 6)
  })

  test('an analyser beside the meter counts for every meter of the plant', async () => {
    const ncv = level('analyser', 'ng_ncv_kj_nm3', 35_000, MORNING)
    await run([...register('g', 'ng_volume_nm3', 10_000, MORNING), ...ncv])
    expect((await hour('energy_natural_gas_gj'))?.value).toBeCloseTo(350, 6)
  })

  test('the heating value on the bill goes before that of the table', async () => {
    const bill = own({ activity: 'fuel.natural_gas.ncv', value: 36_000, unit: 'kJ/Nm3' })
    await run(register('g', 'ng_volume_nm3', 10_000, MORNING), { factors: [bill] })
    expect(await hour('energy_natural_gas_gj')).toMatchObject({ value: expect.closeTo(360, 6), factors: ['own.1'] })
  })

  test('batches add to the register: 500 kg and 1 t to 2 t an hour', async () => {
    await run(register('d', 'diesel_mass_t', 2, MORNING), {}, [
      fuelUsed('d', at('10:20'), { fuel: 'diesel', amount: 500, unit: 'kg' }),
      fuelUsed('d', at('10:40'), { fuel: 'diesel', amount: 1 }),
      fuelUsed('d', at('10:50'), { fuel: 'gasoline', amount: 7 }),
    ])
    expect((await hour('energy_diesel'))?.value).toBeCloseTo(3.5, 9)
    expect((await hour('energy_diesel_gj'))?.value).toBeCloseTo(3.5 * 43.33, 6)
    expect((await hour('energy_gasoline'))?.value).toBeCloseTo(7, 9)
  })

  test('a batch in GJ is its heat as it is, and as many tonnes as its heating value says', async () => {
    await run([], {}, [fuelUsed('d', at('10:20'), { fuel: 'diesel', amount: 433.3, unit: 'GJ' })])
    expect((await hour('energy_diesel_gj'))?.value).toBeCloseTo(433.3, 9)
    expect((await hour('energy_diesel'))?.value).toBeCloseTo(10, 9)
  })

  test('batches alone: known where there was one, no_data where there was none, never 0', async () => {
    await run([], {}, [
      fuelUsed('d', at('09:20'), { fuel: 'diesel', amount: 1 }),
      fuelUsed('d', at('11:20'), { fuel: 'lpg', amount: 2 }),
    ])
    expect(await hour('energy_diesel', at('09:00'))).toMatchObject({ value: 1, coverage: 1 })
    expect(await hour('energy_diesel', at('11:00'))).toMatchObject({ value: null, reason: 'no_data', numerator: 0 })
    const day = { window: '1d', start: at('00:00') } as const
    expect(await bench.point({ kpi: 'energy_diesel', ...day })).toMatchObject({ value: 1 })
    expect(await bench.point({ kpi: 'energy_lpg', ...day })).toMatchObject({ value: 2 })
  })

  test('cubic metres of diesel are not tonnes: bad_config', async () => {
    await run([], {}, [fuelUsed('d', at('10:20'), { fuel: 'diesel', amount: 5, unit: 'Nm3' })])
    expect(await hour('energy_diesel')).toMatchObject({ value: null, reason: 'bad_config' })
    expect(await hour('energy_diesel_gj')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('coal has tonnes, and no heat before somebody says which coal it is', async () => {
    await run(register('c', 'coal_mass_t', 10, MORNING))
    expect((await hour('energy_coal'))?.value).toBeCloseTo(10, 9)
    expect(await hour('energy_coal_gj')).toMatchObject({ value: null, reason: 'bad_config' })
    await bench.close()
    await run(register('c', 'coal_mass_t', 10, MORNING), { carbon: { coal: 'anthracite' } })
    expect((await hour('energy_coal_gj'))?.value).toBeCloseTo(245.15, 6)
  })

  test('a batch names its own coal', async () => {
    await run([], {}, [fuelUsed('c', at('10:20'), { fuel: 'lignite', amount: 10 })])
    expect((await hour('energy_coal'))?.value).toBeCloseTo(10, 9)
    expect((await hour('energy_coal_gj'))?.value).toBeCloseTo(144.49, 6)
  })

  test.each([
    ['heat_gj', 'energy_heat', 'GJ'],
    ['steam_mass_t', 'energy_steam', 't'],
    ['comp_air_nm3', 'energy_comp_air', 'Nm3'],
    ['o2_nm3', 'energy_o2', 'Nm3'],
    ['n2_nm3', 'energy_n2', 'Nm3'],
    ['water_fresh_m3', 'energy_water_fresh', 'm3'],
    ['water_reused_m3', 'energy_water_reused', 'm3'],
    ['gasoline_mass_t', 'energy_gasoline', 't'],
    ['lpg_mass_t', 'energy_lpg', 't'],
  ])('%s is %s in %s', async (metric, kpi, unit) => {
    await run(register('x', metric, 12, MORNING))
    const point = await hour(kpi)
    expect(point?.value).toBeCloseTo(12, 9)
    expect(point?.stream.unit).toBe(unit)
  })

  test('a plant without a carrier has no figure of it', async () => {
    await run(register('x', 'lpg_mass_t', 12, MORNING))
    expect(await hour('energy_diesel')).toBeUndefined()
    expect(await hour('energy_steam_gj')).toBeUndefined()
  })
})

describe('steam has the heat of its state (KPI specification §2.1, IAPWS-IF97)', () => {
  const mass = register('s', 'steam_mass_t', 10, MORNING)
  const state = (mpa: number, c: number) => [
    ...level('s', 'steam_pressure_mpa', mpa, MORNING),
    ...level('s', 'steam_temp_c', c, MORNING),
  ]

  test('10 t at 1 MPa above atmosphere and 250 °C carry 29.4 GJ', async () => {
    await run([...mass, ...state(1, 250)])
    // Steam tables: 2,943.1 kJ/kg at 1.0 MPa absolute and 250 °C, 2,936 at 1.1.
    expect((await hour('energy_steam_gj'))?.value).toBeCloseTo(29.37, 1)
    expect(await hour('energy_steam_gj')).toMatchObject({ coverage: 1, factors: [] })
  })

  test('without pressure and temperature it is that of its level: 10 t of 1.0MPa are 31.82 GJ', async () => {
    await run(mass, { energy: { steam_class: '1.0MPa' } })
    expect(await hour('energy_steam_gj')).toMatchObject({
      value: expect.closeTo(31.82, 9),
      factors: ['steam_1p0MPa'],
    })
  })

  test('the heat of feed water is taken off where that is configured', async () => {
    await run(mass, { energy: { steam_class: '1.0MPa', feed_water_kj_kg: 84 } })
    expect((await hour('energy_steam_gj'))?.value).toBeCloseTo(30.98, 9)
  })

  test('bought steam has the enthalpy that its contract states, where no level is named: 10 t of 2,778 kJ/kg are 27.78 GJ', async () => {
    const bought = { carbon: { purchased_steam: { enthalpy_kj_kg: 2778 } } }
    await run(mass, bought)
    expect(await hour('energy_steam_gj')).toMatchObject({ value: expect.closeTo(27.78, 9), factors: [] })
    await bench.close()
    await run(mass, { ...bought, energy: { steam_class: '1.0MPa' } })
    expect((await hour('energy_steam_gj'))?.value).toBeCloseTo(31.82, 9)
  })

  test('without either it is bad_config, and its tonnes are what they are', async () => {
    await run(mass)
    expect(await hour('energy_steam_gj')).toMatchObject({ value: null, reason: 'bad_config', coverage: 1 })
    expect((await hour('energy_steam'))?.value).toBeCloseTo(10, 9)
  })

  test('what a meter reads goes before the level', async () => {
    await run([...mass, ...state(1, 250)], { energy: { steam_class: '10.0MPa' } })
    expect((await hour('energy_steam_gj'))?.value).toBeCloseTo(29.37, 1)
  })

  test('an hour in which the thermometer is silent is not known, unless a level stands in', async () => {
    const silent = [
      ...level('s', 'steam_pressure_mpa', 1, MORNING),
      ...level('s', 'steam_temp_c', 250, { from: at('09:00'), to: at('09:55') }),
    ]
    await run([...mass, ...silent])
    expect(await hour('energy_steam_gj', at('09:00'))).toMatchObject({ coverage: 1 })
    expect(await hour('energy_steam_gj', at('11:00'))).toMatchObject({ value: null, reason: 'no_data' })
    await bench.close()
    await run([...mass, ...silent], { energy: { steam_class: '1.0MPa' } })
    expect((await hour('energy_steam_gj', at('11:00')))?.value).toBeCloseTo(31.82, 9)
  })

  test('a little below saturation it is wet steam by an inexact thermometer, and says so', async () => {
    await run([...mass, ...state(1, 183.5)])
    const point = await hour('energy_steam_gj')
    expect(point?.value).toBeGreaterThan(27)
    expect(flagsOf(point?.flags ?? 0)).toContain('approx')
  })
})
