import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf } from '../../support/engine.js'
import { own } from '../../support/factors.js'
import { byTime, fuelUsed, level, register } from '../../support/meters.js'

const at = (time: string) => `2025-07-01T${time}:00Z`
const MORNING = { from: at('09:00'), to: at('12:00') }
const LATER = Date.parse('2025-07-03T00:00:00Z')
const MAIN = { id: 'm', role: 'main' }

let bench: Bench
afterEach(() => bench.close())

async function run(
  readings: readonly Reading[],
  options: Record<string, unknown> = {},
  events: readonly DeviceEvent[] = [],
): Promise<void> {
  bench = await Bench.open([plantOf({ grid_region: 'CN-JS', devices: [MAIN], ...options })])
  await bench.commit(byTime(readings), events)
  bench.tick(LATER)
  await bench.settle()
}

const hour = (kpi: string, start = at('10:00')) => bench.point({ kpi, window: '1h', start })
const equivalent = () => hour('energy_comprehensive_equivalent')
const power = (kwh: number) => register('m', 'elec_import_kwh', kwh, MORNING)

describe('electricity in coal equivalents, by two values that are never mixed (KPI specification §2.1)', () => {
  test('O21: 18,540,000 kWh are 2278.6 tce at the equivalent value', async () => {
    await run(power(18_540_000))
    expect((await equivalent())?.value).toBeCloseTo(2278.6, 1)
    expect(await equivalent()).toMatchObject({ factors: ['electricity_equivalent'], denominator: 1 })
  })

  test('the primary value has no default: bad_config, with what is known of it', async () => {
    await run(power(10_000))
    const point = await hour('energy_comprehensive_primary')
    expect(point).toMatchObject({ value: null, reason: 'bad_config', coverage: 1, denominator: 1 })
    expect(point?.numerator).toBe(0)
  })

  test('it is an own factor with its source: 10,000 kWh at .3020 are 3.02 tce', async () => {
    const rate = own({ activity: 'coal_equivalent.electricity_primary', value: 0.302, unit: 'kgce/kWh' })
    await run(power(10_000), { factors: [rate], carbon: { electricity_basis: 'primary' } })
    const primary = { value: expect.closeTo(3.02, 9), factors: ['own.1'] }
    expect(await hour('energy_comprehensive_primary')).toMatchObject(primary)
    expect(await hour('energy_comprehensive')).toMatchObject(primary)
    expect((await equivalent())?.value).toBeCloseTo(1.229, 9)
  })

  test('without a choice the basis is the equivalent value', async () => {
    await run(power(10_000))
    expect(await hour('energy_comprehensive')).toMatchObject({ factors: ['electricity_equivalent'] })
    expect((await hour('energy_comprehensive'))?.value).toBeCloseTo(1.229, 9)
  })
})

describe('fuels, heat and steam in coal equivalents', () => {
  const gas = register('g', 'ng_volume_nm3', 10_000, MORNING)

  test('natural gas has a range: without a heating value of the plant bad_config, never 1.2143', async () => {
    await run([...power(10_000), ...gas])
    const point = await equivalent()
    expect(point).toMatchObject({ value: null, reason: 'bad_config', coverage: 1 })
    // The known part of it is the electricity.
    expect(point?.numerator).toBeCloseTo(1.229, 9)
  })

  test('38,931 kJ/Nm3 are 1.3284 kgce/Nm3; 1.2143 belongs to 35,588', async () => {
    await run([...gas, ...level('g', 'ng_ncv_kj_nm3', 38_931, MORNING)])
    expect((await equivalent())?.value).toBeCloseTo(13.284, 3)
    await bench.close()
    await run([...gas, ...level('g', 'ng_ncv_kj_nm3', 35_588, MORNING)])
    expect((await equivalent())?.value).toBeCloseTo(12.143, 3)
  })

  test('O21: 1,280,000 m3 of gas of 35,588 kJ, the heating value behind 1.2143, are 1554.3 tce', async () => {
    const bill = own({ activity: 'fuel.natural_gas.ncv', value: 1.2143 * 29_307, unit: 'kJ/Nm3' })
    await run(register('g', 'ng_volume_nm3', 1_280_000, MORNING), { factors: [bill] })
    expect((await equivalent())?.value).toBeCloseTo(1554.3, 1)
  })

  test('a coefficient of the plant inside the range will do', async () => {
    const bill = own({ activity: 'coal_equivalent.natural_gas', value: 1.25, unit: 'kgce/m3' })
    await run(gas, { factors: [bill] })
    expect(await equivalent()).toMatchObject({ value: expect.closeTo(12.5, 9), factors: ['own.1'] })
  })

  test('a tonne of diesel is 1.4571 tce, 10 t of raw coal are 7.143, 100 GJ of heat 3.412', async () => {
    await run([
      ...register('d', 'diesel_mass_t', 1, MORNING),
      ...register('c', 'coal_mass_t', 10, MORNING),
      ...register('h', 'heat_gj', 100, MORNING),
    ])
    const point = await equivalent()
    expect(point?.value).toBeCloseTo(1.4571 + 7.143 + 3.412, 9)
    expect(point?.factors).toEqual(['diesel', 'heat', 'raw_coal'])
  })

  test('a fuel without a register counts by its batches, and one that nobody knows is never left out', async () => {
    await run(power(10_000), {}, [fuelUsed('k', at('10:20'), { fuel: 'kerosene', amount: 1 })])
    expect((await equivalent())?.value).toBeCloseTo(1.229 + 1.4714, 9)
    await bench.close()
    await run(power(10_000), {}, [fuelUsed('k', at('10:20'), { fuel: 'straw', amount: 1 })])
    expect(await equivalent()).toMatchObject({ value: null, reason: 'no_factor' })
    // In the hour before nothing of it was burnt.
    expect((await hour('energy_comprehensive_equivalent', at('09:00')))?.value).toBeCloseTo(1.229, 9)
  })

  test('a batch in GJ has 34.12 kgce a GJ, whatever the fuel', async () => {
    await run(power(0), {}, [fuelUsed('k', at('10:20'), { fuel: 'straw', amount: 29.307, unit: 'GJ' })])
    expect((await equivalent())?.value).toBeCloseTo(1, 9)
  })

  test('bought steam has the enthalpy of its level: 10 t of 1.0MPa are 1.0858 tce, not .943, 1.029 or 1.286', async () => {
    const bought = { carbon: { purchased_steam: {} } }
    await run(register('s', 'steam_mass_t', 10, MORNING), { ...bought, energy: { steam_class: '1.0MPa' } })
    expect((await equivalent())?.value).toBeCloseTo(31_820 / 29_307, 9)
    await bench.close()
    await run(register('s', 'steam_mass_t', 10, MORNING), { ...bought, energy: { steam_class: '0.3MPa' } })
    expect((await equivalent())?.value).toBeCloseTo(27_630 / 29_307, 9)
    await bench.close()
    await run(register('s', 'steam_mass_t', 10, MORNING), bought)
    expect(await equivalent()).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('the enthalpy of bought steam serves energy as it serves scope 2: 10 t of 2,778 kJ/kg are .9479 tce', async () => {
    const carbon = { purchased_steam: { enthalpy_kj_kg: 2778 } }
    await run(register('s', 'steam_mass_t', 10, MORNING), { carbon })
    expect((await equivalent())?.value).toBeCloseTo(27_780 / 29_307, 9)
  })

  test('steam that nobody says is bought came in as the fuel that made it (§2.1)', async () => {
    const steam = register('s', 'steam_mass_t', 10, MORNING)
    await run([...steam, ...register('d', 'diesel_mass_t', 1, MORNING)], { energy: { steam_class: '1.0MPa' } })
    expect(await equivalent()).toMatchObject({ value: expect.closeTo(1.4571, 9), factors: ['diesel'], coverage: 1 })
  })
})

describe('working media count where they are bought, and nowhere else', () => {
  const media = [
    ...power(10_000),
    ...register('w', 'water_fresh_m3', 1000, MORNING),
    ...register('a', 'comp_air_nm3', 1000, MORNING),
    ...register('n', 'n2_nm3', 1000, MORNING),
  ]

  test('what is made on site is in the electricity already', async () => {
    await run(media)
    expect((await equivalent())?.value).toBeCloseTo(1.229, 9)
  })

  test('bought water has .2571 kgce/t, of the edition of 2020, not .0857 of 2008', async () => {
    await run(media, { energy: { bought: ['water_fresh'] } })
    expect((await equivalent())?.value).toBeCloseTo(1.229 + 0.2571, 9)
    expect((await equivalent())?.factors).toEqual(['electricity_equivalent', 'water_fresh'])
  })

  test('bought air .0400 and nitrogen, a by-product, .4000 kgce/m3', async () => {
    await run(media, { energy: { bought: ['comp_air', 'n2_byproduct'] } })
    expect((await equivalent())?.value).toBeCloseTo(1.229 + 0.04 + 0.4, 9)
    await bench.close()
    await run(media, { energy: { bought: ['n2_main'] } })
    expect((await equivalent())?.value).toBeCloseTo(1.229 + 0.6714, 9)
  })

  test('nitrogen is one of the two', () => {
    expect(() => plantOf({ energy: { bought: ['n2_byproduct', 'n2_main'] } })).toThrow('keep one of the two')
  })
})

describe('generation on site stands on a line of its own', () => {
  const sunny = (exported: number) => [
    ...power(10_000),
    ...register('m', 'elec_export_kwh', exported, MORNING),
    ...register('pv', 'renew_onsite_kwh', 1000, MORNING),
  ]

  test('800 of 1,000 kWh used on site: the line, and the sums without and with it', async () => {
    await run(sunny(200))
    expect((await hour('energy_comprehensive_pv'))?.value).toBeCloseTo(0.8 * 0.1229, 9)
    expect((await equivalent())?.value).toBeCloseTo(1.229, 9)
    expect((await hour('energy_comprehensive_with_pv'))?.value).toBeCloseTo(1.229 + 0.8 * 0.1229, 9)
  })

  test('more export than generation is taken off the import', async () => {
    await run(sunny(3000))
    expect((await hour('energy_comprehensive_pv'))?.value).toBe(0)
    expect((await equivalent())?.value).toBeCloseTo((10 - 2) * 0.1229, 9)
  })

  test('a generation meter that is silent makes it unknown: its export is not taken for bought electricity', async () => {
    const morning = { from: at('09:00'), to: at('10:00') }
    await run(
      [
        ...power(10_000),
        ...register('m', 'elec_export_kwh', 200, MORNING),
        ...register('pv', 'renew_onsite_kwh', 1000, morning),
      ],
      { devices: [MAIN, { id: 'pv', role: 'pv' }] },
    )
    expect(await equivalent()).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('the rule holds hour by hour: a night of export takes nothing off the day', async () => {
    await run([
      ...power(0),
      ...register('pv', 'renew_onsite_kwh', 1000, { from: at('09:00'), to: at('10:00') }),
      ...level('pv', 'renew_onsite_kwh', 2000, { from: at('10:05'), to: at('12:00') }),
      ...level('m', 'elec_export_kwh', 1000, { from: at('09:00'), to: at('10:00') }),
      ...register('m', 'elec_export_kwh', 500, { from: at('10:05'), to: at('12:00') }),
    ])
    const day = await bench.point({ kpi: 'energy_comprehensive_pv', window: '1d', start: at('00:00') })
    expect(day?.numerator).toBeCloseTo(0.1229, 6)
  })

  test('a plant without generation has no such line', async () => {
    await run(power(10))
    expect(await hour('energy_comprehensive_pv')).toBeUndefined()
    expect(await hour('energy_comprehensive_with_pv')).toBeUndefined()
  })
})

describe('a day is the sum of its hours, be it 23 or 25 hours long (KPI specification §5)', () => {
  for (const [timezone, start, hours, ...tags] of [
    ['Europe/Berlin', '2024-03-30T23:00:00Z', 23],
    ['Europe/Berlin', '2024-10-26T22:00:00Z', 25, 'slow'],
    ['America/New_York', '2024-03-10T05:00:00Z', 23, 'slow'],
    ['America/New_York', '2024-11-03T04:00:00Z', 25],
  ] as const) {
    test(`${timezone}, the day from ${start} has ${hours}`, { tags }, async () => {
      const startMs = Date.parse(start)
      const of = { from: startMs - 3_600_000, to: startMs + (hours + 1) * 3_600_000, everyMin: 15 }
      const readings = byTime(
        register('m', 'elec_import_kwh', 1234.5, of),
        register('m', 'elec_export_kwh', 100, of),
        register('pv', 'renew_onsite_kwh', 333.3, of),
        register('g', 'ng_volume_nm3', 777.7, of),
        level('g', 'ng_ncv_kj_nm3', 35_123, of),
        register('d', 'diesel_mass_t', 0.123, of),
        register('s', 'steam_mass_t', 3.21, of),
      )
      // A level that is not even: the heat of each hour is its own.
      const uneven = readings.map((one, i) => {
        return one.metric === 'ng_ncv_kj_nm3' ? { ...one, value: 33_000 + ((i * 7919) % 5000) } : one
      })
      const options = { timezone, devices: [MAIN], energy: { steam_class: '1.0MPa' } }
      bench = await Bench.open([plantOf({ grid_region: 'DE', ...options })])
      const batches = [3, 3.5, hours - 1].map((h) =>
        fuelUsed('d', startMs + h * 3_600_000, { fuel: 'diesel', amount: 0.1 + h }),
      )
      await bench.commit(uneven, batches)
      bench.tick(startMs + 5 * 86_400_000)
      await bench.settle()
      const additive = [
        'energy_comprehensive',
        'energy_comprehensive_equivalent',
        'energy_comprehensive_pv',
        'energy_comprehensive_with_pv',
        'energy_natural_gas_gj',
        'energy_diesel_gj',
        'energy_steam_gj',
        'energy_diesel',
      ]
      for (const kpi of additive) {
        let sum = 0
        for (let h = 0; h < hours; h++) {
          sum += (await bench.point({ kpi, window: '1h', start: startMs + h * 3_600_000 }))?.value ?? Number.NaN
        }
        const day = await bench.point({ kpi, window: '1d', start: startMs })
        expect(day?.endMs, kpi).toBe(startMs + hours * 3_600_000)
        expect((day?.value ?? Number.NaN) / sum, kpi).toBeCloseTo(1, 12)
      }
      expect(flagsOf((await bench.point({ kpi: 'energy_diesel', window: '1d', start: startMs }))?.flags ?? 0)).toEqual(
        [],
      )
    })
  }
})
