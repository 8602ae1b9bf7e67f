import type { Place } from '../pages.js'
import { plantPlaceOf } from '../plant/page.js'

type PlantView = 'plant' | 'energy' | 'outlook' | 'figures' | 'reports'

/** The page on which each function is found. */
const VIEWS: Readonly<Record<string, PlantView>> = {
  monitoring: 'plant',
  energy_flow: 'plant',
  analysis: 'outlook',
  intensity: 'figures',
  benchmarking: 'energy',
  balance: 'plant',
  budget: 'outlook',
  carbon_accounting: 'figures',
  product_footprint: 'figures',
  carbon_assets: 'figures',
  verification: 'reports',
}

/** The page on which a function of a plant is found; null when it has none. */
export function placeOfFunction(id: string, plant: string): Place | null {
  const view = VIEWS[id]
  if (view === undefined) return null
  return view === 'plant' ? plantPlaceOf(plant) : { view, plant }
}
