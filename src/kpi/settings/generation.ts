import { DAY_MS } from '../../base/durations.js'
import { sineOfSunHeight } from '../../base/sun.js'
import type { Calendar } from '../series/calendar.js'

/** Course of the generation behind an instrument through a day. */
export type GenerationShape = 'solar' | 'flat'

/** Place of a plant, degrees; without it the sun is taken to rise at six and to set at six of the plant's clock. */
export interface Site {
  readonly latitude?: number | undefined
  readonly longitude?: number | undefined
}

/**
 * Weight of some time in an instrument's generation, against that of any other time, without unit. Output by the sine of the
 * sun's height is a project decision.
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
  return sineOfSunHeight(ms, { latitude, longitude })
}
