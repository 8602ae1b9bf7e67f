import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type KpiPoint, type Scope, streamKey, type Window } from '../../../src/base/kpi.js'
import type { RangeFigure } from '../../../src/base/range-figure.js'
import type { TotalsAnswer } from '../../../src/base/wire.js'
import { type Answer, get, queryOf } from '../gateway/api.js'
import { catalogue, generation, nowMs, streams } from '../state.js'
import type { Asked, CardPoints } from './card-points.js'
import type { Span } from './points.js'
import type { RangePoint } from './range-point.js'

export interface RangePoints extends CardPoints {
  /** At most one: that of the range. */
  readonly of: (asked: Asked) => readonly RangePoint[]
}

interface RangeOptions {
  /** The window of this size with the highest value is told too. */
  readonly highest?: Window
  /** So many of these windows are told, from the highest down. */
  readonly peaks?: number
  /** All figures begin at one instant: no finer window is used. */
  readonly finest?: Window
}

interface Pace {
  /** Plants on the page. */
  readonly plants?: number
}

/** Figures grow slowly beside the feed; of many plants on one page more slowly. */
const LIVE_EVERY_MS = 5_000
/** Nothing that ended longer ago than this goes on. */
const LIVE_MS = 60_000
/** Figures of one request, by the gateway's own limit. */
const FIGURES_MAX = 256

/**
 * Figures of a range as the gateway puts them together: nothing is added up here. While the range reaches now they are
 * asked for again every few seconds, and at once when the feed tells of a figure that was not there.
 */
export function useRangePoints(
  plant: string,
  asked: readonly Asked[],
  span: Span,
  { plants = 1, ...options }: RangeOptions & Pace = {},
): RangePoints {
  const kept = useSignal<ReadonlyMap<string, RangePoint>>(new Map())
  const past = useSignal<Answer<null>>({ kind: 'loading' })
  const readFor = useSignal('')
  const tries = useSignal(0)
  const known = catalogue.value.kind === 'loaded' ? catalogue.value.value : null
  const offered = asked.filter(({ kpi, scope }) => known?.get(kpi)?.scopes.includes(scope) === true)
  const isLive = span.toMs >= nowMs.value - LIVE_MS
  const underWay = useRef(0)
  // A gateway that needs longer than that for an answer is not asked again before it: no answer would ever be the newest.
  const isFree = () => underWay.current === 0
  const step = useStepsWhile(isLive, LIVE_EVERY_MS * Math.max(1, Math.ceil(plants / 2)), isFree)
  const told = isLive ? offered.filter((one) => streams.of(streamKey({ plant, ...one })).value.length > 0).length : 0
  // A range that moves with the clock is the same range a moment later.
  const place = isLive && span.toMs <= nowMs.value ? 'now' : String(span.fromMs)
  const wanted = [plant, ...offered.map(keyOf), place, span.toMs - span.fromMs].join(' ')
  const currentGeneration = generation.value

  useEffect(() => {
    if (currentGeneration === 0 || known === null || offered.length === 0) return
    let isCurrent = true
    if (readFor.peek() !== wanted || past.peek().kind === 'failed') past.value = { kind: 'loading' }
    underWay.current++
    void totalsOf(plant, offered, span, options).then((answer) => {
      underWay.current--
      if (!isCurrent) return
      if (answer.kind === 'failed' && readFor.peek() === wanted && kept.peek().size > 0) return
      readFor.value = wanted
      if (answer.kind === 'loaded') {
        kept.value = new Map(answer.value.map((figure) => [keyOf(figure), pointOf(figure, span)]))
        past.value = { kind: 'loaded', value: null }
      } else past.value = answer
    })
    return () => {
      isCurrent = false
    }
  }, [wanted, currentGeneration, known === null, tries.value, step, told > 0])

  return {
    of: (one) => {
      const point = readFor.value === wanted ? kept.value.get(keyOf(one)) : undefined
      // Without any window there is nothing to say, not even why.
      return point === undefined || Object.keys(point.figure.windows).length === 0 ? [] : [point]
    },
    past: offered.length === 0 ? { kind: 'loaded', value: null } : past.value,
    retry: () => tries.value++,
  }
}

const keyOf = ({ scope, id, kpi }: Pick<KpiPoint, 'scope' | 'id' | 'kpi'>) => `${scope}/${id}/${kpi}`

/** Grows every few seconds while a range reaches now, somebody can see it and nothing is on its way. */
function useStepsWhile(isLive: boolean, everyMs: number, isFree: () => boolean): number {
  const step = useSignal(0)
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(() => {
      if (!document.hidden && isFree()) step.value++
    }, everyMs)
    return () => clearInterval(timer)
  }, [isLive, everyMs])
  return step.value
}

/** One request a scope, or a few where there are many members. */
async function totalsOf(
  plant: string,
  asked: readonly Asked[],
  span: Span,
  options: RangeOptions,
): Promise<Answer<readonly RangeFigure[]>> {
  const requests = (['plant', 'line', 'device'] as const).flatMap((scope) => requestsOf(scope, asked))
  const answers = await Promise.all(
    requests.map(({ scope, ids, kpis }) => {
      const rest = new URLSearchParams({ scope, id: ids.join(), ...queryOf(span) })
      for (const [name, value] of Object.entries(options)) rest.set(name, String(value))
      return together(`/plants/${encodeURIComponent(plant)}/kpis/totals?${rest}`, kpis)
    }),
  )
  const failed = answers.find((answer) => answer.kind === 'failed')
  if (failed?.kind === 'failed') return failed
  const figures = answers.flatMap((answer) => (answer.kind === 'loaded' ? answer.value.figures : []))
  return { kind: 'loaded', value: figures }
}

/** Time to wait for cards that ask for other figures of the same range, ms. */
const GATHER_MS = 20

interface Gathered {
  readonly kpis: Set<string>
  readonly answer: Promise<Answer<TotalsAnswer>>
}

const gathered = new Map<string, Gathered>()

/** Tiles of a plant stand beside each other and ask at one time: they are one request. */
function together(path: string, kpis: readonly string[]): Promise<Answer<TotalsAnswer>> {
  const known = gathered.get(path)
  if (known !== undefined) {
    for (const kpi of kpis) known.kpis.add(kpi)
    return known.answer
  }
  const all = new Set(kpis)
  const answer = new Promise((resolve) => setTimeout(resolve, GATHER_MS)).then(() => {
    gathered.delete(path)
    return get<TotalsAnswer>(`${path}&kpi=${[...all].join()}`, undefined, 'low')
  })
  gathered.set(path, { kpis: all, answer })
  return answer
}

function requestsOf(scope: Scope, asked: readonly Asked[]) {
  const ofScope = asked.filter((one) => one.scope === scope)
  const kpis = [...new Set(ofScope.map(({ kpi }) => kpi))]
  const ids = [...new Set(ofScope.map(({ id }) => id))]
  const idsMax = Math.max(1, Math.floor(FIGURES_MAX / Math.max(1, kpis.length)))
  const requests = []
  for (let at = 0; at < ids.length; at += idsMax) requests.push({ scope, ids: ids.slice(at, at + idsMax), kpis })
  return requests
}

/**
 * A range of which too little is known to have a value shows what is known of it; from when on that is stands beside it.
 * Points of one card have one start, so that they are compared with each other.
 */
function pointOf(figure: RangeFigure, { fromMs, toMs }: Span): RangePoint {
  const { value, reason, known } = figure
  const isPart = reason === 'low_coverage' && known !== null
  return {
    plant: figure.plant,
    scope: figure.scope,
    id: figure.id,
    kpi: figure.kpi,
    window: '1d',
    start: new Date(fromMs).toISOString(),
    end: new Date(toMs).toISOString(),
    value: isPart ? known : value,
    unit: figure.unit,
    reason: isPart ? '' : reason === 'one_window_only' ? 'no_data' : reason,
    numerator: figure.numerator,
    denominator: figure.denominator,
    coverage: figure.coverage,
    estimated_share: figure.estimated_share,
    provisional: figure.provisional_from !== null,
    rev: 0,
    flags: figure.flags,
    factors: figure.factors,
    figure,
  }
}
