import type { Factor } from './factor.js'

/** Carbon to carbon dioxide by weight, as GB/T 32150 and IPCC round it. */
export const CO2_PER_C = 44 / 12

/** The three numbers of a fuel by carbon: heating value GJ a unit, carbon tC/GJ, and the part of it that burns. */
export interface FuelCarbon {
  readonly ncv: number
  readonly carbonContent: number
  readonly oxidation: number
}

/** tCO2 of one unit of fuel, a tonne or 10,000 Nm3. Source: KPI specification §2.2, GB/T 32150 (from a second source). */
export function tCo2PerUnit({ ncv, carbonContent, oxidation }: FuelCarbon): number {
  return ncv * carbonContent * oxidation * CO2_PER_C
}

/**
 * Emission of one unit of fuel: its heat times a factor of that heat. Throws when one is of the net and the other of the
 * gross heating value: the product is wrong by a tenth and looks right.
 */
export function heatTimesFactor(heat: Factor, perHeat: Factor): number {
  if (heat.heat === null || heat.heat !== perHeat.heat) {
    throw new Error(
      `multiply ${heat.id} with ${perHeat.id}: one is of the ${word(heat)}, the other of the ${word(perHeat)}; take both from one table`,
    )
  }
  return heat.value * perHeat.value
}

function word({ heat }: Factor): string {
  return heat === 'hhv' ? 'gross heating value' : heat === 'ncv' ? 'net heating value' : 'mass or volume'
}
