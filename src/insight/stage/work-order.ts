import type { AnomalyFinding } from '../anomalies/finding.js'
import type { AnomalyTask } from './anomaly-task.js'
import type { ForecastTask, SeriesOutlook } from './forecast-task.js'
import type { LoadPlanResult, LoadPlanTask } from './load-plan-task.js'
import type { KpiProjection, ProjectionTask } from './projection-task.js'

/** Results of the thread, by what is asked of it. */
export interface InsightResults {
  readonly forecast: SeriesOutlook
  readonly anomalies: readonly AnomalyFinding[]
  readonly projection: readonly KpiProjection[]
  readonly load_plan: LoadPlanResult
}
export type InsightKind = keyof InsightResults

/** Work for the thread. */
export type InsightOrder =
  | { readonly kind: 'forecast'; readonly task: ForecastTask }
  | { readonly kind: 'anomalies'; readonly task: AnomalyTask }
  | { readonly kind: 'projection'; readonly task: ProjectionTask }
  | { readonly kind: 'load_plan'; readonly task: LoadPlanTask }

export interface InsightDone<K extends InsightKind> {
  readonly result: InsightResults[K]
  /** Processor time that it took, s; null where the system does not tell it. */
  readonly processorSeconds: number | null
}
