import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'

/** Something that holds for some days; the last one is included, absent: until further notice. */
interface Dated {
  readonly valid_from?: string | undefined
  readonly valid_to?: string | undefined
}

/** Findings on those that begin while another one holds, by place in the configuration: only one may hold at a time. */
export function validityOverlaps(config: Config, all: readonly Dated[], path: SettingPath): ConfigFinding[] {
  return all.flatMap((one, i) => {
    const other = all.slice(0, i).findIndex((earlier) => overlap(earlier, one))
    if (other < 0) return []
    const problem = `holds at the same time as ${pathText([...path, other])}`
    const remedy = 'set valid_to of the older one to the day before valid_from of the newer one'
    return [findingAt(config, [...path, i, 'valid_from'], problem, remedy)]
  })
}

const ALWAYS = '9999-12-31'

function overlap(a: Dated, b: Dated): boolean {
  return (a.valid_from ?? '') <= (b.valid_to ?? ALWAYS) && (b.valid_from ?? '') <= (a.valid_to ?? ALWAYS)
}
