import type { Regime } from '../../../base/options/limits.js'

/** When an hour of an analyser is valid. */
export interface RegimeRule {
  /** Part of the time for which good data are there, 0..1; null where the quarters of the hour are looked at instead. */
  readonly share: number | null
  /** Quarters of the hour that hold a good reading: at least this many, and in an hour in which it was checked. */
  readonly quarters: number
  readonly quartersWhenChecked: number
  /** The same share of what is measured beside it: oxygen, moisture, flow. */
  readonly companionShare: number
}

/**
 * The three regimes as data. Source: KPI specification §2.4: HJ 75-2017 (45 min; from memory), 40 CFR 60.13(e)(2) with
 * (h)(2) for hours with quality assurance, Regulation (EU) 2018/2066 Article 44 (80 % of the points, then pro rata).
 */
export const REGIME_RULES: Readonly<Record<Regime, RegimeRule>> = {
  cn: { share: 0.75, quarters: 0, quartersWhenChecked: 0, companionShare: 0.75 },
  us: { share: null, quarters: 4, quartersWhenChecked: 2, companionShare: 0.5 },
  eu: { share: 0.8, quarters: 0, quartersWhenChecked: 0, companionShare: 0.8 },
}
