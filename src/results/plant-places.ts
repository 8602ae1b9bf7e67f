import type { LocalizedNames, PlantNode } from '../base/wire.js'
import type { ResultName } from './topics.js'
import type { UnsLevels } from './uns-topic.js'

interface NamedPlace {
  readonly names: LocalizedNames
  readonly levels: Pick<UnsLevels, 'line' | 'device'>
}

/** Plants, lines and devices that there are, with their names and their lines. */
export class PlantPlaces {
  readonly #places = new Map<string, NamedPlace>()
  readonly #plants: ReadonlySet<string>

  constructor(plants: readonly PlantNode[]) {
    this.#plants = new Set(plants.map(({ id }) => id))
    for (const plant of plants) {
      this.#add({ plant: plant.id, scope: 'plant', id: plant.id }, plant.name, '', '')
      for (const line of plant.lines) {
        this.#add({ plant: plant.id, scope: 'line', id: line.id }, line.name, line.id, '')
        for (const { id } of line.devices) this.#add({ plant: plant.id, scope: 'device', id }, {}, line.id, id)
      }
    }
  }

  hasPlant(plant: string): boolean {
    return this.#plants.has(plant)
  }

  has(figure: Pick<ResultName, 'plant' | 'scope' | 'id'>): boolean {
    return this.#places.has(keyOf(figure))
  }

  namesOf(figure: Pick<ResultName, 'plant' | 'scope' | 'id'>): LocalizedNames {
    return this.#places.get(keyOf(figure))?.names ?? {}
  }

  /** Line and device of a figure, '' for what it has not; null for a figure of what is not known. */
  levelsOf(figure: Pick<ResultName, 'plant' | 'scope' | 'id'>): NamedPlace['levels'] | null {
    return this.#places.get(keyOf(figure))?.levels ?? null
  }

  #add(figure: Pick<ResultName, 'plant' | 'scope' | 'id'>, names: LocalizedNames, line: string, device: string): void {
    this.#places.set(keyOf(figure), { names, levels: { line, device } })
  }
}

function keyOf({ plant, scope, id }: Pick<ResultName, 'plant' | 'scope' | 'id'>): string {
  return [plant, scope, id].join('|')
}
