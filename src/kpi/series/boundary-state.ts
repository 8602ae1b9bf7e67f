import { DAY_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { Buckets } from './buckets.js'
import type { FoldStart } from './fold.js'

/** Quarters of the day before the boundary: so far back windows look for samples. */
export const BOUNDARY_QUARTERS = DAY_MS / QUARTER_HOUR_MS

/** A series at the boundary before which its readings are gone: its state, and what windows behind it look back for. */
export interface BoundaryState {
  /** The boundary: start of a UTC day, epoch ms. */
  readonly fromMs: number
  /** State of its fold after all samples before the boundary. */
  readonly state: Float64Array
  /** Event time of its newest sample before the boundary, epoch ms. */
  readonly newestTs: number
  /** For each quarter of the day before the boundary 1 where a sample lies in it, else 0. */
  readonly sampledQuarters: string
}

/** Start of the fold over what is kept of a series, and of the sums that windows there look back for. */
export interface BoundaryStart extends FoldStart {
  readonly boundary: BoundaryState
}

/** The fold begins at a boundary, and not at a checkpoint behind it. */
export function isBoundaryStart(start: FoldStart): start is BoundaryStart {
  return (start as Partial<BoundaryStart>).boundary !== undefined
}

/** Start of the sums of a fold, epoch ms: at a boundary those of the day before it are empty, but for their samples. */
export function sumsFromMs(start: FoldStart): number {
  return isBoundaryStart(start) ? start.fromMs - DAY_MS : start.fromMs
}

/** Marks the samples of the day before a boundary in the sums of a fold that begins there. */
export function markSampledQuarters(start: FoldStart, quarterHours: Buckets): void {
  if (!isBoundaryStart(start)) return
  const { fromMs, sampledQuarters } = start.boundary
  for (let i = 0; i < BOUNDARY_QUARTERS; i++) {
    const ms = fromMs - (BOUNDARY_QUARTERS - i) * QUARTER_HOUR_MS
    if (sampledQuarters[i] === '1' && ms >= quarterHours.fromMs) quarterHours.mark(ms / QUARTER_HOUR_MS, 1, 0, 0, 0)
  }
}
