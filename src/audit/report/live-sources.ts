import type { Archive } from '../../archive/archive.js'
import { bound, type Database } from '../../archive/database.js'
import { EVENT_FIELDS } from '../../base/events.js'
import { QUALITIES } from '../../base/quality.js'
import type { LineageReading } from '../../base/report.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import { toWire } from '../../kpi/windows/point.js'
import type { DuckdbStore } from '../../stores/duckdb.js'
import type { Calibration } from '../control.js'
import { stackHours } from '../stack-hours.js'
import type { LineageSources } from './lineage.js'
import { LiveStreams } from './live-streams.js'
import type { ReportSources } from './sources.js'

/** The parts of the running gateway that answer for a report. */
export interface LiveDeps {
  readonly library: FactorLibrary
  readonly database: Database
  readonly store: Pick<DuckdbStore, 'idsOf' | 'states' | 'points'>
  readonly archive: Pick<Archive, 'events' | 'series'>
  readonly versions: ReportSources['versions']
  /** By the quarantine: it is no part of the database. */
  readonly rejected: ReportSources['rejected']
}

/** Sources of a report in the database of the running gateway: a few statements, whatever the plant. */
export function liveSources({ library, database, store, archive, versions, rejected }: LiveDeps): ReportSources {
  const streams = new LiveStreams(database)
  return {
    library,
    versions,
    rejected,
    days: async ({ plant, fromMs, toMs, kpis, scopes }) => {
      const ids = store.idsOf(
        (stream) =>
          stream.plant === plant &&
          stream.window === '1d' &&
          kpis.includes(stream.kpi) &&
          scopes.includes(stream.scope),
      )
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
    streams: (span) => streams.of(span),
    firstReadings: async (plant) =>
      archive.series
        .all()
        .filter((one) => one.plant === plant && one.oldestTs < Infinity)
        .map(({ device, metric, oldestTs }) => ({ device, metric, firstTs: oldestTs })),
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
export function liveLineage(parts: LiveDeps): LineageSources {
  const { days, streams, events } = liveSources(parts)
  return { days, streams, events, wire: toWire, readingsAround: (query) => readingsAround(parts.database, query) }
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
