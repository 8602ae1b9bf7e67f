import type { Archive } from '../../archive/archive.js'
import { bound, type Database } from '../../archive/database.js'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { type ClaimDays, type ClaimSeries, claimSeriesKey } from '../../insight/savings/claim.js'
import { TAKEN_BACK } from '../../kpi/windows/point.js'
import type { DuckdbStore } from '../../stores/duckdb.js'
import { claimPoints } from './claim-points.js'
import { dayMeans, MEASURED_RANK_MAX, type QuarterSum } from './day-temperatures.js'
import type { ClaimDaysQuery } from './sources.js'

export interface ClaimDaysDeps {
  readonly database: Database
  readonly store: Pick<DuckdbStore, 'idsOf' | 'states'>
  readonly archive: Pick<Archive, 'series'>
}

/** Days that claims go by, out of the database of the running gateway. */
export async function liveClaimDays(deps: ClaimDaysDeps, query: ClaimDaysQuery): Promise<ClaimDays> {
  const found = new Map<string, ReadonlyMap<number, number>>()
  if (query.dayStarts.length === 0) return found
  const points = await storedPoints(deps, query)
  for (const [key, values] of claimPoints(points, query)) found.set(key, values)
  for (const series of query.series) {
    if (series.of !== 'reading') continue
    const quarters = await storedQuarters(deps, query, series)
    found.set(claimSeriesKey(series), dayMeans(quarters, query.dayStarts, query.zone))
  }
  return found
}

async function storedPoints({ store }: ClaimDaysDeps, { plant, series, dayStarts }: ClaimDaysQuery) {
  const keys = new Set(series.map(claimSeriesKey))
  const ids = store.idsOf(
    ({ plant: of, window, scope, id, kpi }) =>
      of === plant && window === '1d' && keys.has(claimSeriesKey({ of: scope, id, name: kpi })),
  )
  if (ids.length === 0) return []
  const where = `WHERE p.stream IN (${ids.join(',')}) AND p.start >= $1 AND p.start <= $2 AND NOT p.provisional
    AND p.reason <> '${TAKEN_BACK.reason}'`
  const span = [bound(Math.min(...dayStarts)), bound(Math.max(...dayStarts))]
  return (await store.states(where, span)).map(({ point }) => point)
}

async function storedQuarters(
  { database, archive }: ClaimDaysDeps,
  { plant, dayStarts }: ClaimDaysQuery,
  { id, name }: ClaimSeries,
): Promise<readonly QuarterSum[]> {
  const series = archive.series.find(plant, id, name)
  if (series === undefined) return []
  const [starts = [], sums = [], counts = []] = await database.columns(
    `SELECT ((ts // ${QUARTER_HOUR_MS}) * ${QUARTER_HOUR_MS})::DOUBLE AS start,
       sum(floor(value * 1000 + 0.5))::DOUBLE, count(*)::DOUBLE
     FROM reading WHERE series = $1 AND ts >= $2 AND ts < $3 AND value IS NOT NULL AND quality <= ${MEASURED_RANK_MAX}
     GROUP BY start ORDER BY start`,
    [series.id, bound(Math.min(...dayStarts)), bound(Math.max(...dayStarts) + DAY_MS + HOUR_MS)],
  )
  return starts.map((start, i) => ({ startMs: Number(start), sum: Number(sums[i]), count: Number(counts[i]) }))
}
