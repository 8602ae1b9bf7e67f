import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { Cause } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import { type Range, Ranges } from '../time/ranges.js'
import { MEMBERSHIP_MS } from '../windows/basis.js'

/** Changed ranges of a subject closer than this are one. */
export const NEAR_MS = HOUR_MS

/** Sums of so many series are much work: those of the past are made seldom while more of it comes, … */
export const MANY_SERIES = 100
/**
 * … and when those of one series reach over so much time, whatever is said: they should still be at hand. Of devices that send
 * times weeks apart all of it reaches over weeks at once.
 */
const HELD_SPAN_MS = MEMBERSHIP_MS + 2 * DAY_MS

/** Rule for the past of subjects of many devices, which is held while more of it comes. */
export interface PastHold {
  /** Changes before this instant are held, epoch ms. */
  readonly behindMs: number
  /** True when changes that are held stay so, even when their time has come. */
  readonly isLive: boolean
  /** Time of "now" for which changes are held, ms. */
  readonly holdMs: number
}

/** Ranges in which the sums of a subject of one version have changed since it was last looked at. */
export interface PendingRanges {
  ranges: Ranges
  /** Windows that are not there yet and that samples reach into. */
  owed: Ranges
  /** Ranges of the past that have changed, until they are due; `heldSinceMs` says since when, ms of "now". */
  held: Ranges
  heldSinceMs: number
  /** The first instant of each series in them, and the longest time that those of one reach over, ms. */
  readonly heldFromMs: Map<SeriesState, number>
  heldSpanMs: number
  /** Cause of the changes; null when nothing has changed. */
  cause: Cause | null
}

/** Holds a range of the past in which sums of a series have changed. */
export function hold(pending: PendingRanges, series: SeriesState, { fromMs, toMs }: Range, nowMs: number): void {
  if (pending.held.isEmpty) pending.heldSinceMs = nowMs
  pending.held.add({ fromMs, toMs })
  const firstMs = Math.min(fromMs, pending.heldFromMs.get(series) ?? Infinity)
  pending.heldFromMs.set(series, firstMs)
  pending.heldSpanMs = Math.max(pending.heldSpanMs, toMs - firstMs)
}

/** The time of what is held has come. */
export function isRipe({ heldSpanMs, heldSinceMs }: PendingRanges, nowMs: number, holding: PastHold | null): boolean {
  if (holding === null) return true
  if (holding.isLive) return false
  return Math.abs(nowMs - heldSinceMs) >= holding.holdMs || heldSpanMs >= HELD_SPAN_MS
}

/** It is owed then: what of it is there is taken with the next look. */
export function releaseHeld(pending: PendingRanges): void {
  for (const range of pending.held) pending.owed.add(range)
  pending.held = new Ranges(NEAR_MS)
  pending.heldFromMs.clear()
  pending.heldSpanMs = 0
}
