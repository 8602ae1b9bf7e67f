import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** Limits that contradict each other: the same characteristic twice, on the same machine or for all. */
export function qualityContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ characteristics }, p) => {
    const first = new Map<string, SettingPath>()
    return characteristics.flatMap(({ id, device }, c) => {
      const path = ['plants', p, 'characteristics', c, 'id']
      const key = `${device ?? ''}/${id}`
      const earlier = first.get(key)
      if (earlier === undefined) {
        first.set(key, path)
        return []
      }
      const remedy = 'remove one of the two, or name another device'
      return [findingAt(config, path, `has its limits already at ${pathText(earlier)}`, remedy)]
    })
  })
}

/** Limits on a device that the plant does not have: nothing is ever held against them. */
export function qualityDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ id: plant, characteristics, devices }, p) =>
    characteristics.flatMap(({ device }, c) => {
      if (device === undefined || devices.some(({ id }) => id === device)) return []
      const remedy = `write the id of a device of ${plant}, or leave it out for limits on every device`
      return [findingAt(config, ['plants', p, 'characteristics', c, 'device'], 'is no configured device', remedy)]
    }),
  )
}
