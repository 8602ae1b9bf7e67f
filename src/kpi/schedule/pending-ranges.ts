import { HOUR_MS } from '../../base/durations.js'
import type { Cause } from '../series/late.js'
import type { Ranges } from '../time/ranges.js'

/** Changed ranges of a subject closer than this are one. */
export const NEAR_MS = HOUR_MS

/** Ranges in which the sums of a subject of one version have changed since it was last looked at. */
export interface PendingRanges {
  ranges: Ranges
  /** Windows that are not there yet and that samples reach into. */
  owed: Ranges
  /** Cause of the changes; null when nothing has changed. */
  cause: Cause | null
}
