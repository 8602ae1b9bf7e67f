import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type KpiPoint, streamKey, type Window } from '../../src/base/kpi.js'
import { type Answer, getSeries } from './api.js'
import { generation, nowMs, streams } from './state.js'

export interface History {
  /** Live and past points of the stream, oldest first. */
  readonly points: Signal<readonly KpiPoint[]>
  /** Whether the past has been read. */
  readonly past: Signal<Answer<null>>
  readonly retry: () => void
}

export interface Stream {
  readonly plant: string
  /** The plant as a whole where there is none. */
  readonly device?: string | undefined
  readonly kpi: string
  readonly window: Window
}

export function pointsOf({ plant, device, kpi, window }: Stream): Signal<readonly KpiPoint[]> {
  const of = device === undefined ? { scope: 'plant' as const, id: plant } : { scope: 'device' as const, id: device }
  return streams.of(streamKey({ plant, ...of, kpi, window }))
}

/**
 * A stream of a plant with `lengthMs` of its past, read once, and again whenever the feed had to start anew; with no
 * length the past is not asked for.
 */
export function useHistory(stream: Omit<Stream, 'device'>, lengthMs: number): History {
  const points = pointsOf(stream)
  const past = useSignal<Answer<null>>({ kind: 'loading' })
  const tries = useSignal(0)
  const { plant, kpi, window } = stream
  const currentGeneration = generation.value
  const currentTry = tries.value

  useEffect(() => {
    if (currentGeneration === 0 || lengthMs === 0) return
    let isCurrent = true
    if (past.peek().kind !== 'loaded') past.value = { kind: 'loading' }
    // A replay of last year is read where it lies: the newest window says where that is.
    const newest = points.peek().at(-1)
    const toMs = newest === undefined ? nowMs.peek() : Date.parse(newest.end)
    void getSeries(plant, kpi, window, toMs - lengthMs, toMs).then((answer) => {
      if (!isCurrent) return
      if (answer.kind === 'loaded') streams.offer(answer.value)
      past.value = answer.kind === 'loaded' ? { kind: 'loaded', value: null } : answer
    })
    return () => {
      isCurrent = false
    }
  }, [plant, kpi, window, lengthMs, currentGeneration, currentTry])

  return { points, past, retry: () => tries.value++ }
}
