import { type Signal, signal } from '@preact/signals'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { mergePoints, placeOf, type Span, timesOf } from './points.js'

/** Points kept of one stream, more than a chart can show beside what it is compared with; beyond that only what is in view is kept. */
const POINTS_MAX = 6_000
/** Streams whose past is kept; the one that was asked for longest ago goes first. */
const STREAMS_MAX = 64

interface Kept {
  readonly points: Signal<readonly KpiPoint[]>
  /** Spans that have been read, in order and apart from each other; one that is kept up by the feed has no end. */
  covered: readonly Span[]
  /** Spans that were covered before a break: they are shown, and read again. */
  stale: readonly Span[]
}

/**
 * The past of streams as charts have asked for it, beside the live streams: a look at last year must not cost a tile
 * its last day. What the feed says later of an interval that has been read is put in.
 */
export class Past {
  readonly #kept = new Map<string, Kept>()

  /** All that is known of a stream, oldest first; with holes where nobody has asked yet. */
  of(key: string): Signal<readonly KpiPoint[]> {
    return this.#of(key).points
  }

  /** True when a span can be shown, be it as it was before a break of the feed. */
  isKnown(key: string, span: Span): boolean {
    const { covered, stale } = this.#of(key)
    return holesIn(united([...covered, ...stale]), span).length === 0
  }

  /** The interval of a span that must be read; null when all of it is there and kept up. */
  missing(key: string, span: Span): Span | null {
    const holes = holesIn(this.#of(key).covered, span)
    const [first, last] = [holes[0], holes.at(-1)]
    return first === undefined || last === undefined ? null : { fromMs: first.fromMs, toMs: last.toMs }
  }

  /**
   * Takes what was read of a span; its end is Infinity when the feed goes on from there. `view` is all that the chart
   * shows, which may be more: what was read is often only the piece of it that was missing.
   */
  add(key: string, span: Span, points: readonly KpiPoint[], view = span): void {
    const kept = this.#of(key)
    kept.covered = united([...kept.covered, span])
    kept.points.value = mergePoints(kept.points.value, points, Number.POSITIVE_INFINITY)
    if (kept.points.value.length > POINTS_MAX) this.#narrow(kept, view)
  }

  /** Takes what the feed says: it counts where the past has been read, else it would look as if all before it were there. */
  correct(key: string, points: readonly KpiPoint[]): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    const known = points.filter((point) => kept.covered.some((span) => isIn(span, timesOf(point).fromMs)))
    if (known.length === 0) return
    kept.points.value = mergePoints(kept.points.value, known, POINTS_MAX)
    const first = kept.points.value[0]
    if (kept.points.value.length === POINTS_MAX && first !== undefined) {
      const keptSpan = { fromMs: timesOf(first).fromMs, toMs: Number.POSITIVE_INFINITY }
      kept.covered = kept.covered.flatMap((span) => cut(span, keptSpan))
      kept.stale = kept.stale.flatMap((span) => cut(span, keptSpan))
    }
  }

  /** After a break of the feed, or a time in which it told of other streams, there may be changes anywhere. */
  invalidate(nowMs: number): void {
    for (const key of this.#kept.keys()) this.invalidateOne(key, nowMs)
  }

  /** The same for one stream that has a feed of its own. */
  invalidateOne(key: string, nowMs: number): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    const until = { fromMs: Number.NEGATIVE_INFINITY, toMs: nowMs }
    kept.stale = united([...kept.stale, ...kept.covered].flatMap((span) => cut(span, until)))
    kept.covered = []
  }

  #of(key: string): Kept {
    const kept = this.#kept.get(key) ?? { points: signal<readonly KpiPoint[]>([]), covered: [], stale: [] }
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= STREAMS_MAX) break
      this.#kept.delete(oldest)
    }
    return kept
  }

  #narrow(kept: Kept, view: Span): void {
    const points = kept.points.value
    const first = placeOf(points, view.fromMs)
    // Points that the feed goes on with stay, as long as they are not too many by themselves.
    const toMs = points.length - first <= POINTS_MAX ? Number.POSITIVE_INFINITY : view.toMs
    const seen = { fromMs: view.fromMs, toMs }
    kept.points.value = points.slice(first, placeOf(points, toMs)).slice(-POINTS_MAX)
    kept.covered = kept.covered.flatMap((span) => cut(span, seen))
    kept.stale = kept.stale.flatMap((span) => cut(span, seen))
  }
}

const isIn = (span: Span, ms: number) => ms >= span.fromMs && ms < span.toMs

function cut(span: Span, to: Span): readonly Span[] {
  const [fromMs, toMs] = [Math.max(span.fromMs, to.fromMs), Math.min(span.toMs, to.toMs)]
  return fromMs < toMs ? [{ fromMs, toMs }] : []
}

/** Spans in order, those that touch as one. */
function united(spans: readonly Span[]): readonly Span[] {
  const all: { fromMs: number; toMs: number }[] = []
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = all.at(-1)
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs)
    else all.push({ ...span })
  }
  return all
}

function holesIn(covered: readonly Span[], span: Span): readonly Span[] {
  const holes: Span[] = []
  let fromMs = span.fromMs
  for (const known of covered) {
    if (known.toMs <= fromMs) continue
    if (known.fromMs >= span.toMs) break
    if (known.fromMs > fromMs) holes.push({ fromMs, toMs: known.fromMs })
    fromMs = known.toMs
  }
  if (fromMs < span.toMs) holes.push({ fromMs, toMs: span.toMs })
  return holes
}
