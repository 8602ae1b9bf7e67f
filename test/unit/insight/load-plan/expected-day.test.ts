/** Proves for which highest demand a day is planned, by days that went before it. */
import { expect, test } from 'vitest'
import { HOUR_MS } from '../../../../src/base/durations.js'
import { plantOptions } from '../../../../src/base/plant.js'
import { expectedDay, reachedDemand } from '../../../../src/insight/load-plan/expected-day.js'
import { KnownSeries } from '../../../../src/insight/series/known-series.js'
import { LocalDays } from '../../../../src/insight/series/local-days.js'

test('any time of work may have the highest power of all, on a day of any kind, and a time of rest its own', () => {
  const days = new LocalDays(plantOptions.parse({ id: 'works', name: {}, timezone: 'Asia/Shanghai' }))
  const series = new KnownSeries(HOUR_MS, 40 * 24)
  const wednesday = days.dayAt(Date.parse('2026-06-10T00:00+08:00'))
  const first = days.day(wednesday.number - 39).startMs
  const sunday = days.day(wednesday.number - 10)
  for (let startMs = first; startMs < days.day(wednesday.number - 1).startMs; startMs += HOUR_MS) {
    const hour = days.timeOfDayMs(days.dayAt(startMs), startMs) / HOUR_MS
    const extreme = days.dayAt(startMs).number === sunday.number && hour === 18 ? 30 : 0
    series.take({ startMs, value: (hour >= 8 && hour < 20 ? 50 : 10) + extreme, arrivedAtMs: startMs + HOUR_MS })
  }
  const { values, margins } = expectedDay(series, days, wednesday)!
  expect([values[3], values[8], values[18]]).toEqual([10, 50, 50])
  expect([margins[3], margins[8], margins[18]]).toEqual([0, 30, 30])
})

test('a month is taken to reach nine tenths of the one before', () => {
  expect(reachedDemand(0, 500)).toBe(450)
  expect(reachedDemand(480, 500)).toBe(480)
  expect(reachedDemand(0, 0)).toBe(0)
})
