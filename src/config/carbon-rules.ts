import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** Sources of greenhouse gas that would be in two places at once. */
export function carbonContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ carbon: { measured, mobile = [] } }, p) =>
    measured.flatMap(({ replaces }, m) =>
      replaces.flatMap((device, r) => {
        const other = mobile.indexOf(device)
        if (other < 0) return []
        const path = ['plants', p, 'carbon', 'measured', m, 'replaces', r]
        const elsewhere = pathText(['plants', p, 'carbon', 'mobile', other])
        const remedy = 'remove it from one of the two: the fuel of vehicles is burnt under no stack'
        return [findingAt(config, path, `stands at ${elsewhere} too`, remedy)]
      }),
    ),
  )
}

/** A name that no device has: fuel would be counted beside the stack that measures it, or in the wrong place. */
export function carbonDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ carbon: { measured, mobile = [] }, devices }, p) => {
    const ids = devices.map(({ id }) => id)
    const carbon = ['plants', p, 'carbon']
    const named: [SettingPath, string][] = [
      ...mobile.map((id, i): [SettingPath, string] => [[...carbon, 'mobile', i], id]),
      ...measured.flatMap(({ stack, replaces }, m): [SettingPath, string][] => [
        [[...carbon, 'measured', m, 'stack'], stack],
        ...replaces.map((id, r): [SettingPath, string] => [[...carbon, 'measured', m, 'replaces', r], id]),
      ]),
    ]
    return named.flatMap(([path, id]) => {
      if (ids.includes(id)) return []
      const meant = nearest(id, ids)
      const remedy = meant === undefined ? 'list it under devices, or remove it' : `did you mean ${meant}?`
      return [findingAt(config, path, 'is no device of this plant', remedy)]
    })
  })
}
