import type { LineNode, Names, PlantNode } from '../../src/base/wire.js'
import { language } from './settings.js'
import { plantList } from './state.js'

/** In the reader's language, else in any, else the id. */
function nameOf({ id, name }: { readonly id: string; readonly name: Names }): string {
  return name[language.value] ?? name.en ?? name.zh ?? id
}

export const plantName = (plant: PlantNode) => nameOf(plant)
export const lineName = (line: LineNode) => nameOf(line)

/** In which a plant tells the time. */
export function zoneOf(plant: string): string {
  return plantList.value.find(({ id }) => id === plant)?.timezone ?? 'UTC'
}
