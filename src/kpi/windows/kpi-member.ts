import type { FlagBits } from '../../base/flags.js'
import type { SeriesState } from '../series/series-state.js'

/** One series as a term of a formula. */
export interface KpiMember {
  readonly series: SeriesState
  /** Brings the series's sums to the unit of the formula's term. */
  readonly scale: number
  readonly flags: FlagBits
  /** The device it counts for, when that is not the one that sends it. */
  readonly countsFor?: string
  /** No member of a window of which one of these is a member. */
  readonly unless: readonly SeriesState[]
  /** It stands in for these: it counts in no window in which one of them does. */
  readonly insteadOf?: readonly KpiMember[]
  /** The sum is known no better than this one: it is a meter that somebody has named in a sum, not one of many alike. */
  readonly isNamed?: boolean
  /** It says nothing before the first sample of one of these. */
  readonly beside?: readonly SeriesState[]
}
