// @module-tag deep
import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../src/base/durations.js'
import { HORIZONS } from '../../src/base/forecast.js'
import {
  FIRST_MS,
  forecastAll,
  hourly,
  issuedBy,
  noise,
  randomWalk,
  shownShare,
  workday,
} from '../support/forecasts.js'

/** Proves over drawn series that a forecast steps aside where it knows nothing, and when a plant has changed. */

const SEEDS = [11, 12, 13, 14, 15, 16]
const DAYS = 112
const CHANGE_DAY = 84

describe.each(SEEDS)('series %i', (seed) => {
  test('of white noise: no forecast is shown on any day', () => {
    const results = forecastAll(hourly(DAYS, noise, seed), DAYS)
    for (const horizon of HORIZONS) expect(shownShare(results, horizon, DAYS)).toBe(0)
  })

  test('of a random walk: no forecast is shown on any day', () => {
    const results = forecastAll(hourly(DAYS, randomWalk(), seed), DAYS)
    for (const horizon of HORIZONS) expect(shownShare(results, horizon, DAYS)).toBe(0)
  })

  test('with a second shift from one day on: within two days the forecast steps aside, until it is better again', () => {
    const value = (hour: number, random: () => number) => workday(hour, random, hour < CHANGE_DAY * 24 ? 14 : 22)
    const results = forecastAll(hourly(DAYS, value, seed), DAYS)
    for (const horizon of HORIZONS) {
      const shownDays = new Set(
        issuedBy(results, horizon)
          .filter(({ hidden }) => hidden === null)
          .map(({ issuedAtMs }) => Math.floor((issuedAtMs - FIRST_MS) / DAY_MS)),
      )
      const daysOf = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
      expect(daysOf(CHANGE_DAY - 14, CHANGE_DAY).every((day) => shownDays.has(day))).toBe(true)
      expect(daysOf(CHANGE_DAY + 2, CHANGE_DAY + 14).filter((day) => shownDays.has(day))).toEqual([])
    }
  })
})
