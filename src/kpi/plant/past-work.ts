import type { ChangedRange } from '../series/late.js'
import type { PreparedSums } from '../series/prepared-sums.js'
import type { SeriesState } from '../series/series-state.js'

/**
 * Kinds of steps over the past: late samples of series are folded, sums are read for a subject of many series, they are added up in some
 * of its hours, or subjects of few series are read and computed. One series is not as much work in one as in another.
 */
export type PastStepKind = 'fold' | 'read' | 'add_up' | 'compute'

/** Series that a step over the past has worked on; of a part of a stretch as many as it is a part. */
export interface PastStep {
  readonly kind: PastStepKind
  readonly series: number
}

/** Bounds of the series that a step over the past works on, by its kind. */
export type SeriesMax = (kind: PastStepKind) => number

/** A stretch of stale points that is computed some subjects at a time; what is live has its turn in between. */
export interface StaleStretch {
  /** Ranges in which the sums of series have changed, and why. */
  readonly changed: ReadonlyMap<SeriesState, ChangedRange>
  /** The first record with something of it. */
  readonly position: number
  /** Keys of the subjects that it is computed for: all others are already. Null for all subjects. */
  readonly only: ReadonlySet<string> | null
  /** Keys of the subjects that have been computed. */
  readonly done: Set<string>
  /** The subjects still to be computed, with the number of series of each; null until they are to be told apart. */
  rest: (readonly [key: string, series: number])[] | null
  /** Sums of series for subjects that are computed some hours at a time. */
  readonly prepared: PreparedSums
}

/** True for a stretch of what was held: it is computed for some subjects alone. */
export function isOfHeld(stretch: StaleStretch | null): boolean {
  return stretch !== null && stretch.only !== null
}

/** True for a subject that a stretch is computed for. */
export function isOf({ only }: Pick<StaleStretch, 'only'>, key: string): boolean {
  return only?.has(key) ?? true
}

/** A stretch of late samples that is folded some series at a time. */
export interface Refolding {
  readonly firstMs: number
  readonly untilMs: number
  /** Series that are still to be folded. */
  readonly rest: Set<SeriesState>
}
