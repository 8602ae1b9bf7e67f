import type { Finding } from './finding.js'
import { shown, valueAt } from './problems.js'
import type { Config } from './schema.js'
import type { Path } from './shape.js'

/** A finding about what stands at a path of the configuration. */
export function findingAt(config: Config, path: Path, problem: string, remedy: string): Finding {
  return { path, value: shown(path, valueAt(config, path)), problem, remedy }
}
