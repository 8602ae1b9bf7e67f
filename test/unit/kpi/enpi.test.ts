import { afterEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { evenly } from '../../support/registers.js'

const at = (time: string) => Date.parse(time)
const HOUR_MS = 3_600_000
const [JULY_1, JULY_3] = [at('2025-07-01T00:00Z'), at('2025-07-03T00:00Z')]

let bench: Bench
afterEach(() => bench.close())

const baseline = {
  id: 'base',
  baseline: { from: '2024-01-01', to: '2024-12-31' },
  a: 100,
  b: 0.5,
  r2: 0.9,
  source: 'a test',
}
const devices = [
  { id: 'grid', role: 'main' },
  { id: 'press', counting_point: true, metrics: { parts_good: {} } },
]

/** Pieces an hour, on each of two days. */
function pieces(...perHour: readonly [number, number]): Reading[] {
  let count = 0
  return Array.from({ length: 48 * 4 + 1 }, (_, i) => {
    if (i > 0 && i % 4 === 0) count += perHour[i <= 96 ? 0 : 1]
    // Just before the hour: at midnight it would belong to the next day.
    return reading({ device: 'press', metric: 'parts_good', ts: JULY_1 + (i * HOUR_MS) / 4 - 1000, value: count })
  })
}

async function run(enpi: readonly object[], ...readings: readonly Reading[][]): Promise<void> {
  bench = await Bench.open([plantOf({ devices, enpi })])
  await bench.feed(
    readings.flat().sort((a, b) => a.ts - b.ts),
    at('2025-08-03T00:00Z'),
  )
}

const day = (kpi: string, start = '2025-07-01T00:00Z') => bench.point({ kpi, window: '1d', start })

describe('energy against the baseline: a + b · N (ISO 50006)', () => {
  test('180 kWh for 240 units, where 100 + 0.5 · 240 were expected', async () => {
    await run([baseline], pieces(10, 10), evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect((await day('good_units'))?.value).toBe(240)
    expect(await day('enpi')).toMatchObject({
      value: expect.closeTo(180 / 220, 9),
      numerator: expect.closeTo(180, 9),
      denominator: 220,
      factors: ['enpi.base'],
    })
    expect((await day('energy_saving_kwh'))?.value).toBeCloseTo(40, 9)
  })

  test('a month expects the base load of each of its days that is known', async () => {
    await run([baseline], pieces(10, 0), evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect(await bench.point({ kpi: 'enpi', window: '1mo', start: JULY_1 })).toMatchObject({
      numerator: expect.closeTo(360, 9),
      denominator: 100 + 0.5 * 240 + 100,
    })
    expect((await bench.point({ kpi: 'energy_saving_kwh', window: '1mo', start: JULY_1 }))?.numerator).toBeCloseTo(
      -40,
      9,
    )
    expect(await bench.point({ kpi: 'enpi', window: '1h', start: JULY_1 })).toBeUndefined()
  })

  test('each day is compared with the baseline in force', async () => {
    const old = { ...baseline, id: 'old', valid_to: '2025-07-01' }
    const now = { ...baseline, id: 'now', valid_from: '2025-07-02', a: 50, b: 1 }
    await run([old, now], pieces(10, 10), evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect(await day('enpi')).toMatchObject({ denominator: 220, factors: ['enpi.old'] })
    expect(await day('enpi', '2025-07-02T00:00Z')).toMatchObject({ denominator: 290, factors: ['enpi.now'] })
    expect(await bench.point({ kpi: 'enpi', window: '1mo', start: JULY_1 })).toMatchObject({
      denominator: 510,
      factors: ['enpi.now', 'enpi.old'],
    })
  })

  test('a day on which the main meter is replaced has the base load of a day', async () => {
    const noon = JULY_1 + 12 * HOUR_MS
    const since = new Date(noon).toISOString()
    const replaced = [
      { id: 'grid', role: 'main', retired_from: since },
      { id: 'grid-2', role: 'main', effective_from: since },
      ...devices.slice(1),
    ]
    bench = await Bench.open([plantOf({ devices: replaced, enpi: [baseline] })])
    const readings = [
      ...pieces(10, 10),
      ...evenly('grid', 'elec_import_kwh', [JULY_1, noon], 7.5, 15),
      ...evenly('grid-2', 'elec_import_kwh', [noon, JULY_3], 7.5, 15),
    ]
    await bench.feed(
      readings.sort((a, b) => a.ts - b.ts),
      at('2025-08-03T00:00Z'),
    )
    expect(await day('enpi')).toMatchObject({ numerator: expect.closeTo(180, 9), denominator: 220 })
    expect(await day('enpi', '2025-07-02T00:00Z')).toMatchObject({ denominator: 220 })
  })

  test('two main meters beside each other make no day longer', async () => {
    const both = [...devices, { id: 'grid-2', role: 'main' }]
    bench = await Bench.open([plantOf({ devices: both, enpi: [baseline] })])
    const half = (device: string) => evenly(device, 'elec_import_kwh', [JULY_1, JULY_1 + 12 * HOUR_MS], 7.5, 15)
    const morning = [...pieces(10, 0).slice(0, 49), ...half('grid'), ...half('grid-2')]
    await bench.feed(morning.sort((a, b) => a.ts - b.ts))
    expect((await day('enpi'))?.denominator).toBeCloseTo(50 + 0.5 * 120, 0)
  })

  test('a day without a baseline has no figure, nor has its month', async () => {
    const ended = { ...baseline, valid_to: '2025-07-01' }
    await run([ended], pieces(10, 10), evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect((await day('enpi'))?.reason).toBe('')
    for (const kpi of ['enpi', 'energy_saving_kwh']) {
      expect(await day(kpi, '2025-07-02T00:00Z')).toMatchObject({ value: null, reason: 'bad_config' })
    }
  })

  test('a line that expects nothing gives no indicator', async () => {
    const steep = { ...baseline, a: -500, b: 1 }
    await run([steep], pieces(10, 10), evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect(await day('enpi')).toMatchObject({ value: null, reason: 'no_denominator', denominator: -260 })
  })

  test('pieces that nobody counted do not look like waste', async () => {
    const half = pieces(10, 10).slice(0, 49)
    await run([baseline], half, evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect(await day('enpi')).toMatchObject({ value: null, reason: 'low_coverage' })
  })

  test('a day that goes on expects the base load of the time that has passed', async () => {
    bench = await Bench.open([plantOf({ devices, enpi: [baseline] })])
    const morning = [
      ...pieces(10, 0).slice(0, 49),
      ...evenly('grid', 'elec_import_kwh', [JULY_1, JULY_1 + 12 * HOUR_MS], 7.5, 15),
    ]
    await bench.feed(morning.sort((a, b) => a.ts - b.ts))
    expect(await day('enpi')).toMatchObject({
      provisional: true,
      numerator: expect.closeTo(90, 9),
      denominator: expect.closeTo(50 + 0.5 * 120, 0),
    })
  })

  test('without a baseline there is no such figure', async () => {
    await run([], pieces(10, 10), evenly('grid', 'elec_import_kwh', [JULY_1, JULY_3], 7.5, 15))
    expect(await day('enpi')).toBeUndefined()
  })
})
