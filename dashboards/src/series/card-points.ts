import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { HOUR_MS } from '../../../src/base/durations.js'
import { type KpiPoint, type Scope, streamKey, type Window } from '../../../src/base/kpi.js'
import { type Answer, getSeries } from '../gateway/api.js'
import { catalogue, generation, streams } from '../state.js'
import { keyOfStream, mergePoints, type Span, type Stream, streamOf, within } from './points.js'

/** One stream of a plant; `id` is the line, the device or the plant itself. */
export interface Asked {
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: Window
}

export interface CardPoints {
  /** Live and past points that start in the span, oldest first; none of what the gateway does not reckon. */
  readonly of: (asked: Asked) => readonly KpiPoint[]
  /** Answer to the read of the past: `loaded` once all of it has been read. */
  readonly past: Answer<null>
  readonly retry: () => void
}

/** True when a plant has such a figure at all, whatever the range: the feed knows the newest day of it. */
export function hasFigure(plant: string, kpi: string): boolean {
  return streams.of(streamKey({ plant, scope: 'plant', id: plant, kpi, window: '1d' })).value.length > 0
}

/** More windows than that no card asks for: a year of days. */
const POINTS_MAX = 1_000

/**
 * The streams that a card shows over a span, whatever their scope. Their past is read once, and again whenever the feed
 * had to start anew; a span that moves with the clock is read again by the hour.
 */
export function useCardPoints(plant: string, asked: readonly Asked[], span: Span): CardPoints {
  const read = useSignal<ReadonlyMap<string, readonly KpiPoint[]>>(new Map())
  const past = useSignal<Answer<null>>({ kind: 'loading' })
  const tries = useSignal(0)
  const readFor = useSignal('')
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value : null
  const offered = asked.filter(({ kpi, window, scope }) => {
    const info = known?.get(kpi)
    return info?.windows.includes(window) === true && info.scopes.includes(scope)
  })
  const keyOf = (stream: Asked) => streamKey({ plant, ...stream })
  const fromHour = Math.floor(span.fromMs / HOUR_MS)
  const keys = offered.map(keyOf).join(' ')
  const wanted = `${plant} ${keys} ${fromHour} ${span.toMs - span.fromMs}`
  const currentGeneration = generation.value

  useEffect(() => {
    if (currentGeneration === 0 || known === null) return
    let isCurrent = true
    // Points that stand there go on standing while the same is read once more.
    if (readFor.peek() !== wanted || past.peek().kind === 'failed') past.value = { kind: 'loading' }
    const missing = offered.filter((stream) => {
      // The newest window is known from the feed: where the span begins with it there is no past to read.
      const newest = streams.of(keyOf(stream)).peek().at(-1)
      return newest === undefined || Date.parse(newest.start) > span.fromMs
    })
    void Promise.all(missing.map((stream) => seriesOf(streamOf({ plant, ...stream }), span))).then((answers) => {
      if (!isCurrent) return
      readFor.value = wanted
      const failed = answers.find((answer) => answer.kind === 'failed')
      const points = answers.map((answer) => (answer.kind === 'loaded' ? answer.value : []))
      read.value = new Map(missing.map((stream, i) => [keyOf(stream), points[i]!]))
      past.value = failed?.kind === 'failed' ? failed : { kind: 'loaded', value: null }
    })
    return () => {
      isCurrent = false
    }
  }, [wanted, currentGeneration, known === null, tries.value])

  return {
    of: (stream) => {
      const key = keyOf(stream)
      return within(mergePoints(read.value.get(key) ?? [], streams.of(key).value, POINTS_MAX), span)
    },
    past: past.value,
    retry: () => tries.value++,
  }
}

/** Requests that are on their way: cards that show the same stream ask once. */
const underWay = new Map<string, Promise<Answer<readonly KpiPoint[]>>>()

function seriesOf(stream: Stream, span: Span): Promise<Answer<readonly KpiPoint[]>> {
  const key = `${keyOfStream(stream)} ${span.fromMs} ${span.toMs}`
  const asked = underWay.get(key) ?? getSeries(stream, span).finally(() => underWay.delete(key))
  underWay.set(key, asked)
  return asked
}
