import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { placeOf, timesOf } from '../series/points.js'
import type { ChartModel } from './model.js'

/** What the foot of a chart says of the windows in view, as stored. */
export interface Facts {
  /** Of a sum only: adding up levels or ratios means nothing. */
  readonly sum: number | null
  readonly highest: KpiPoint | null
  readonly lowest: KpiPoint | null
  /** Of the time of all windows in view, 0..1. */
  readonly coverage: number
  readonly estimatedShare: number
}

/** null when there is no window at all. */
export function factsOf(points: readonly KpiPoint[], shape: KpiInfo['shape']): Facts | null {
  if (points.length === 0) return null
  const valued = points.filter((p) => p.value !== null)
  const by = (isBetter: (a: number, b: number) => boolean) =>
    valued.reduce<KpiPoint | null>((best, p) => (best === null || isBetter(p.value!, best.value!) ? p : best), null)
  let [timeMs, coveredMs, estimatedMs] = [0, 0, 0]
  for (const point of points) {
    const { fromMs, toMs } = timesOf(point)
    timeMs += toMs - fromMs
    coveredMs += (toMs - fromMs) * point.coverage
    estimatedMs += (toMs - fromMs) * point.coverage * point.estimated_share
  }
  return {
    sum: shape === 'sum' ? sumOf(points) : null,
    highest: by((a, b) => a > b),
    lowest: by((a, b) => a < b),
    coverage: coveredMs / timeMs,
    estimatedShare: coveredMs === 0 ? 0 : estimatedMs / coveredMs,
  }
}

function sumOf(points: readonly KpiPoint[]): number | null {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}

/** The sums of two periods, and by which share the later one is larger. */
export interface Change {
  readonly now: number
  readonly before: number
  /** null where the one before is nothing. */
  readonly share: number | null
  /** The period is still running: only windows that are over are compared. */
  readonly isRunning: boolean
}

/** Like with like: of both periods the windows that are known in the other too; of a running one those that are over. */
export function changeOf({ points, before, dueMs, span, info }: ChartModel): Change | null {
  if (before === null || info.shape !== 'sum') return null
  const isRunning = dueMs < span.toMs || points.at(-1)?.provisional === true
  const over = points.filter((point) => !isRunning || timesOf(point).toMs <= dueMs)
  const pairs = over.flatMap((point) => {
    const earlier = before.points[placeNear(before.points, point, before.shiftMs)]
    return point.value === null || earlier === undefined || earlier.value === null ? [] : [{ point, earlier }]
  })
  if (pairs.length === 0) return null
  const [now, then] = [sumOf(pairs.map(({ point }) => point)), sumOf(pairs.map(({ earlier }) => earlier))]
  if (now === null || then === null) return null
  return { now, before: then, share: then === 0 ? null : (now - then) / Math.abs(then), isRunning }
}

/** Days of 23 h and months of a leap year do not begin to the millisecond where those of the period before do. */
function placeNear(earlier: readonly KpiPoint[], point: KpiPoint, shiftMs: number): number {
  const { fromMs, toMs } = timesOf(point)
  const half = (toMs - fromMs) / 2
  const place = placeOf(earlier, fromMs - shiftMs - half)
  const near = earlier[place]
  return near !== undefined && timesOf(near).fromMs < fromMs - shiftMs + half ? place : -1
}
