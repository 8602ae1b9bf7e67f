import { claimSeriesKey } from '../../insight/savings/claim.js'
import type { Point } from '../../kpi/windows/point.js'
import type { ClaimDaysQuery } from './sources.js'

/** The days of the points that claims go by: final, with a value that readings speak for. */
export function claimPoints(
  points: readonly Point[],
  { series, dayStarts }: Pick<ClaimDaysQuery, 'series' | 'dayStarts'>,
): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const starts = new Set(dayStarts)
  const wanted = new Map(series.map((one) => [claimSeriesKey(one), new Map<number, number>()]))
  for (const { stream, startMs, value, coverage, provisional } of points) {
    if (provisional || value === null || coverage === 0 || !starts.has(startMs)) continue
    wanted.get(claimSeriesKey({ of: stream.scope, id: stream.id, name: stream.kpi }))?.set(startMs, value)
  }
  return wanted
}
