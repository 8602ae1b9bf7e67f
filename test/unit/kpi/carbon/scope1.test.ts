import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../../src/base/flags.js'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { DeviceEvent, Reading } from '../../../../src/base/reading.js'
import { at, carbonPlant, level, ownGrid, register } from '../../../support/carbon.js'
import { Bench } from '../../../support/engine.js'

const LONG_AFTER = at('2027-06-01T00:00Z')
const HOUR = ['2025-07-01T09:00Z', '2025-07-01T10:00Z'] as const
const HALF_PAST = '2025-07-01T09:30Z'

let bench: Bench
afterEach(() => bench.close())

async function run(
  readings: readonly Reading[],
  plant: PlantOptions,
  events: readonly DeviceEvent[] = [],
): Promise<void> {
  bench = await Bench.open([plant])
  await bench.commit(
    [...readings].sort((a, b) => a.ts - b.ts),
    events,
  )
  bench.tick(LONG_AFTER)
  await bench.settle()
}

function event(type: string, fields: Record<string, unknown>, of: Partial<DeviceEvent> = {}): DeviceEvent {
  const ts = at(HALF_PAST)
  return { plant: 'p', line: 'l', device: 'desk', id: `${type}-1`, type, ts, receivedAt: ts, fields, ...of }
}

const hourOf = (kpi: string, of: { scope?: 'plant' | 'device'; id?: string; start?: string } = {}) =>
  bench.point({ kpi, window: '1h', start: at(of.start ?? HOUR[0]), ...of } as never)
const kg = async (kpi: string) => (await hourOf(kpi))?.value
const own = (activity: string, value: number, unit: string) => ({
  ...ownGrid(value),
  id: `own.${activity}`,
  activity,
  unit,
})

const gas = (nm3: number, device = 'gas-1') => register(device, 'ng_volume_nm3', HOUR, nm3)

describe('combustion by carbon content (KPI specification §2.2)', () => {
  test('S10: 10,000 Nm3 of gas are 21.6219 t with the default values of China', async () => {
    await run(gas(10_000), carbonPlant())
    const point = await hourOf('scope1_co2e')
    expect(point!.value! / 1000).toBeCloseTo(21.6219, 4)
    expect(point?.factors).toEqual(['cn.fuel.natural_gas.cc', 'cn.fuel.natural_gas.ncv', 'cn.fuel.natural_gas.of'])
    expect(flagsOf(point!.flags)).toContain('co2_only')
    expect(await kg('scope1_stationary')).toBe(point?.value)
  })

  test('O11: 1000 t of anthracite of 20 GJ/t are 1894.98 t', async () => {
    const factors = [own('fuel.anthracite.ncv', 20, 'GJ/t')]
    await run(register('coal-1', 'coal_mass_t', HOUR, 1000), carbonPlant({ carbon: { coal: 'anthracite' }, factors }))
    expect((await kg('scope1_co2e'))! / 1000).toBeCloseTo(1894.98, 2)
  })

  test.each([
    ['gasoline', 'gasoline_mass_t', 43_070, 18.9, 0.98, 2.9251],
    ['diesel', 'diesel_mass_t', 42_652, 20.2, 0.98, 3.0959],
    ['lpg', 'lpg_mass_t', 50_179, 17.2, 0.98, 3.1013],
    ['natural_gas', 'ng_volume_nm3', 38_931, 15.3, 0.99, 2.1622],
  ])('O10: %s of the old tables, metered, gives off what its factors say', async (fuel, metric, kJ, tCTj, of, each) => {
    const isGas = metric === 'ng_volume_nm3'
    const factors = [
      own(`fuel.${fuel}.ncv`, kJ, isGas ? 'kJ/Nm3' : 'kJ/kg'),
      own(`fuel.${fuel}.carbon_content`, tCTj, 'tC/TJ'),
      own(`fuel.${fuel}.oxidation_factor`, of, '1'),
    ]
    await run(register('m', metric, HOUR, 1000), carbonPlant({ factors }))
    // 1000 t or 1000 Nm3
    expect((await kg('scope1_co2e'))! / (isGas ? 1e3 : 1e6)).toBeCloseTo(each, 4)
  })

  test('coal that nobody has named is null, and so is the total: bad_config, never 0', async () => {
    await run([...gas(10_000), ...register('coal-1', 'coal_mass_t', HOUR, 5)], carbonPlant())
    expect(await hourOf('scope1_co2e')).toMatchObject({ value: null, reason: 'bad_config', coverage: 1 })
    expect((await hourOf('scope1_co2e'))?.numerator).toBeCloseTo(21_621.9, 0)
  })

  test('the heating value that a meter sends goes before that of the table: 300 instead of 389.31', async () => {
    await run([...gas(10_000), ...level('gas-1', 'ng_ncv_kj_nm3', HOUR, 30_000)], carbonPlant())
    const point = await hourOf('scope1_co2e')
    expect(point!.value! / 1000).toBeCloseTo((21.62189205 * 300) / 389.31, 4)
    expect(point?.factors).toEqual(['cn.fuel.natural_gas.cc', 'cn.fuel.natural_gas.of'])
  })

  test('hours without a measured heating value take that of the table, hour by hour', async () => {
    const two = ['2025-07-01T09:00Z', '2025-07-01T11:00Z'] as const
    await run(
      [...register('gas-1', 'ng_volume_nm3', two, 20_000), ...level('gas-1', 'ng_ncv_kj_nm3', HOUR, 30_000)],
      carbonPlant(),
    )
    const [first, second] = [await hourOf('scope1_co2e'), await hourOf('scope1_co2e', { start: HOUR[1] })]
    expect(second!.value! / 1000).toBeCloseTo(21.6219, 4)
    const day = await bench.point({ kpi: 'scope1_co2e', window: '1d', start: at('2025-06-30T16:00Z') })
    expect(day?.numerator).toBe(first!.value! + second!.value!)
  })
})

describe('combustion by the guidelines of the IPCC', () => {
  const tonne = register('boiler-oil', 'diesel_mass_t', HOUR, 1)
  const plant = (gwp: string) => carbonPlant({ carbon: { combustion: 'ipcc', gwp, mobile: [] } })

  // 43 GJ/t: 3186.3 kg CO2, 0.129 kg CH4, 0.0258 kg N2O.
  test.each([
    ['AR4', 25, 298],
    ['AR5', 28, 265],
    ['AR6', 29.8, 273],
  ])('with %s a tonne of diesel has CH4 weighed by %d and N2O by %d, and the same gases', async (set, ch4, n2o) => {
    await run(tonne, plant(set))
    expect(await kg('scope1_co2e')).toBeCloseTo(3186.3 + 0.129 * ch4 + 0.0258 * n2o, 9)
    expect(await kg('scope1_co2')).toBeCloseTo(3186.3, 9)
    expect(await kg('scope1_ch4')).toBeCloseTo(0.129, 12)
    expect(await kg('scope1_n2o')).toBeCloseTo(0.0258, 12)
    expect(flagsOf((await hourOf('scope1_co2e'))!.flags)).not.toContain('co2_only')
  })

  test('by carbon content the gases are not told apart: there are no figures of CH4 and N2O', async () => {
    await run(tonne, carbonPlant())
    expect(await hourOf('scope1_ch4')).toBeUndefined()
  })

  test('vehicles by the CH4 and N2O of furnaces say that it is an approximation', async () => {
    await run(tonne, carbonPlant({ carbon: { combustion: 'ipcc' } }))
    expect(flagsOf((await hourOf('scope1_mobile'))!.flags)).toContain('approx')
  })
})

describe('vehicles', () => {
  const fuels = [
    ...register('pump', 'diesel_mass_t', HOUR, 1),
    ...register('genset', 'diesel_mass_t', HOUR, 2),
    ...gas(10_000),
  ]

  test('diesel and gasoline drive vehicles where nothing else is said; parts add up to the whole', async () => {
    await run(fuels, carbonPlant())
    expect(await kg('scope1_mobile')).toBeCloseTo(3 * 3145.1, 0)
    expect(await kg('scope1_stationary')).toBeCloseTo(21_621.9, 0)
    expect(await kg('scope1_co2e')).toBeCloseTo((await kg('scope1_mobile'))! + (await kg('scope1_stationary'))!, 6)
  })

  test('with a list of mobile devices it is these, and the generator stands', async () => {
    await run(fuels, carbonPlant({ carbon: { mobile: ['pump'] } }))
    expect(await kg('scope1_mobile')).toBeCloseTo(3145.1, 0)
    expect(await kg('scope1_stationary')).toBeCloseTo(21_621.9 + 2 * 3145.1, 0)
  })
})

describe('what people report', () => {
  test('fuel in t, kg, Nm3 and GJ', async () => {
    const used = (fuel: string, amount: number, unit?: string, id = '1') =>
      event('fuel_used', { fuel, amount, ...(unit === undefined ? {} : { unit }) }, { id })
    await run([], carbonPlant(), [used('diesel', 1)])
    expect(await kg('scope1_co2e')).toBeCloseTo(3145.1, 0)
    await bench.close()
    // 43.33 GJ are a tonne, 389.31 GJ are 10,000 Nm3.
    await run([], carbonPlant(), [
      used('diesel', 500, 'kg', '2'),
      used('diesel', 21.665, 'GJ', '3'),
      used('natural_gas', 5000, 'Nm3', '4'),
      used('natural_gas', 194.655, 'GJ', '5'),
    ])
    expect(await kg('scope1_co2e')).toBeCloseTo(3145.1 + 21_621.9, 0)
    expect(await hourOf('scope1_co2e')).toMatchObject({ coverage: 1, estimatedShare: 0 })
  })

  test('a fuel that no table knows is null', async () => {
    await run([], carbonPlant(), [event('fuel_used', { fuel: 'whale_oil', amount: 1 })])
    expect(await hourOf('scope1_co2e')).toMatchObject({ value: null, reason: 'no_factor' })
  })

  test('10 t of limestone give off 4.4 t', async () => {
    await run([], carbonPlant(), [event('process_input', { material: 'caco3', t: 10 })])
    expect(await kg('scope1_process')).toBeCloseTo(4400, 9)
    expect(await kg('scope1_co2e')).toBeCloseTo(4400, 9)
  })

  test.each([
    ['hfc134a', 'AR6', 2 * 1530],
    ['HFC-134a', 'AR5', 2 * 1300],
    ['R134a', 'AR4', 2 * 1430],
    ['SF6', 'AR6', 2 * 24_300],
    ['R-410A', 'AR6', 771 + 3740],
  ])('2 kg of %s filled in are a leak, weighed by %s', async (name, gwp, co2e) => {
    await run([], carbonPlant({ carbon: { gwp } }), [event('refrigerant_refill', { gas: name, kg: 2 })])
    expect(await kg('scope1_fugitive')).toBeCloseTo(co2e, 9)
    const isMixture = name === 'R-410A'
    expect(flagsOf((await hourOf('scope1_fugitive'))!.flags).includes('factor_from_memory')).toBe(isMixture)
  })

  test('a chiller behind a submeter leaks like any other, and its plant has the leak', async () => {
    const devices = [{ id: 'chiller-1', role: 'sub' }]
    const leak = event('refrigerant_refill', { gas: 'r32', kg: 1 }, { device: 'chiller-1' })
    await run(gas(10_000), carbonPlant({ devices }), [leak])
    expect(await kg('scope1_fugitive')).toBe(771)
    const own = await hourOf('scope1_fugitive', { scope: 'device', id: 'chiller-1' })
    expect(own?.value).toBe(771)
    expect(await hourOf('scope1_fugitive', { scope: 'device', id: 'gas-1' })).toBeUndefined()
  })

  test('what was reported before a restart counts as it did', async () => {
    bench = await Bench.open([carbonPlant()])
    await bench.commit([], [event('process_input', { material: 'caco3', t: 10 })])
    await bench.restart()
    bench.tick(LONG_AFTER)
    await bench.settle()
    expect(await kg('scope1_process')).toBeCloseTo(4400, 9)
  })

  test('a gas without a warming potential is null, never 0', async () => {
    await run([], carbonPlant(), [event('refrigerant_refill', { gas: 'r123', kg: 2 })])
    expect(await hourOf('scope1_fugitive')).toMatchObject({ value: null, reason: 'no_factor', numerator: 0 })
  })

  test('CO2 of wood stands beside the total and never in it', async () => {
    const factors = [
      own('fuel.wood.ncv', 15, 'GJ/t'),
      own('fuel.wood.carbon_content', 0.03, 'tC/GJ'),
      own('fuel.wood.oxidation_factor', 1, '1'),
    ]
    await run(gas(10_000), carbonPlant({ factors }), [event('fuel_used', { fuel: 'wood', amount: 1 })])
    expect(await kg('biogenic_co2')).toBeCloseTo(1650, 9)
    expect((await kg('scope1_co2e'))! / 1000).toBeCloseTo(21.6219, 4)
  })

  test('CO2 of a register of biogas stands beside the total, with the coverage of its register', async () => {
    await run(gas(10_000), carbonPlant({ carbon: { biogenic: ['natural_gas'] } }))
    expect(await kg('scope1_co2e')).toBe(0)
    expect((await kg('biogenic_co2'))! / 1000).toBeCloseTo(21.6219, 4)
    expect(await hourOf('biogenic_co2')).toMatchObject({ coverage: 1, reason: '' })
    expect((await hourOf('biogenic_co2', { scope: 'device', id: 'gas-1' }))!.value! / 1000).toBeCloseTo(21.6219, 4)
  })

  test('biogas is weighed by its own analyser, as fossil gas is', async () => {
    const read = [...gas(10_000), ...level('gas-1', 'ng_ncv_kj_nm3', HOUR, 20_000)]
    await run(read, carbonPlant({ carbon: { biogenic: ['natural_gas'] } }))
    const grew = await kg('biogenic_co2')
    await bench.close()
    await run(read, carbonPlant())
    expect(grew).toBe(await kg('scope1_co2e'))
  })

  test('a register of fossil gas has no such figure', async () => {
    await run(gas(10_000), carbonPlant())
    expect(await hourOf('biogenic_co2')).toBeUndefined()
  })

  test('metered and reported biomass are one sum, and a silent register leaves it unknown', async () => {
    const factors = [
      own('fuel.wood.ncv', 15, 'GJ/t'),
      own('fuel.wood.carbon_content', 0.03, 'tC/GJ'),
      own('fuel.wood.oxidation_factor', 1, '1'),
    ]
    const plant = carbonPlant({ factors, carbon: { biogenic: ['natural_gas', 'wood'] } })
    const wood = event('fuel_used', { fuel: 'wood', amount: 1 })
    await run(gas(10_000), plant, [wood])
    expect((await kg('biogenic_co2'))! / 1000).toBeCloseTo(21.6219 + 1.65, 4)
    await bench.close()
    await run(gas(10_000).slice(0, 4), plant, [wood])
    expect(await hourOf('biogenic_co2')).toMatchObject({ value: null, reason: 'low_coverage' })
  })

  test('by IPCC the CH4 and N2O of wood are in the total, its CO2 is not', async () => {
    const factors = [
      own('ipcc.wood.ncv', 15, 'GJ/t'),
      own('ipcc.wood.co2', 112_000, 'kgCO2/TJ(NCV)'),
      own('ipcc.wood.ch4', 30, 'kgCH4/TJ(NCV)'),
      own('ipcc.wood.n2o', 4, 'kgN2O/TJ(NCV)'),
    ]
    await run([], carbonPlant({ factors, carbon: { combustion: 'ipcc' } }), [
      event('fuel_used', { fuel: 'wood', amount: 1 }),
    ])
    expect(await kg('biogenic_co2')).toBeCloseTo(1680, 9)
    expect(await kg('scope1_co2e')).toBeCloseTo(0.45 * 27 + 0.06 * 273, 9)
    expect(await kg('scope1_co2')).toBe(0)
  })
})

describe('CO2 measured in stacks', () => {
  const co2 = level('boiler-1', 'co2_pct', HOUR, 12)
  const stack = [...co2, ...level('boiler-1', 'stack_flow_nm3h', HOUR, 50_000)]
  const two = [...gas(10_000), ...gas(5000, 'gas-2'), ...stack]

  test('S11: 12 % of 50,000 Nm3/h are 11,781 kg an hour', async () => {
    await run(stack, carbonPlant({ carbon: { method: 'measurement' } }))
    expect(await kg('scope1_measured')).toBeCloseTo(11_781, 0)
    expect(await kg('scope1_co2e')).toBe(await kg('scope1_measured'))
  })

  test('a plant that reckons from fuel does not add what its stacks read', async () => {
    await run(two, carbonPlant())
    expect(await kg('scope1_co2e')).toBeCloseTo(21_621.9 * 1.5, 0)
    expect(await hourOf('scope1_measured')).toBeUndefined()
  })

  test('a measured source takes the place of its fuel; other fuel is reckoned', async () => {
    const measured = [{ stack: 'boiler-1', replaces: ['gas-1'] }]
    await run(two, carbonPlant({ carbon: { measured } }))
    expect(await kg('scope1_measured')).toBeCloseTo(11_781, 0)
    expect(await kg('scope1_co2e')).toBeCloseTo(11_781 + 21_621.9 / 2, -1)
    expect(await kg('scope1_stationary')).toBe(await kg('scope1_co2e'))
  })

  test('with the method of measurement no stationary fuel is reckoned; vehicles have no stack', async () => {
    const diesel = register('pump', 'diesel_mass_t', HOUR, 1)
    const used = event('fuel_used', { fuel: 'natural_gas', amount: 100, unit: 'Nm3' })
    await run([...two, ...diesel], carbonPlant({ carbon: { method: 'measurement' } }), [used])
    expect(await kg('scope1_stationary')).toBeCloseTo(11_781, 0)
    expect(await kg('scope1_co2e')).toBeCloseTo(11_781 + 3145.1, 0)
  })

  test('the CH4 and N2O of that fuel are still reckoned by IPCC: no analyser reads them', async () => {
    const factors = [own('fuel.natural_gas.ncv', 36_000, 'kJ/Nm3')]
    await run(
      [...gas(10_000), ...stack],
      carbonPlant({ factors, carbon: { combustion: 'ipcc', method: 'measurement' } }),
    )
    // 360 GJ: 0.36 kg CH4, 0.036 kg N2O.
    const others = 0.36 * 29.8 + 0.036 * 273
    expect((await kg('scope1_co2e'))! - (await kg('scope1_measured'))!).toBeCloseTo(others, 6)
    expect(await kg('scope1_co2')).toBe(await kg('scope1_measured'))
  })

  test('without a flow nothing is known: no_data, and the total is null with it', async () => {
    await run(
      [...co2, ...gas(5000, 'gas-2')],
      carbonPlant({ carbon: { measured: [{ stack: 'boiler-1', replaces: ['gas-1'] }] } }),
    )
    expect(await hourOf('scope1_measured')).toMatchObject({ value: null, reason: 'no_data', coverage: 0 })
    expect(await hourOf('scope1_co2e')).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('a source that stands still gives off nothing, and that is known', async () => {
    const half = level('boiler-1', 'co2_pct', [HOUR[0], HALF_PAST], 12)
    const stopped = level('boiler-1', 'co2_pct', [HALF_PAST, '2025-07-01T10:05Z'], 0).map((one) => ({
      ...one,
      quality: 2,
    }))
    await run(
      [...half, ...stopped, ...level('boiler-1', 'stack_flow_nm3h', [HOUR[0], HALF_PAST], 50_000)],
      carbonPlant({ carbon: { method: 'measurement' } }),
    )
    expect(await hourOf('scope1_measured')).toMatchObject({ coverage: 1 })
    expect(await kg('scope1_measured')).toBeCloseTo(11_781 / 2, 0)
  })
})
