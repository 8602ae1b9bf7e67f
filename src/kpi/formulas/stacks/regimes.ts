import type { Regime } from '../../../base/options/limits.js'
import type { RulesEdition } from '../../rules-edition.js'
import { AIR_O2_PCT, AIR_O2_PCT_US } from '../arithmetic/cems.js'

/** When an hour of an analyser is valid. */
export interface RegimeRule {
  /** Part of the time for which good data are there, 0..1; null where the quarters of the hour are looked at instead. */
  readonly share: number | null
  /** Quarters of the hour that hold a good reading: at least this many, and in an hour in which it was checked. */
  readonly quarters: number
  readonly quartersWhenChecked: number
  /** The same share of what is measured beside it: oxygen, moisture, flow. */
  readonly companionShare: number
  /** Oxygen in air, % by volume, from which a concentration is brought to reference oxygen. */
  readonly airO2Pct: number
  /** Valid hours without which a day has no mean; null where the regime says nothing of days. */
  readonly dayHours: number | null
}

/**
 * The three regimes as data. Source: KPI specification §2.4: HJ 75-2017 (45 min of an hour, 20 hours of a day; from
 * memory), 40 CFR 60.13(e)(2) with (h)(2) for hours with quality assurance and appendix A, method 19 for oxygen, Regulation
 * (EU) 2018/2066 Article 44 (80 % of the points, then pro rata).
 */
const REGIME_RULES: Readonly<Record<Regime, RegimeRule>> = {
  cn: { share: 0.75, quarters: 0, quartersWhenChecked: 0, companionShare: 0.75, airO2Pct: AIR_O2_PCT, dayHours: 20 },
  us: {
    share: null,
    quarters: 4,
    quartersWhenChecked: 2,
    companionShare: 0.5,
    airO2Pct: AIR_O2_PCT_US,
    dayHours: null,
  },
  eu: { share: 0.8, quarters: 0, quartersWhenChecked: 0, companionShare: 0.8, airO2Pct: AIR_O2_PCT, dayHours: null },
}

/** Rules of the first edition: every regime computed with 21 % of oxygen in air, and none looked at the hours of a day. */
const FIRST_EDITION: Readonly<Record<Regime, RegimeRule>> = {
  cn: { ...REGIME_RULES.cn, dayHours: null },
  us: { ...REGIME_RULES.us, airO2Pct: AIR_O2_PCT },
  eu: REGIME_RULES.eu,
}

/** The rule of a regime as an edition of the calculation rules has it. */
export function ruleOf(regime: Regime, edition: RulesEdition): RegimeRule {
  return edition < 2 ? FIRST_EDITION[regime] : REGIME_RULES[regime]
}
