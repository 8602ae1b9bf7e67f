import { randomStream } from '../random.js'
import type { LocalDay } from './local-days.js'
import { smoothNoise } from './noise.js'
import { clearSkyIrradiance, type Place, sineOfSunElevation } from './sun.js'

export interface SolarPlant {
  readonly place: Place
  readonly peakKw: number
  /** Share of the panels' rating that inverter, heat, dust and cables leave. */
  readonly performance: number
}

/** Share of light that clouds let through on a day, 0..1: two days in five are clear, one in five is grey. */
function clearness(random: () => number): number {
  const kind = random()
  const within = random()
  if (kind < 0.4) return 0.88 + 0.12 * within
  if (kind < 0.8) return 0.5 + 0.38 * within
  return 0.12 + 0.38 * within
}

/** Power at the full minutes of a day, kW. */
export function solarOfDay(plant: SolarPlant, day: LocalDay, seed: number): Float64Array {
  const clear = clearness(randomStream(seed, 'sky', day.index))
  const clouds = smoothNoise(day.minutes, 20, seed, 'clouds', day.index)
  // A clear sky has no clouds to pass by, a half clouded one the most.
  const swing = 2 * clear * (1 - clear)
  return clouds.map((cloud, minute) => {
    const sine = sineOfSunElevation(day.startMs + minute * 60_000, plant.place)
    if (sine <= 0) return 0
    const passed = Math.min(1, clear * (1 + swing * cloud))
    return (plant.peakKw * plant.performance * clearSkyIrradiance(sine) * passed) / 1000
  })
}
