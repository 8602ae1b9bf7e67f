import { DAY_MS } from '../../base/durations.js'
import type { Calendar } from '../series/calendar.js'

/** Course of the generation behind an instrument through a day. */
export type GenerationShape = 'solar' | 'flat'

const J2000_MS = Date.UTC(2000, 0, 1, 12)

/** Place of a plant, degrees; without it the sun is taken to rise at six and to set at six of the plant's clock. */
export interface Site {
  readonly latitude?: number | undefined
  readonly longitude?: number | undefined
}

/**
 * Weight of some time in an instrument's generation, against that of any other time, without unit. Source: position of the
 * sun by the Astronomical Almanac's low-precision formulas (from memory); output by the sine of its height is a project
 * decision.
 */
export function generationOf(
  shape: GenerationShape,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  site: Site,
  calendar: Calendar,
): number {
  if (shape === 'flat') return endMs - startMs
  const ms = (startMs + endMs) / 2
  return (endMs - startMs) * Math.max(0, sineOfHeight(ms, site, calendar))
}

function sineOfHeight(ms: number, { latitude, longitude }: Site, calendar: Calendar): number {
  if (latitude === undefined || longitude === undefined) {
    return Math.sin((2 * Math.PI * (ms - calendar.day(ms).startMs - DAY_MS / 4)) / DAY_MS)
  }
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

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
