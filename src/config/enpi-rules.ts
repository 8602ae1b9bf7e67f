import type { ConfigFinding } from './finding.js'
import type { Config } from './schema.js'
import { validityOverlaps } from './validity.js'

/** Contradictions of energy baselines: a day would have two. */
export function enpiContradictions(config: Config): ConfigFinding[] {
  return config.plants.flatMap(({ enpi }, p) => validityOverlaps(config, enpi, ['plants', p, 'enpi']))
}
