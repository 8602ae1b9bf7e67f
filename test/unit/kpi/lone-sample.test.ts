// @module-tag slow

import { expect, onTestFinished, test, vi } from 'vitest'
import { Senders } from '../../../src/archive/senders.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/base/durations.js'
import type { Reading } from '../../../src/base/reading.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { EnginePlant } from '../../../src/kpi/plant/plant.js'
import { dayPiecesOf } from '../../../src/kpi/schedule/pieces.js'
import { DayTotals } from '../../../src/kpi/windows/days.js'
import { windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** Proves, by counting windows, that one sample of long ago has each window computed once, and that those after it have no more than theirs. */

const NOW = Date.parse('2025-07-31T10:30:00Z')
const METERS = ['a', 'b', 'c']
const DAYS = 40
const PLANT = plantOf({
  devices: METERS.map((id) => ({ id, role: 'sub', metrics: { elec_import_kwh: { period_s: 60 } } })),
})

/** A register that goes up by 1 kWh in ten minutes. */
function sample(device: string, ts: number): Reading {
  return reading({
    device,
    metric: 'elec_import_kwh',
    ts,
    value: 100_000 + (ts - NOW) / (10 * MINUTE_MS),
    receivedAt: NOW,
  })
}

function hours(device: string, fromMs: number, toMs: number): Reading[] {
  const found: Reading[] = []
  for (let ts = fromMs; ts <= toMs; ts += MINUTE_MS) found.push(sample(device, ts))
  return found
}

const now = METERS.flatMap((id) => hours(id, NOW - 2 * HOUR_MS, NOW))
const lone = sample('a', NOW - DAYS * DAY_MS)

/** Windows of a day that are computed from now on, by subject, KPI and start. */
function computedDays(): () => readonly { readonly key: string; readonly dayMs: number }[] {
  const spy = vi.spyOn(DayTotals.prototype, 'set')
  onTestFinished(() => spy.mockRestore())
  return () => spy.mock.calls.map(([subject, dayMs, kpi]) => ({ key: `${subject.key} ${kpi} ${dayMs}`, dayMs }))
}

async function figuresOf(bench: Bench) {
  bench.tick(NOW + 2 * DAY_MS)
  await bench.settle()
  const found = (await bench.points()).filter(({ provisional }) => !provisional)
  return found.map((point) => ({ ...point, key: windowKey(point), rev: 0 })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

async function allAtOnce(readings: readonly Reading[]) {
  const bench = await Bench.open([PLANT], 0)
  try {
    await bench.feed(readings, NOW)
    return await figuresOf(bench)
  } finally {
    await bench.close()
  }
}

test('each day since a lone sample is computed once for each subject, and gives what all samples at once give', async () => {
  const bench = await Bench.open([PLANT], 0)
  try {
    await bench.feed(now, NOW)
    const days = computedDays()
    await bench.commit([lone])
    bench.tick(NOW)
    await bench.cycle()
    let steps = 0
    for (; bench.engine.isLatePending; steps++) await bench.cycleLate()
    // Nothing is published of the minutes of a silence, so that two weeks of it are less than a day with samples.
    expect(steps).toBeLessThan(DAYS / 4)
    const silent = days().filter(({ dayMs }) => dayMs < NOW - DAY_MS)
    expect(silent.length).toBeGreaterThan(3 * (DAYS - 2))
    expect(new Set(silent.map(({ key }) => key)).size).toBe(silent.length)
    expect(await figuresOf(bench)).toEqual(await allAtOnce([lone, ...now]))
  } finally {
    await bench.close()
  }
})

test('a late sample between two of today has no day before today computed again, however long ago the one before was', async () => {
  const late = now.find(({ device, ts }) => device === 'a' && ts === NOW - 100 * MINUTE_MS)!
  const others = now.filter((one) => one !== late)
  const bench = await Bench.open([PLANT], 0)
  try {
    await bench.feed([lone, ...others], NOW)
    const days = computedDays()
    await bench.feed([late], NOW)
    expect(days().length).toBeGreaterThan(0)
    expect(days().filter(({ dayMs }) => dayMs < NOW - DAY_MS)).toEqual([])
    expect(await figuresOf(bench)).toEqual(await allAtOnce([lone, ...now]))
  } finally {
    await bench.close()
  }
})

test.each([
  [1, 14],
  [200, 5],
  [2000, 1],
])('a silence of a plant of %i series is computed %i days at a time', async (series, days) => {
  const plant = new EnginePlant('p', new Senders(), bundledLibrary())
  const metrics = { elec_import_kwh: { period_s: 60 } }
  const devices = Array.from({ length: series }, (_, i) => ({ id: `m${i}`, role: 'sub', metrics }))
  plant.configure(0, plantOf({ devices }))
  const past = { nextSampledMs: async () => 100 * DAY_MS }
  const pieces = await dayPiecesOf([{ fromMs: 0, toMs: 100 * DAY_MS }], plant, past)
  expect(Math.max(...pieces.map(({ fromMs, toMs }) => toMs - fromMs))).toBe(days * DAY_MS)
  expect(pieces.every(({ isSilent }) => isSilent || days === 1)).toBe(true)
})
