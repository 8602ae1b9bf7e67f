import type { ChangedRange } from '../series/late.js'
import type { PreparedSums } from '../series/prepared-sums.js'
import type { SeriesState } from '../series/series-state.js'

/** A stretch of stale points that is computed some subjects at a time; what is live has its turn in between. */
export interface StaleStretch {
  /** Ranges in which the sums of series have changed, and why. */
  readonly changed: ReadonlyMap<SeriesState, ChangedRange>
  /** The first record with something of it. */
  readonly position: number
  /** Keys of the subjects that have been computed. */
  readonly done: Set<string>
  /** The subjects still to be computed, with the number of series of each; null until they are to be told apart. */
  rest: (readonly [key: string, series: number])[] | null
  /** Sums of series for subjects that are computed some hours at a time. */
  readonly prepared: PreparedSums
}

/** A stretch of late samples that is folded some series at a time. */
export interface Refolding {
  readonly firstMs: number
  readonly untilMs: number
  /** Series that are still to be folded. */
  readonly rest: Set<SeriesState>
}
