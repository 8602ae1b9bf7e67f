import { type KpiPoint, streamKey } from '../../src/base/kpi.js'

/** How many points of a stream a page keeps: what its longest view shows, and some. */
export const STREAM_POINTS_MAX = 400

/**
 * Whether `next` may take the place of `current`, both of the same window. History and feed race each other: a final
 * point comes once on the feed and must not fall back to a provisional one that was under way in an HTTP answer.
 */
export function supersedes(next: KpiPoint, current: KpiPoint): boolean {
  if (next.provisional !== current.provisional) return current.provisional
  return next.rev >= current.rev
}

/** The points of one stream, oldest first, one a window start, the newest `max` of them. */
export function mergePoints(
  current: readonly KpiPoint[],
  incoming: readonly KpiPoint[],
  max = STREAM_POINTS_MAX,
): readonly KpiPoint[] {
  const byStart = new Map(current.map((p) => [Date.parse(p.start), p]))
  for (const point of incoming) {
    const start = Date.parse(point.start)
    const known = byStart.get(start)
    if (known === undefined || supersedes(point, known)) byStart.set(start, point)
  }
  return [...byStart.entries()]
    .sort(([a], [b]) => a - b)
    .slice(-max)
    .map(([, point]) => point)
}

/** Points by the stream they belong to. */
export function byStream(points: readonly KpiPoint[]): Map<string, KpiPoint[]> {
  const streams = new Map<string, KpiPoint[]>()
  for (const point of points) {
    const key = streamKey(point)
    const stream = streams.get(key)
    if (stream === undefined) streams.set(key, [point])
    else stream.push(point)
  }
  return streams
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The stretch of time to show. It ends with the newest window, or now when data stopped less than a span ago, so that
 * the silence is seen; what is older than that (a replay of last year) is shown where it is, its age says the rest.
 */
export function spanOf(points: readonly KpiPoint[], lengthMs: number, nowMs: number): Span {
  const newest = points.at(-1)
  const newestMs = newest === undefined ? nowMs : Date.parse(newest.end)
  const toMs = nowMs > newestMs && nowMs - newestMs < lengthMs ? nowMs : newestMs
  return { fromMs: toMs - lengthMs, toMs }
}

/** The points that lie in a span, by their start. */
export function within(points: readonly KpiPoint[], span: Span): readonly KpiPoint[] {
  return points.filter((p) => Date.parse(p.start) >= span.fromMs && Date.parse(p.start) < span.toMs)
}

/**
 * Stretches for which data were due and are missing: windows that are null for want of data, holes between windows,
 * and the silence from the newest window to `span.toMs`. Before the first window nothing was promised.
 */
export function gapsOf(points: readonly KpiPoint[], span: Span): readonly Span[] {
  const gaps: { fromMs: number; toMs: number }[] = []
  const add = (fromMs: number, toMs: number) => {
    const last = gaps.at(-1)
    if (last?.toMs === fromMs) last.toMs = toMs
    else gaps.push({ fromMs, toMs })
  }
  points.forEach((point, i) => {
    const start = Date.parse(point.start)
    const end = Date.parse(point.end)
    const before = points[i - 1]
    if (before !== undefined && Date.parse(before.end) < start) add(Date.parse(before.end), start)
    if (point.value === null && isDue(point)) add(start, end)
  })
  const newest = points.at(-1)
  if (newest !== undefined && Date.parse(newest.end) < span.toMs) add(Date.parse(newest.end), span.toMs)
  return gaps
}

/** Null because data that were due did not come, as against nothing to measure or a missing setting. */
export function isDue(point: KpiPoint): boolean {
  return point.reason === 'no_data' || point.reason === 'low_coverage' || point.reason === 'o2_invalid'
}
