import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { type Answer, getSeries } from '../gateway/api.js'
import { generation } from '../state.js'
import { pointsOf } from './history.js'
import { isMovedByClock, keyOfStream, pointsIn, type Span, type Stream } from './points.js'

export interface PeriodPoints {
  /** Oldest first; empty until they have been read. */
  readonly points: readonly KpiPoint[]
  readonly past: Answer<unknown>
  readonly retry: () => void
}

const NONE: readonly KpiPoint[] = []
const NOTHING: Answer<readonly KpiPoint[]> = { kind: 'loaded', value: NONE }
const LOADING: Answer<readonly KpiPoint[]> = { kind: 'loading' }

/** Answer to the last read, with the stream and the span that it is of. */
interface Kept {
  readonly stream: string
  readonly span: Span
  readonly answer: Answer<readonly KpiPoint[]>
}

/**
 * A plant's figure in a chosen period, however long ago: what history has of it, and what the feed has told
 * since where the page follows that window. A period that moves with the clock is read anew each hour.
 */
export function usePeriodPoints({ plant, kpi, window }: Omit<Stream, 'device'>, span: Span | null): PeriodPoints {
  const kept = useSignal<Kept | null>(null)
  const tries = useSignal(0)
  const key = keyOfStream({ plant, kpi, window })
  const live = pointsOf({ plant, kpi, window }).value
  const currentGeneration = generation.value
  const fromMs = span === null ? null : Math.floor(span.fromMs / HOUR_MS) * HOUR_MS
  const toMs = span === null ? null : Math.ceil(span.toMs / HOUR_MS) * HOUR_MS

  useEffect(() => {
    if (fromMs === null || toMs === null) {
      kept.value = null
      return
    }
    if (currentGeneration === 0) return
    let isCurrent = true
    void getSeries({ plant, kpi, window }, { fromMs, toMs }).then((read) => {
      if (isCurrent) kept.value = { stream: key, span: { fromMs, toMs }, answer: read }
    })
    return () => {
      isCurrent = false
    }
  }, [key, fromMs, toMs, currentGeneration, tries.value])

  const retry = () => tries.value++
  if (fromMs === null || toMs === null || span === null) return { points: NONE, past: NOTHING, retry }
  // An answer of something else is not shown in its place; one of a little earlier is, until it is read again.
  const isOfThis = kept.value?.stream === key && isMovedByClock(kept.value.span, { fromMs, toMs })
  const past = isOfThis && kept.value !== null ? kept.value.answer : LOADING
  const points = past.kind === 'loaded' ? pointsIn(past.value, live, span) : NONE
  return { points, past, retry }
}
