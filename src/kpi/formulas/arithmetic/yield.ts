import { type Answer, answer, noAnswer, type Ratio, ratio } from './answer.js'

/**
 * Share of parts that come through every step at the first attempt: the product of the steps' first-pass yields, 0..1.
 * One step that is not known makes all unknown: `no_data`, as without any step. Source: KPI specification §4.
 */
export function rolledThroughputYield(firstPassYields: readonly (number | null)[]): Answer {
  let product = 1
  for (const one of firstPassYields) {
    if (one === null || !Number.isFinite(one)) return noAnswer('no_data')
    product *= one
  }
  return firstPassYields.length === 0 ? noAnswer('no_data') : answer(product)
}

/** Pieces by what became of them: produced, scrapped, reworked. */
export interface PieceCounts {
  readonly produced: number
  readonly scrap: number
  readonly rework: number
}

/**
 * First-pass yield where only counters are known: the caller flags it `approx`, since a part may be reworked and then
 * scrapped, and then counts twice. Source: KPI specification §4, after ISO 22400-2.
 */
export function firstPassYieldOfCounts({ produced, scrap, rework }: PieceCounts): Ratio {
  return ratio(produced - scrap - rework, produced)
}

/** Rejected parts in a million. Source: KPI specification §4. */
export function defectPpm(rejected: number, total: number): Ratio {
  return ratio(rejected * 1e6, total)
}
