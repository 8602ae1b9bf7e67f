import { HOUR_MS } from '../../base/durations.js'
import type { ChangedRange } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import type { KpiSubject } from '../windows/subjects.js'

/** Sums that have changed no further back than this are of what goes on. */
const LIVE_MS = 2 * HOUR_MS

/** Changed sums, and the subjects that are computed with them now. */
export interface Share {
  readonly changed: ReadonlyMap<SeriesState, ChangedRange>
  /** False for a subject that is looked at in the next part, whatever is due of it. */
  concerns(subject: Pick<KpiSubject, 'key' | 'seriesList'>): boolean
}

/** A part of what new samples have changed. */
export interface ChangeShare extends Share {
  /** Changes before this instant are held for subjects of many series, epoch ms; -Infinity when no more comes. */
  readonly heldBeforeMs: number
}

/**
 * Parts of what new samples have changed, in the order in which they are computed: what goes on now does not wait for what
 * somebody sends of the past. One part where all is of one kind. What windows come to does not depend on it: the sums hold
 * all samples.
 *
 * @param isHeld more samples are to come at once, and sums of many series over the past wait for them
 * @param isSentInParts what the first part makes is stored before the second one looks windows up: without that there is one
 */
export function liveFirst(
  { changed, concerns }: Share,
  nowMs: number,
  { isHeld, isSentInParts }: { readonly isHeld: boolean; readonly isSentInParts: boolean },
): readonly ChangeShare[] {
  const live = new Map<SeriesState, ChangedRange>()
  const past = new Map<SeriesState, ChangedRange>()
  const behindMs = nowMs - LIVE_MS
  for (const [series, range] of changed) (range.fromMs >= behindMs ? live : past).set(series, range)
  const heldBeforeMs = isHeld ? behindMs : -Infinity
  const isOnePart = !isSentInParts || live.size === 0 || past.size === 0
  if (isOnePart) return [{ changed, concerns, heldBeforeMs }]
  const concernsLive: ChangeShare['concerns'] = (subject) => {
    return concerns(subject) && subject.seriesList.some((series) => live.has(series))
  }
  return [
    { changed: live, concerns: concernsLive, heldBeforeMs },
    { changed: past, concerns, heldBeforeMs },
  ]
}
