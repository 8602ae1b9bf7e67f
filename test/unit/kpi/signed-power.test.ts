import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Window } from '../../../src/base/kpi.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { recomputedDifferences } from '../../support/offline.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}:00Z`)
const LATER = Date.parse('2025-07-08T00:00:00Z')
const MINUTE = 60_000
const DAY_MS = 86_400_000
const SELDOM = { elec_import_kw: { period_s: 1800 }, elec_export_kw: { period_s: 1800 } }

let bench: Bench
afterEach(() => bench.close())

/** Readings that the decoder makes of one signed number a minute: of one below 0 two at one instant. */
function signed(from: string, to: string, kw: number): Reading[] {
  const readings: Reading[] = []
  for (let ts = at(from); ts < at(to); ts += MINUTE) {
    if (kw >= 0) readings.push(power('elec_import_kw', ts, kw))
    else readings.push(power('elec_import_kw', ts, 0), power('elec_export_kw', ts, -kw))
  }
  return readings
}

function power(metric: string, ts: number, value: number): Reading {
  return reading({ device: 'grid', metric, ts, value })
}

async function run(readings: readonly Reading[], chunks = 1): Promise<void> {
  bench = await Bench.open([
    plantOf({ devices: [{ id: 'grid', role: 'main', metrics: { elec_import_kw: { period_s: 60 } } }] }),
  ])
  const each = Math.ceil(readings.length / chunks)
  for (let i = 0; i < readings.length; i += each) {
    await bench.commit(readings.slice(i, i + each))
    bench.tick(LATER)
    await bench.settle()
  }
}

async function figure(kpi: string, start = '09:00', window: Window = '1h') {
  const point = await bench.point({ kpi, window, start: at(start) })
  return point === undefined ? undefined : { ...point, flags: flagsOf(point.flags) }
}

const DAY = [...signed('09:00', '09:30', 1), ...signed('09:30', '10:00', -3), ...signed('10:00', '11:00', 1)]

/** The same in an order that seems random, and is the same each time. */
const shuffled = DAY.map((one, i) => ({ one, key: (i * 7919) % 211 })).sort((a, b) => a.key - b.key)

describe('power that a meter sends as one signed number', () => {
  test.each([
    ['in order', DAY, 1],
    ['in many parts', DAY, 17],
    ['backwards', DAY.toReversed(), 1],
    ['in any order and many parts', shuffled.map(({ one }) => one), 13],
  ])('is .5 kWh in and 1.5 out for half an hour each at +1 and −3 kW: %s', async (_, readings, chunks) => {
    await run(readings, chunks)
    expect((await figure('energy_elec_import'))?.value).toBeCloseTo(0.5, 9)
    expect((await figure('energy_elec_export'))?.value).toBeCloseTo(1.5, 9)
    // Power that comes in again ends the power that went out.
    expect((await figure('energy_elec_export', '10:00'))?.value).toBeCloseTo(0, 9)
    expect((await figure('energy_elec_import', '10:00'))?.value).toBeCloseTo(1, 9)
    expect((await figure('load_factor'))?.value).toBeGreaterThanOrEqual(0)
    expect((await figure('energy_elec_export'))?.flags).toEqual(
      expect.arrayContaining(['approx', 'out_of_expected_range']),
    )
    expect((await figure('energy_elec_export', '10:00'))?.flags).toEqual(['approx'])
  })

  test('ends with a 0 as well, and after a start', async () => {
    await run([...signed('09:00', '09:30', -2), ...signed('09:30', '10:00', 0)])
    expect((await figure('energy_elec_export'))?.value).toBeCloseTo(1, 9)
    await bench.restart()
    await bench.commit([...signed('10:00', '10:10', -6), ...signed('10:10', '11:00', 0)])
    bench.tick(LATER)
    await bench.settle()
    expect((await figure('energy_elec_export', '10:00'))?.value).toBeCloseTo(1, 9)
    expect((await figure('energy_elec_export', '00:00', '1d'))?.numerator).toBeCloseTo(2, 9)
  })

  test('of a meter that sends both directions is what it says: a 0 that comes in says nothing of what goes out', async () => {
    const both: Reading[] = []
    for (let ts = at('09:00'); ts < at('10:00'); ts += 5 * MINUTE) {
      both.push(power('elec_export_kw', ts, 2), power('elec_import_kw', ts + 1000, 0))
    }
    await run([...both, power('elec_import_kw', at('10:00'), 0), power('elec_export_kw', at('10:00'), 0)])
    expect((await figure('energy_elec_export'))?.value).toBeCloseTo(2, 9)
  })

  test('is computed from the record as it was live, over days and nights and in both directions', async () => {
    const days = Array.from({ length: 4 * 48 }, (_, i) => {
      const ts = at('00:00') + i * 30 * MINUTE
      const kw = ((i * 37) % 11) - 5
      const came = power('elec_import_kw', ts, Math.max(0, kw))
      return kw < 0 ? [came, power('elec_export_kw', ts, -kw)] : [came]
    }).flat()
    bench = await Bench.open([plantOf({ devices: [{ id: 'grid', role: 'main', metrics: SELDOM }] })])
    await bench.feed(days, LATER)
    const span = { fromMs: at('00:00') + DAY_MS, toMs: at('00:00') + 3 * DAY_MS, windows: ['1h', '1d'] } as const
    const { differences, compared } = await recomputedDifferences(bench, span)
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThan(100)
  })

  test('stands back where there is a register', async () => {
    const registers = [0, 60].flatMap((minute) => [
      reading({ device: 'grid', metric: 'elec_export_kwh', ts: at('09:00') + minute * MINUTE, value: minute / 60 }),
    ])
    await run([...DAY, ...registers].sort((a, b) => a.ts - b.ts))
    expect(await figure('energy_elec_export')).toMatchObject({ value: 1, flags: ['estimated'] })
  })
})
