import { DAY_MS } from '../../src/base/durations.js'

/** Degrees, north and east positive. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
}

const RADIANS = Math.PI / 180

/**
 * Sine of the sun's elevation above the horizon, negative at night; within 0.01 of an almanac.
 * Source: NOAA Global Monitoring Laboratory, "General Solar Position Calculations" (Spencer's series of 1971).
 */
export function sineOfSunElevation(timeMs: number, place: Place): number {
  const yearStartMs = Date.UTC(new Date(timeMs).getUTCFullYear(), 0, 1)
  const dayOfYear = (timeMs - yearStartMs) / DAY_MS
  const g = (2 * Math.PI * (dayOfYear - 0.5)) / 365
  const equationOfTimeMin =
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(g) -
      0.032077 * Math.sin(g) -
      0.014615 * Math.cos(2 * g) -
      0.040849 * Math.sin(2 * g))
  const declination =
    0.006918 -
    0.399912 * Math.cos(g) +
    0.070257 * Math.sin(g) -
    0.006758 * Math.cos(2 * g) +
    0.000907 * Math.sin(2 * g) -
    0.002697 * Math.cos(3 * g) +
    0.00148 * Math.sin(3 * g)
  const solarTimeMin = (dayOfYear % 1) * 1440 + equationOfTimeMin + 4 * place.longitude
  const hourAngle = (solarTimeMin / 4 - 180) * RADIANS
  const latitude = place.latitude * RADIANS
  return Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle)
}

/** Irradiance on level ground under a clear sky, W/m². Source: Haurwitz, J. Meteorology 2 (1945), 154. */
export function clearSkyIrradiance(sineOfElevation: number): number {
  return sineOfElevation <= 0 ? 0 : 1098 * sineOfElevation * Math.exp(-0.057 / sineOfElevation)
}
