// @module-tag slow

import { describe, expect, test } from 'vitest'
import { clearSkyIrradiance, sineOfSunElevation } from '../../../simulators/physics/sun.js'
import { randomStream } from '../../../simulators/random.js'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { clearSkyLast, clearSkyWeek, SUN_COLUMNS, sunRow } from '../../../src/insight/features/clear-sky.js'
import { DaySlots } from '../../../src/insight/features/similar-days.js'
import { KnownSeries, type Observation } from '../../../src/insight/series/known-series.js'
import { coordinatesOf, Sunshine } from '../../../src/insight/series/sunshine.js'
import { bell, FIRST_MS, forecastAll, issuedBy, plainDays } from '../../support/forecasts.js'

/** Proves that forecasts of a plant whose place is known look at the sun, and that those of all others are as they were. */

const SUZHOU = { latitude: 31.3, longitude: 120.6 }
const DAYS = 63

/** Panels under clouds that come and go from hour to hour and from day to day, as the simulators' own sun has it. */
function panels(days: number, stepMs: number, seed: number): Observation[] {
  const random = randomStream('panels', seed)
  let [day, hour] = [0, 0]
  return Array.from({ length: (days * DAY_MS) / stepMs }, (_, i) => {
    const startMs = FIRST_MS + i * stepMs
    if ((startMs - FIRST_MS) % DAY_MS === 0) day = 0.6 * day + 0.25 * bell(random)
    hour = 0.8 * hour + 0.1 * bell(random)
    const sky = Math.min(1, Math.max(0.1, 0.7 + day + hour))
    const light = clearSkyIrradiance(sineOfSunElevation(startMs + stepMs / 2, SUZHOU))
    return { startMs, value: 0.1 * light * sky, arrivedAtMs: startMs + stepMs }
  })
}

function slotsOf(observations: readonly Observation[], stepMs: number): DaySlots {
  const series = new KnownSeries(stepMs, (60 * DAY_MS) / stepMs)
  for (const one of observations) series.take(one)
  return new DaySlots(series, plainDays(), new Sunshine(SUZHOU, stepMs))
}

describe('under a sky of half the light', () => {
  const slots = slotsOf(
    panels(14, QUARTER_HOUR_MS, 1).map((one) => ({
      ...one,
      value: 50 * clearSkyIrradiance(sineOfSunElevation(one.startMs + QUARTER_HOUR_MS / 2, SUZHOU)),
    })),
    QUARTER_HOUR_MS,
  )
  const targetAt = (text: string) => {
    const startMs = Date.parse(text)
    return { slots, startMs, newest: slots.series.numberOf(startMs) - 1 }
  }

  test('both forecasts by a clear sky give that share of it at noon, an hour behind sunrise, and nothing at night', () => {
    for (const at of ['2026-01-18T04:00:00Z', '2026-01-18T00:15:00Z']) {
      const target = targetAt(at)
      const light = slots.sunshine!.irradiance(slots.series.numberOf(target.startMs))
      expect(light).toBeGreaterThan(50)
      expect(clearSkyLast(target) / light).toBeCloseTo(50, 0)
      expect(clearSkyWeek(target) / light).toBeCloseTo(50, 0)
    }
    expect([clearSkyLast, clearSkyWeek].map((model) => model(targetAt('2026-01-18T16:00:00Z')))).toEqual([0, 0])
  })

  test('the row of an interval says where the sun stands, that it rises, and what it brings', () => {
    const row = sunRow(targetAt('2026-01-18T01:00:00Z'))
    expect(row).toHaveLength(SUN_COLUMNS)
    expect(row[0]).toBeGreaterThan(0)
    expect(row[1]).toBeGreaterThan(0)
    expect(row.every(Number.isFinite)).toBe(true)
  })

  test('nothing is made up where nothing is known, and there are no columns without a place', () => {
    const empty = slotsOf([], QUARTER_HOUR_MS)
    const target = { slots: empty, startMs: Date.parse('2026-01-18T04:00:00Z'), newest: 0 }
    expect([clearSkyLast(target), clearSkyWeek(target)]).toEqual([Number.NaN, Number.NaN])
    const nowhere = new DaySlots(slots.series, plainDays())
    expect(sunRow({ ...target, slots: nowhere })).toEqual([])
    expect(clearSkyLast({ ...target, slots: nowhere })).toBeNaN()
  })
})

test('panels are forecast better where the place of the plant is known, and its records say by which rules', () => {
  const observations = panels(DAYS, HOUR_MS, 3)
  const measured = new Map(observations.map(({ startMs, value }) => [startMs, value]))
  const resultsOf = (coordinates: typeof SUZHOU | null) =>
    forecastAll(observations, DAYS, { coordinates, horizons: ['next_interval', 'day_ahead'] })
  const [plain, sunny] = [resultsOf(null), resultsOf(SUZHOU)]
  const rmseOf = (results: typeof plain, horizon: 'next_interval' | 'day_ahead') => {
    const errors = issuedBy(results, horizon)
      .flatMap(({ values }) => values)
      .flatMap(({ startMs, value }) => {
        const came = measured.get(startMs)
        return startMs < FIRST_MS + 42 * DAY_MS || came === undefined || value === null ? [] : [value - came]
      })
    expect(errors.length).toBeGreaterThan(20 * 24)
    return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
  }
  expect(rmseOf(sunny, 'next_interval')).toBeLessThan(0.95 * rmseOf(plain, 'next_interval'))
  expect(rmseOf(sunny, 'day_ahead')).toBeLessThan(rmseOf(plain, 'day_ahead'))
  expect([plain, sunny].map((results) => issuedBy(results, 'next_interval').at(-1)!.version)).toEqual(['3', '4'])
})

test('the place of a plant is that of its reports, and none when half of it is missing', () => {
  const placeOf = (report: object) => coordinatesOf({ report } as Parameters<typeof coordinatesOf>[0])
  expect(placeOf({ latitude: 31.3, longitude: 120.6 })).toEqual(SUZHOU)
  expect([placeOf({}), placeOf({ latitude: 0 })]).toEqual([null, null])
})
