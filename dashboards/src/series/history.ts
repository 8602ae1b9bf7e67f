import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { type Answer, getSeries } from '../gateway/api.js'
import { generation, nowMs, streams } from '../state.js'
import { keyOfStream, type Span, type Stream, timesOf } from './points.js'

export interface History {
  /** Points of the stream, oldest first. */
  readonly points: ReadonlySignal<readonly KpiPoint[]>
  /** Answer to the read of the past: `loaded` once it has been read. */
  readonly past: ReadonlySignal<Answer<null>>
  readonly retry: () => void
}

/** The live points of a stream: the newest of it, see `STREAM_POINTS_MAX`. */
export function pointsOf(stream: Stream): Signal<readonly KpiPoint[]> {
  return streams.of(keyOfStream(stream))
}

/** A range that ends nearer to now than this goes on with the feed. */
const RECENT_MS = 120_000

/**
 * A stream of a plant with `lengthMs` of its past, read once, and again whenever the feed had to start anew; with no
 * length the past is not asked for.
 */
export function useHistory(stream: Stream, lengthMs: number): History {
  const points = pointsOf(stream)
  const past = useSignal<Answer<null>>({ kind: 'loading' })
  const tries = useSignal(0)
  const currentGeneration = generation.value
  const currentTry = tries.value

  useEffect(() => {
    if (currentGeneration === 0 || lengthMs === 0) return
    const abort = new AbortController()
    if (past.peek().kind !== 'loaded') past.value = { kind: 'loading' }
    // A replay of last year is read where it lies: the newest window says where that is.
    const newest = points.peek().at(-1)
    const toMs = newest === undefined ? nowMs.peek() : timesOf(newest).toMs
    void getSeries(stream, { fromMs: toMs - lengthMs, toMs }, abort.signal).then((answer) => {
      if (abort.signal.aborted) return
      if (answer.kind === 'loaded') streams.offer(answer.value)
      past.value = answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer
    })
    return () => abort.abort()
  }, [keyOfStream(stream), lengthMs, currentGeneration, currentTry])

  return { points, past, retry: () => tries.value++ }
}

interface RangeRead {
  /** All that is known of the stream, oldest first. */
  readonly points: ReadonlySignal<readonly KpiPoint[]>
  /** Answer to the read of the span; what was read before a break of the feed counts until it is read again. */
  readonly past: Answer<null>
  readonly retry: () => void
}

/**
 * A stream in a span of any age and length; null for none. What is not there yet is read; what was chosen before is
 * given up. While the snapshot of a feed is on its way it is read all the same, for a picture at once, and once more
 * after it, because what ended in between would be missing; `snapshots` counts those of a feed of its own. `view` is all
 * that is shown of the stream beside this span.
 */
export function useRange(stream: Stream, span: Span | null, snapshots: number, view: Span): RangeRead {
  const key = keyOfStream(stream)
  const tries = useSignal(0)
  const reads = useSignal(0)
  const failed = useSignal<{ readonly ask: string; readonly detail: string } | null>(null)
  const ask = [key, span?.fromMs, span?.toMs, generation.value, snapshots, tries.value].join()
  const missing = reads.value >= 0 && span !== null ? streams.past.missing(key, span) : null

  useEffect(() => {
    if (missing === null) return
    const abort = new AbortController()
    const readAtMs = nowMs.peek()
    // From now on the feed says what comes; what it has said meanwhile is in the live stream.
    const isOpen = missing.toMs > readAtMs - RECENT_MS
    const read = isOpen ? { ...missing, toMs: Math.max(missing.toMs, readAtMs + RECENT_MS) } : missing
    void getSeries(stream, read, abort.signal, 'high').then((answer) => {
      if (abort.signal.aborted) return
      if (answer.kind === 'loaded') {
        const live = isOpen ? pointsOf(stream).peek() : []
        const toMs = isOpen ? Number.POSITIVE_INFINITY : missing.toMs
        const since = live.filter((point) => timesOf(point).fromMs >= missing.fromMs)
        streams.past.add(key, { fromMs: missing.fromMs, toMs }, [...answer.value, ...since], view)
        reads.value++
      } else if (answer.kind === 'failed') failed.value = { ask, detail: answer.detail }
    })
    return () => abort.abort()
    // Points that were there may have been given up for another span of the same stream: then they are read again.
  }, [ask, missing?.fromMs, missing?.toMs])

  const isFailed = failed.value?.ask === ask
  const isKnown = span === null || streams.past.isKnown(key, span)
  const past: Answer<null> = isKnown
    ? { kind: 'loaded', value: null }
    : isFailed
      ? { kind: 'failed', detail: failed.value?.detail ?? '' }
      : { kind: 'loading' }
  return { points: streams.past.of(key), past, retry: () => tries.value++ }
}
