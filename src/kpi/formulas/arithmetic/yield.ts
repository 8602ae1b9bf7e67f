import { type ArithmeticResult, answer, noAnswer } from './answer.js'

/**
 * Share of parts that come through every step at the first attempt: the product of the steps' first-pass yields, 0..1.
 * One step that is not known makes all unknown: `no_data`, as without any step. Source: KPI specification §4.
 */
export function rolledThroughputYield(firstPassYields: readonly (number | null)[]): ArithmeticResult {
  let product = 1
  for (const one of firstPassYields) {
    if (one === null || !Number.isFinite(one)) return noAnswer('no_data')
    product *= one
  }
  return firstPassYields.length === 0 ? noAnswer('no_data') : answer(product)
}
