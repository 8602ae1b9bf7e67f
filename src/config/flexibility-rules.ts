import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** Contradictions of what plans place in a day: two of one id, or a load that comes after none. */
export function flexibilityContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap((plant, p) => {
    const seen = new Map<string, SettingPath>()
    const twice = (['shiftable_loads', 'storages', 'chargers'] as const).flatMap((list) =>
      plant[list].flatMap(({ id }, at) => {
        const path = ['plants', p, list, at, 'id']
        const earlier = seen.get(id)
        if (earlier === undefined) {
          seen.set(id, path)
          return []
        }
        const remedy = 'ids of loads, storages and chargers are unique in a plant: rename one of the two'
        return [findingAt(config, path, `is already used at ${pathText(earlier)}`, remedy)]
      }),
    )
    const loads = new Set(plant.shiftable_loads.map(({ id }) => id))
    const unknown = plant.shiftable_loads.flatMap(({ after }, at) =>
      after.flatMap((id, k) => {
        if (loads.has(id)) return []
        const path = ['plants', p, 'shiftable_loads', at, 'after', k]
        return [findingAt(config, path, 'is not among the shiftable loads', 'name the id of one of them')]
      }),
    )
    return [...twice, ...unknown]
  })
}
