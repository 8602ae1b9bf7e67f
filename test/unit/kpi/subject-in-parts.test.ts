// @module-tag slow

import { expect, onTestFinished, test, vi } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/base/durations.js'
import type { Reading } from '../../../src/base/reading.js'
import { PastFold } from '../../../src/kpi/history/past.js'
import { PreparedSums } from '../../../src/kpi/series/prepared-sums.js'
import { windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** Proves, by counting series and windows, that the past of a plant of many meters is computed in small steps, and comes to the same. */

const NOW = Date.parse('2025-07-31T10:30:00Z')
const METERS = Array.from({ length: 12 }, (_, i) => `m${i}`)
const metrics = { elec_import_kwh: { period_s: 60 } }
const PLANT = plantOf({ devices: METERS.map((id) => ({ id, line: 'l', role: 'sub', metrics })) })
const OTHER = plantOf({ devices: METERS.map((id) => ({ id, line: 'k', role: 'sub', metrics })) })

/** Registers that go up by 1 kWh in ten minutes, a sample a minute. */
function samples(fromMs: number, toMs: number, receivedAt = NOW): Reading[] {
  const found: Reading[] = []
  for (let ts = fromMs; ts < toMs; ts += MINUTE_MS) {
    const value = 100_000 + (ts - NOW) / (10 * MINUTE_MS)
    for (const device of METERS) found.push(reading({ device, metric: 'elec_import_kwh', ts, value, receivedAt }))
  }
  return found
}

const DAY = NOW - 3 * DAY_MS - HOUR_MS / 2
const before = samples(DAY - 6 * HOUR_MS, DAY)
const late = samples(DAY, DAY + DAY_MS)
const now = samples(NOW - 2 * HOUR_MS, NOW + MINUTE_MS)

async function opened(): Promise<Bench> {
  const bench = await Bench.open([PLANT], 0)
  onTestFinished(() => bench.close())
  return bench
}

/** A bench with a day that has come late, of which nothing is computed yet. */
async function withLateDay(readings: readonly Reading[] = late): Promise<Bench> {
  const bench = await opened()
  await bench.feed(before, DAY)
  await bench.feed(now, NOW)
  await bench.commit(readings)
  await bench.cycle()
  return bench
}

async function figuresOf(bench: Bench) {
  bench.tick(NOW + 2 * DAY_MS)
  await bench.settle()
  await bench.cycle()
  const found = (await bench.points()).filter(({ provisional }) => !provisional)
  return found.map((point) => ({ ...point, key: windowKey(point), rev: 0 })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

async function inTime(...blocks: readonly (readonly Reading[])[]) {
  const bench = await opened()
  await bench.feed(blocks.flat(), NOW)
  return await figuresOf(bench)
}

/** Series and starts of ranges whose sums are read from the archive from now on. */
function readSeries(): () => readonly string[] {
  const spy = vi.spyOn(PastFold.prototype, 'buckets')
  onTestFinished(() => spy.mockRestore())
  return () => spy.mock.calls.map(([{ device }, { fromMs }]) => `${device} ${fromMs}`)
}

test('a late day of a plant of many meters is read some meters a step and computed some hours a step, each window once', async () => {
  const bench = await withLateDay()
  const read = readSeries()
  const windows: string[] = []
  let [steps, seriesMost, windowsMost] = [0, 0, 0]
  for (; bench.engine.isLatePending; steps++) {
    const readBefore = read().length
    const { final } = await bench.cycleLate(true, 0.5)
    const ofLine = new Set(
      final
        .filter(({ stream }) => stream.scope === 'line')
        .map(({ stream, ...at }) => {
          return `${stream.window} ${at.startMs}`
        }),
    )
    windows.push(...ofLine)
    seriesMost = Math.max(seriesMost, read().length - readBefore)
    windowsMost = Math.max(windowsMost, ofLine.size)
  }
  expect(steps).toBeGreaterThan(METERS.length)
  expect(seriesMost).toBeLessThan(METERS.length / 2)
  // A day has 1440 minutes, 96 quarters and 24 hours.
  expect(windows.length).toBeGreaterThan(1500)
  expect(windowsMost).toBeLessThan(1560 / 2)
  expect(new Set(windows).size).toBe(windows.length)
  // The plant, its line and the meters share what was read of a stretch.
  expect(read().length).toBeGreaterThan(METERS.length)
  expect(new Set(read()).size).toBe(read().length)
  expect(await figuresOf(bench)).toEqual(await inTime(before, late, now))
})

test('a kill, and another configuration, between two steps of a plant lose nothing', async () => {
  const bench = await withLateDay()
  for (let i = 0; i < 12; i++) await bench.cycleLate(true, 0.5)
  await bench.restart()
  await bench.cycle()
  for (let i = 0; i < 8; i++) await bench.cycleLate(true, 0.5)
  await bench.configure([OTHER], NOW)
  while (bench.engine.isLatePending) await bench.cycleLate(true, 0.5)
  const whole = await opened()
  await whole.feed([...before, ...late, ...now], NOW)
  await whole.configure([OTHER], NOW)
  expect(await figuresOf(bench)).toEqual(await figuresOf(whole))
})

test('hours that end now are computed with what comes between the steps', async () => {
  const [fromMs, toMs] = [NOW - 9 * HOUR_MS, NOW + 40 * MINUTE_MS]
  const hours = samples(fromMs, NOW - HOUR_MS)
  const bench = await withLateDay(hours)
  const live = samples(NOW + MINUTE_MS, toMs)
  for (let at = 0; bench.engine.isLatePending; at += METERS.length) {
    await bench.cycleLate(true, 0.5)
    const come = live.slice(at, at + METERS.length)
    if (come.length === 0) continue
    await bench.commit(come)
    bench.tick(come[0]!.ts)
    await bench.cycle()
  }
  expect(live.length).toBeGreaterThan(0)
  const missed = live.filter(({ ts }) => ts > bench.engine.nowMs)
  await bench.commit(missed)
  expect(await figuresOf(bench)).toEqual(await inTime(before, hours, now, live))
})

test('sums are kept for one plant at a time, and plants take turns with each stretch', async () => {
  const ofBoth = (readings: readonly Reading[]) => [...readings, ...readings.map((one) => ({ ...one, plant: 'q' }))]
  const bench = await Bench.open([PLANT, { ...PLANT, id: 'q' }], 0)
  onTestFinished(() => bench.close())
  // It reaches over midnight, where a stretch ends.
  const night = samples(DAY + 11 * HOUR_MS, DAY + 17 * HOUR_MS)
  await bench.feed(ofBoth(before), DAY)
  await bench.feed(ofBoth(now), NOW)
  await bench.commit(ofBoth(night))
  await bench.cycle()
  const put = vi.spyOn(PreparedSums.prototype, 'put')
  onTestFinished(() => put.mockRestore())
  while (bench.engine.isLatePending) await bench.cycleLate(true, 0.5)
  const plants = put.mock.calls.map(([series]) => series.plant)
  const turns = plants.filter((plant, i) => plant !== plants[i - 1])
  expect(turns.length).toBeGreaterThanOrEqual(4)
  // Sums of each stretch have one turn.
  expect(turns.length).toBe(new Set(put.mock.contexts).size)
  for (const plant of ['p', 'q']) expect(bench.engine.pending(plant, NOW)?.isLate).toBe(false)
})
