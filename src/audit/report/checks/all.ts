import type { Finding, Report } from '../../../base/report.js'
import { amounts, coverageOfPeriod, shares } from './bounds.js'
import { cells } from './cells.js'
import { type Check, CheckedReport, findingsOf } from './checked.js'
import { stacks } from './stacks.js'
import { streams } from './streams.js'
import { gridFactor, madeOfOthers, partsOfTotals } from './sums.js'

/** Every check of a finished report; each has a test with a report that it finds wrong. */
export const CHECKS: readonly Check[] = [
  shares,
  coverageOfPeriod,
  amounts,
  stacks,
  madeOfOthers,
  partsOfTotals,
  gridFactor,
  streams,
  cells,
]

/**
 * Finds what does not hold within a report, by the document alone: bounds, and identities between its parts. Whoever computes it
 * again with the same formulas does not see a wrong formula; this does. Findings with `ok` are faults of the rules of an
 * older edition, which stand in its reports for ever.
 */
export function checkDocument(report: Report): readonly Finding[] {
  const checked = new CheckedReport(report)
  return CHECKS.flatMap((check) => findingsOf(check, checked))
}
