import type { Finding } from './finding.js'
import type { Config } from './schema.js'
import { validityOverlaps } from './validity.js'

/** Contradictions of energy baselines: a day would have two. */
export function enpiContradictions(config: Config): Finding[] {
  return config.plants.flatMap(({ enpi }, p) => validityOverlaps(config, enpi, ['plants', p, 'enpi']))
}
