import { anomaliesOf } from '../anomalies/anomaly-watch.js'
import type { AnomalyFinding } from '../anomalies/finding.js'
import type { ReadHistory } from '../anomalies/plant-figures.js'
import { LocalDays } from '../series/local-days.js'
import type { ForecastPlan } from './chain.js'

/** A plant whose figures are gone through, from the first day to the last. */
export interface AnomalyTask {
  readonly plan: ForecastPlan
  readonly history: ReadHistory
}

/** Everything that is found in a history, in order of finding. It depends on nothing but the task. */
export function findAnomalies({ plan, history }: AnomalyTask): readonly AnomalyFinding[] {
  return anomaliesOf({ ...history, days: new LocalDays(plan) })
}

/** Memory of the values of a task, each part once: a thread takes it over instead of a copy. */
export function buffersOf({ history: { meters, machines } }: AnomalyTask): readonly ArrayBuffer[] {
  const arrays = [
    ...meters.map(({ values }) => values),
    ...machines.flatMap(({ cycles, executeS, standardS }) => [cycles, executeS, standardS]),
  ]
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))]
}
