import { computed, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { type KpiPoint, type Scope, streamKey, type Window } from '../../../src/base/kpi.js'
import { getSeries } from '../gateway/api.js'
import { useLive } from '../gateway/live.js'
import { generation, nowMs, route, streams } from '../state.js'
import { lengthMsOf, periodOf, reachesNow, spanOfRange } from '../time/range.js'
import { type Span, type Stream, streamOf } from './points.js'

/** Figures of the last day of the page's range, or of its last month where the range is longer than a week. */

const DAY_MS = 86_400_000
const DAYS_AS_DAY = 8
/** Changes a second: a day grows slowly. */
const HZ = 0.5

interface FiguresAsked {
  readonly plant: string
  readonly zone: string
  readonly scope: Scope
  /** Lines or devices; of a plant its own id. */
  readonly ids: readonly string[]
  readonly kpis: readonly string[]
}

export interface Figures {
  readonly window: Window
  /** The newest point in the page's range. */
  readonly of: (kpi: string, id: string) => KpiPoint | undefined
  /** From the feed: what it does not have does not exist. */
  readonly isLive: boolean
  /** What is not there now is missing, and not still on its way. */
  readonly isKnown: boolean
  /** '' when all could be read. */
  readonly problem: string
  readonly retry: () => void
}

/** From the feed while the range reaches now, else read once. */
export function useFigures({ plant, zone, scope, ids, kpis }: FiguresAsked): Figures {
  const isLive = useMemo(() => computed(() => reachesNow(route.value.range, zone, nowMs.value)), [zone]).value
  const { range } = route.value
  const window: Window = lengthMsOf(range) <= DAYS_AS_DAY * DAY_MS ? '1d' : '1mo'
  const wanted = { plants: [plant], watch: [], kpis, scopes: [scope], windows: [window] as const, maxHz: HZ }
  const live = useLive(isLive && ids.length > 0 ? wanted : null)
  const read = useSignal({ key: '', problem: '' })
  const tries = useSignal(0)
  const period = periodOf(range, window === '1d' ? 'day' : 'month', zone, nowMs.peek())
  const span = spanOfRange(period, zone, nowMs.peek())
  const key = JSON.stringify([plant, scope, ids, kpis, window, span.fromMs, generation.value, tries.value])
  useEffect(() => {
    if (isLive || generation.value === 0) return
    let isCurrent = true
    const asked = ids.flatMap((id) => kpis.map((kpi) => streamOf({ plant, scope, id, kpi, window })))
    void Promise.all(asked.map((stream) => pointsFrom(stream, span))).then((problems) => {
      if (isCurrent) read.value = { key, problem: problems.find((problem) => problem !== '') ?? '' }
    })
    return () => {
      isCurrent = false
    }
  }, [isLive, key])
  const shown = spanOfRange(range, zone, nowMs.peek())
  return {
    window,
    isLive,
    of: (kpi, id) =>
      streams
        .of(streamKey({ plant, scope, id, kpi, window }))
        .value.findLast((point) => Date.parse(point.end) > shown.fromMs && Date.parse(point.start) < shown.toMs),
    isKnown: isLive ? live.hasSnapshot.value : read.value.key === key,
    problem: isLive ? (live.problem.value ?? '') : read.value.key === key ? read.value.problem : '',
    retry: () => tries.value++,
  }
}

/** Puts what history has where the feed puts its own; the answer says what failed. */
async function pointsFrom(stream: Stream, span: Span): Promise<string> {
  const answer = await getSeries(stream, span)
  if (answer.kind === 'loaded') streams.offer(answer.value)
  return answer.kind === 'failed' ? answer.detail : ''
}
