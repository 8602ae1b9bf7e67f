import { type FlagBits, flagBit } from '../../../base/flags.js'
import type { NullReason } from '../../../base/reasons.js'

/** Published and marked, never clipped. Source: KPI specification, global rules. */
export const OUT_OF_RANGE: FlagBits = flagBit('out_of_expected_range')
/** Made by an approximation that the specification allows. */
export const APPROX: FlagBits = flagBit('approx')

/** Result of arithmetic, or the reason why there is none: never NaN, never Infinity, never 0 for "unknown". */
export type ArithmeticResult<Value = number> =
  | { readonly value: Value; readonly reason: ''; readonly flags: FlagBits }
  | { readonly value: null; readonly reason: NullReason; readonly flags: FlagBits }

export function answer<Value>(value: Value, flags: FlagBits = 0): ArithmeticResult<Value> {
  return { value, reason: '', flags }
}

export function noAnswer(reason: NullReason, flags: FlagBits = 0): ArithmeticResult<never> {
  return { value: null, reason, flags }
}

/** A number if it is one: readings that are NaN or infinite are no data. */
export function finite(value: number, flags: FlagBits = 0): ArithmeticResult {
  return Number.isFinite(value) ? answer(value, flags) : noAnswer('no_data')
}

/** A quotient with what it is made of, which is given even where there is no value. */
export interface Ratio {
  readonly value: number | null
  readonly reason: NullReason | ''
  readonly numerator: number
  readonly denominator: number
}

/** `null`, `no_denominator` for a divisor of 0; `no_data` when one of the two is no number. */
export function ratio(numerator: number, denominator: number): Ratio {
  if (!Number.isFinite(numerator) || !Number.isFinite(denominator)) return noRatio('no_data')
  if (denominator === 0) return noRatio('no_denominator', numerator, denominator)
  return { value: numerator / denominator, reason: '', numerator, denominator }
}

export function noRatio(reason: NullReason, numerator = 0, denominator = 0): Ratio {
  return { value: null, reason, numerator, denominator }
}
