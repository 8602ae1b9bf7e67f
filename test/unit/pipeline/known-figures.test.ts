import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import { KnownFigures } from '../../../src/pipeline/forecasts/known-figures.js'
import { GrowingRests } from '../../../src/pipeline/growing-rests.js'

/** Proves that figures whose noting failed are read again, and that a series that stays behind is looked at ever more seldom. */

const NOW_MS = Date.parse('2026-11-29T12:00:00Z')
const series = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import' } as const
const of = (daysAgo: number) => [{ startMs: NOW_MS - daysAgo * DAY_MS, value: 1, arrivedAtMs: NOW_MS }]

test.each([
  [of(1), 'recent'],
  [of(8), 'all'],
  ['recent', 'recent'],
  ['all', 'all'],
] as const)('of %j that nobody noted, %s is read', (taken, which) => {
  const known = new KnownFigures({ nowMs: () => NOW_MS } as never)
  known.watch([series])
  known.taken(series)
  known.lost(series, taken)
  expect(known.taken(series)).toBe(which)
})

test('a series that is behind rests twice as long each time, an hour at most', () => {
  const behind = new GrowingRests(20_000, HOUR_MS)
  const rests: number[] = []
  for (let [look, nowMs] = [0, NOW_MS]; look < 10; look++) {
    behind.add('a', nowMs)
    let rest = 20_000
    while (!behind.isDue('a', nowMs + rest)) rest += 20_000
    rests.push(rest / 1000)
    nowMs += rest
  }
  expect(rests).toEqual([20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600])
  expect(behind.isAnyDue(NOW_MS + DAY_MS)).toBe(true)
  behind.keep(new Set(['b']))
  expect(behind.isAnyDue(NOW_MS + DAY_MS)).toBe(false)
})

test('a clock that was ahead keeps nothing away for longer than a rest', () => {
  const rests = new GrowingRests(20_000, HOUR_MS)
  rests.addLongest('a', NOW_MS + DAY_MS)
  expect(rests.isDue('a', NOW_MS + DAY_MS + 1)).toBe(false)
  expect(rests.isDue('a', NOW_MS)).toBe(true)
  expect(rests.isDue('b', NOW_MS)).toBe(false)
})
