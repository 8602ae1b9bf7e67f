import { RESTATEMENT_REASONS, type RestatementReason } from '../../base/records.js'
import type { SeriesState } from './series-state.js'

/** Reason for which sums of the past change. */
export type Cause = RestatementReason

/** The one to be told of two causes: the later in their list. */
export function strongerOf(a: Cause, b: Cause): Cause {
  return RESTATEMENT_REASONS.indexOf(a) > RESTATEMENT_REASONS.indexOf(b) ? a : b
}

/** Reason for which an event of this type changes sums of the past. */
export function causeOf(event: string): Cause {
  return event === 'correction' ? 'correction' : 'late_data'
}

/** Late samples of one series that its sums do not hold yet. */
export interface Late {
  /** Event times, epoch ms: the first and the last of them. */
  readonly fromMs: number
  readonly toMs: number
  /** Journal position of the first that came. */
  readonly position: number
  readonly cause: Cause
  /** A fold has come so far, epoch ms: states before it are right. Absent where new samples may be before it. */
  readonly foldedMs?: number
}

/** Range in which the sums of a series have changed, and the cause; new samples when nothing is said. Epoch ms. */
export interface ChangedRange {
  readonly fromMs: number
  readonly toMs: number
  readonly cause?: Cause
}

/** A stretch of a series whose sums something has changed. */
export interface Touched {
  readonly series: SeriesState
  readonly fromMs: number
  readonly toMs: number
  /** It has no sample there that is new: what its samples mean has changed. Absent when it has. */
  readonly isAgain?: true
}

/** Notes that a series has new samples: from when to when, the first record they came in, and why. Before what is kept of it nothing changes. */
export function mark(
  marks: Map<SeriesState, Late>,
  series: SeriesState,
  fromMs: number,
  toMs: number,
  position: number,
  cause: Cause = 'late_data',
): void {
  const before = marks.get(series)
  const { keptFromMs } = series
  marks.set(series, {
    fromMs: Math.max(keptFromMs, Math.min(fromMs, before?.fromMs ?? Infinity)),
    toMs: Math.max(keptFromMs, toMs, before?.toMs ?? -Infinity),
    position: Math.min(position, before?.position ?? Infinity),
    cause: strongerOf(cause, before?.cause ?? cause),
  })
}

/** Cuts marks of series to what is kept of them. */
export function keepMarks(marks: Map<SeriesState, Late>): void {
  for (const [series, { fromMs, toMs, position, cause }] of marks) mark(marks, series, fromMs, toMs, position, cause)
}
