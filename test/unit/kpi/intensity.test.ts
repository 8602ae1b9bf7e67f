import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { byTime, level, register } from '../../support/meters.js'

const at = (time: string) => `2025-07-01T${time}:00Z`
const MORNING = { from: at('09:00'), to: at('12:00') }
const LATER = Date.parse('2025-07-03T00:00:00Z')
const MAIN = { id: 'm', role: 'main' }
const POINT = { id: 'line', role: 'machine', counting_point: true, metrics: { parts_good: {} } }

let bench: Bench
afterEach(() => bench.close())

async function run(readings: readonly Reading[], options: Record<string, unknown> = {}): Promise<void> {
  bench = await Bench.open([plantOf({ devices: [MAIN, POINT], ...options })])
  await bench.feed(byTime(readings), LATER)
}

const hour = (kpi: string, start = at('10:00')) => bench.point({ kpi, window: '1h', start })
const power = (kwh: number) => register('m', 'elec_import_kwh', kwh, MORNING)
const pieces = (perHour: number, device = 'line') => register(device, 'parts_good', perHour, MORNING)

describe('energy and water for each good piece (KPI specification §2)', () => {
  test('120 kWh and 60 good pieces are 2 kWh a piece', async () => {
    await run([...power(120), ...pieces(60)])
    const point = await hour('sec')
    expect(point).toMatchObject({ denominator: 60, reason: '', flags: 0 })
    expect(point?.value).toBeCloseTo(2, 9)
  })

  test('of a day it is the sum by the sum, not the mean of hours', async () => {
    const busy = { from: at('09:00'), to: at('10:00') }
    const idle = { from: at('10:05'), to: at('12:00') }
    await run([...power(120), ...register('line', 'parts_good', 60, busy), ...level('line', 'parts_good', 1060, idle)])
    const day = await bench.point({ kpi: 'sec', window: '1d', start: at('00:00') })
    expect(day?.numerator).toBeCloseTo(360, 6)
    expect(day?.denominator).toBe(60)
  })

  test('without a good piece there is no denominator, never infinity', async () => {
    await run([...power(120), ...pieces(0)])
    expect(await hour('sec')).toMatchObject({ value: null, reason: 'no_denominator', denominator: 0 })
    expect((await hour('sec'))?.numerator).toBeCloseTo(120, 6)
  })

  test('without a counting point every sender counts, and the figure says so', async () => {
    await run([...power(120), ...pieces(40, 'r1'), ...pieces(20, 'r2')], { devices: [MAIN] })
    expect((await hour('sec'))?.value).toBeCloseTo(2, 9)
    expect(flagsOf((await hour('sec'))?.flags ?? 0)).toEqual(['approx'])
  })

  test('it is known no better than its pieces are', async () => {
    await run([...power(120), ...register('line', 'parts_good', 60, { from: at('09:00'), to: at('10:30') })])
    expect(await hour('sec')).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.5 })
  })

  test('what the roof, the store and the export say does not hide that the import is unknown', async () => {
    const known = ['renew_onsite_kwh', 'elec_export_kwh', 'storage_charge_kwh', 'storage_discharge_kwh']
    const meters = known.map((metric) => register('m2', metric, 10, MORNING))
    // Four registers of five are known: that is more than three quarters of the time of all.
    await run([...meters.flat(), ...pieces(60)], { contracts: [] })
    for (const kpi of ['energy_elec_consumed', 'sec', 'renewable_share', 'carbon_per_kwh']) {
      expect(await hour(kpi)).toMatchObject({ value: null, reason: 'no_data', coverage: 0 })
    }
  })

  test('generation and storage are in it as in the electricity consumed', async () => {
    await run([
      ...power(100),
      ...pieces(123),
      ...register('m', 'elec_export_kwh', 10, MORNING),
      ...register('pv', 'renew_onsite_kwh', 30, MORNING),
      ...register('b', 'storage_discharge_kwh', 5, MORNING),
      ...register('b', 'storage_charge_kwh', 2, MORNING),
    ])
    expect((await hour('sec'))?.value).toBeCloseTo(1, 9)
    expect((await hour('energy_elec_consumed'))?.value).toBeCloseTo(123, 9)
  })

  test('10,000 kWh and 64 GJ of heat for 50 pieces: 2 GJ, and 68.25 kgce a piece', async () => {
    await run([...power(10_000), ...register('h', 'heat_gj', 64, MORNING), ...pieces(50)])
    expect((await hour('sec_gj'))?.value).toBeCloseTo(2, 9)
    expect((await hour('sec_tce'))?.value).toBeCloseTo((1229 + 64 * 34.12) / 50, 9)
    expect((await hour('sec_tce'))?.factors).toEqual(['electricity_equivalent', 'heat'])
  })

  test('what has no coal equivalent makes no cheap piece: bad_config', async () => {
    await run([...power(10_000), ...register('g', 'ng_volume_nm3', 100, MORNING), ...pieces(50)])
    expect(await hour('sec_tce')).toMatchObject({ value: null, reason: 'bad_config', denominator: 50 })
  })

  test('12 m3 of fresh water for 60 pieces; 30 of 120 m3 reused', async () => {
    const water = [...register('w', 'water_fresh_m3', 12, MORNING), ...register('w', 'water_reused_m3', 4, MORNING)]
    await run([...water, ...pieces(60)])
    expect((await hour('water_intensity'))?.value).toBeCloseTo(0.2, 9)
    expect((await hour('water_reuse'))?.value).toBeCloseTo(0.25, 9)
    await bench.close()
    await run([...register('w', 'water_fresh_m3', 0, MORNING), ...register('w', 'water_reused_m3', 0, MORNING)])
    expect(await hour('water_reuse')).toMatchObject({ value: null, reason: 'no_denominator' })
  })
})

describe('renewable electricity (KPI specification §2, renewables detail)', () => {
  /** 20 kWh an hour. */
  const contracts = [{ id: 'wind', kwh: 20 * 8760, factor: 0, vintage: 2025 }]
  const grid = (bought: number, sold: number, made: number) => [
    ...power(bought),
    ...register('m', 'elec_export_kwh', sold, MORNING),
    ...register('pv', 'renew_onsite_kwh', made, MORNING),
  ]

  test('exports are those of the roof first: (30 − 10 + 20) of 80 + 30 − 10 kWh', async () => {
    await run(grid(80, 10, 30), { contracts })
    expect(await hour('renewable_share')).toMatchObject({
      value: expect.closeTo(0.4, 9),
      numerator: expect.closeTo(40, 6),
      denominator: expect.closeTo(100, 6),
    })
  })

  test.each([
    ['coal', 0.82],
    ['nuclear', 0],
    ['核电', 0],
    ['Kernkraft', 0],
    ['nucléaire', 0],
    ['核发电', 0],
    ['gen3_atom', 0],
  ])('a contract of %s power covers, and is no renewable', async (technology, factor) => {
    await run(grid(80, 10, 30), { contracts: contracts.map((one) => ({ ...one, factor, technology })) })
    expect(await hour('renewable_share')).toMatchObject({
      value: expect.closeTo(0.2, 9),
      numerator: expect.closeTo(20, 6),
      denominator: expect.closeTo(100, 6),
    })
  })

  test.each(['核发绿证的风电', '风电（已核证）', 'wind, anatomically sited'])('%s is renewable', async (technology) => {
    await run(grid(80, 10, 30), { contracts: contracts.map((one) => ({ ...one, technology })) })
    expect((await hour('renewable_share'))?.value).toBeCloseTo(0.4, 9)
  })

  test('a contract covers no more than the hour imports, and another hour gains nothing by it', async () => {
    await run(
      [
        ...register('m', 'elec_import_kwh', 0, { from: at('09:00'), to: at('10:00') }),
        ...series50(at('10:05'), at('12:00')),
      ],
      { contracts },
    )
    const day = await bench.point({ kpi: 'renewable_share', window: '1d', start: at('00:00') })
    // Two hours of 20 kWh each, though 60 kWh were bought for the three.
    expect(day?.numerator).toBeCloseTo(40, 1)
    expect(day?.denominator).toBeCloseTo(100, 6)
  })

  test('a battery that is charged from the roof uses it: never above 1, and nothing of it counts again', async () => {
    await run([
      ...power(2),
      ...register('pv', 'renew_onsite_kwh', 10, MORNING),
      ...register('b', 'storage_charge_kwh', 8, MORNING),
    ])
    expect(await hour('renewable_share')).toMatchObject({
      value: expect.closeTo(10 / 12, 9),
      denominator: expect.closeTo(12, 9),
    })
  })

  test('a battery that gives to others has no share of what stays', async () => {
    await run(
      [
        ...power(10),
        ...register('m', 'elec_export_kwh', 5, MORNING),
        ...register('b', 'storage_discharge_kwh', 5, MORNING),
      ],
      { contracts },
    )
    expect(await hour('renewable_share')).toMatchObject({ value: 1, numerator: expect.closeTo(5, 9) })
  })

  test('with neither a roof nor a contract it is 0, which is known', async () => {
    await run(power(80))
    expect(await hour('renewable_share')).toMatchObject({ value: 0, reason: '' })
  })

  test('a plant that nobody has configured does not say what it buys', async () => {
    bench = await Bench.open()
    await bench.feed(power(80), LATER)
    expect(await hour('renewable_share')).toBeUndefined()
  })

  test('when nothing was consumed there is no share of it', async () => {
    await run(power(0))
    expect(await hour('renewable_share')).toMatchObject({ value: null, reason: 'no_denominator' })
  })

  /** 100 kWh from 10:00 on in two hours. */
  function series50(from: string, to: string): Reading[] {
    const first = Date.parse(at('10:00'))
    return level('m', 'elec_import_kwh', 0, { from, to }).map((one) => {
      return { ...one, value: 1000 + ((one.ts - first) / 3_600_000) * 50 }
    })
  }
})

describe('how even a load is (KPI specification §2)', () => {
  test('O9: 65,000 kWh in 720 h with a highest quarter of 125 kW are 72.2 %', { tags: ['slow'] }, async () => {
    const [start, end] = [Date.parse('2025-06-01T00:00:00Z'), Date.parse('2025-07-01T00:00:00Z')]
    const quarterHours = (end - start) / 900_000
    // One quarter of 31.25 kWh, and the rest even.
    const rest = (65_000 - 31.25) / (quarterHours - 1)
    const readings = Array.from({ length: quarterHours + 1 }, (_, i) =>
      reading({
        device: 'm',
        metric: 'elec_import_kwh',
        ts: start + i * 900_000,
        value: i * rest + (i > 99 ? 31.25 - rest : 0),
      }),
    )
    await run(readings)
    const month = await bench.point({ kpi: 'load_factor', window: '1mo', start })
    expect(month?.value).toBeCloseTo(0.722, 3)
    expect(month?.numerator).toBeCloseTo(65_000, 3)
    expect(month?.denominator).toBeCloseTo(125 * 720, 3)
  })

  test('O9: 150 kWh in half an hour are 300 kW', async () => {
    const half = { from: at('09:00'), to: at('09:30'), everyMin: 15 }
    await run([
      ...register('m', 'elec_import_kwh', 300, half),
      ...level('m', 'elec_import_kwh', 1150, { from: at('09:45'), to: at('10:00') }),
    ])
    expect((await hour('peak_demand_15', at('09:00')))?.value).toBeCloseTo(300, 9)
    expect((await hour('load_factor', at('09:00')))?.value).toBeCloseTo(0.5, 9)
  })

  test('an even day of 23 hours has a load factor of 1', async () => {
    const start = Date.parse('2024-03-30T23:00:00Z')
    const of = { from: start - 3_600_000, to: start + 24 * 3_600_000, everyMin: 15 }
    await run(register('m', 'elec_import_kwh', 100, of), { timezone: 'Europe/Berlin' })
    const day = await bench.point({ kpi: 'load_factor', window: '1d', start })
    expect(day?.value).toBeCloseTo(1, 9)
    expect(day?.denominator).toBeCloseTo(2300, 6)
  })

  test('when nothing flowed there is none', async () => {
    await run(power(0))
    expect(await hour('load_factor')).toMatchObject({ value: null, reason: 'no_denominator' })
  })

  test('the capacitive register is in the power factor, and not in that of the inductive one', async () => {
    await run([
      ...power(1000),
      ...register('m', 'elec_reactive_kvarh', 500, MORNING),
      ...register('m', 'elec_reactive_lead_kvarh', 300, MORNING),
    ])
    expect((await hour('power_factor_lag'))?.denominator).toBeCloseTo(1118.03, 2)
    expect((await hour('power_factor_lag'))?.value).toBeCloseTo(0.894, 3)
    expect((await hour('power_factor'))?.value).toBeCloseTo(1000 / Math.hypot(1000, 800), 9)
  })
})

describe('energy at standstill', () => {
  const machine = { id: 'r', role: 'machine', metrics: { state: { period_s: 60 }, elec_submeter_kwh: {} } }
  const states = (words: readonly (readonly [string, string])[]) =>
    words.map(([time, word]) =>
      reading({ device: 'r', metric: 'state', class: 'production', ts: Date.parse(at(time)), value: word }),
    )
  /** A word each five minutes. */
  const each = (from: string, count: number, word: string) =>
    states(
      Array.from({ length: count }, (_, i) => {
        const ms = Date.parse(at(from)) + i * 300_000
        return [new Date(ms).toISOString().slice(11, 16), word] as const
      }),
    )
  const share = () => bench.point({ kpi: 'standby_share', window: '1h', start: at('10:00'), scope: 'device', id: 'r' })

  test('15 of 60 minutes starved at an even load are a quarter, split by time', async () => {
    const words = [...each('09:00', 14, 'execute'), ...each('10:10', 3, 'idle'), ...each('10:25', 19, 'execute')]
    await run([...words, ...register('r', 'elec_submeter_kwh', 12, MORNING)], { devices: [machine] })
    const point = await share()
    expect(point?.value).toBeCloseTo(0.25, 9)
    expect(point?.denominator).toBeCloseTo(12, 9)
    expect(flagsOf(point?.flags ?? 0)).toEqual(['approx'])
  })

  test('setup is work, a fault is not', async () => {
    const words = [
      ...each('09:00', 12, 'execute'),
      ...each('10:00', 6, 'starting'),
      ...each('10:30', 6, 'aborted'),
      ...each('11:00', 12, 'execute'),
    ]
    await run([...words, ...register('r', 'elec_submeter_kwh', 12, MORNING)], { devices: [machine] })
    expect((await share())?.value).toBeCloseTo(0.5, 9)
  })

  test('quarters of unknown state are in neither part, and lower coverage', async () => {
    const words = [...each('09:00', 12, 'execute'), ...each('10:00', 6, 'idle')]
    await run([...words, ...register('r', 'elec_submeter_kwh', 12, MORNING)], { devices: [machine] })
    const point = await share()
    expect(point).toMatchObject({ value: null, reason: 'low_coverage' })
    expect(point?.denominator).toBeLessThan(8)
  })

  test('a machine that used nothing has no share of it', async () => {
    await run([...each('09:00', 36, 'idle'), ...register('r', 'elec_submeter_kwh', 0, MORNING)], { devices: [machine] })
    expect(await share()).toMatchObject({ value: null, reason: 'no_denominator' })
  })

  test('a machine without a submeter has no such figure', async () => {
    await run(each('09:00', 36, 'idle'), { devices: [machine] })
    expect((await share())?.value ?? null).toBeNull()
  })
})
