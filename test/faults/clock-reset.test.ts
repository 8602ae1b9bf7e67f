// @module-tag deep
/** Proves that one sample of a meter whose clock was reset costs neither memory nor time nor figures. */
import { afterEach, describe, expect, test } from 'vitest'
import { Bench, plantOf, reading } from '../support/engine.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-24T08:00:00Z')
const RESET = Date.parse('2000-01-01T00:00:10Z')

const plant = plantOf({
  devices: [
    { id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
    { id: 'm2', role: 'pv', metrics: { renew_onsite_kwh: { period_s: 60 } } },
  ],
})

/** An hour and a minute of a meter that counts 1 kWh a minute, from an instant on. */
function hour(fromMs: number, first: number) {
  return Array.from({ length: 62 }, (_, i) =>
    reading({ metric: 'elec_import_kwh', ts: fromMs + i * MINUTE_MS, value: first + i }),
  )
}

let bench: Bench
afterEach(() => bench.close())

describe('a meter whose clock was reset to the year 2000 for one sample', () => {
  // The memory of a process says something only of a process that does nothing else: this is no fast test.
  test('costs neither memory nor time, and changes no figure of the hour before it', async () => {
    bench = await Bench.open([plant])
    await bench.feed(hour(NOW, 1000))
    const before = await bench.point({ kpi: 'energy_elec_import', window: '1h', start: NOW })
    const heap = process.memoryUsage().rss
    await bench.feed([reading({ metric: 'elec_import_kwh', ts: RESET, value: 1062, receivedAt: NOW + 62 * MINUTE_MS })])
    expect(await bench.point({ kpi: 'energy_elec_import', window: '1h', start: NOW })).toMatchObject({
      value: before?.value,
      coverage: before?.coverage,
    })
    expect(process.memoryUsage().rss - heap).toBeLessThan(200e6)
  })

  test('as its very first sample, it is followed by right figures all the same', async () => {
    bench = await Bench.open([plant])
    await bench.feed([reading({ metric: 'elec_import_kwh', ts: RESET, value: 999, receivedAt: NOW })])
    await bench.feed(hour(NOW, 1000))
    expect(await bench.point({ kpi: 'energy_elec_import', window: '1h', start: NOW })).toMatchObject({
      numerator: 60,
      coverage: 1,
    })
  })

  test('a silence of 30 days is bridged, its days have their share', async () => {
    bench = await Bench.open([plant])
    const later = NOW + 30 * DAY_MS
    await bench.feed(hour(NOW, 0))
    await bench.feed(hour(later, 30 * 24 * 60))
    const day = await bench.point({ kpi: 'energy_elec_import', window: '1d', start: '2026-12-01T00:00:00Z' })
    expect(day?.numerator).toBeCloseTo(24 * 60, 6)
    expect(day).toMatchObject({ estimatedShare: 1, provisional: false })
  })
})
