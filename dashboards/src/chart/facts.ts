import type { KpiPoint } from '../../../src/base/kpi.js'
import { placeOf, timesOf } from '../series/points.js'
import type { ChartModel } from './model.js'

/** The windows in view that stand out, as stored. */
interface Extremes {
  readonly highest: KpiPoint | null
  readonly lowest: KpiPoint | null
}

export function extremesOf(points: readonly KpiPoint[]): Extremes {
  const valued = points.filter((p) => p.value !== null)
  const by = (isBetter: (a: number, b: number) => boolean) =>
    valued.reduce<KpiPoint | null>((best, p) => (best === null || isBetter(p.value!, best.value!) ? p : best), null)
  return { highest: by((a, b) => a > b), lowest: by((a, b) => a < b) }
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

/** The window of the period before that lies under one of this; undefined where there is none. */
export function earlierOf({ before }: Pick<ChartModel, 'before'>, point: KpiPoint): KpiPoint | undefined {
  return before === null ? undefined : before.points[placeNear(before.points, point, before.shiftMs)]
}

/** A window's value minus that of the window before; it is null where one of the two is not known. */
export function differenceOf(point: KpiPoint, earlier: KpiPoint | undefined): number | null {
  return point.value === null || earlier === undefined || earlier.value === null ? null : point.value - earlier.value
}

/** Days of 23 h and months of a leap year do not begin to the millisecond where those of the period before do. */
function placeNear(earlier: readonly KpiPoint[], point: KpiPoint, shiftMs: number): number {
  const { fromMs, toMs } = timesOf(point)
  const half = (toMs - fromMs) / 2
  const place = placeOf(earlier, fromMs - shiftMs - half)
  const near = earlier[place]
  return near !== undefined && timesOf(near).fromMs < fromMs - shiftMs + half ? place : -1
}
