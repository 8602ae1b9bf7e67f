import type { FoldRules } from '../../src/kpi/series/fold.js'
import { Corrections } from '../../src/kpi/settings/corrections.js'

/** Rules of a series of which nothing is special: no bounds, corrections, states or connections. */
export function foldRules(of: Pick<FoldRules, 'kind' | 'maxGapMs' | 'maxHoldMs'> & Partial<FoldRules>): FoldRules {
  return {
    multiplier: 1,
    connections: null,
    holdLink: null,
    states: null,
    tellsStops: false,
    idealMsAt: null,
    replacedAt: [],
    corrections: new Corrections(),
    min: 0,
    max: Infinity,
    modulus: null,
    maxRatePerMs: null,
    interpolation: 'hold',
    ...of,
  }
}
