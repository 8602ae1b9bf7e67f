import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { OccupiedTimes } from '../../../src/archive/occupied-times.js'
import type { Series } from '../../../src/archive/series.js'

const HOUR_MS = 3_600_000

function newSeries(): Series {
  const at = { id: 0, plant: 'p', line: 'l', device: 'm1', metric: 'elec_import_kwh' }
  return { ...at, class: 'energy', unit: 'kWh', oldestTs: Infinity, newestTs: -Infinity, firstTs: Infinity }
}

function take(occupied: OccupiedTimes, series: Series, ts: number): void {
  occupied.took(series, ts)
  series.oldestTs = Math.min(series.oldestTs, ts)
  series.newestTs = Math.max(series.newestTs, ts)
}

test('what comes late in order of its time is not looked for, what comes again is', () => {
  const [occupied, series] = [new OccupiedTimes(), newSeries()]
  for (let hour = 1000; hour < 1003; hour++) take(occupied, series, hour * HOUR_MS)
  for (let hour = 0; hour < 900; hour++) {
    expect(occupied.mayHold(series, hour * HOUR_MS)).toBe(false)
    take(occupied, series, hour * HOUR_MS)
  }
  expect(occupied.mayHold(series, 899 * HOUR_MS)).toBe(true)
  expect(occupied.mayHold(series, 950 * HOUR_MS)).toBe(false)
  expect(occupied.mayHold(series, 1000 * HOUR_MS)).toBe(true)
  expect(occupied.mayHold(series, 1003 * HOUR_MS)).toBe(false)
})

property.prop([fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 })], { seed: 2018 })(
  'a reading that is there is always looked for, in whatever order they came',
  (hours) => {
    const [occupied, series] = [new OccupiedTimes(), newSeries()]
    const there = new Set<number>()
    for (const hour of hours) {
      const ts = hour * 1.7 * HOUR_MS
      if (there.has(ts)) expect(occupied.mayHold(series, ts)).toBe(true)
      else take(occupied, series, ts)
      there.add(ts)
    }
    for (const ts of there) expect(occupied.mayHold(series, ts)).toBe(true)
  },
)
