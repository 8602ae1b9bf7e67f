import { DAY_MS } from './durations.js'

/** A place on the earth, degrees; north and east are positive. */
export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

const J2000_MS = Date.UTC(2000, 0, 1, 12)

/**
 * Sine of the height of the sun above the horizon, -1..1, without refraction. Source: position of the sun by the Astronomical
 * Almanac's low-precision formulas (from memory); test/unit/base/sun.test.ts holds them against another set of formulas.
 */
export function sineOfSunHeight(ms: number, { latitude, longitude }: Coordinates): number {
  const days = (ms - J2000_MS) / DAY_MS
  const anomaly = radians(357.528 + 0.9856003 * days)
  const ecliptic = radians(280.46 + 0.9856474 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly))
  const tilt = radians(23.439 - 0.0000004 * days)
  const declination = Math.asin(Math.sin(tilt) * Math.sin(ecliptic))
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic))
  const sidereal = radians(280.46062 + 360.98564737 * days + longitude)
  const [phi, hour] = [radians(latitude), sidereal - ascension]
  return Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hour)
}

/**
 * Irradiance of level ground under a clear sky, W/m2; 0 while the sun is down.
 * Source: Haurwitz, Insolation in Relation to Cloudiness and Cloud Density, 1945, with the constants of pvlib's
 * `clearsky.haurwitz`.
 */
export function clearSkyIrradiance(sineOfHeight: number): number {
  return sineOfHeight <= 0 ? 0 : 1098 * sineOfHeight * Math.exp(-0.059 / sineOfHeight)
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
