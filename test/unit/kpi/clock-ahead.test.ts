/** Figures when a wrong clock was followed for a while and is right again: readings without ts have its time. */
import { afterEach, expect, test } from 'vitest'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-24T08:00:00Z')
const AHEAD_MS = 3 * DAY_MS

const metrics = { elec_import_kwh: { period_s: 10 } }
const plant = plantOf({
  devices: [
    { id: 'm1', role: 'main', metrics },
    { id: 'm2', role: 'sub', metrics },
  ],
})

let bench: Bench
afterEach(() => bench.close())

/** So much of a meter that counts 1 kWh each 10 s, with its own time. */
const minutes = (from: number, count: number) =>
  Array.from({ length: 6 * count }, (_, i) => {
    const ms = NOW + from * MINUTE_MS + i * 10_000
    return reading({ metric: 'elec_import_kwh', ts: ms, value: 1000 + (ms - NOW) / 10_000 })
  })

/** One of another meter, without a time, in whose place stands that of its arrival. */
const assumed = (ms: number) => reading({ metric: 'elec_import_kwh', device: 'm2', ts: ms, value: 5, tsAssumed: true })

const newestMinute = () =>
  bench.engine.latest('p').find(({ stream: { window, scope, kpi } }) => {
    return window === '1m' && scope === 'plant' && kpi === 'energy_elec_import'
  })

test('minutes go on, one after the other becomes final, and none of the future stands for now', async () => {
  bench = await Bench.open([plant])
  await bench.feed([...minutes(0, 5), assumed(NOW + 5 * MINUTE_MS)])
  await bench.feed([assumed(NOW + AHEAD_MS), assumed(NOW + AHEAD_MS + MINUTE_MS)])
  bench.setBack(NOW + 6 * MINUTE_MS)
  await bench.feed([...minutes(5, 5), assumed(NOW + 10 * MINUTE_MS)])
  expect(newestMinute()).toMatchObject({ startMs: NOW + 9 * MINUTE_MS, provisional: true })
  expect(await bench.point({ kpi: 'energy_elec_import', window: '1m', start: NOW + 7 * MINUTE_MS })).toMatchObject({
    numerator: 6,
    provisional: false,
  })
})

test('after a restart too', async () => {
  bench = await Bench.open([plant])
  await bench.feed([...minutes(0, 5), assumed(NOW + 5 * MINUTE_MS)])
  await bench.feed([assumed(NOW + AHEAD_MS), assumed(NOW + AHEAD_MS + MINUTE_MS)])
  bench.setBack(NOW + 6 * MINUTE_MS)
  await bench.feed([...minutes(5, 2)])
  await bench.restart()
  await bench.feed([...minutes(7, 3), assumed(NOW + 10 * MINUTE_MS)])
  expect(await bench.point({ kpi: 'energy_elec_import', window: '1m', start: NOW + 7 * MINUTE_MS })).toMatchObject({
    numerator: 6,
    provisional: false,
  })
  expect(newestMinute()).toMatchObject({ startMs: NOW + 9 * MINUTE_MS, provisional: true })
})

test('of a device without a time of its own too, whose readings lie in the future', { tags: ['slow'] }, async () => {
  bench = await Bench.open([plant])
  const arrived = (ms: number, value: number) => reading({ metric: 'elec_import_kwh', ts: ms, value, tsAssumed: true })
  for (let i = 0; i < 6; i++) await bench.feed([arrived(NOW + i * 10_000, 1000 + i)])
  for (let i = 0; i < 6; i++) await bench.feed([arrived(NOW + AHEAD_MS + i * 10_000, 1006 + i)])
  bench.setBack(NOW + 2 * MINUTE_MS)
  for (let i = 12; i < 24; i++) await bench.feed([arrived(NOW + i * 10_000, 1000 + i)])
  expect(newestMinute()).toMatchObject({ startMs: NOW + 3 * MINUTE_MS, numerator: 5, provisional: true })
})
