import { describe, expect, it } from 'vitest'
import { clearSkyIrradiance, sineOfSunElevation } from '../../../simulators/physics/sun.js'

const suzhou = { latitude: 31.3, longitude: 120.6 }

function elevation(iso: string): number {
  return (Math.asin(sineOfSunElevation(Date.parse(iso), suzhou)) * 180) / Math.PI
}

function highestOn(date: string): number {
  const midnight = Date.parse(`${date}T00:00+08:00`)
  const minutes = Array.from({ length: 1440 }, (_, minute) => new Date(midnight + minute * 60_000).toISOString())
  return Math.max(...minutes.map(elevation))
}

describe('the sun over Suzhou', () => {
  // Noon elevation = 90° − latitude + declination, and the declination is ±23.44° at the solstices.
  it.each([
    ['2026-06-21', 90 - 31.3 + 23.44],
    ['2026-12-21', 90 - 31.3 - 23.44],
    ['2026-03-20', 90 - 31.3],
  ])('stands at noon of %s at %f degrees, to a hundredth of its sine', (date, degrees) => {
    const error = Math.sin((highestOn(date) * Math.PI) / 180) - Math.sin((degrees * Math.PI) / 180)
    expect(Math.abs(error)).toBeLessThan(0.01)
  })

  it('is below the horizon at midnight and above it at noon', () => {
    expect(elevation('2026-11-24T00:00+08:00')).toBeLessThan(-60)
    expect(elevation('2026-11-24T12:00+08:00')).toBeGreaterThan(37)
  })

  it('gives no light from below the horizon and about a kilowatt a square metre from the zenith', () => {
    expect(clearSkyIrradiance(0)).toBe(0)
    expect(clearSkyIrradiance(-0.5)).toBe(0)
    expect(clearSkyIrradiance(1)).toBeCloseTo(1037, 0)
  })
})
