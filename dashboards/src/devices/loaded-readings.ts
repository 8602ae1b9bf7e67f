import type { ReadingPoint } from '../../../src/base/wire.js'
import type { Span } from '../series/points.js'

/** Readings of one metric of a device over a period, oldest first. */
export interface LoadedReadings extends Span {
  readonly points: readonly ReadingPoint[]
  /** The range holds more than are shown: these are the newest. */
  readonly isPart: boolean
}

/** One page of the API, and more dots than a chart has pixels. */
export const POINTS_MAX = 10_000
/** So far back it is read again: what arrives a little late is not missed. */
const OVERLAP_MS = 30_000

/** Instant, epoch ms, from which a period is to be read that is known up to its last reading; null where nothing is known. */
export function readOnFrom({ points, fromMs }: LoadedReadings): number | null {
  const last = points.at(-1)
  return last === undefined ? null : Math.max(fromMs, Date.parse(last.ts) - OVERLAP_MS)
}

/** Joins what is known up to `sinceMs` with all that was read from there on, in a range that has moved on. */
export function withNewer(
  known: LoadedReadings,
  newer: readonly ReadingPoint[],
  sinceMs: number,
  { fromMs, toMs }: Span,
): LoadedReadings {
  const firstMs = Math.max(fromMs, known.fromMs)
  const older = known.points.filter(({ ts }) => Date.parse(ts) >= firstMs && Date.parse(ts) < sinceMs)
  const points = [...older, ...newer]
  if (points.length <= POINTS_MAX)
    return { points, fromMs: firstMs, toMs, isPart: known.isPart && known.fromMs > fromMs }
  const newest = points.slice(-POINTS_MAX)
  return { points: newest, fromMs: Date.parse(newest[0]!.ts), toMs, isPart: true }
}
