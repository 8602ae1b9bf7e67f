import { expect, test } from 'vitest'
import { DAY_MS } from '../../../src/base/durations.js'
import { BehindSeries } from '../../../src/pipeline/forecasts/behind-series.js'
import { KnownFigures } from '../../../src/pipeline/forecasts/known-figures.js'

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
  const behind = new BehindSeries()
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
