import { batch, computed, effect, type ReadonlySignal, type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { MINUTE_MS } from '../../../src/base/durations.js'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { RestatementItem } from '../../../src/views/wire/records.js'
import { type Figure, figureFor } from '../format.js'
import { useLive } from '../gateway/live.js'
import { wantedOfStream, wantedOn } from '../gateway/wanted.js'
import { pointsOf, useRange } from '../series/history.js'
import { keyOfStream, memberOf, type Span, type Stream, spanOf, timesOf, within } from '../series/points.js'
import { language } from '../settings.js'
import { generation, nowMs, route, streams } from '../state.js'
import { STALE_AFTER_MS } from '../tiles/model.js'
import { lengthMsOf, rangeParameter, spanBefore, spanOfRange } from '../time/range.js'
import { frames } from './frames.js'
import type { ChartModel, ChartReference } from './model.js'
import { eventsOf, getRestated, type Note, notesAmong } from './notes.js'
import { painted } from './timing.js'

/** The begin of the minute: a chart need not be looked at every second. */
const minuteMs = computed(() => Math.floor(nowMs.value / MINUTE_MS) * MINUTE_MS)

interface ChartAsk {
  readonly stream: Stream
  readonly info: KpiInfo
  readonly zone: string
  readonly isBars: boolean
  /** Written with the figure that fits the values. */
  readonly referenceIn: (figure: Figure) => ChartReference | null
}

interface ChartSource {
  /** Model that is to be seen, painted together with all charts of the page; null before the first time. */
  readonly shown: Signal<ChartModel | null>
  /** Something else has been asked for, and what is seen is from before. */
  readonly isPending: boolean
  /** Reason why it could not be read; null where nothing failed. */
  readonly failure: string | null
  readonly retry: () => void
}

/** Follows the range of the page for one stream. The old picture stays until the new one is there. */
export function useChart(root: RefObject<HTMLElement | null>, ask: ChartAsk): ChartSource {
  const { stream, zone } = ask
  const { range, compare } = route.value
  const key = keyOfStream(stream)
  const { snapshots, problem } = useFeedOf(stream)

  const { from, to, due } = useSpan(ask)
  const span: Span = { fromMs: from.value, toMs: to.value }
  const earlier = compare ? beforeOf(span) : null

  const inView = { fromMs: Math.min(span.fromMs, earlier?.fromMs ?? span.fromMs), toMs: span.toMs }
  const current = useRange(stream, span, snapshots, inView)
  const previous = useRange(stream, earlier, snapshots, inView)
  const notes = useNotes(stream, span)
  const shown = useSignal<ChartModel | null>(null)
  const restated = useRestated(stream, span, shown)

  const isLoaded = current.past.kind === 'loaded' && previous.past.kind === 'loaded'
  const lang = language.value
  const view = `${key} ${rangeParameter(range)}`

  useEffect(() => {
    const element = root.current
    if (element === null || !isLoaded) return
    const build = (): ChartModel => {
      const said = { notes: notes.peek(), restated: restated.peek() }
      const figures = modelFigures(ask, current.points.peek(), span, earlier)
      return { ...figures, ...said, view, span, dueMs: due.peek(), language: lang }
    }
    return effect(() => {
      for (const changing of [current.points, notes, restated, due, generation]) changing.value
      // Before the first snapshot there may be nothing yet to say where the data are.
      if (generation.peek() === 0 && current.points.peek().length === 0) return
      frames.soon(element, () => {
        batch(() => {
          shown.value = build()
        })
        painted()
      })
    })
  }, [view, span.fromMs, span.toMs, earlier?.fromMs, isLoaded, lang, ask.info, ask.referenceIn, zone])

  useEffect(() => (root.current === null ? undefined : frames.watch(root.current)), [])

  const failed = [current.past, previous.past].find((past) => past.kind === 'failed')
  return {
    shown,
    isPending: !isLoaded,
    failure: failed?.kind === 'failed' ? failed.detail : problem,
    retry: () => {
      current.retry()
      previous.retry()
    },
  }

  function beforeOf(now: Span): Span {
    if (range.kind === 'last') return { fromMs: now.fromMs - (now.toMs - now.fromMs), toMs: now.fromMs }
    return spanBefore(range, zone, nowMs.peek())
  }
}

/** The clock ticks and points come all the time: the card is made anew only when that moves the span. */
function useSpan({ stream, zone }: ChartAsk) {
  const { range } = route.value
  return useMemo(() => {
    const last = computed(() => spanOf(pointsOf(stream).value, lengthMsOf(range), dueOf(stream)))
    const moves = range.kind === 'last'
    const fixed = moves ? null : spanOfRange(range, zone, nowMs.peek())
    return {
      from: computed(() => fixed?.fromMs ?? last.value.fromMs),
      to: computed(() => fixed?.toMs ?? last.value.toMs),
      due: computed(() => dueOf(stream)),
    }
  }, [keyOfStream(stream), rangeParameter(range), zone])
}

/** The part of a model that follows from its points. */
function modelFigures(
  { stream, info, isBars, zone, referenceIn }: ChartAsk,
  all: readonly KpiPoint[],
  span: Span,
  earlier: Span | null,
) {
  const points = within(all, span)
  const figure = figureFor(info, Math.max(0, ...points.map((p) => Math.abs(p.value ?? 0))))
  const before = earlier === null ? null : { points: within(all, earlier), shiftMs: span.fromMs - earlier.fromMs }
  return { stream, info, isBars, zone, points, figure, reference: referenceIn(figure), before }
}

/**
 * Until when data should be there, by minutes: now, or the end of the newest window while the next one is young. A
 * silence counts as one only when it is longer than a device may be silent.
 */
function dueOf(stream: Stream): number {
  const now = minuteMs.value
  const newest = pointsOf(stream).value.at(-1)
  if (newest === undefined) return now
  const endMs = timesOf(newest).toMs
  return endMs <= now && now - endMs <= STALE_AFTER_MS ? endMs : now
}

/** Has the stream told by a feed beside that of the page where that does not tell it; the number of its snapshots. */
function useFeedOf(stream: Stream) {
  const snapshots = useSignal(0)
  const { scope } = memberOf(stream)
  const ofPage = wantedOn(route.value)
  const isTold =
    ofPage.scopes.includes(scope) &&
    ofPage.kpis.includes(stream.kpi) &&
    ofPage.windows.includes(stream.window) &&
    ofPage.plants.some((plant) => plant === '*' || plant === stream.plant)
  const { problem } = useLive(isTold ? null : wantedOfStream(stream), () => {
    streams.past.invalidateOne(keyOfStream(stream), nowMs.peek())
    snapshots.value++
  })
  return { snapshots: snapshots.value, problem: problem.value }
}

function useNotes(stream: Stream, { fromMs, toMs }: Span): ReadonlySignal<readonly Note[]> {
  const notes = useSignal<readonly Note[]>([])
  const { plant, line, device } = stream
  // A span that reaches now may have got another note.
  const minute = toMs >= minuteMs.value ? minuteMs.value : null
  useEffect(() => {
    let isCurrent = true
    void eventsOf(plant, { fromMs, toMs }, minute).then((events) => {
      const found = notesAmong(events, { line, device })
      if (isCurrent && (found.length > 0 || notes.peek().length > 0)) notes.value = found
    })
    return () => {
      isCurrent = false
    }
  }, [plant, line, device, fromMs, toMs, minute])
  return notes
}

const NONE: ReadonlyMap<number, RestatementItem> = new Map()

/** Asked for only where a final window was written anew. */
function useRestated(stream: Stream, span: Span, shown: Signal<ChartModel | null>) {
  const restated = useSignal(NONE)
  const hasRevised = useMemo(() => computed(() => shown.value?.points.some((p) => p.rev > 0) === true), []).value
  useEffect(() => {
    restated.value = NONE
    if (!hasRevised) return
    const abort = new AbortController()
    void getRestated(stream, span, nowMs.peek(), abort.signal).then((found) => {
      if (!abort.signal.aborted) restated.value = found
    })
    return () => abort.abort()
  }, [keyOfStream(stream), span.fromMs, span.toMs, hasRevised])
  return restated
}
