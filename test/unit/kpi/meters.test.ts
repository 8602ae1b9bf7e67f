import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf } from '../../support/engine.js'
import { evenly } from '../../support/registers.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}:00Z`)
const MORNING = [at('09:00'), at('12:00')] as const
const LONG_AFTER = Date.parse('2025-07-03T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

async function run(options: Record<string, unknown>, ...readings: readonly Reading[][]): Promise<void> {
  bench = await Bench.open([plantOf(options)])
  await bench.feed(
    readings.flat().sort((a, b) => a.ts - b.ts),
    LONG_AFTER,
  )
}

const hour = (kpi: string, id = 'p') =>
  bench.point({ kpi, window: '1h', start: at('10:00'), ...(id === 'p' ? {} : { scope: 'device' as const, id }) })

/** Main 100 kWh an hour; hall 55, of which a press 30; office 25. */
const TREE = {
  devices: [
    { id: 'grid', role: 'main' },
    { id: 'hall', role: 'sub', parent: 'grid', metrics: { elec_submeter_kwh: {} } },
    { id: 'office', role: 'sub', parent: 'grid', metrics: { elec_submeter_kwh: {} } },
    { id: 'press', parent: 'hall', metrics: { elec_submeter_kwh: {} } },
  ],
}
const grid = evenly('grid', 'elec_import_kwh', MORNING, 100)
const hall = evenly('hall', 'elec_submeter_kwh', MORNING, 55)
const office = evenly('office', 'elec_submeter_kwh', MORNING, 25)
const press = evenly('press', 'elec_submeter_kwh', MORNING, 30)

describe('a tree of meters', () => {
  test('what no meter right behind the main sees is its energy less theirs, whatever is further down', async () => {
    await run(TREE, grid, hall, office, press)
    expect((await hour('energy_unmetered'))?.value).toBeCloseTo(100 - 55 - 25, 9)
    expect((await hour('energy_unmetered_share'))?.value).toBeCloseTo(0.2, 9)
    expect((await hour('energy_unmetered', 'grid'))?.value).toBeCloseTo(20, 9)
    expect((await hour('energy_unmetered', 'hall'))?.value).toBeCloseTo(55 - 30, 9)
  })

  test('a meter with nothing behind it has no such figure', async () => {
    await run(TREE, grid, hall, office, press)
    expect(await hour('energy_unmetered', 'press')).toBeUndefined()
  })

  test('submeters are never added to the main meter', async () => {
    await run(TREE, grid, hall, office, press)
    expect((await hour('energy_elec_import'))?.value).toBeCloseTo(100, 9)
    expect((await hour('energy_elec_consumed'))?.value).toBeCloseTo(100, 9)
    expect((await hour('energy_elec_import', 'grid'))?.value).toBeCloseTo(100, 9)
  })

  test('a submeter that is silent makes the balance unknown, not large', async () => {
    const silent = evenly('office', 'elec_submeter_kwh', [at('09:00'), at('10:30')], 25)
    await run(TREE, grid, hall, silent, press)
    // Three meters are known for 150 of 180 minutes; that would have been enough for a sum.
    expect(await hour('energy_unmetered')).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.5 })
    expect((await hour('energy_unmetered', 'hall'))?.value).toBeCloseTo(25, 9)
  })

  test('more behind a meter than through it is published and flagged', async () => {
    await run(TREE, evenly('grid', 'elec_import_kwh', MORNING, 60), hall, office, press)
    const point = await hour('energy_unmetered')
    expect(point?.value).toBeCloseTo(60 - 80, 9)
    expect(flagsOf(point?.flags ?? 0)).toEqual(['out_of_expected_range'])
  })

  test('the balance of a day is the sum of its hours', async () => {
    await run(TREE, grid, hall, office, press)
    const points = await bench.points()
    const of = (window: string) =>
      points
        .filter((p) => p.stream.kpi === 'energy_unmetered' && p.stream.scope === 'plant' && p.stream.window === window)
        .map((p) => p.numerator)
    expect(of('1h').reduce((sum, kwh) => sum + kwh, 0)).toBeCloseTo(60, 9)
    expect(of('1d')).toEqual([expect.closeTo(60, 9)])
    expect(of('1mo')).toEqual([expect.closeTo(60, 9)])
  })

  test('a line without a main meter is the sum of its outermost submeters: what stands behind one of them is in it', async () => {
    const lines = [{ id: 'east', name: {} }]
    const devices = TREE.devices.map((one) => (one.id === 'grid' ? one : { ...one, line: 'east' }))
    await run({ lines, devices }, grid, hall, office, press)
    const line = await bench.point({
      kpi: 'energy_elec_import',
      window: '1h',
      start: at('10:00'),
      scope: 'line',
      id: 'east',
    })
    expect(line?.value).toBeCloseTo(55 + 25, 9)
  })

  test('the ratio of the transformers counts before meters are compared', async () => {
    const [meter, ...others] = TREE.devices
    const devices = [{ ...meter, metrics: { elec_import_kwh: { multiplier: 40 } } }, ...others]
    await run({ devices }, evenly('grid', 'elec_import_kwh', MORNING, 2.5), hall, office, press)
    expect((await hour('energy_unmetered'))?.value).toBeCloseTo(20, 9)
  })
})

describe('a virtual meter', () => {
  const rest = { id: 'rest', plus: ['grid'], minus: ['hall', 'office'] }

  test('is the signed sum of its members, in figures of its own', async () => {
    await run({ ...TREE, virtual_meters: [rest] }, grid, hall, office, press)
    expect((await hour('energy_elec_import', 'rest'))?.value).toBeCloseTo(20, 9)
    expect((await hour('peak_demand_15', 'rest'))?.value).toBeCloseTo(20, 9)
    expect(await hour('data_completeness', 'rest')).toBeUndefined()
  })

  test('changes no other figure', async () => {
    await run({ ...TREE, virtual_meters: [{ id: 'both', plus: ['hall', 'office'] }] }, grid, hall, office, press)
    expect((await hour('energy_elec_import', 'both'))?.value).toBeCloseTo(80, 9)
    expect((await hour('energy_elec_import'))?.value).toBeCloseTo(100, 9)
  })

  test('is known no better than the least known of its meters', async () => {
    const short = evenly('hall', 'elec_submeter_kwh', [at('09:00'), at('10:30')], 55)
    const both = { id: 'both', plus: ['grid', 'hall', 'office'] }
    await run({ ...TREE, virtual_meters: [both] }, grid, short, office, press)
    // Together they are known for 83 % of their time: without half of the hall that is no sum.
    expect(await hour('energy_elec_import', 'both')).toMatchObject({
      value: null,
      reason: 'low_coverage',
      coverage: 0.5,
    })
  })

  test('that is known no better than one of its meters has the estimated share of all of them', async () => {
    const seldom = evenly('grid', 'elec_import_kwh', MORNING, 100, 180)
    const short = evenly('hall', 'elec_submeter_kwh', [at('09:00'), at('10:30')], 55)
    const both = { id: 'both', plus: ['grid', 'hall', 'office'] }
    await run({ ...TREE, virtual_meters: [both] }, seldom, short, office, press)
    // The 60 minutes of the main meter are estimated, of 150 known ones.
    expect(await hour('energy_elec_import', 'both')).toMatchObject({ coverage: 0.5, estimatedShare: 0.4 })
  })

  test('can be the parent of others', async () => {
    const devices = TREE.devices.map((one) => (one.id === 'press' ? { ...one, parent: 'both' } : one))
    const virtual = { id: 'both', plus: ['hall', 'office'] }
    await run({ devices, virtual_meters: [virtual] }, grid, hall, office, press)
    expect((await hour('energy_unmetered', 'both'))?.value).toBeCloseTo(80 - 30, 9)
  })

  test('is corrected when one of its members was late', async () => {
    bench = await Bench.open([plantOf({ ...TREE, virtual_meters: [rest] })])
    const [first, late] = [office.slice(0, 3), office.slice(3)]
    const onTime = [...grid, ...hall, ...first].sort((a, b) => a.ts - b.ts)
    await bench.feed(onTime, LONG_AFTER)
    expect(await hour('energy_elec_import', 'rest')).toMatchObject({ value: null, reason: 'no_data' })
    await bench.feed(late, LONG_AFTER)
    expect((await hour('energy_elec_import', 'rest'))?.value).toBeCloseTo(20, 9)
  })
})
