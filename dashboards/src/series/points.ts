import { HOUR_MS } from '../../../src/base/durations.js'
import { type KpiPoint, streamKey, type Window } from '../../../src/base/kpi.js'

/** Number of points of a live stream that a page keeps: what a tile shows, and some. */
export const STREAM_POINTS_MAX = 400

/** One figure of a plant, of a line of it, or of a device. */
export interface Stream {
  readonly plant: string
  /** The plant as a whole where there is neither line nor device. */
  readonly line?: string | undefined
  readonly device?: string | undefined
  readonly kpi: string
  readonly window: Window
}

/** Scope and id as the gateway names them. */
export function memberOf({ plant, line, device }: Stream): Pick<KpiPoint, 'scope' | 'id'> {
  if (device !== undefined) return { scope: 'device', id: device }
  if (line !== undefined) return { scope: 'line', id: line }
  return { scope: 'plant', id: plant }
}

/** The same the other way round. */
export function streamOf({ plant, scope, id, kpi, window }: StreamName): Stream {
  const member = scope === 'device' ? { device: id } : scope === 'line' ? { line: id } : {}
  return { plant, ...member, kpi, window }
}

type StreamName = Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window'>

export function keyOfStream(stream: Stream): string {
  return streamKey({ plant: stream.plant, ...memberOf(stream), kpi: stream.kpi, window: stream.window })
}

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Read once a point: a chart of hundreds of them is painted several times a second. */
const times = new WeakMap<KpiPoint, Span>()

/** Start and end of a point's window, epoch ms. */
export function timesOf(point: KpiPoint): Span {
  let span = times.get(point)
  if (span === undefined) {
    span = { fromMs: Date.parse(point.start), toMs: Date.parse(point.end) }
    times.set(point, span)
  }
  return span
}

/**
 * True when `next` may take the place of `current`, both of the same window. History and feed race each other: a final
 * point comes once on the feed and must not fall back to a provisional one that was under way in an HTTP answer.
 */
function supersedes(next: KpiPoint, current: KpiPoint): boolean {
  if (next.provisional !== current.provisional) return current.provisional
  return next.rev >= current.rev
}

/**
 * The points of one stream, oldest first, one a window start, the newest `max` of them. `current` is in order; what
 * comes in may be in any.
 */
export function mergePoints(
  current: readonly KpiPoint[],
  incoming: readonly KpiPoint[],
  max = STREAM_POINTS_MAX,
): readonly KpiPoint[] {
  const merged = [...current]
  for (const point of incoming) {
    const { fromMs } = timesOf(point)
    // Points from the feed belong at the end, and those that history answers are in order: few steps either way.
    const at = placeOf(merged, fromMs)
    const known = merged[at]
    if (known === undefined || timesOf(known).fromMs !== fromMs) merged.splice(at, 0, point)
    else if (supersedes(point, known)) merged[at] = point
  }
  return merged.length > max ? merged.slice(-max) : merged
}

/** The place of the first point that starts at `ms` or later. */
export function placeOf(points: readonly KpiPoint[], ms: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (timesOf(points[middle]!).fromMs < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** The place of the window that holds an instant, or null. */
export function placeAt(points: readonly KpiPoint[], ms: number): number | null {
  const place = placeOf(points, ms + 1) - 1
  const point = points[place]
  return point !== undefined && ms < timesOf(point).toMs ? place : null
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

/**
 * The interval to show. It ends with the newest window, or now when data stopped less than a span ago, so that
 * the silence is seen; what is older than that (a replay of last year) is shown where it is, its age says the rest.
 */
export function spanOf(points: readonly KpiPoint[], lengthMs: number, nowMs: number): Span {
  const newest = points.at(-1)
  const newestMs = newest === undefined ? nowMs : timesOf(newest).toMs
  const toMs = nowMs > newestMs && nowMs - newestMs < lengthMs ? nowMs : newestMs
  return { fromMs: toMs - lengthMs, toMs }
}

/**
 * The points of a span: each belongs to the one it starts in, so that neighbouring spans add up. Of a span in which
 * none starts, the window that it lies in.
 */
export function within(points: readonly KpiPoint[], span: Span): readonly KpiPoint[] {
  const [first, end] = [placeOf(points, span.fromMs), placeOf(points, span.toMs)]
  if (first < end) return points.slice(first, end)
  const around = placeAt(points, span.fromMs)
  return around === null ? [] : [points[around]!]
}

/** The points of a span: what history has of it, however long ago, and what the feed has told since. */
export function pointsIn(read: readonly KpiPoint[], live: readonly KpiPoint[], span: Span): readonly KpiPoint[] {
  return within(mergePoints(read, live, Number.POSITIVE_INFINITY), span)
}

/** True when a span is another one only because the hour has changed meanwhile. */
export function isMovedByClock(before: Span, now: Span): boolean {
  return Math.abs(now.fromMs - before.fromMs) <= HOUR_MS && Math.abs(now.toMs - before.toMs) <= HOUR_MS
}

/**
 * Intervals for which data were due and are missing: windows that are null for want of data, holes between windows,
 * and the silence from the newest window to `dueMs`, after which nothing can be missing yet. Before the first window
 * nothing was promised.
 */
export function gapsOf(points: readonly KpiPoint[], span: Span, dueMs = span.toMs): readonly Span[] {
  const gaps: { fromMs: number; toMs: number }[] = []
  const add = (fromMs: number, toMs: number) => {
    const last = gaps.at(-1)
    if (toMs <= fromMs) return
    if (last?.toMs === fromMs) last.toMs = toMs
    else gaps.push({ fromMs, toMs })
  }
  points.forEach((point, i) => {
    const { fromMs, toMs } = timesOf(point)
    const before = points[i - 1]
    if (before !== undefined) add(timesOf(before).toMs, fromMs)
    if (point.value === null && isDue(point)) add(fromMs, Math.min(toMs, dueMs))
  })
  const newest = points.at(-1)
  if (newest !== undefined) add(timesOf(newest).toMs, Math.min(span.toMs, dueMs))
  return gaps
}

/** Null because data that were due did not come, as against nothing to measure or a missing setting. */
export function isDue(point: KpiPoint): boolean {
  return point.reason === 'no_data' || point.reason === 'low_coverage' || point.reason === 'o2_invalid'
}
