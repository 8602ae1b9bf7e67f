import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { KpiPoint } from '../../src/base/kpi.js'
import { type Answer, getSeries } from './api.js'
import { pointsOf } from './history.js'
import { mergePoints, type Span, type Stream, within } from './points.js'
import { generation } from './state.js'

export interface Stretch {
  /** Oldest first; empty until they have been read. */
  readonly points: readonly KpiPoint[]
  readonly past: Answer<unknown>
  readonly retry: () => void
}

const HOUR_MS = 3_600_000
const NOTHING: Answer<readonly KpiPoint[]> = { kind: 'loaded', value: [] }

/**
 * A plant's figure in a chosen stretch of time, however long ago: what history has of it, and what the feed has told
 * since where the page follows that window. A stretch that moves with the clock is read anew each hour.
 */
export function useStretch({ plant, kpi, window }: Omit<Stream, 'device'>, span: Span | null): Stretch {
  const answer = useSignal<Answer<readonly KpiPoint[]>>({ kind: 'loading' })
  const tries = useSignal(0)
  const live = pointsOf({ plant, kpi, window }).value
  const currentGeneration = generation.value
  const fromMs = span === null ? null : Math.floor(span.fromMs / HOUR_MS) * HOUR_MS
  const toMs = span === null ? null : Math.ceil(span.toMs / HOUR_MS) * HOUR_MS

  useEffect(() => {
    if (fromMs === null || toMs === null) {
      answer.value = NOTHING
      return
    }
    if (currentGeneration === 0) return
    let isCurrent = true
    void getSeries({ plant, kpi, window }, { fromMs, toMs }).then((read) => {
      if (isCurrent) answer.value = read
    })
    return () => {
      isCurrent = false
    }
  }, [plant, kpi, window, fromMs, toMs, currentGeneration, tries.value])

  const read = answer.value.kind === 'loaded' ? answer.value.value : []
  const points = span === null ? [] : within(mergePoints(read, live), span)
  return { points, past: answer.value, retry: () => tries.value++ }
}
