import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../../src/base/flags.js'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { Reading } from '../../../../src/base/reading.js'
import { at, carbonPlant, level, ownGrid, register } from '../../../support/carbon.js'
import { Bench } from '../../../support/engine.js'

const LONG_AFTER = at('2027-06-01T00:00Z')
const HOUR = ['2024-07-01T09:00Z', '2024-07-01T10:00Z'] as const

let bench: Bench
afterEach(() => bench.close())

async function run(readings: readonly Reading[], plant: PlantOptions): Promise<void> {
  bench = await Bench.open([plant])
  await bench.feed(
    [...readings].sort((a, b) => a.ts - b.ts),
    LONG_AFTER,
  )
}

const hourOf = (kpi: string, start: string = HOUR[0]) => bench.point({ kpi, window: '1h', start: at(start) })
const dayOf = (kpi: string, start: string) => bench.point({ kpi, window: '1d', start: at(start) })

describe('purchased electricity by location (KPI specification §2.3)', () => {
  test('O26: 5000 MWh in East China by the data of 2022 are 2808.5 t, and the figure says by which factor', async () => {
    await run(register('main-1', 'elec_import_kwh', HOUR, 5_000_000), carbonPlant())
    const point = await hourOf('scope2_lb')
    expect(point?.value).toBeCloseTo(2_808_500, 4)
    expect(point).toMatchObject({ factors: ['cn.grid.region.e.2022'], denominator: 1, coverage: 1, reason: '' })
    expect(flagsOf(point!.flags)).toContain('co2_only')
  })

  test.each([
    ['2021', '2784 t (O11)', 2_784_000],
    ['2022', '2683 t', 2_683_000],
  ])('O26: 5000 MWh of the whole country in %s are %s: the two years are not swapped', async (year, _t, kg) => {
    const hour = [`${year}-07-01T09:00Z`, `${year}-07-01T10:00Z`] as const
    await run(
      register('main-1', 'elec_import_kwh', hour, 5_000_000),
      carbonPlant({ grid_region: 'CN', carbon: { year_policy: 'match_year' } }),
    )
    expect((await hourOf('scope2_lb', hour[0]))?.value).toBeCloseTo(kg, 4)
  })

  test('O24: 1000 MWh of 669.23 lb/MWh are 303.56 t', async () => {
    const factors = [ownGrid(669.23, { unit: 'lbCO2e/MWh' })]
    await run(register('main-1', 'elec_import_kwh', HOUR, 1_000_000), carbonPlant({ grid_region: 'US', factors }))
    const point = await hourOf('scope2_lb')
    expect(point!.value! / 1000).toBeCloseTo(303.56, 2)
    expect(flagsOf(point!.flags)).toEqual([])
  })

  test('one factor holds for a calendar year of the plant’s zone: 2023, announced on 31 December 2025, for all of 2025', async () => {
    await run(register('main-1', 'elec_import_kwh', ['2024-12-31T15:00Z', '2024-12-31T17:00Z'], 2000), carbonPlant())
    expect((await hourOf('scope2_lb', '2024-12-31T15:00Z'))?.value).toBeCloseTo(561.7, 9)
    expect((await hourOf('scope2_lb', '2024-12-31T16:00Z'))?.value).toBeCloseTo(550, 9)
    expect((await hourOf('scope2_lb', '2024-12-31T16:00Z'))?.factors).toEqual(['cn.grid.region.e.2023'])
  })

  test('consumption before the first year takes the earliest, and says so', async () => {
    await run(register('main-1', 'elec_import_kwh', ['2019-07-01T09:00Z', '2019-07-01T10:00Z'], 1000), carbonPlant())
    const point = await hourOf('scope2_lb', '2019-07-01T09:00Z')
    expect(point?.value).toBeCloseTo(599.2, 9)
    expect(flagsOf(point!.flags)).toContain('factor_year_mismatch')
  })

  test('a plant in Germany without a factor of its own has none: null with its consumption’s coverage, never 0', async () => {
    await run(register('main-1', 'elec_import_kwh', HOUR, 1000), carbonPlant({ grid_region: 'DE' }))
    const none = { value: null, reason: 'no_factor', numerator: 0, denominator: 1, coverage: 1 }
    expect(await hourOf('scope2_lb')).toMatchObject(none)
    expect(await hourOf('scope2_mb')).toMatchObject(none)
    expect(await hourOf('carbon_total_lb')).toMatchObject(none)
  })

  test('its own factor gives it a figure', async () => {
    await run(
      register('main-1', 'elec_import_kwh', HOUR, 1000),
      carbonPlant({ grid_region: 'DE', factors: [ownGrid(0.4)] }),
    )
    const point = await hourOf('scope2_lb')
    expect(point?.value).toBeCloseTo(400, 9)
    expect(point?.factors).toEqual(['own.grid'])
  })

  test('heat with a factor does not hide that the electricity has none', async () => {
    const heat = { ...ownGrid(0.1), id: 'own.heat', activity: 'heat', unit: 'tCO2/GJ' }
    await run(
      [...register('main-1', 'elec_import_kwh', HOUR, 1000), ...register('heat-1', 'heat_gj', HOUR, 10)],
      carbonPlant({ grid_region: 'DE', factors: [heat] }),
    )
    const point = await hourOf('scope2_lb')
    expect(point).toMatchObject({ value: null, reason: 'no_factor' })
    expect(point?.numerator).toBeCloseTo(1000, 9)
  })

  test('nor do four heat meters that the electricity meter was silent', async () => {
    const heat = ['h1', 'h2', 'h3', 'h4'].flatMap((id) => register(id, 'heat_gj', HOUR, 10))
    const before = register('main-1', 'elec_import_kwh', ['2024-07-01T07:00Z', '2024-07-01T09:00Z'], 1000)
    await run([...before, ...heat], carbonPlant())
    expect(await hourOf('scope2_lb')).toMatchObject({ value: null, reason: 'no_data', coverage: 0 })
  })

  test('heat is 0.11 t a GJ in China: 1000 kWh and 10 GJ are 561.7 + 1100 kg', async () => {
    await run(
      [...register('main-1', 'elec_import_kwh', HOUR, 1000), ...register('heat-1', 'heat_gj', HOUR, 10)],
      carbonPlant(),
    )
    const point = await hourOf('scope2_lb')
    expect(point?.value).toBeCloseTo(1661.7, 9)
    expect(point?.factors).toEqual(['cn.grid.region.e.2022', 'cn.heat.default'])
  })

  test('steam counts when it is bought, less the heat of its water; steam made here is in the fuel', async () => {
    const steam = [
      ...register('main-1', 'elec_import_kwh', HOUR, 1000),
      ...register('steam-1', 'steam_mass_t', HOUR, 2),
    ]
    await run(steam, carbonPlant({ carbon: { purchased_steam: { enthalpy_kj_kg: 2783.74 } } }))
    // 2 t · (2783.74 − 83.74) kJ/kg = 5.4 GJ
    expect((await hourOf('scope2_lb'))?.value).toBeCloseTo(561.7 + 594, 9)
    await bench.close()
    await run(steam, carbonPlant())
    expect((await hourOf('scope2_lb'))?.value).toBeCloseTo(561.7, 9)
    await bench.close()
    await run(steam, carbonPlant({ carbon: { purchased_steam: {} } }))
    expect(await hourOf('scope2_lb')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('bought steam is weighed by its own pressure and temperature: 0.9 MPa and 250 °C carry 2943 kJ/kg', async () => {
    await run(
      [
        ...register('main-1', 'elec_import_kwh', HOUR, 0),
        ...register('steam-1', 'steam_mass_t', HOUR, 1),
        ...level('steam-1', 'steam_pressure_mpa', HOUR, 0.9),
        ...level('steam-1', 'steam_temp_c', HOUR, 250),
      ],
      carbonPlant({ carbon: { purchased_steam: { enthalpy_kj_kg: 1, feed_water_kj_kg: 0 } } }),
    )
    // Steam tables: 2943.1 kJ/kg at 1 MPa absolute.
    expect((await hourOf('scope2_lb'))?.value).toBeCloseTo(2.943 * 110, 0)
  })

  describe('bought steam whose pressure and temperature are silent', () => {
    const DAY = ['2024-07-01T16:00Z', '2024-07-02T16:00Z'] as const
    const steamOf = (isRead: (ms: number) => boolean, t = 24) => [
      ...register('main-1', 'elec_import_kwh', DAY, 24_000),
      ...register('steam-1', 'steam_mass_t', DAY, t),
      ...level('steam-1', 'steam_pressure_mpa', DAY, 0.9).filter(({ ts }) => isRead(ts)),
      ...level('steam-1', 'steam_temp_c', DAY, 250).filter(({ ts }) => isRead(ts)),
    ]
    const dayOf = (kpi: string) => bench.point({ kpi, window: '1d', start: at(DAY[0]) })
    const plant = (carbon: object = {}) => carbonPlant({ carbon: { purchased_steam: carbon } })
    const but = (from: string, to: string) => (ms: number) => ms < at(from) || ms >= at(to)

    test('for 90 minutes is known for 22 of 24 hours, as its heat is', async () => {
      await run(steamOf(but('2024-07-02T03:00Z', '2024-07-02T04:30Z')), plant())
      const heat = await dayOf('scope2_heat')
      expect(heat).toMatchObject({ reason: '', coverage: expect.closeTo(22 / 24, 9) })
      const gj = await dayOf('energy_steam_gj')
      expect(gj?.coverage).toBeCloseTo(22 / 24, 9)
      // The feed water is configured twice, so the heat is compared by its mass: 22 t at 2943 kJ/kg less 83.74.
      expect(heat?.value).toBeCloseTo(((22 * (2943.1 - 83.74)) / 1000) * 110, -1)
      // The register of the grid is whole: 46 of 48 hours together.
      expect(await dayOf('scope2_lb')).toMatchObject({ reason: '', coverage: expect.closeTo(46 / 48, 9) })
    })

    test('for a third of the day is not known for want of coverage, and no setting is blamed', async () => {
      await run(steamOf(but('2024-07-02T03:00Z', '2024-07-02T11:00Z')), plant())
      expect(await dayOf('scope2_lb')).toMatchObject({ value: null, reason: 'low_coverage' })
      expect(await dayOf('scope2_heat')).toMatchObject({ value: null, reason: 'low_coverage' })
    })

    test('is weighed by the enthalpy that is configured, which stands in', async () => {
      await run(steamOf(but('2024-07-02T03:00Z', '2024-07-02T11:00Z')), plant({ enthalpy_kj_kg: 2900 }))
      expect(await dayOf('scope2_heat')).toMatchObject({ reason: '', coverage: 1 })
    })

    test('loses nothing where nothing flowed', async () => {
      await run(steamOf(but('2024-07-02T03:00Z', '2024-07-02T11:00Z'), 0), plant())
      expect(await dayOf('scope2_heat')).toMatchObject({ value: 0, reason: '', coverage: 1 })
    })
  })

  test('power made on site is 0 and not in the import; export takes nothing off', async () => {
    await run(
      [
        ...register('main-1', 'elec_import_kwh', HOUR, 1000),
        ...register('main-1', 'elec_export_kwh', HOUR, 900),
        ...register('pv-1', 'renew_onsite_kwh', HOUR, 5000),
      ],
      carbonPlant(),
    )
    expect((await hourOf('scope2_lb'))?.value).toBeCloseTo(561.7, 9)
  })

  test('a life-cycle factor of electricity is never one of scope 2', async () => {
    await run(
      register('main-1', 'elec_import_kwh', ['2024-07-01T09:00Z', '2024-07-01T10:00Z'], 1000),
      carbonPlant({ grid_region: 'CN' }),
    )
    const point = await hourOf('scope2_lb', '2024-07-01T09:00Z')
    expect(point?.value).toBeCloseTo(536.6, 9)
    expect(point?.value).not.toBeCloseTo(577.7, 1)
  })

  test('a day is the sum of its hours to the last bit', async () => {
    const day = ['2024-06-30T16:00Z', '2024-07-01T16:00Z'] as const
    await run(
      [...register('main-1', 'elec_import_kwh', day, 1234.5), ...register('heat-1', 'heat_gj', day, 7.7)],
      carbonPlant(),
    )
    let sum = 0
    for (let h = 0; h < 24; h++) {
      sum += (await bench.point({ kpi: 'scope2_lb', window: '1h', start: at(day[0]) + h * 3_600_000 }))!.value!
    }
    expect((await dayOf('scope2_lb', day[0]))?.value).toBe(sum)
  })
})

/** Even import of 1 GWh over 2025, of which one day is fed: its figures times 365 are those of the year. */
const DAY = ['2025-06-30T16:00Z', '2025-07-01T16:00Z'] as const
const evenDay = () => register('main-1', 'elec_import_kwh', DAY, 1_000_000 / 365)
const residual = (value: number) => ownGrid(value, { id: 'own.rest', activity: 'grid_electricity_residual' })
const wind = (of: Record<string, unknown> = {}) => ({ id: 'wind-25', kwh: 600_000, factor: 0, vintage: 2025, ...of })

describe('purchased electricity by the market (KPI specification §2.3)', () => {
  test('O13: 1 GWh, grid .20, 600 MWh of certificates at 0, residual .45: 200 t, 180 t, 60 % covered', async () => {
    await run(
      evenDay(),
      carbonPlant({ factors: [ownGrid(0.2), residual(0.45)], contracts: [wind({ certificates: ['c-1'] })] }),
    )
    expect((await dayOf('scope2_lb', DAY[0]))!.value! * 365).toBeCloseTo(200_000, 3)
    const mb = await dayOf('scope2_mb', DAY[0])
    expect(mb!.value! * 365).toBeCloseTo(180_000, 3)
    expect(mb?.factors).toEqual(['contract/wind-25', 'own.rest'])
    expect((await dayOf('scope2_covered_share', DAY[0]))?.value).toBeCloseTo(0.6, 12)
  })

  test('without contracts and with a residual mix like the grid, both methods give the same to the last bit', async () => {
    await run(
      [...evenDay(), ...register('heat-1', 'heat_gj', DAY, 7.7)],
      carbonPlant({ factors: [ownGrid(0.4321), residual(0.4321)] }),
    )
    const lb = await dayOf('scope2_lb', DAY[0])
    expect(lb?.value).toBeGreaterThan(0)
    expect((await dayOf('scope2_mb', DAY[0]))?.value).toBe(lb?.value)
    expect(await dayOf('scope2_covered_share', DAY[0])).toBeUndefined()
  })

  test('China has no official residual mix: the average without market-traded non-fossil power stands in', async () => {
    await run(register('main-1', 'elec_import_kwh', HOUR, 1000), carbonPlant())
    expect((await hourOf('scope2_mb'))?.value).toBeCloseTo(585.6, 9)
  })

  test.each([
    ['of another vintage', wind({ vintage: 2024 })],
    ['of another market', wind({ market: 'DE' })],
    ['whose delivery has not begun', wind({ valid_from: '2025-07-02' })],
  ])('a contract %s covers nothing', async (_what, contract) => {
    await run(evenDay(), carbonPlant({ factors: [ownGrid(0.2), residual(0.45)], contracts: [contract] }))
    expect((await dayOf('scope2_mb', DAY[0]))!.value! * 365).toBeCloseTo(450_000, 3)
    expect((await dayOf('scope2_covered_share', DAY[0]))?.value).toBe(0)
  })

  test('a contract of single days that are over is matched with all that was consumed on these, and no more', async () => {
    const contract = wind({ valid_to: '2025-07-01', kwh: 182 * 1000 })
    await run(evenDay(), carbonPlant({ factors: [ownGrid(0.2)], contracts: [contract] }))
    const point = await dayOf('scope2_covered_share', DAY[0])
    expect(point?.numerator).toBeCloseTo(1_000_000 / 365, 9)
  })

  test('more than an hour imports covers no other hour, and nothing is below zero', async () => {
    const busy = register('main-1', 'elec_import_kwh', ['2025-06-30T16:00Z', '2025-07-01T04:00Z'], 12_000)
    const idle = register('main-1', 'elec_import_kwh', ['2025-07-01T04:00Z', '2025-07-01T16:00Z'], 0)
    const after = idle.map((one) => ({ ...one, value: 13_000 })).slice(1)
    // 500 kWh an hour: half of each busy hour, and nothing of the idle ones, which need none.
    const contract = wind({ kwh: 500 * 8760 })
    await run([...busy, ...after], carbonPlant({ factors: [ownGrid(0.2), residual(0.5)], contracts: [contract] }))
    expect((await dayOf('scope2_mb', DAY[0]))?.value).toBeCloseTo(6000 * 0.5, 6)
    expect((await dayOf('scope2_covered_share', DAY[0]))?.value).toBeCloseTo(0.5, 12)
  })

  test('two contracts never cover more than the import, the one with certificates goes first', async () => {
    const both = [
      { id: 'a-supplier', kwh: 1000 * 8760, factor: 0.3, vintage: 2025 },
      { id: 'b-wind', kwh: 800 * 8760, factor: 0, vintage: 2025, certificates: ['c-1'] },
    ]
    const hour = ['2025-07-01T09:00Z', '2025-07-01T10:00Z'] as const
    const hourOf = (kpi: string) => bench.point({ kpi, window: '1h', start: at(hour[0]) })
    await run(register('main-1', 'elec_import_kwh', hour, 1000), carbonPlant({ contracts: both }))
    expect((await hourOf('scope2_mb'))?.value).toBeCloseTo(200 * 0.3, 9)
    expect((await hourOf('scope2_mb'))?.factors).toEqual(['contract/a-supplier', 'contract/b-wind'])
    expect((await hourOf('scope2_covered_share'))?.value).toBe(1)
  })
})
