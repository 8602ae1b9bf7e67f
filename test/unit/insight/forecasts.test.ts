// @module-tag slow

import { describe, expect, test } from 'vitest'
import { permutation, randomStream } from '../../../simulators/random.js'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import { RowLog } from '../../../src/insight/features/row-log.js'
import { PeakGuard } from '../../../src/insight/peak/peak-guard.js'
import { KnownSeries } from '../../../src/insight/series/known-series.js'
import { SeriesForecaster, type StepResult } from '../../../src/insight/series-forecaster.js'
import {
  bell,
  FIRST_MS,
  forecastAll,
  hourly,
  issuedBy,
  noise,
  plainDays,
  randomWalk,
  shownShare,
  workday,
} from '../../support/forecasts.js'

/** Proves that a forecast is made of what was known at its time alone, and steps aside where it knows no more than a naive one. */

const DAYS = 49

describe('a plant that works by day', () => {
  const observations = hourly(DAYS, workday)
  const results = forecastAll(observations, DAYS)

  test('has forecasts at both horizons that are shown', () => {
    expect(shownShare(results, 'next_interval', 7)).toBe(1)
    expect(shownShare(results, 'day_ahead', 7)).toBe(1)
  })

  test('has a record of each: what it was made of, and bounds around it', () => {
    const record = issuedBy(results, 'day_ahead').at(-1)!
    expect(record).toMatchObject({ issuedAtMs: FIRST_MS + DAYS * DAY_MS, version: '3', seed: 1, hidden: null })
    expect(record.dataUpToMs).toBe(record.issuedAtMs)
    expect(record.values).toHaveLength(24)
    for (const { value, low50, high50, low90, high90 } of record.values) {
      expect(low90!).toBeLessThanOrEqual(low50!)
      expect(low50!).toBeLessThanOrEqual(high50!)
      expect(high50!).toBeLessThanOrEqual(high90!)
      expect(value!).toBeGreaterThan(0)
    }
  })

  test('has the same forecasts to the last bit whatever comes after them', () => {
    const changedFrom = FIRST_MS + 44 * DAY_MS
    const changed = observations.map((one) =>
      one.arrivedAtMs > changedFrom ? { ...one, value: 1000 - 3 * one.value } : one,
    )
    const until = (all: readonly StepResult[]) =>
      all.flatMap(({ issued }) => issued.filter(({ issuedAtMs }) => issuedAtMs <= changedFrom))
    const before = until(results)
    expect(before.length).toBeGreaterThan(1000)
    expect(until(forecastAll(changed, DAYS))).toEqual(before)
  })

  test('has the same forecasts in whatever order its readings are given', () => {
    const late = observations.map((one, i) =>
      i % 17 === 0 ? { ...one, arrivedAtMs: one.arrivedAtMs + (1 + (i % 5)) * HOUR_MS } : one,
    )
    const order = permutation(late.length, 3)
    const shuffled = [...order].map((i) => late[i]!)
    expect(forecastAll(shuffled, 36)).toEqual(forecastAll(late, 36))
  })

  test('has forecasts by what has come when readings are late', () => {
    const late = observations.map((one) => ({ ...one, arrivedAtMs: one.arrivedAtMs + 3 * HOUR_MS }))
    const records = issuedBy(forecastAll(late, 36), 'next_interval')
    const { dataUpToMs, issuedAtMs, values } = records.at(-1)!
    expect(issuedAtMs - dataUpToMs!).toBe(3 * HOUR_MS)
    expect(values[0]!.value).not.toBeNull()
  })
})

test('a plant that stood still for a day is forecast as by version 1, to the last bit, and is shown where that hid it', () => {
  const stillDay = 35
  const value = (hour: number, random: () => number) => {
    const [day, time] = [Math.floor(hour / 24), hour % 24]
    const level = day % 7 < 5 && time >= 6 && time < 22 ? 100 : 20
    return day === stillDay ? 0 : level * (1 + 0.3 * bell(random))
  }
  const observations = hourly(DAYS, value)
  const [old, now] = ['1', '3'].map((version) => forecastAll(observations, DAYS, { version }))
  const valuesOf = (results: readonly StepResult[]) =>
    results.flatMap(({ issued }) => issued.map(({ horizon, issuedAtMs, values }) => ({ horizon, issuedAtMs, values })))
  expect(valuesOf(now!)).toEqual(valuesOf(old!))
  // That day nobody foresaw; a week later the naive forecast takes it for the usual.
  const days = DAYS - stillDay - 9
  expect(shownShare(old!, 'day_ahead', days)).toBe(0)
  expect(shownShare(now!, 'day_ahead', days)).toBe(1)
})

test('a series that has not begun has no forecast, and no reason is made up', () => {
  const [record] = issuedBy(forecastAll([], 1), 'next_interval')
  expect(record).toMatchObject({ dataUpToMs: null, hidden: 'too_short', values: [{ value: null, low90: null }] })
})

test.each([
  ['white noise', noise],
  ['a random walk', randomWalk()],
])('no forecast is shown of %s', (_, value) => {
  const results = forecastAll(hourly(56, value), 56)
  for (const horizon of ['next_interval', 'day_ahead'] as const) expect(shownShare(results, horizon, 56)).toBe(0)
})

test('a peak of the next hour is expected where it comes each day, with its chance', () => {
  const random = randomStream('peaks')
  const results = forecastAll(
    hourly(63, (hour) => (hour % 24 === 9 ? 100 : 50) + 2 * bell(random)),
    63,
    { peakThreshold: 80 },
  )
  const late = results.slice(-14 * 24)
  const outcomes = late.flatMap(({ peakOutcomes }) => peakOutcomes)
  expect(outcomes.filter(({ isPeak }) => isPeak)).toHaveLength(14)
  expect(outcomes.filter(({ isExpected, isPeak }) => isExpected !== isPeak)).toEqual([])
  const at = (hour: number) => late.find(({ peak }) => (peak!.issuedAtMs / HOUR_MS) % 24 === hour)!.peak!
  expect(at(9)).toMatchObject({ isExpected: true })
  expect(at(9).chance!).toBeGreaterThan(0.5)
  expect(at(10)).toMatchObject({ isExpected: false, chance: 0 })
})

test('a peak is judged by a value that comes within a week, and by none that comes later', () => {
  const judgedAfter = (delayDays: number) => {
    const series = new KnownSeries(HOUR_MS, 1000)
    const log = new RowLog(1, 1000)
    const take = (hour: number, arrivedAtMs: number) =>
      series.take({ startMs: FIRST_MS + hour * HOUR_MS, value: hour % 24 === 12 ? 100 : 20, arrivedAtMs })
    for (let hour = 0; hour < 200; hour++) {
      log.add(FIRST_MS + hour * HOUR_MS, 0, (values, at) => values.fill(hour % 24, at, at + 1))
      take(hour, FIRST_MS + (hour + 1) * HOUR_MS)
    }
    const guard = new PeakGuard(series, log, { threshold: 80, intervals: 1, seed: 1 })
    guard.refit()
    const issuedAtMs = FIRST_MS + 200 * HOUR_MS
    guard.issue(issuedAtMs, Float32Array.of(200 % 24))
    let judged = 0
    for (let nowMs = issuedAtMs; nowMs <= issuedAtMs + 9 * DAY_MS; nowMs += HOUR_MS) {
      if (nowMs === issuedAtMs + delayDays * DAY_MS) take(200, nowMs)
      judged += guard.settle(nowMs).length
    }
    return judged
  }
  expect([6, 8].map(judgedAfter)).toEqual([1, 0])
})

test('rows are bounded by their number, not by the length of an interval', () => {
  const bytes = [15, 1].map((minutes) => {
    const options = {
      stepMs: minutes * 60_000,
      days: plainDays(),
      // The next hours are learnt after these, when their rows are gone.
      horizons: ['next_interval', 'day_ahead'] as const,
      coordinates: null,
      wholeFromMs: 0,
      seed: 1,
      peakThreshold: null,
      outside: null,
      onFit: null,
      fitsFromMs: 0,
    }
    return new SeriesForecaster(options).bytes.reduce((sum, { rows }) => sum + rows, 0)
  })
  expect(bytes[0]).toBeLessThan(17_000_000)
  expect(bytes[1]).toBeLessThan(36_000_000)
})
