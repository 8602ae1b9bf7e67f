import type { PlantOptions } from '../../base/plant.js'
import { type Coordinates, clearSkyIrradiance, sineOfSunHeight } from '../../base/sun.js'

/** Intervals whose irradiance is kept, dropped when they become more: those of some weeks are asked for again and again. */
const KEPT_MAX = 10_000

/** Place of a plant, as its reports name it; null where that is not said. */
export function coordinatesOf({ report: { latitude, longitude } }: Pick<PlantOptions, 'report'>): Coordinates | null {
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude }
}

/** Position of the sun over one place, and irradiance of level ground without clouds. */
export class Sunshine {
  readonly #coordinates: Coordinates
  readonly #stepMs: number
  readonly #irradiance = new Map<number, number>()

  /** @param stepMs length of an interval; intervals are counted as in the series */
  constructor(coordinates: Coordinates, stepMs: number) {
    this.#coordinates = coordinates
    this.#stepMs = stepMs
  }

  /** Sine of the height of the sun at an instant, -1..1. */
  sineAt(ms: number): number {
    return sineOfSunHeight(ms, this.#coordinates)
  }

  /** Irradiance in the middle of an interval by its number, W/m2. */
  irradiance(number: number): number {
    const known = this.#irradiance.get(number)
    if (known !== undefined) return known
    const value = clearSkyIrradiance(this.sineAt((number + 0.5) * this.#stepMs))
    if (this.#irradiance.size >= KEPT_MAX) this.#irradiance.clear()
    this.#irradiance.set(number, value)
    return value
  }
}
