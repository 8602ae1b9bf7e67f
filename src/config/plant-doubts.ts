import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** Three letters mean one zone here and another there; those that mean one everywhere are left alone. */
const SHORT_ZONE = /^(?!UTC|GMT|UCT|PRC|ROC|ROK)[A-Z]{3}$/

/** A zone that was shortened: CST is China's for people there, and Chicago's for programs. */
export function zoneDoubts(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ timezone }, p) => {
    if (!SHORT_ZONE.test(timezone)) return []
    const taken = new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone
    const other = taken === timezone ? '' : ` and is taken for ${taken}`
    const problem = `is short for several zones${other}`
    return [findingAt(config, ['plants', p, 'timezone'], problem, 'write the zone in full, such as Asia/Shanghai')]
  })
}

/** A station, meter or server whose plant is not configured: its readings come under a plant without zone and name. */
export function plantDoubts(config: Config): ConfigFinding[] {
  const known = config.plants.map(({ id }) => id)
  const named: readonly { readonly plant: string; readonly at: SettingPath }[] = [
    ...config.hj212.stations.map(({ plant }, s) => ({ plant, at: ['hj212', 'stations', s, 'plant'] })),
    ...config.modbus.connections.flatMap(({ units }, c) =>
      units.map(({ plant }, u) => ({ plant, at: ['modbus', 'connections', c, 'units', u, 'plant'] })),
    ),
    ...config.opcua.servers.flatMap(({ devices }, s) =>
      devices.map(({ plant }, d) => ({ plant, at: ['opcua', 'servers', s, 'devices', d, 'plant'] })),
    ),
  ]
  return named.flatMap(({ plant, at }) => {
    if (known.includes(plant)) return []
    const meant = nearest(plant, known)
    const remedy = meant === undefined ? `add { id: ${plant} } to plants` : `did you mean ${meant}?`
    return [findingAt(config, at, 'is not a configured plant', remedy)]
  })
}
