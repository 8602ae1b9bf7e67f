import { expect, test, vi } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Calendar } from '../../../src/kpi/series/calendar.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const PERIOD_MS = 300_000
const NOW = Date.parse('2026-01-05T00:00:00Z')
const PLANT = plantOf({ devices: [{ id: 'm1', metrics: { elec_import_kw: { period_s: 300 } } }] })

function level(fromMs: number): Reading[] {
  return Array.from({ length: 20 }, (_, i) => {
    return reading({ metric: 'elec_import_kw', ts: fromMs + i * PERIOD_MS, value: 5, receivedAt: NOW })
  })
}

/** Steps over late samples, and windows that were looked at, when a device was so many days behind once. */
async function workOf(daysBehind: number) {
  let windows = 0
  const { spans } = Calendar.prototype
  const spy = vi.spyOn(Calendar.prototype, 'spans').mockImplementation(function* (this: Calendar, ...asked) {
    for (const span of spans.apply(this, asked)) {
      windows++
      yield span
    }
  })
  const bench = await Bench.open([PLANT], 0)
  try {
    await bench.feed(level(NOW), NOW)
    await bench.commit(level(NOW - daysBehind * 86_400_000))
    await bench.cycle()
    let steps = 0
    for (; bench.engine.isLatePending; steps++) await bench.cycleLate()
    return { steps, windows, points: (await bench.points()).length }
  } finally {
    spy.mockRestore()
    await bench.close()
  }
}

test('a gap of a quarter of a century takes no more work than one of two years', { tags: ['slow'] }, async () => {
  const [short, long] = [await workOf(2 * 365), await workOf(26 * 365)]
  expect(long.steps).toBe(short.steps)
  expect(long.points).toBe(short.points)
  // Nothing bridges more than 400 days: these are looked at, by hours and quarters, and no more.
  expect(long.windows).toBeLessThan(1.02 * short.windows)
  expect(long.windows).toBeLessThan(400 * 130 * 3)
})
