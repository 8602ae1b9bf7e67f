/** Proves that the API adds up windows as each KPI demands, and that a range is as long as was asked for. */
import { afterEach, describe, expect, test } from 'vitest'
import type { RangeFigure } from '../../../src/base/range-figure.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { toWire } from '../../../src/kpi/windows/point.js'
import { rangeFigure } from '../../../src/views/range-figures.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FROM_MS = Date.parse('2026-03-02T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

/** A meter on a line, read each quarter of an hour, with the kWh of each; and as many good parts as it is told. */
async function plantWith(kwh: readonly number[], partsAnHour = 0, more: Record<string, unknown> = {}): Promise<void> {
  const devices = [
    { id: 'm1', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } },
    ...(partsAnHour > 0
      ? [{ id: 'c1', line: 'l', counting_point: true, metrics: { parts_good: { period_s: 900 } } }]
      : []),
  ]
  bench = await Bench.open([plantOf({ lines: [{ id: 'l' }], devices, ...more })], FROM_MS - DAY_MS)
  let register = 1000
  const readings = [0, ...kwh].flatMap((taken, i) => {
    register += taken
    const at = { ts: FROM_MS + i * 900_000, device: 'm1', metric: 'elec_import_kwh', value: register }
    const parts = { ts: at.ts, device: 'c1', metric: 'parts_good', value: Math.floor(i / 4) * partsAnHour }
    return [reading(at), ...(partsAnHour > 0 ? [reading(parts)] : [])]
  })
  await bench.commit(readings)
  bench.tick(FROM_MS + kwh.length * 900_000 + 20 * DAY_MS)
  await bench.settle()
  await bench.cycle()
}

function figure(
  kpi: string,
  fromMs: number,
  toMs: number,
  nowMs = Number.MAX_SAFE_INTEGER,
  peaks: number | null = null,
  scope: 'line' | 'plant' = 'line',
): Promise<RangeFigure> {
  const info = CATALOGUE.find(({ id }) => id === kpi)!
  const asked = {
    plant: 'p',
    scope,
    id: scope === 'line' ? 'l' : 'p',
    range: { fromMs, toMs, nowMs },
    highest: '1h',
    finest: null,
    peaks,
  } as const
  return rangeFigure(info, asked, {
    catalogue: CATALOGUE,
    points: async ({ plant, scope, id, kpi: of, window, ...range }) => {
      const query = { plant, scope, id, kpi: of, window, ...range }
      return (await bench.store.points(query)).map(toWire)
    },
  })
}

const hours = (count: number, of: (hour: number) => readonly number[]) =>
  Array.from({ length: count }, (_, hour) => of(hour)).flat()

describe('a line over a day', () => {
  // Two thirds of the time 25 kW, then 46 kW with one quarter at twice that.
  const kwh = hours(24, (hour) => (hour < 16 ? [6.25, 6.25, 6.25, 6.25] : [11.5, 11.5, 23, 0]))

  test('has a load factor below 1: its energy over its highest demand', async () => {
    await plantWith(kwh)
    const load = await figure('load_factor', FROM_MS + 30 * 60_000, FROM_MS + 22 * HOUR_MS + 30 * 60_000)
    // 22 h from the hour in which the range begins: (16 · 25 + 6 · 46) / (92 · 22).
    expect(load).toMatchObject({ rule: 'load', coverage: 1 })
    expect(load.value).toBeCloseTo(676 / (92 * 22), 12)
  })

  test('needs as much for a good part as its energy over its parts, not as in its worst hour', async () => {
    await plantWith(kwh, 100)
    const sec = await figure('sec', FROM_MS + HOUR_MS, FROM_MS + 23 * HOUR_MS)
    expect(sec.value).toBeCloseTo((15 * 25 + 7 * 46) / 2200, 12)
    expect(sec.highest?.value).toBeCloseTo(0.46, 12)
  })

  test('has the highest demand of all its hours, and says when it was', async () => {
    await plantWith(kwh)
    const peak = await figure('peak_demand_15', FROM_MS, FROM_MS + 20 * HOUR_MS)
    expect(peak).toMatchObject({ value: 92, highest: { value: 92, start: '2026-03-02T16:00:00.000Z' } })
  })

  test('tells its highest hours from the highest down, the earlier of two first, when asked for them', async () => {
    await plantWith(kwh)
    const peak = await figure('peak_demand_15', FROM_MS, FROM_MS + 20 * HOUR_MS, undefined, 5)
    expect(peak.peaks?.map(({ value, start }) => [value, start])).toEqual([
      [92, '2026-03-02T16:00:00.000Z'],
      [92, '2026-03-02T17:00:00.000Z'],
      [92, '2026-03-02T18:00:00.000Z'],
      [92, '2026-03-02T19:00:00.000Z'],
      [25, '2026-03-02T00:00:00.000Z'],
    ])
    expect((await figure('peak_demand_15', FROM_MS, FROM_MS + 20 * HOUR_MS)).peaks).toBeUndefined()
  })
})

describe('a range', () => {
  const steady = hours(24 * 9, () => [25, 25, 25, 25])

  test('of the last 24 h is 24 h long, whatever the minute', async () => {
    await plantWith(steady)
    for (const minute of [0, 7, 15, 44, 59]) {
      const toMs = FROM_MS + 8 * DAY_MS + 5 * HOUR_MS + minute * 60_000
      const day = await figure('energy_elec_import', toMs - DAY_MS, toMs, toMs)
      expect(day.value, String(minute)).toBeCloseTo(2400, 9)
      expect(Date.parse(day.to) - Date.parse(day.from)).toBe(DAY_MS)
    }
  })

  test('of a week takes whole days and what is left at its ends', async () => {
    await plantWith(steady)
    const fromMs = FROM_MS + 5 * HOUR_MS + 900_000
    const week = await figure('energy_elec_import', fromMs, fromMs + 7 * DAY_MS)
    expect(week.value).toBeCloseTo(7 * 2400, 9)
    expect(week.windows).toEqual({ '1d': 6, '1h': 18 + 5, '15m': 3 + 1 })
  })

  test('that began before the data has too little of it, and says what is known and from when', async () => {
    await plantWith(steady)
    const fromMs = FROM_MS - 21 * DAY_MS
    const month = await figure('energy_elec_import', fromMs, FROM_MS + 9 * DAY_MS)
    expect(month).toMatchObject({ value: null, reason: 'low_coverage', data_from: '2026-03-02T00:00:00.000Z' })
    expect(month.known).toBeCloseTo(9 * 2400, 9)
    expect(month.coverage).toBeCloseTo(0.3, 12)
  })

  test('in which its hours begin is not moved to the day before', async () => {
    await plantWith(steady)
    const day = await figure('energy_elec_import', FROM_MS - 5 * HOUR_MS, FROM_MS + 19 * HOUR_MS)
    expect(day).toMatchObject({ from: '2026-03-01T19:00:00.000Z', data_from: '2026-03-02T00:00:00.000Z' })
    expect(day.value).toBeCloseTo(1900, 9)
  })

  test('of a figure of days that begins before them is not moved to the start of the month', async () => {
    const baseline = { id: 'b', baseline: { from: '2026-01-01', to: '2026-01-31' }, a: 1000, b: 1, source: 'a test' }
    await plantWith(steady, 100, { enpi: [{ ...baseline, energy: 'energy_elec_import' }] })
    const [fromMs, toMs] = [FROM_MS - DAY_MS / 2, FROM_MS + 4 * DAY_MS]
    const enpi = await figure('enpi', fromMs, toMs, undefined, null, 'plant')
    expect(enpi).toMatchObject({ from: new Date(fromMs).toISOString(), windows: { '1d': 4 } })
    // 2,400 kWh a day against 1,000 + 2,400 pieces; the first day lacks the pieces before its first count.
    expect(enpi.value).toBeCloseTo(2400 / 3400, 1)
  })

  test('after three silent days has nothing', async () => {
    await plantWith(steady)
    const fromMs = FROM_MS + 12 * DAY_MS
    expect(await figure('energy_elec_import', fromMs, fromMs + DAY_MS, fromMs + 20 * HOUR_MS)).toMatchObject({
      value: null,
      reason: 'no_data',
      known: null,
      coverage: 0,
    })
    const week = await figure('data_completeness', fromMs - 5 * DAY_MS, fromMs, fromMs)
    expect(week.value).toBeCloseTo(2 / 5, 2)
  })

  test('of what does not add up is known as one window alone', async () => {
    await plantWith(steady)
    const info = CATALOGUE.find(({ id }) => id === 'cpk')!
    expect(info.shape).toBe('level')
    expect((await figure('cpk', FROM_MS, FROM_MS + 3 * DAY_MS)).rule).toBe('window')
  })
})
