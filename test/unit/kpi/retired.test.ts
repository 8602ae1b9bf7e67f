import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** A device that is out of service is expected no more, counts all it sent before, and counts again when it sends all the same. */

const START_MS = Date.UTC(2026, 0, 1)
const NOW_MS = Date.UTC(2026, 0, 4)
const HOUR_MS = 3_600_000
const TEN_MIN_MS = 600_000
const period = { elec_import_kwh: { period_s: 600 } }

/** 60 kWh an hour, a sample every ten minutes, both ends included. */
const meter = (device: string, fromHour: number, toHour: number, startMs = START_MS): Reading[] =>
  Array.from({ length: (toHour - fromHour) * 6 + 1 }, (_, i) => {
    const ts = startMs + fromHour * HOUR_MS + i * TEN_MIN_MS
    return reading({ device, metric: 'elec_import_kwh', ts, value: (fromHour * 6 + i) * 10 })
  })

let bench: Bench
afterEach(() => bench.close())

type Subject = { readonly scope?: 'plant' | 'line' | 'device'; readonly id?: string }

async function figure(kpi: string, window: '1h' | '1d' | '1mo', start: number, of: Subject = {}) {
  const point = await bench.point({ kpi, window, start, ...of })
  return point && [point.value === null ? null : Math.round(point.value), Math.round(point.coverage * 100) / 100]
}
const hour = (at: number, of: Subject = {}) => figure('energy_elec_import', '1h', START_MS + at * HOUR_MS, of)
const day = (start: number, of: Subject = {}) => figure('energy_elec_import', '1d', start, of)

const deviceB = (retired_from: string | undefined) => ({
  id: 'b',
  role: 'main',
  metrics: period,
  ...(retired_from !== undefined && { retired_from }),
})
const plantWith = (retired_from: string | undefined, options: object = {}) =>
  plantOf({ devices: [{ id: 'a', role: 'main', metrics: period }, deviceB(retired_from)], ...options })

async function run(retired_from: string | undefined, ofB: readonly Reading[]): Promise<void> {
  bench = await Bench.open([plantWith(retired_from)], START_MS)
  await bench.feed([...meter('a', 0, 60), ...ofB], NOW_MS)
  await bench.settle()
}

test('a device that fell silent leaves a gap in the figures of its plant', async () => {
  await run(undefined, meter('b', 0, 24))
  expect(await hour(10)).toEqual([120, 1])
  expect((await hour(40))?.[1]).toBe(0.5)
})

test('one that is out of service leaves none, and counts up to then', async () => {
  await run('2026-01-02', meter('b', 0, 24))
  expect(await hour(10)).toEqual([120, 1])
  expect(await hour(23)).toEqual([120, 1])
  expect(await hour(24)).toEqual([60, 1])
  expect(await hour(40)).toEqual([60, 1])
  expect(await day(START_MS)).toEqual([2880, 1])
  expect(await day(START_MS + 24 * HOUR_MS)).toEqual([1440, 1])
  // Its line has the two as well.
  expect(await hour(23, { scope: 'line', id: 'l' })).toEqual([120, 1])
  expect(await hour(24, { scope: 'line', id: 'l' })).toEqual([60, 1])
})

test('a gap from before its end stays a gap', async () => {
  await run('2026-01-02', meter('b', 0, 12))
  expect((await hour(20))?.[1]).toBe(0.5)
  expect((await day(START_MS))?.[1]).toBe(0.75)
  expect(await hour(24)).toEqual([60, 1])
})

test('one that sends all the same counts, and owes no more than it sends', async () => {
  await run('2026-01-02', [...meter('b', 0, 24), ...meter('b', 30, 34)])
  expect(await hour(31)).toEqual([120, 1])
  expect(await hour(40)).toEqual([60, 1])
  expect((await day(START_MS + 24 * HOUR_MS))?.[1]).toBe(1)
  expect(await hour(31, { scope: 'device', id: 'b' })).toEqual([60, 1])
})

test('its end spoils no demand of its plant, and a register that comes back bridges the time between', async () => {
  await run('2026-01-02', meter('b', 0, 24))
  expect((await figure('peak_demand_15', '1d', START_MS + 24 * HOUR_MS))?.[1]).toBe(1)
  await bench.feed(meter('b', 40, 40), NOW_MS)
  await bench.settle()
  expect(await hour(30)).toEqual([120, 1])
  expect(await hour(40)).toEqual([60, 1])
})

test('the load factor counts no hour in which its only meter is out of service', async () => {
  bench = await Bench.open([plantOf({ devices: [deviceB('2026-01-02')] })], START_MS)
  await bench.feed([...meter('b', 0, 32)], NOW_MS)
  await bench.settle()
  const start = START_MS + 24 * HOUR_MS
  const point = await bench.point({ kpi: 'load_factor', window: '1d', start })
  expect(point).toMatchObject({ value: 1, coverage: 1 })
})

describe('machines, of which one is out of service from midnight on', () => {
  const plan = {
    shifts: [
      { name: 's', start: '06:00', end: '14:00' },
      { name: 'n', start: '22:00', end: '06:00' },
    ],
  }
  const machine = (id: string, options: object = {}) => ({ id, metrics: { state: { period_s: 60 } }, ...options })
  /** Half of each hour in PRODUCING, a sample a minute, the last of them `untilMin` minutes after the start. */
  const states = (device: string, untilMin: number): Reading[] =>
    Array.from({ length: untilMin }, (_, i) =>
      reading({
        device,
        metric: 'state',
        ts: START_MS + i * 60_000,
        value: i % 60 < 30 ? 'PRODUCING' : 'IDLE_STARVED',
      }),
    )

  beforeEach(async () => {
    const devices = [machine('a'), machine('b', { retired_from: '2026-01-02' })]
    bench = await Bench.open([plantOf({ devices, ...plan })], START_MS)
    await bench.feed([...states('a', 60 * 60), ...states('b', 24 * 60)], NOW_MS)
    await bench.settle()
  })

  for (const [window, at, value, ...tags] of [
    // It produces for four hours beside the plan as well.
    ['1d', 24, 0.75, 'slow'],
    ['1h', 24, 0.5],
    ['1h', 23, 0.5, 'slow'],
    ['shift', 22, 0.5, 'slow'],
  ] as const) {
    test(`know all of the ${window} from hour ${at} on`, { tags }, async () => {
      const start = START_MS + at * HOUR_MS
      const point = await bench.point({ kpi: 'availability', window, start, scope: 'line', id: 'l' })
      expect(point?.coverage).toBe(1)
      expect(point?.value).toBeCloseTo(value, 1)
    })
  }

  test('are complete: what the last sample still said is not due', async () => {
    const at = (hour: number) =>
      bench.point({ kpi: 'data_completeness', window: '1h', start: START_MS + hour * HOUR_MS })
    expect((await at(23))?.value).toBe(1)
    expect((await at(24))?.value).toBe(1)
  })
})

test('a day that lies before the change leaves what was computed until the change', async () => {
  bench = await Bench.open([plantWith(undefined)], START_MS)
  await bench.feed([...meter('a', 0, 60), ...meter('b', 0, 24)], NOW_MS)
  await bench.settle()
  const before = await hour(30)
  await bench.configure([plantWith('2026-01-02')], START_MS + 48 * HOUR_MS)
  await bench.settle()
  expect(await hour(30)).toEqual(before)
  expect(before?.[1]).toBe(0.5)
  expect(await hour(10)).toEqual([120, 1])
  expect(await hour(50)).toEqual([60, 1])
})

test.each([
  ['2026-03-29', '2026-03-28T23:00:00Z', 24],
  ['2026-03-30', '2026-03-29T22:00:00Z', 23],
  ['2026-10-26', '2026-10-25T23:00:00Z', 25],
] as const)('the day %s begins by the clock of the plant, at %s', async (retired_from, at, hoursBefore) => {
  const endMs = Date.parse(at)
  const startMs = endMs - hoursBefore * HOUR_MS
  bench = await Bench.open([plantWith(retired_from, { timezone: 'Europe/Berlin' })], startMs)
  await bench.feed([...meter('a', 0, 40, startMs), ...meter('b', 0, hoursBefore, startMs)], startMs + 48 * HOUR_MS)
  await bench.settle()
  expect(await day(startMs)).toEqual([hoursBefore * 120, 1])
  expect(await figure('energy_elec_import', '1h', endMs - HOUR_MS)).toEqual([120, 1])
  expect(await figure('energy_elec_import', '1h', endMs)).toEqual([60, 1])
})
