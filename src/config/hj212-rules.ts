import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'
import { givenTwice } from './twofold.js'

/** Two stations of one MN, or a password that stands in two places: nobody could say which one holds. */
export function hj212Contradictions(config: Config): ConfigFinding[] {
  const first = new Map<string, SettingPath>()
  return config.hj212.stations.flatMap((station, index) => {
    const at = ['hj212', 'stations', index]
    const twice = givenTwice(station, at, 'password')
    const path = [...at, 'mn']
    const earlier = first.get(station.mn)
    if (earlier === undefined) {
      first.set(station.mn, path)
      return twice
    }
    const remedy = 'an MN is that of one data logger: remove one of the two'
    return [...twice, findingAt(config, path, `is already used at ${pathText(earlier)}`, remedy)]
  })
}

/** PW is all the proof that HJ 212 has: where other machines may come in each station needs one. */
export function openHj212({ hj212 }: Config): ConfigFinding[] {
  return hj212.stations.flatMap((station, index) => {
    if (station.password !== undefined || station.password_file !== undefined) return []
    return [
      {
        path: ['hj212', 'stations', index, 'password'],
        value: '',
        problem: `is missing, while hj212.host ${hj212.host} lets other machines in`,
        remedy: 'add it, or password_file, the name of a file that holds the PW of the data logger',
      },
    ]
  })
}
