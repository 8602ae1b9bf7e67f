import type { FlagBits } from '../../../base/flags.js'
import type { NullReason } from '../../../base/reasons.js'
import { type Figure, NO_FACTORS } from '../../windows/point.js'
import { COVERAGE_MIN } from '../recipe.js'

/** Times of the hours of a window that say how much is known. Adds up over hours, stacks and days. */
export interface HoursTotal {
  readonly coveredMs: number
  readonly expectedMs: number
  readonly estimatedMs: number
  /** Time of the hours that something can be said of, out of those that are due: not of hours at a standstill. */
  readonly judgedMs: number
  readonly dueMs: number
  /** Reason why nothing can be said of an hour, where it is not for want of time covered. */
  readonly reason: NullReason | ''
  readonly flags: FlagBits
  /** Ids of the limits used, ascending. */
  readonly factors: readonly string[]
}

export const NO_HOURS: HoursTotal = {
  coveredMs: 0,
  expectedMs: 0,
  estimatedMs: 0,
  judgedMs: 0,
  dueMs: 0,
  reason: '',
  flags: 0,
  factors: NO_FACTORS,
}

/** Reasons in the order in which they are to be mended: of several the first one is told. */
const REASONS: readonly (NullReason | '')[] = ['bad_config', 'o2_invalid', 'no_data', '']

export function addHours(a: HoursTotal, b: HoursTotal): HoursTotal {
  return {
    coveredMs: a.coveredMs + b.coveredMs,
    expectedMs: a.expectedMs + b.expectedMs,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    judgedMs: a.judgedMs + b.judgedMs,
    dueMs: a.dueMs + b.dueMs,
    reason: REASONS.indexOf(a.reason) <= REASONS.indexOf(b.reason) ? a.reason : b.reason,
    flags: a.flags | b.flags,
    factors: bothLists(a.factors, b.factors),
  }
}

function bothLists(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0 || a === b) return a
  if (a.length === 0) return b
  return [...new Set([...a, ...b])].sort()
}

/**
 * A value when something is known of three quarters of the hours that are due. Each hour has its own rule of how much data
 * it needs, so that the coverage of a valid one may be lower.
 */
export function figureOfHours(numerator: number, denominator: number, total: HoursTotal): Figure {
  const { coveredMs, expectedMs, estimatedMs, judgedMs, dueMs, flags, factors } = total
  const reason = reasonOf(total, denominator)
  return {
    value: reason === '' ? numerator / denominator : null,
    reason,
    numerator,
    denominator,
    coverage: expectedMs > 0 ? coveredMs / expectedMs : 0,
    estimatedShare: coveredMs > 0 ? estimatedMs / coveredMs : 0,
    flags: dueMs === 0 && judgedMs === 0 ? 0 : flags,
    factors,
  }
}

function reasonOf({ coveredMs, judgedMs, dueMs, reason }: HoursTotal, denominator: number): NullReason | '' {
  if (judgedMs > 0 && judgedMs >= COVERAGE_MIN * dueMs) return denominator === 0 ? 'no_denominator' : ''
  if (reason === 'no_data') return judgedMs === 0 ? 'no_data' : 'low_coverage'
  if (reason !== '') return reason
  return coveredMs === 0 ? 'no_data' : 'low_coverage'
}
