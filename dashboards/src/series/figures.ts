import type { KpiPoint, Scope } from '../../../src/base/kpi.js'
import { useLive } from '../gateway/live.js'
import { generation, nowMs, route } from '../state.js'
import { reachesNow, spanOfRange } from '../time/range.js'
import type { Asked } from './card-points.js'
import type { RangePoint } from './range-point.js'
import { useRangePoints } from './range-points.js'

/** Figures of the page's range. */

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
  /** Figure of the whole range, for one of the KPIs and one of the ids that were asked for. */
  readonly of: (kpi: string, id: string) => RangePoint | undefined
  /** The range reaches now. */
  readonly isLive: boolean
  /** True when a figure that is not there now is missing, and not still on its way. */
  readonly isKnown: boolean
  /** '' when all could be read. */
  readonly problem: string
  readonly retry: () => void
}

/** The feed tells when there is something new; what the range comes to the gateway says. */
export function useFigures({ plant, zone, scope, ids, kpis }: FiguresAsked): Figures {
  const { range } = route.value
  const isLive = reachesNow(range, zone, nowMs.value)
  const wanted = { plants: [plant], watch: [], kpis, scopes: [scope], windows: ['1d'] as const, maxHz: HZ }
  useLive(isLive && ids.length > 0 ? wanted : null)
  const asked = ids.flatMap((id) => kpis.map((kpi): Asked => ({ scope, id, kpi, window: '1d' })))
  const { of, past, retry } = useRangePoints(plant, asked, spanOfRange(range, zone, nowMs.value))
  return {
    of: (kpi, id) => of({ scope, id, kpi, window: '1d' })[0],
    isLive,
    isKnown: generation.value > 0 && past.kind === 'loaded',
    problem: past.kind === 'failed' ? past.detail : '',
    retry,
  }
}

/** The last day of the range that has a figure of its own: of what does not add up there is none of a range. */
export function lastWindow(points: readonly KpiPoint[]): KpiPoint | undefined {
  return points.findLast(({ value, reason }) => value !== null || reason === 'low_sample') ?? points.at(-1)
}
