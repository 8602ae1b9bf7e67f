import type { ConfigFinding } from './finding.js'
import { shownValue, valueAt } from './problems.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** A finding about what stands at a path of the configuration. */
export function findingAt(config: Config, path: SettingPath, problem: string, remedy: string): ConfigFinding {
  return { path, value: shownValue(path, valueAt(config, path)), problem, remedy }
}
