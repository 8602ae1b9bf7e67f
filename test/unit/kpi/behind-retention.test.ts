// @module-tag slow

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { DAY_MS, Recorded } from '../archive/record/recorded.js'

/** Proves that figures of days that are kept go by what was before them, when the readings of before are gone. */

const TS = Date.parse('2026-01-05T00:00:00Z')
const NOW = TS + 5 * DAY_MS
/** Retention keeps three days. */
const KEPT = NOW - 3 * DAY_MS
const HOUR_MS = 3_600_000
const QUARTER_MS = 900_000

let recorded: Recorded
let whole: Bench
beforeEach(async () => {
  recorded = await Recorded.begin()
  whole = await Bench.open()
})
afterEach(async () => {
  await recorded.end()
  await whole.close()
})

/** Readings of a metric over hours from the first instant on, one every quarter of an hour: of a register 60 an hour. */
function samples(device: string, metric: string, [from, to]: readonly [number, number], value?: number | string) {
  return Array.from({ length: (to - from) * 4 }, (_, i) => {
    const ts = TS + from * HOUR_MS + i * QUARTER_MS
    return reading({ device, metric, ts, value: value ?? (ts - TS) / 60_000 })
  })
}

const [DAYS_GONE_H, ALL_H] = [2 * 24, 5 * 24]

interface Case {
  readonly plant?: Record<string, unknown>
  /** Sent before days go, and after. */
  readonly before: readonly Reading[]
  readonly after?: readonly Reading[]
  readonly links?: readonly ConnectionChange[]
}

const live = samples('live', 'elec_import_kwh', [0, ALL_H])
const at = (hour: number, of: Partial<Reading> & Pick<Reading, 'metric' | 'value'>) =>
  reading({ receivedAt: NOW, ts: TS + hour * HOUR_MS + 60_000, ...of })
const late = [at(DAYS_GONE_H + 3.1, { device: 'live', metric: 'elec_import_kwh', value: (DAYS_GONE_H + 3.1) * 60 + 1 })]

const CASES: Readonly<Record<string, Case>> = {
  'a register that was silent across the boundary and sends again': {
    before: [...live, ...samples('m', 'elec_import_kwh', [0, DAYS_GONE_H - 30])],
    after: samples('m', 'elec_import_kwh', [ALL_H, ALL_H + 3]),
  },
  'a register that was silent across the boundary and had sent again': {
    before: [
      ...live,
      ...samples('m', 'elec_import_kwh', [0, DAYS_GONE_H - 30]),
      ...samples('m', 'elec_import_kwh', [DAYS_GONE_H + 30, ALL_H]),
    ],
    after: late,
  },
  'a sender that died hours before the boundary': {
    before: [...live, ...samples('m', 'elec_import_kw', [0, DAYS_GONE_H - 7], 3)],
    after: late,
  },
  'a sender that stopped hours before the boundary, and one that began hours behind it': {
    before: [
      ...live,
      ...samples('m', 'elec_submeter_kwh', [0, DAYS_GONE_H - 3]),
      ...samples('n', 'elec_submeter_kwh', [DAYS_GONE_H + 5, ALL_H]),
    ],
    after: late,
  },
  'a level that holds across the boundary': {
    plant: { devices: [{ id: 'm', metrics: { elec_import_kw: { max_hold_s: 40_000 } } }] },
    before: [
      ...live,
      ...samples('m', 'elec_import_kw', [0, DAYS_GONE_H - 2], 3),
      ...samples('m', 'elec_import_kw', [DAYS_GONE_H + 20, ALL_H], 4),
    ],
    after: late,
  },
  'a machine that has said long before what it is, on a connection that stands': {
    plant: { devices: [{ id: 'r', on_change: true }] },
    before: [...live, at(3, { device: 'r', class: 'robot', metric: 'state', value: 'busy', receivedAt: TS })],
    links: [{ plant: 'p', device: 'r', at: TS, isUp: true }],
    after: [
      ...late,
      at(DAYS_GONE_H + 9, { device: 'r', class: 'robot', metric: 'state', value: 'idle' }),
      at(ALL_H, { device: 'r', class: 'robot', metric: 'state', value: 'busy' }),
    ],
  },
  'a late sample just behind the boundary, and one that is decided by what came before it': {
    before: live,
    after: [
      at(DAYS_GONE_H + 0.05, { device: 'live', metric: 'elec_import_kwh', value: DAYS_GONE_H * 60 + 4.4 }),
      at(DAYS_GONE_H + 0.1, { device: 'live', metric: 'elec_import_kwh', value: 5_000_000 }),
    ],
  },
}

/** Final figures of the days that are kept, by window, without what depends on arrival. */
async function kept(bench: Bench): Promise<Map<string, Figure>> {
  bench.tick(NOW + 2 * DAY_MS)
  await bench.settle()
  await bench.cycle()
  const points = (await bench.points()).filter(({ startMs, provisional, stream }) => {
    return startMs >= KEPT && !provisional && stream.window !== '1mo' && stream.kpi !== 'data_timeliness'
  })
  return new Map(points.map((point) => [windowKey(point), figureOf(point)]))
}

type Figure = Pick<Point, 'value' | 'numerator' | 'denominator' | 'coverage' | 'estimatedShare' | 'reason' | 'flags'>

function figureOf({ value, numerator, denominator, coverage, estimatedShare, reason, flags }: Point): Figure {
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags }
}

async function given(bench: Bench, { plant, before, links = [] }: Case): Promise<void> {
  const kpis = ['energy_elec_import', 'peak_demand_15', 'data_completeness', 'connectivity', 'robot_util_calendar']
  await bench.configure([plantOf({ kpis, ...plant })], TS - DAY_MS)
  await bench.commit([], [], links)
  await bench.feed(
    [...before].sort((a, b) => a.ts - b.ts),
    NOW,
  )
}

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  'days go one by one, with a start in between, and behind it': async () => {
    await recorded.expire(NOW - 2 * DAY_MS)
    await recorded.bench.restart()
    await recorded.expire(NOW - DAY_MS)
    await recorded.expire(NOW)
    await recorded.bench.restart()
  },
  'days go': () => recorded.expire(NOW),
  'days go, and the database is lost': async () => {
    await recorded.expire(NOW)
    await recorded.reopen()
    await recorded.rebuild()
  },
}

describe.each(Object.entries(CASES))('%s', (_, of) => {
  /** With starts in between; the other ways take as long again. */
  const [fast, ...deep] = Object.entries(WAYS)
  const name = 'figures are those of a plant that keeps all: %s'
  test.each([fast!])(name, (_, meanwhile) => sameAsWhole(of, meanwhile))
  test.each(deep)(name, { tags: ['deep'] }, (_, meanwhile) => sameAsWhole(of, meanwhile))
})

async function sameAsWhole(of: Case, meanwhile: () => Promise<void>): Promise<void> {
  await given(whole, of)
  await given(recorded.bench, of)
  await meanwhile()
  for (const bench of [whole, recorded.bench]) await bench.feed(of.after ?? [], NOW)
  const [expected, found] = [await kept(whole), await kept(recorded.bench)]
  expect(expected.size).toBeGreaterThan(50)
  const differing = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => {
    // The set of windows inside a silence depends on when it was known to be one; what they say does not.
    const isNone = found.get(key) === undefined && expected.get(key)?.value === null
    return !isNone && JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))
  })
  const shown = differing.map((key) => ({ key, found: found.get(key), expected: expected.get(key) }))
  expect(shown.slice(0, 3)).toEqual([])
}

test('a late reading of a day that is gone says nothing of the days that are kept', async () => {
  const of = { before: live, after: [] }
  for (const bench of [whole, recorded.bench]) await given(bench, of)
  await recorded.expire(NOW)
  const gone = at(DAYS_GONE_H - 0.1, { device: 'live', metric: 'elec_import_kwh', value: 2 })
  await recorded.bench.feed([gone], NOW)
  await recorded.bench.restart()
  for (const bench of [whole, recorded.bench]) await bench.feed(late, NOW)
  expect(await kept(recorded.bench)).toEqual(await kept(whole))
})
