import { expect, test } from 'vitest'
import * as simulated from '../../../simulators/physics/sun.js'
import { DAY_MS, MINUTE_MS } from '../../../src/base/durations.js'
import { clearSkyIrradiance, sineOfSunHeight } from '../../../src/base/sun.js'

/** Proves that the sun stands where another set of formulas has it, and what it brings under a clear sky. */

const YEAR_MS = Date.parse('2026-01-01T00:00:00Z')

test.each([
  ['Suzhou', { latitude: 31.3, longitude: 120.6 }],
  ['Dresden', { latitude: 51.05, longitude: 13.74 }],
  ['Monterrey', { latitude: 25.67, longitude: -100.31 }],
  ['Tromso', { latitude: 69.65, longitude: 18.96 }],
  ['Sydney', { latitude: -33.87, longitude: 151.21 }],
])('over %s through a year the sun stands where the formulas of NOAA have it, within a degree', (_, place) => {
  let most = 0
  for (let ms = YEAR_MS; ms < YEAR_MS + 365 * DAY_MS; ms += 37 * MINUTE_MS) {
    const difference = Math.asin(sineOfSunHeight(ms, place)) - Math.asin(simulated.sineOfSunElevation(ms, place))
    most = Math.max(most, Math.abs(difference))
  }
  expect((most * 180) / Math.PI).toBeLessThan(1)
})

test('a clear sky brings nothing while the sun is down, and about a kilowatt a square metre from above', () => {
  expect([-1, -0.2, 0].map(clearSkyIrradiance)).toEqual([0, 0, 0])
  expect(clearSkyIrradiance(1)).toBeCloseTo(1035.1, 1)
  expect(clearSkyIrradiance(0.5)).toBeCloseTo(487.9, 1)
})
