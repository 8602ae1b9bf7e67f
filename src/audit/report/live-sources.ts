import type { Archive } from '../../archive/archive.js'
import { bound, type Database } from '../../archive/database.js'
import { EVENT_FIELDS } from '../../base/events.js'
import { QUALITIES } from '../../base/quality.js'
import type { LineageReading } from '../../base/report.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import type { DuckdbStore } from '../../stores/duckdb.js'
import type { Calibration } from '../control.js'
import { stackHours } from '../stack-hours.js'
import type { LineageSources } from './lineage.js'
import type { PlantSpan, ReportSources, StreamQuality } from './sources.js'
import { DELAY_STEP_MS, GAP_MS, LATE_MS, streamQuality } from './stream-quality.js'

/** What of the running gateway answers for a report. */
export interface LiveParts {
  readonly library: FactorLibrary
  readonly database: Database
  readonly store: Pick<DuckdbStore, 'streams' | 'states' | 'points'>
  readonly archive: Pick<Archive, 'events'>
  readonly versions: ReportSources['versions']
  /** By the quarantine: it is no part of the database. */
  readonly rejected: ReportSources['rejected']
}

/** What a report is made from, out of the database of the running gateway: a few statements, whatever the plant. */
export function liveSources({ library, database, store, archive, versions, rejected }: LiveParts): ReportSources {
  return {
    library,
    versions,
    rejected,
    days: async ({ plant, fromMs, toMs, kpis, scopes }) => {
      const ids = store.streams.flatMap((stream, id) => {
        const isWanted =
          stream.plant === plant && stream.window === '1d' && kpis.includes(stream.kpi) && scopes.includes(stream.scope)
        return isWanted ? [id] : []
      })
      if (ids.length === 0) return []
      const where = `WHERE p.stream IN (${ids.join(',')}) AND p.start >= $1 AND p.start < $2 AND NOT p.provisional`
      return (await store.states(where, [bound(fromMs), bound(toMs)])).map(({ point }) => point)
    },
    stackHours: (query) =>
      stackHours(
        {
          points: (of) => store.points(of),
          calibrations: async (range) =>
            (await archive.events({ types: ['cems_calibration'], ...range })).flatMap(({ ts, fields }) =>
              calibrationOf(ts, fields),
            ),
        },
        query,
      ),
    streams: (span) => streams(database, span),
    events: ({ plant, fromMs, toMs, types }) => archive.events({ plant, fromMs, toMs, types }),
  }
}

/** The check of an analyser that an event tells of; none when a field lacks, as its type was not known when it came. */
export function calibrationOf(ts: number, fields: Readonly<Record<string, unknown>>): readonly Calibration[] {
  const { data } = EVENT_FIELDS.cems_calibration.safeParse(fields)
  if (data === undefined) return []
  const { metric, passed, zero_drift_pct: zero, span_drift_pct: span } = data
  return [{ ts, metric, passed, zeroDriftPct: zero ?? null, spanDriftPct: span ?? null }]
}

/** The same with the readings of a series around an instant, for the way down from a figure. */
export function liveLineage(parts: LiveParts): LineageSources {
  const { days, streams } = liveSources(parts)
  return { days, streams, readingsAround: (query) => readingsAround(parts.database, query) }
}

async function readingsAround(
  database: Database,
  { plant, device, metric, atMs, count }: Parameters<LineageSources['readingsAround']>[0],
): Promise<readonly LineageReading[]> {
  const columns = `r.ts::DOUBLE AS ts, r.value, r.word, r.quality, r.seq`
  const from = `FROM reading r JOIN series s ON s.id = r.series WHERE s.plant = $1 AND s.device = $2 AND s.metric = $3`
  const [times, values, words, qualities, seqs] = await database.columns(
    `SELECT * FROM (SELECT ${columns} ${from} AND r.ts < $4 ORDER BY r.ts DESC LIMIT $5)
     UNION ALL
     SELECT * FROM (SELECT ${columns} ${from} AND r.ts >= $4 ORDER BY r.ts LIMIT $5)
     ORDER BY ts`,
    [plant, device, metric, bound(atMs), count],
  )
  return (times ?? []).map((ts, i) => ({
    ts: new Date(ts as number).toISOString(),
    value: (values![i] ?? words![i]) as number | string,
    quality: QUALITIES[qualities![i] as number] ?? String(qualities![i]),
    seq: seqs![i] as number | null,
  }))
}

interface Counts {
  readonly byRank: Map<number, number>
  readonly delays: Map<number, number>
  readonly gaps: { readonly fromMs: number; readonly toMs: number }[]
  late: number
  assumed: number
}

/**
 * A silence of more than an hour lies between the last reading of one clock hour and the first of a later one: so hours are
 * counted and not every pair of readings, and nothing has to be sorted but a few thousand hours a series.
 */
async function streams(database: Database, { plant, fromMs, toMs }: PlantSpan): Promise<readonly StreamQuality[]> {
  const [ids, devices, metrics, units] = await database.columns(
    'SELECT id, device, metric, unit FROM series WHERE plant = $1 ORDER BY device, metric',
    [plant],
  )
  if (ids === undefined || ids.length === 0) return []
  const isOfPlant = `series IN (${ids.join(',')}) AND ts >= $1 AND ts < $2`
  const range = [bound(fromMs), bound(toMs)]
  const found = new Map<number, Counts>()
  const [series, ranks, assumed, isLate, steps, counts] = await database.columns(
    `SELECT series, quality, assumed, received_at - ts > ${LATE_MS} AS late,
       CASE WHEN received_at - ts > ${LATE_MS} THEN 0 ELSE floor((received_at - ts) / ${DELAY_STEP_MS}.0) END AS step,
       count(*)::DOUBLE
     FROM reading WHERE ${isOfPlant} GROUP BY ALL`,
    range,
  )
  for (let i = 0; i < (series?.length ?? 0); i++) {
    const count = counts![i] as number
    const of = found.get(series![i] as number) ?? {
      byRank: new Map(),
      delays: new Map(),
      gaps: [],
      late: 0,
      assumed: 0,
    }
    found.set(series![i] as number, of)
    raise(of.byRank, ranks![i] as number, count)
    if (assumed![i] === true) of.assumed += count
    if (isLate![i] === true) of.late += count
    else raise(of.delays, steps![i] as number, count)
  }
  const [silent, from, to] = await database.columns(
    `WITH hours AS (
       SELECT series, ts // ${GAP_MS} AS hour, min(ts) AS first, max(ts) AS last FROM reading WHERE ${isOfPlant} GROUP BY ALL
     ), edges AS (
       SELECT series, coalesce(lag(last) OVER one, $1) AS from_ms, first AS to_ms FROM hours WINDOW one AS (PARTITION BY series ORDER BY hour)
       UNION ALL
       SELECT series, max(last), $2 FROM hours GROUP BY series
     )
     SELECT series, from_ms::DOUBLE, to_ms::DOUBLE FROM edges WHERE to_ms - from_ms > ${GAP_MS} ORDER BY series, from_ms`,
    range,
  )
  silent?.forEach((id, i) => {
    found.get(id as number)?.gaps.push({ fromMs: from![i] as number, toMs: to![i] as number })
  })
  return ids.flatMap((id, i) => {
    const of = found.get(id as number)
    if (of === undefined) return []
    const names = { device: devices![i] as string, metric: metrics![i] as string, unit: units![i] as string }
    return [streamQuality({ ...names, ...of })]
  })
}

function raise(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
