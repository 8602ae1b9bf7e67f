// @module-tag slow

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { reading } from '../../support/engine.js'
import { DAY_MS, Recorded } from '../archive/record/recorded.js'

const TS = Date.parse('2026-01-05T00:00:00Z')
const NOW = TS + 10 * DAY_MS

let recorded: Recorded
beforeEach(async () => {
  recorded = await Recorded.begin()
})
afterEach(() => recorded.end())

/** 60 kWh an hour, a sample every five minutes. */
function meter(fromMs: number, toMs: number, device = 'm1'): Reading[] {
  return Array.from({ length: (toMs - fromMs) / 300_000 }, (_, i) => {
    const ts = fromMs + i * 300_000
    return reading({ device, metric: 'elec_import_kwh', ts, value: (ts - TS) / 60_000 })
  })
}

const day = (n: number, id = 'm1') =>
  recorded.bench.point({ kpi: 'energy_elec_import', window: '1d', start: TS + n * DAY_MS, scope: 'device', id })

test('figures of days whose readings are gone stay what they are, whenever the gateway starts', async () => {
  await recorded.bench.feed(meter(TS, NOW))
  const before = await Promise.all([0, 3, 5, 6, 7].map((n) => day(n)))
  await recorded.expire(NOW)
  await recorded.bench.restart()
  await recorded.bench.feed(meter(NOW, NOW + 3_600_000))
  expect(await Promise.all([0, 3, 5, 6, 7].map((n) => day(n)))).toEqual(before)
  expect(before[3]?.value).toBe(1440)
})

test('a late reading of a day whose readings are gone changes no figure', async () => {
  await recorded.bench.feed(meter(TS, NOW))
  const before = await day(2)
  await recorded.expire(NOW)
  const late = reading({ metric: 'elec_import_kwh', ts: TS + 2 * DAY_MS + 100_000, value: 2881.5, receivedAt: NOW })
  await recorded.bench.feed([late])
  expect(await day(2)).toEqual(before)
})

test('a device of which no reading is left does not keep the gateway from starting, and goes on when it sends', async () => {
  await recorded.bench.feed([...meter(TS, TS + DAY_MS, 'old'), ...meter(TS, NOW)])
  await recorded.expire(NOW)
  await recorded.bench.restart()
  await recorded.bench.feed([...meter(NOW, NOW + DAY_MS + 3_600_000), ...meter(NOW, NOW + DAY_MS + 3_600_000, 'old')])
  expect((await day(10))?.value).toBe(1440)
  expect((await day(10, 'old'))?.value).toBe(1440)
})

const month = () => recorded.bench.point({ kpi: 'energy_elec_import', window: '1mo', start: '2026-01-01T00:00:00Z' })

test('a month of which the first days are gone goes on with what they were', async () => {
  for (let n = 0; n < 10; n++) await recorded.bench.feed(meter(TS + n * DAY_MS, TS + (n + 1) * DAY_MS))
  await recorded.expire(NOW)
  await recorded.bench.feed(meter(NOW, NOW + DAY_MS + 3_600_000))
  await recorded.bench.cycle()
  // One register, 60 kWh an hour, up to its newest sample.
  expect((await month())?.numerator).toBeCloseTo(60 * (11 * 24 + 55 / 60), 6)
})

test('a month of which the first days are gone goes on with what they were after a start, and after another one', async () => {
  for (let n = 0; n < 10; n++) await recorded.bench.feed(meter(TS + n * DAY_MS, TS + (n + 1) * DAY_MS))
  const before = await month()
  await recorded.expire(NOW)
  await recorded.bench.restart()
  await recorded.bench.settle()
  expect(await month()).toEqual(before)
  for (const n of [0, 1]) {
    const fromMs = NOW + n * (DAY_MS + 3_600_000)
    await recorded.bench.feed(meter(fromMs, fromMs + DAY_MS + 3_600_000))
    await recorded.bench.restart()
    await recorded.bench.cycle()
  }
  expect((await month())?.numerator).toBeCloseTo(60 * (12 * 24 + 1 + 55 / 60), 6)
})

test('a late reading of a day whose readings are gone leaves its month what it was', async () => {
  for (let n = 0; n < 10; n++) await recorded.bench.feed(meter(TS + n * DAY_MS, TS + (n + 1) * DAY_MS))
  const before = await month()
  await recorded.expire(NOW)
  const late = reading({ metric: 'elec_import_kwh', ts: TS + 2 * DAY_MS + 100_000, value: 2881.5, receivedAt: NOW })
  await recorded.bench.feed([late])
  await recorded.bench.cycle()
  expect(await month()).toEqual(before)
})
