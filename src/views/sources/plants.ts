import type { PlantNode } from '../../base/wire.js'

/** The plants that are configured or have sent something. */
export interface KnownPlants {
  hasPlant(plant: string): boolean
  plants(): readonly PlantNode[]
}
