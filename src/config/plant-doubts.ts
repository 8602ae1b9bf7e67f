import { nearest } from './did-you-mean.js'
import type { Finding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { Path } from './shape.js'

/** A station or meter whose plant is not configured: its readings come under a plant without zone and name. */
export function plantDoubts(config: Config): Finding[] {
  const known = config.plants.map(({ id }) => id)
  const named: readonly { readonly plant: string; readonly at: Path }[] = [
    ...config.hj212.stations.map(({ plant }, s) => ({ plant, at: ['hj212', 'stations', s, 'plant'] })),
    ...config.modbus.connections.flatMap(({ units }, c) =>
      units.map(({ plant }, u) => ({ plant, at: ['modbus', 'connections', c, 'units', u, 'plant'] })),
    ),
  ]
  return named.flatMap(({ plant, at }) => {
    if (known.includes(plant)) return []
    const meant = nearest(plant, known)
    const remedy = meant === undefined ? `add { id: ${plant} } to plants` : `did you mean ${meant}?`
    return [findingAt(config, at, 'is not a configured plant', remedy)]
  })
}
