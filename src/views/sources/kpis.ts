import type { KpiInfo, KpiPoint, Scope, WatchedFigures, Window } from '../../base/kpi.js'

/** Windows of one series whose start lies in [fromMs, toMs). */
export interface PointsQuery {
  readonly plant: string
  readonly kpi: string
  readonly window: Window
  readonly scope: Scope
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  /** Only starts later than this; null on the first page. */
  readonly afterMs: number | null
  readonly limit: number
  /** Whoever asks takes final points alone: figures of devices that go on need not be brought up to date for it. */
  readonly finalOnly?: true
}

/** Streams of which the newest points are asked for. A large plant has a hundred thousand: others cost nothing but a look. */
export interface LatestFilter {
  readonly scope?: Scope
  readonly id?: string
  readonly window?: Window
  wants?(stream: Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window'>): boolean
}

/** KPIs of plants: which there are, and their points. */
export interface KpiFigures {
  readonly catalogue: readonly KpiInfo[]
  /** The newest point, provisional included, of each (kpi, window, scope, id) of a plant. */
  latest(plant: string, filter: LatestFilter): readonly KpiPoint[]
  /**
   * Brings figures of a plant up to date, as nobody may have looked at them: resolves when they are. To be called before
   * `latest`; `points` does so itself, except for final points alone.
   */
  watch(plant: string, watched: WatchedFigures): Promise<void>
  /** Ascending by start, at most `limit`. */
  points(query: PointsQuery): Promise<readonly KpiPoint[]>
}
