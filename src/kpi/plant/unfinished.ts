import type { TimeRange } from '../series/calendar.js'
import type { SeriesState } from '../series/series-state.js'
import type { Range } from '../time/ranges.js'
import type { Point } from '../windows/point.js'
import type { KpiSubject } from '../windows/subjects.js'
import { isOf } from './past-work.js'
import type { EnginePlant } from './plant.js'

/** Something of the past of a series is still to be folded or computed. */
export function isBehind({ late, stale, stretch }: EnginePlant, series: SeriesState): boolean {
  return late.has(series) || stale.has(series) || stretch?.changed.has(series) === true
}

/** True while samples of a month wait to be folded, or to be computed for this subject. */
export function isMonthBusy(
  { late, stale, stretch, held }: EnginePlant,
  subject: KpiSubject,
  span: TimeRange,
): boolean {
  const isIn = (range: Range | undefined) => {
    return range !== undefined && range.fromMs < span.endMs && range.toMs >= span.startMs
  }
  const isComputed = stretch?.done.has(subject.key) === false && isOf(stretch, subject.key)
  const changed = isComputed ? stretch.changed : undefined
  const ripe = held.ripeKeys.has(subject.key) ? held.ripe : undefined
  return subject.readSeries.some((series) => {
    return [late, stale, changed, ripe].some((marks) => isIn(marks?.get(series)))
  })
}

/**
 * Tells whether samples of before an instant wait to be folded or computed, and which windows from before it are not final;
 * null for a plant that is not known.
 */
export function unfinishedBefore(
  plant: EnginePlant | undefined,
  ms: number,
): { readonly isLate: boolean; readonly open: readonly Point[] } | null {
  if (plant === undefined) return null
  const { late, stale, stretch, held, voided, streams } = plant
  const marks = [late, stale, stretch?.changed, held.waiting, held.ripe]
  const waiting = [...marks.flatMap((ranges) => [...(ranges?.values() ?? [])]), ...voided]
  const isLate = waiting.some(({ fromMs }) => fromMs < ms)
  return { isLate, open: [...streams.allOpen()].filter(({ startMs }) => startMs < ms) }
}
