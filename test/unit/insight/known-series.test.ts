import { expect, test } from 'vitest'
import { inOrderOfArrival, KnownSeries, type Observation } from '../../../src/insight/series/known-series.js'

/** Proves what a series knows at a time: what has come, whatever the order, and no more than it has room for. */

const at = (interval: number, value: number, arrivedAtMs = interval * 10 + 10): Observation => ({
  startMs: interval * 10,
  value,
  arrivedAtMs,
})

function seriesOf(observations: readonly Observation[], intervalsMax = 100): KnownSeries {
  const series = new KnownSeries(10, intervalsMax)
  for (const one of inOrderOfArrival(observations)) series.take(one)
  return series
}

test('what has not come is not known', () => {
  const series = seriesOf([at(5, 1), at(7, 3)])
  expect([4, 5, 6, 7, 8].map((number) => series.at(number))).toEqual([NaN, 1, NaN, 3, NaN])
  expect(series.end).toBe(8)
  expect(series.mean(4, 9)).toBe(2)
  expect(series.mean(8, 9)).toBeNaN()
})

test.each([
  ['the later arrival counts', [at(5, 1, 60), at(5, 9, 70)], 9],
  ['an earlier arrival that comes behind changes nothing', [at(5, 9, 70), at(5, 1, 60)], 9],
  ['of two that came together the greater counts', [at(5, 4, 60), at(5, 7, 60)], 7],
  ['in the other order too', [at(5, 7, 60), at(5, 4, 60)], 7],
])('of two values of an interval %s', (_, observations, value) => {
  const series = new KnownSeries(10, 100)
  for (const one of observations) series.take(one)
  expect(series.at(5)).toBe(value)
})

test('what is too old gives its place to what is new, and does not come back', () => {
  const series = seriesOf([at(1, 1), at(2, 2), at(11, 11)], 10)
  expect(series.at(1)).toBeNaN()
  expect(series.at(2)).toBe(2)
  expect(series.at(11)).toBe(11)
  series.take(at(1, 5, 1000))
  expect(series.at(1)).toBeNaN()
  expect(series.at(11)).toBe(11)
})
