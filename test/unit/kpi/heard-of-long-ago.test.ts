// @module-tag slow

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { plantOf, reading } from '../../support/engine.js'
import { DAY_MS, Recorded } from '../archive/record/recorded.js'

/** Proves that retention and a start take nobody out of the windows that are kept. */

const TS = Date.parse('2026-01-05T00:00:00Z')
const DAYS = 6
const NOW = TS + DAYS * DAY_MS
const QUARTER_MS = 900_000

let recorded: Recorded
beforeEach(async () => {
  recorded = await Recorded.begin()
})
afterEach(() => recorded.end())

/** A register that counts 60 an hour, four samples an hour, over days [from, to). */
function register(device: string, metric: string, [from, to]: readonly [number, number]): Reading[] {
  return Array.from({ length: (to - from) * 96 }, (_, i) => {
    const ts = TS + from * DAY_MS + i * QUARTER_MS
    return reading({ device, metric, ts, value: (ts - TS) / 60_000 })
  })
}

/** A power of 60 kW, four samples an hour: unlike a register it says nothing of a silence. */
function level(device: string, metric: string, days: readonly [number, number]): Reading[] {
  return register(device, metric, days).map((one) => ({ ...one, value: 60 }))
}

interface HeardLongAgo {
  readonly devices: readonly object[]
  readonly readings: readonly Reading[]
}

const submeter = register('sub', 'elec_submeter_kwh', [0, DAYS])

const CASES: Readonly<Record<string, HeardLongAgo>> = {
  'a main meter that has not sent since': {
    devices: [{ id: 'main', role: 'main' }],
    readings: [...submeter, ...register('main', 'elec_import_kwh', [0, 1])],
  },
  'a main meter that was silent and sends again': {
    devices: [{ id: 'main', role: 'main' }],
    readings: [
      ...submeter,
      ...level('main', 'elec_import_kw', [0, 1]),
      ...level('main', 'elec_import_kw', [DAYS - 1, DAYS]),
    ],
  },
  'a counting point that has not sent since': {
    devices: [{ id: 'count', counting_point: true }],
    readings: [...submeter, ...register('m', 'parts_good', [0, DAYS]), ...register('count', 'parts_good', [0, 1])],
  },
  'generation that was measured for a day': {
    devices: [{ id: 'main', role: 'main' }],
    readings: [
      ...submeter,
      ...register('main', 'elec_import_kwh', [0, DAYS]),
      ...register('pv', 'renew_onsite_kwh', [0, 1]),
    ],
  },
}

/** Figures of days of which nothing is gone, after one of their readings came late, by window. */
async function figuresAfter(
  { devices, readings }: HeardLongAgo,
  meanwhile: () => Promise<void>,
): Promise<Map<string, object>> {
  const kpis = ['energy_elec_import', 'good_units', 'kwh_per_good_part', 'data_completeness']
  await recorded.bench.configure([plantOf({ devices, kpis, grid_region: 'CN-JS' })], TS - DAY_MS)
  await recorded.bench.feed(
    [...readings].sort((a, b) => a.ts - b.ts),
    NOW,
  )
  await meanwhile()
  const late = { device: 'sub', metric: 'elec_submeter_kwh', receivedAt: NOW }
  const latest = Array.from({ length: 48 }, (_, i) => {
    const ts = TS + 4.25 * DAY_MS + i * QUARTER_MS + 60_000
    return reading({ ...late, ts, value: (ts - TS) / 60_000 })
  })
  await recorded.bench.feed(latest, NOW)
  const kept = (await recorded.bench.points()).filter(({ provisional, startMs, endMs }) => {
    return !provisional && startMs >= TS + 4 * DAY_MS && endMs <= TS + 5 * DAY_MS
  })
  return new Map(kept.map((point) => [windowKey(point), figureOf(point)]))
}

function figureOf({ value, numerator, denominator, coverage, reason, flags }: Point): object {
  return { value, numerator, denominator, coverage, reason, flags }
}

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  'days were let go of, a start, and again': async () => {
    await recorded.expire(NOW - DAY_MS)
    await recorded.bench.restart()
    await recorded.expire(NOW)
    await recorded.bench.restart()
  },
  'days were let go of, and the database was lost': async () => {
    await recorded.expire(NOW)
    await recorded.reopen()
    await recorded.rebuild()
  },
}

describe.each(Object.entries(CASES))('who counts is the same: %s', (_, of) => {
  test('whether days were let go of or not', async () => {
    const expected = await figuresAfter(of, () => Promise.resolve())
    expect(expected.size).toBeGreaterThan(100)
    for (const [way, meanwhile] of Object.entries(WAYS)) {
      await recorded.end()
      recorded = await Recorded.begin()
      const found = await figuresAfter(of, meanwhile)
      const differing = [...expected.keys()].filter((key) => {
        return JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))
      })
      const shown = differing.map((key) => ({ key, found: found.get(key), expected: expected.get(key) }))
      expect(shown.slice(0, 4), way).toEqual([])
      expect(found.size, way).toBe(expected.size)
    }
  })
})
