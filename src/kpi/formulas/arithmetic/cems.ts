import type { FlagBits } from '../../../base/flags.js'
import { MOLAR_MASS_G, MOLAR_VOLUME_L } from '../../../base/gases.js'
import { type ArithmeticResult, finite, noAnswer, noRatio, OUT_OF_RANGE, type Ratio, ratio } from './answer.js'

// Source of the arithmetic of stacks: KPI specification §2.4, after HJ 75-2017 (not checked against its text).
// "Nm³" is dry, at 0 °C and 101.325 kPa.

const ZERO_C_K = 273.15
const ATMOSPHERE_KPA = 101.325
/** Oxygen in air, as HJ 75 and the limits of China and the EU reckon it, % by volume; no analyser reads more. */
export const AIR_O2_PCT = 21
/** The same as the United States reckon it. Source: 40 CFR part 60, appendix A, method 19. */
export const AIR_O2_PCT_US = 20.9

/** Judgement of a reading of oxygen, % by volume of dry gas. Source: KPI specification §2.4, as in a public test. */
export type O2Judgement = 'usable' | 'doubtful' | 'invalid' | 'impossible'

/** Below 0 or above 21 % no analyser reads: reject it. From 20.8 % it measures air; from 19.5 % the correction multiplies by 6 and more. */
export function judgedO2(o2Pct: number): O2Judgement {
  if (!(o2Pct >= 0 && o2Pct <= AIR_O2_PCT)) return 'impossible'
  if (o2Pct >= 20.8) return 'invalid'
  return o2Pct >= 19.5 ? 'doubtful' : 'usable'
}

/**
 * A concentration as it would be with the reference's share of air, mg/Nm³: for limits, never for mass. At the reference
 * itself the measured value comes back bit by bit, so that 200 at a limit of 200 is no exceedance.
 * `null`, `o2_invalid` from 20.8 % and outside 0..21 %; flag `out_of_expected_range` from 19.5 %; `bad_config` when the
 * reference is no share of oxygen below air's.
 * @param airO2Pct oxygen in air as the regime of the limit computes it, % by volume
 */
export function atReferenceO2(mgNm3: number, o2Pct: number, o2RefPct: number, airO2Pct = AIR_O2_PCT): ArithmeticResult {
  if (!(o2RefPct >= 0 && o2RefPct < airO2Pct)) return noAnswer('bad_config')
  if (!Number.isFinite(mgNm3) || Number.isNaN(o2Pct)) return noAnswer('no_data')
  const judgement = judgedO2(o2Pct)
  if (judgement === 'invalid' || judgement === 'impossible') return noAnswer('o2_invalid')
  const flags: FlagBits = judgement === 'doubtful' ? OUT_OF_RANGE : 0
  return finite(mgNm3 * ((airO2Pct - o2RefPct) / (airO2Pct - o2Pct)), flags)
}

/** Converts the reading of an analyser of wet gas to dry gas. `null`, `no_data` unless the moisture is 0 % to below 100 %. */
export function inDryGas(wet: number, moisturePct: number): ArithmeticResult {
  return isMoisture(moisturePct) ? finite(wet / (1 - moisturePct / 100)) : noAnswer('no_data')
}

/** Readings of a pitot tube and its companions in the stack. */
export interface StackGasFlow {
  readonly velocityMs: number
  readonly areaM2: number
  readonly tempC: number
  /** Pressure of the air around the stack. */
  readonly barometricKpa: number
  /** Pressure of the gas above that of the air, negative under suction. */
  readonly staticKpa: number
  readonly moisturePct: number
}

/**
 * Dry flow at standard conditions, Nm³/h. `null`, `bad_config` without an area; `no_data` for readings that no gas has:
 * at or below absolute zero, no pressure left, moisture outside 0..100 %.
 */
export function dryFlowNm3h(flow: StackGasFlow): ArithmeticResult {
  const { velocityMs, areaM2, tempC, barometricKpa, staticKpa, moisturePct } = flow
  if (!(areaM2 > 0)) return noAnswer('bad_config')
  if (!(tempC > -ZERO_C_K) || !(barometricKpa + staticKpa > 0) || !isMoisture(moisturePct)) return noAnswer('no_data')
  const wetM3h = velocityMs * areaM2 * 3600
  const standard = (ZERO_C_K / (ZERO_C_K + tempC)) * ((barometricKpa + staticKpa) / ATMOSPHERE_KPA)
  return finite(wetM3h * standard * (1 - moisturePct / 100))
}

/** Mass, kg/h, from the concentration as measured: the one corrected to a reference would count the air that it adds. */
export function massKgH(measuredMgNm3: number, dryNm3h: number): number {
  return measuredMgNm3 * dryNm3h * 1e-6
}

/** Mass of measured CO2, kg/h: 1.9635 kg in a Nm³. */
export function co2KgH(co2Pct: number, dryNm3h: number): number {
  return ((co2Pct / 100) * dryNm3h * MOLAR_MASS_G.co2) / MOLAR_VOLUME_L
}

/** Above the limit, and not at it: the full value is compared, nothing is rounded. */
export function isExceeded(referenceMgNm3: number, limitMgNm3: number): boolean {
  return referenceMgNm3 > limitMgNm3
}

/** By how many times the limit an hour lies above it: 0 at the limit. `bad_config` for a limit that is not above 0. */
export function exceedMultiple(referenceMgNm3: number, limitMgNm3: number): Ratio {
  return limitMgNm3 > 0 ? ratio(referenceMgNm3 - limitMgNm3, limitMgNm3) : noRatio('bad_config')
}

/**
 * Hours with valid data, out of those in which the source ran, 0..1; `no_denominator` when it never ran.
 * Source: KPI specification §2.4, over a quarter.
 */
export function validCapture(hours: {
  readonly all: number
  readonly stopped: number
  readonly invalid: number
}): Ratio {
  const running = hours.all - hours.stopped
  return ratio(running - hours.invalid, running)
}

function isMoisture(moisturePct: number): boolean {
  return moisturePct >= 0 && moisturePct < 100
}
