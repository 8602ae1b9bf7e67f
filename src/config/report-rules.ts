import { overlapsOf } from '../base/options/cbam.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** Sums of shares may miss one by the last bits of a double. */
const ONE = 1 + 1e-9

/** Contradictions of a plant's report: settings of which it could not say both. */
export function reportContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ report: { consolidation, equity_pct, cbam } }, p) => {
    const report: SettingPath = ['plants', p, 'report']
    const found: ConfigFinding[] = []
    if (equity_pct !== undefined && consolidation !== 'equity_share') {
      const remedy = 'set consolidation: equity_share, or remove it'
      found.push(findingAt(config, [...report, 'equity_pct'], 'is of equity_share alone', remedy))
    }
    const goods = cbam?.goods ?? []
    for (const key of ['direct_share', 'electricity_share'] as const) {
      const total = goods.reduce((sum, good) => sum + (good[key] ?? 0), 0)
      if (total <= ONE) continue
      const last = goods.findLastIndex((good) => good[key] !== undefined)
      const problem = `makes ${total} of all goods together: more is attributed than there is`
      found.push(
        findingAt(config, [...report, 'cbam', 'goods', last, key], problem, 'let the shares add up to 1 at most'),
      )
    }
    for (const [g, good] of goods.entries()) {
      const earlier = goods.findIndex(({ id }) => id === good.id)
      if (earlier < g) {
        const path = [...report, 'cbam', 'goods', g, 'id']
        found.push(findingAt(config, path, 'appears twice', 'goods are told apart by their ids: rename one of the two'))
      }
      for (const [i, { from, to }] of good.produced.entries()) {
        if (from < to) continue
        const path = [...report, 'cbam', 'goods', g, 'produced', i, 'to']
        found.push(findingAt(config, path, 'lies not after from', 'give the day after the last'))
      }
    }
    return found
  })
}

/** A name that no device has: what it stands for would not be in the report; and tonnes of a good that are stated twice. */
export function reportDoubts(config: Config): ConfigFinding[] {
  return [...unknownDevices(config), ...tonnesStatedTwice(config)]
}

/** The gateway starts with them, and a report of days that hold both says no tonnes. */
function tonnesStatedTwice(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ report: { cbam } }, p) =>
    (cbam?.goods ?? []).flatMap(({ produced }, g) =>
      overlapsOf(produced).map(([one, other]) => {
        const path = ['plants', p, 'report', 'cbam', 'goods', g, 'produced', produced.indexOf(other), 'from']
        const problem = `overlaps the entry of ${one.from} to ${one.to}: a report of days that hold both has no tonnes of this good`
        return findingAt(config, path, problem, 'state each day once: remove one of the two')
      }),
    ),
  )
}

function unknownDevices(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ report: { calibrations, cbam }, devices }, p) => {
    const ids = devices.map(({ id }) => id)
    const report: SettingPath = ['plants', p, 'report']
    const named: [SettingPath, string][] = calibrations.map(({ device }, i) => [
      [...report, 'calibrations', i, 'device'],
      device,
    ])
    for (const [g, good] of (cbam?.goods ?? []).entries()) {
      for (const key of ['counted_by', 'direct_devices', 'electricity_devices', 'heat_devices'] as const) {
        for (const [i, id] of (good[key] ?? []).entries()) named.push([[...report, 'cbam', 'goods', g, key, i], id])
      }
    }
    return named.flatMap(([path, id]) => {
      if (ids.includes(id)) return []
      const meant = nearest(id, ids)
      const remedy = meant === undefined ? 'list it under devices, or remove it' : `did you mean ${meant}?`
      return [findingAt(config, path, 'is no device of this plant', remedy)]
    })
  })
}
