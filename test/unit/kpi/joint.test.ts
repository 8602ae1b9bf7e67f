// @module-tag slow

import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { own } from '../../support/factors.js'
import { evenly } from '../../support/registers.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}Z`)
const MORNING = [at('08:00'), at('10:00')] as const
const STATES = 'producing setup starved blocked held down idle planned_stop break pm off unknown'.split(' ')
const GRID = own({ id: 'own.grid', activity: 'grid_electricity', value: 0.5, unit: 'kgCO2e/kWh' })
const TARIFF = {
  id: 't1',
  valid_from: '2020-01-01',
  currency: 'CNY',
  periods: [
    { name: 'valley', price_per_kwh: 0.25, from: '00:00', to: '08:30' },
    { name: 'peak', price_per_kwh: 1, from: '08:30', to: '24:00' },
  ],
}
/** A state holds until the next one. */
const held = { state: { max_hold_s: 7200 } }
const machine = (id: string, more = {}) => ({ id, role: 'machine', line: 'l', metrics: held, ...more })

let bench: Bench
afterEach(() => bench.close())

async function run(options: Record<string, unknown>, ...readings: readonly Reading[][]): Promise<void> {
  bench = await Bench.open([plantOf(options)])
  await bench.feed(
    readings.flat().sort((a, b) => a.ts - b.ts),
    at('2025-08-03T00:00:00Z'),
  )
}

function said(device: string, ...words: readonly (readonly [time: string, word: string])[]): Reading[] {
  return words.map(([time, value]) => reading({ device, metric: 'state', ts: at(time), value }))
}

const of = (kpi: string, id = 'm', start = '08:00') => {
  const scope = id === 'p' ? 'plant' : id === 'l' ? 'line' : 'device'
  return bench.point({ kpi, window: '1h', start: at(start), scope, id })
}
const all = (prefix: string, id = 'm') =>
  Promise.all(STATES.map(async (state) => (await of(`${prefix}_${state}`, id))!))

const words = said(
  'm',
  ['08:00', 'Execute'],
  ['08:25', 'Held'],
  ['08:30', 'Execute'],
  ['08:45', 'off'],
  ['10:00', 'off'],
)

describe('the energy of a machine by its state', () => {
  describe('machines of a plant that generates (KPI specification §2.3)', () => {
    const pv = { id: 'roof', role: 'pv', line: 'l' }
    const main = { id: 'grid', role: 'main', line: 'l' }
    const options = { lines: [{ id: 'l' }], factors: [GRID], devices: [machine('m'), machine('n'), main, pv] }
    const both = [
      evenly('m', 'elec_submeter_kwh', MORNING, 80),
      evenly('n', 'elec_submeter_kwh', MORNING, 120),
      said('m', ['08:00', 'Execute'], ['10:00', 'Execute']),
      said('n', ['08:00', 'Execute'], ['10:00', 'Execute']),
    ]

    test('are given the emissions of what the plant bought: 100 of 200 kWh, shared by what each used', async () => {
      await run(
        options,
        ...both,
        evenly('grid', 'elec_import_kwh', MORNING, 100),
        evenly('roof', 'renew_onsite_kwh', MORNING, 100),
      )
      const plant = await bench.point({ kpi: 'scope2_lb', window: '1h', start: at('08:00'), scope: 'plant', id: 'p' })
      expect(plant?.value).toBeCloseTo(50, 9)
      expect((await of('co2e_producing', 'p'))?.value).toBeCloseTo(50, 9)
      expect((await of('co2e_producing', 'l'))?.value).toBeCloseTo(50, 9)
      expect((await of('co2e_producing', 'm'))?.value).toBeCloseTo(20, 9)
      expect((await of('co2e_producing', 'n'))?.value).toBeCloseTo(30, 9)
    })

    test('are given what a battery was charged with where nothing is bought', async () => {
      await run(
        { ...options, devices: [...options.devices, { id: 'battery', line: 'l' }] },
        ...both,
        evenly('grid', 'elec_import_kwh', MORNING, 0),
        evenly('battery', 'storage_discharge_kwh', MORNING, 200),
      )
      expect((await of('co2e_producing', 'm'))?.value).toBe(0)
    })

    test('cannot be told theirs while nobody knows what was bought', async () => {
      await run(options, ...both, evenly('roof', 'renew_onsite_kwh', MORNING, 100))
      expect(await of('co2e_producing', 'm')).toMatchObject({ value: null, reason: 'no_data' })
      expect((await of('kwh_producing', 'm'))?.value).toBeCloseTo(80, 9)
    })

    test('are given all of it where the plant has the grid alone', async () => {
      await run(
        { ...options, devices: [machine('m'), machine('n'), main] },
        ...both,
        evenly('grid', 'elec_import_kwh', MORNING, 100),
      )
      expect((await of('co2e_producing', 'm'))?.value).toBeCloseTo(40, 9)
    })
  })

  test('a quarter is split by the time in each state: 3 kWh with 10 min producing and 5 min held are 2 and 1', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect((await of('kwh_producing'))?.value).toBeCloseTo(3 + 2 + 3, 9)
    expect((await of('kwh_held'))?.value).toBeCloseTo(1, 9)
    expect((await of('kwh_off'))?.value).toBeCloseTo(3, 9)
    expect((await of('kwh_down'))?.value).toBe(0)
  })

  test('what shared a quarter is approximate, what had its quarters alone is not', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect(flagsOf((await of('kwh_producing'))?.flags ?? 0)).toEqual(['approx'])
    expect(flagsOf((await of('kwh_held'))?.flags ?? 0)).toEqual(['approx'])
    expect(flagsOf((await of('kwh_off'))?.flags ?? 0)).toEqual([])
  })

  test('all states together have all the energy of the machine, and a day that of its hours', async () => {
    const odd = said('m', ['08:03:07', 'Execute'], ['08:31:41', 'Held'], ['08:52:13', 'Idle'], ['09:10', 'singing'])
    await run({ devices: [machine('m')] }, odd, evenly('m', 'elec_submeter_kwh', MORNING, 7.3))
    const sum = (points: readonly { numerator: number }[]) => points.reduce((kwh, point) => kwh + point.numerator, 0)
    const energy = (await of('energy_elec_import'))!.numerator
    expect(Math.abs(sum(await all('kwh')) - energy) / energy).toBeLessThan(1e-9)
    const points = (await bench.points()).filter(({ stream }) => stream.scope === 'device' && stream.id === 'm')
    const held = (window: string) =>
      sum(points.filter(({ stream }) => stream.kpi === 'kwh_held' && stream.window === window))
    expect(held('1h')).toBeGreaterThan(0)
    expect(held('1d')).toBeCloseTo(held('1h'), 9)
    expect(held('1mo')).toBeCloseTo(held('1h'), 9)
  })

  test('energy while nobody knows the state is that of an unknown state, and has no share in standing', async () => {
    const short = [machine('m', { metrics: { state: { max_hold_s: 1800 } } })]
    await run({ devices: short }, said('m', ['08:00', 'Execute']), evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect((await of('kwh_unknown'))?.value).toBeCloseTo(6, 9)
    // The energy used while producing is at least the numerator: the other half of the hour may have been producing too.
    expect(await of('kwh_producing')).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.5 })
    expect((await of('kwh_producing'))?.numerator).toBeCloseTo(6, 9)
    expect(await of('standby_share')).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.5 })
  })

  test('a silent meter makes them unknown, never 0', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_submeter_kwh', [at('08:00'), at('08:30')], 12))
    expect(await of('kwh_producing')).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.5 })
    expect(await of('kwh_producing', 'm', '09:00')).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('another meter may measure a machine that has none, and then it counts for the machine', async () => {
    const meter = { id: 'feeder', role: 'sub', metrics: { elec_import_kwh: {} } }
    await run(
      { devices: [machine('m', { energy_meter: 'feeder' }), meter] },
      words,
      evenly('feeder', 'elec_import_kwh', MORNING, 12),
    )
    expect((await of('kwh_off'))?.value).toBeCloseTo(3, 9)
    expect((await of('kwh_off', 'l'))?.value).toBeCloseTo(3, 9)
    expect((await of('kwh_off', 'p'))?.value).toBeCloseTo(3, 9)
    expect(await of('kwh_off', 'feeder')).toBeUndefined()
  })

  test('a machine with an import register of its own needs no submeter', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_import_kwh', MORNING, 12))
    expect((await of('kwh_off'))?.value).toBeCloseTo(3, 9)
  })

  test('a line is its machines together, and the meter of their area is none of them', async () => {
    await run(
      { devices: [machine('m'), machine('n'), { id: 'area', role: 'sub', line: 'l' }] },
      words,
      said('n', ['08:00', 'Held'], ['10:00', 'Held']),
      evenly('m', 'elec_submeter_kwh', MORNING, 12),
      evenly('n', 'elec_submeter_kwh', MORNING, 4),
      evenly('area', 'elec_submeter_kwh', MORNING, 16),
    )
    expect((await of('kwh_held', 'l'))?.value).toBeCloseTo(1 + 4, 9)
    expect((await of('kwh_producing', 'p'))?.value).toBeCloseTo(8, 9)
  })
})

describe('emissions by state', () => {
  test('each kWh has the grid factor of its hour', async () => {
    await run({ devices: [machine('m')], factors: [GRID] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect(await of('co2e_producing')).toMatchObject({ value: expect.closeTo(4, 9), factors: ['own.grid'] })
    const sum = (await all('co2e')).reduce((kg, point) => kg + point.numerator, 0)
    expect(sum).toBeCloseTo(12 * 0.5, 9)
  })

  test('another factor from midnight on counts from midnight on', async () => {
    const factors = [
      { ...GRID, valid_to: '2025-06-30' },
      { ...GRID, id: 'own.grid.next', value: 1, valid_from: '2025-07-01', published: '2025-07-01' },
    ]
    const night = [at('2025-06-30T23:00:00Z'), at('2025-07-01T01:00:00Z')] as const
    await run(
      { timezone: 'Asia/Shanghai', devices: [machine('m')], factors },
      said('m', ['2025-06-30T15:00:00Z', 'Execute'], ['2025-06-30T17:00:00Z', 'Execute']),
      evenly('m', 'elec_submeter_kwh', [night[0] - 8 * 3_600_000, night[1] - 8 * 3_600_000], 12),
    )
    expect((await of('co2e_producing', 'm', '2025-06-30T15:00:00Z'))?.value).toBeCloseTo(6, 9)
    expect((await of('co2e_producing', 'm', '2025-06-30T16:00:00Z'))?.value).toBeCloseTo(12, 9)
  })

  test('without a factor they are unknown, and energy is not', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect(await of('co2e_off')).toMatchObject({ value: null, reason: 'no_factor' })
    expect((await of('kwh_off'))?.value).toBeCloseTo(3, 9)
  })
})

describe('what standing costs', () => {
  test('everything but producing and setup, each quarter at its price', async () => {
    await run({ devices: [machine('m')], tariffs: [TARIFF] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    // Held 1 kWh before 08:30, off 3 kWh after it.
    expect(await of('cost_of_standing')).toMatchObject({
      value: expect.closeTo(1 * 0.25 + 3 * 1, 9),
      factors: ['tariff.t1'],
    })
    expect((await of('standby_share'))?.value).toBeCloseTo(4 / 12, 9)
  })

  test('each state costs its own energy at the price of its quarters, and all of them what the machine costs', async () => {
    await run({ devices: [machine('m')], tariffs: [TARIFF] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    // From 08:30 on a kWh costs four times as much: 5 kWh producing before, 3 kWh after it.
    expect(await of('cost_producing')).toMatchObject({
      value: expect.closeTo(5 * 0.25 + 3 * 1, 9),
      factors: ['tariff.t1'],
    })
    expect((await of('cost_held'))?.value).toBeCloseTo(1 * 0.25, 9)
    expect((await of('cost_off'))?.value).toBeCloseTo(3 * 1, 9)
    const sum = (await all('cost')).reduce((money, point) => money + point.numerator, 0)
    expect(sum).toBeCloseTo(6 * 0.25 + 6 * 1, 9)
  })

  test('without a tariff no state has a cost', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect(await of('cost_producing')).toBeUndefined()
  })

  test('setup is work', async () => {
    const setup = said('m', ['08:00', 'Starting'], ['10:00', 'Starting'])
    await run({ devices: [machine('m')], tariffs: [TARIFF] }, setup, evenly('m', 'elec_submeter_kwh', MORNING, 12))
    expect((await of('kwh_setup'))?.value).toBeCloseTo(12, 9)
    expect((await of('cost_of_standing'))?.value).toBe(0)
  })

  test('without energy in any state there is no share', async () => {
    await run({ devices: [machine('m')] }, words, evenly('m', 'elec_submeter_kwh', MORNING, 0))
    expect(await of('standby_share')).toMatchObject({ value: null, reason: 'no_denominator' })
    expect(await of('cost_of_standing')).toBeUndefined()
  })
})

describe('energy and emissions of a good part', () => {
  /** A count every quarter of an hour. */
  const good = (device: string, ...counts: readonly number[]) =>
    counts.map((value, i) => reading({ device, metric: 'parts_good', ts: MORNING[0] + i * 900_000, value }))
  const pieces = [0, 10, 20, 30, 40, 40, 40, 40, 40]
  const two = [machine('m'), machine('n', { counting_point: true })]
  const meters = [...evenly('m', 'elec_submeter_kwh', MORNING, 12), ...evenly('n', 'elec_submeter_kwh', MORNING, 4)]

  test('12 kWh for 40 pieces are 0.3 kWh and, at 0.5 kg, 0.15 kg a piece', async () => {
    await run({ devices: [machine('m')], factors: [GRID] }, good('m', ...pieces), meters)
    expect((await of('kwh_per_good_part'))?.value).toBeCloseTo(0.3, 9)
    expect(await of('co2e_per_good_part')).toMatchObject({
      value: expect.closeTo(0.15, 9),
      numerator: expect.closeTo(6, 9),
      factors: ['own.grid'],
    })
  })

  test('a line adds up energy and pieces of the machines that have both, it does not average', async () => {
    const half = pieces.map((count) => count / 2)
    const robot = { id: 'r', role: 'robot', line: 'l' }
    await run(
      { devices: [...two, robot] },
      good('m', ...pieces),
      good('n', ...half),
      meters,
      evenly('r', 'elec_submeter_kwh', MORNING, 100),
    )
    expect((await of('kwh_per_good_part', 'l'))?.value).toBeCloseTo((12 + 4) / 60, 9)
    // The plant: all its machines, over what leaves it.
    expect((await of('kwh_per_good_part', 'p'))?.value).toBeCloseTo((12 + 4 + 100) / 20, 9)
  })

  test('no piece, no figure; no factor, no emissions', async () => {
    await run({ devices: [machine('m')] }, good('m', ...pieces), meters)
    expect(await of('kwh_per_good_part', 'm', '09:00')).toMatchObject({ value: null, reason: 'no_denominator' })
    expect(await of('co2e_per_good_part')).toMatchObject({ value: null, reason: 'no_factor' })
  })
})
