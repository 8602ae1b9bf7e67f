import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'

/** What the foot of a chart says of the windows in view, as stored. */
export interface Facts {
  /** Of a sum only: adding up levels or ratios means nothing. */
  readonly sum: number | null
  readonly highest: KpiPoint | null
  readonly lowest: KpiPoint | null
  readonly newest: KpiPoint | null
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
    const lengthMs = Date.parse(point.end) - Date.parse(point.start)
    timeMs += lengthMs
    coveredMs += lengthMs * point.coverage
    estimatedMs += lengthMs * point.coverage * point.estimated_share
  }
  return {
    sum: shape === 'sum' && valued.length > 0 ? valued.reduce((sum, p) => sum + p.value!, 0) : null,
    highest: by((a, b) => a > b),
    lowest: by((a, b) => a < b),
    newest: valued.at(-1) ?? null,
    coverage: coveredMs / timeMs,
    estimatedShare: coveredMs === 0 ? 0 : estimatedMs / coveredMs,
  }
}
