import { afterEach, describe, expect, test } from 'vitest'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)
const BEFORE = at('2025-06-30T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

/** A sample a minute of a metric, from `from` up to and with `to`. */
function minutely(device: string, metric: string, from: string, to: string, of: Partial<Reading> = {}): Reading[] {
  return Array.from({ length: (at(to) - at(from)) / 60_000 + 1 }, (_, i) =>
    reading({ device, metric, ts: at(from) + i * 60_000, value: 5, ...of }),
  )
}
const metrics = { elec_import_kw: { period_s: 60, max_gap_s: 300 }, elec_import_kwh: { period_s: 60, max_gap_s: 300 } }
const plant = (devices: object[]) => [plantOf({ devices })]

async function run(
  devices: object[],
  readings: readonly Reading[],
  connectionChanges: readonly ConnectionChange[] = [],
): Promise<void> {
  bench = await Bench.open(plant(devices), BEFORE)
  await bench.commit(
    [...readings].sort((a, b) => a.ts - b.ts),
    [],
    connectionChanges,
  )
  bench.tick(at('2025-07-02T00:00:00Z'))
  await bench.settle()
}
const hour = async (kpi: string, id = 'p') =>
  bench.point({ kpi, window: '1h', start: at('08:00'), ...(id === 'p' ? {} : { scope: 'device' as const, id }) })

describe('validity of data', () => {
  test('is the share of samples of quality good: 3 of 60 are of another quality', async () => {
    const samples = minutely('m', 'elec_import_kw', '07:59', '09:00')
    const bad = samples.map((one, i) => (i > 10 && i <= 13 ? { ...one, quality: 5 } : one))
    await run([{ id: 'm', metrics: { elec_import_kw: metrics.elec_import_kw } }], bad)
    expect(await hour('data_validity', 'm')).toMatchObject({ value: 0.95, numerator: 57, denominator: 60 })
    expect(await hour('data_completeness', 'm')).toMatchObject({ value: 1 })
  })
})

describe('connectivity', () => {
  test('of two devices, one silent for half an hour, is 0.75; a register that bridges the silence does not hide it', async () => {
    const b = [
      ...minutely('b', 'elec_import_kwh', '07:00', '08:00'),
      ...minutely('b', 'elec_import_kwh', '08:30', '10:00'),
    ]
    await run(
      ['a', 'b'].map((id) => ({ id, metrics: { elec_import_kwh: metrics.elec_import_kwh } })),
      [...minutely('a', 'elec_import_kwh', '07:00', '10:00'), ...b],
    )
    expect(await hour('connectivity')).toMatchObject({ value: 0.75, numerator: 90 * 60, denominator: 120 * 60 })
    expect(await hour('connectivity', 'b')).toMatchObject({ value: 0.5, coverage: 1 })
  })

  test('a device is there while one of its metrics is', async () => {
    await run(
      [{ id: 'm', metrics }],
      [...minutely('m', 'elec_import_kw', '07:00', '10:00'), ...minutely('m', 'elec_import_kwh', '07:00', '07:30')],
    )
    expect(await hour('connectivity', 'm')).toMatchObject({ value: 1, denominator: 3600 })
  })

  test('one that sends on change is there while it is connected', async () => {
    const change = (time: string, isUp: boolean): ConnectionChange => ({ plant: 'p', device: 'r', at: at(time), isUp })
    await run(
      [{ id: 'r', role: 'robot', on_change: true }],
      ['07:30', '09:30'].map((time) => reading({ device: 'r', metric: 'state', ts: at(time), value: 'Execute' })),
      [change('07:00', true), change('08:45', false), change('09:10', true)],
    )
    expect(await hour('connectivity', 'r')).toMatchObject({ value: 0.75 })
    expect(await hour('data_validity', 'r')).toMatchObject({ value: null, reason: 'no_denominator' })
  })
})
