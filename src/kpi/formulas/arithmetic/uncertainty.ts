import { noRatio, type Ratio, ratio } from './answer.js'

// Source: IPCC 2006 Guidelines, volume 1, chapter 3, approach 1 (from memory). Uncertainties are relative, 0.05 for 5 %, at
// the same level of confidence, and of quantities that do not depend on each other.

/** Uncertainty of a product of quantities, activity data times factor: the root of the sum of squares. */
export function uncertaintyOfProduct(uncertainties: readonly number[]): number {
  return Math.sqrt(uncertainties.reduce((sum, u) => sum + u * u, 0))
}

/** One line of a report. */
export interface UncertainAmount {
  /** In one unit for all lines; negative for what is taken off. */
  readonly amount: number
  readonly uncertainty: number
}

/** Uncertainty of a sum of amounts: √Σ(u·E)² / |ΣE|. `no_data` without an amount, `no_denominator` when they add up to nothing. */
export function uncertaintyOfSum(amounts: readonly UncertainAmount[]): Ratio {
  if (amounts.length === 0) return noRatio('no_data')
  let squares = 0
  let total = 0
  for (const { amount, uncertainty } of amounts) {
    squares += (uncertainty * amount) ** 2
    total += amount
  }
  return ratio(Math.sqrt(squares), Math.abs(total))
}
