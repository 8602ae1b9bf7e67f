import { type Archive, transpose } from '../../archive/archive.js'
import { bound, type Database } from '../../archive/database.js'
import { EVENT_FIELDS } from '../../base/events.js'
import type { Window } from '../../base/kpi.js'
import { QUALITIES } from '../../base/quality.js'
import type { LineageReading } from '../../base/wire/audit.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import { type Point, TAKEN_BACK } from '../../kpi/windows/point.js'
import type { DuckdbStore } from '../../stores/duckdb.js'
import type { Calibration } from '../control.js'
import { stackHours } from '../stack-hours.js'
import type { LineageSources } from './lineage.js'
import { liveClaimDays } from './live-claim-days.js'
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
    days: (query) => finalPoints(store, '1d', query),
    hours: (query) => finalPoints(store, '1h', query),
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
        .filter((one) => one.plant === plant && one.firstTs < Infinity)
        .map(({ device, metric, firstTs }) => ({ device, metric, firstTs })),
    claimDays: (query) => liveClaimDays({ database, store, archive }, query),
    events: ({ plant, fromMs, toMs, types }) => archive.events({ plant, fromMs, toMs, types }),
  }
}

/** Final points of a window size in the store of the gateway. */
async function finalPoints(
  store: LiveDeps['store'],
  window: Window,
  { plant, fromMs, toMs, kpis, scopes }: Parameters<ReportSources['days']>[0],
): Promise<readonly Point[]> {
  const ids = store.idsOf(
    (stream) =>
      stream.plant === plant && stream.window === window && kpis.includes(stream.kpi) && scopes.includes(stream.scope),
  )
  if (ids.length === 0) return []
  const where = `WHERE p.stream IN (${ids.join(',')}) AND p.start >= $1 AND p.start < $2 AND NOT p.provisional
    AND p.reason <> '${TAKEN_BACK.reason}'`
  return (await store.states(where, [bound(fromMs), bound(toMs)])).map(({ point }) => point)
}

/** The check of an analyser that an event tells of; none when a field lacks, as its type was not known when it came. */
export function calibrationOf(ts: number, fields: Readonly<Record<string, unknown>>): readonly Calibration[] {
  const { data } = EVENT_FIELDS.cems_calibration.safeParse(fields)
  if (data === undefined) return []
  const { metric, passed, zero_drift_pct: zero, span_drift_pct: span } = data
  return [{ ts, metric, passed, zeroDriftPct: zero ?? null, spanDriftPct: span ?? null }]
}

/** The same for the way down from a figure: with the readings of a series around an instant, and with points as `wire` tells them. */
export function lineageSources(
  { days, hours, streams, events }: ReportSources,
  deps: Pick<LiveDeps, 'database' | 'archive'>,
  wire: LineageSources['wire'],
): LineageSources {
  return { days, hours, streams, events, wire, readingsAround: (query) => readingsAround(deps, query) }
}

async function readingsAround(
  { archive, database }: Pick<LiveDeps, 'database' | 'archive'>,
  { plant, device, metric, atMs, count }: Parameters<LineageSources['readingsAround']>[0],
): Promise<readonly LineageReading[]> {
  const series = archive.series.find(plant, device, metric)
  if (series === undefined) return []
  const side = async (where: string, order: string): Promise<LineageReading[]> => {
    const columns = await database.columns(
      `SELECT ts::DOUBLE, value, word, quality, seq FROM reading WHERE series = $1 AND ${where} ORDER BY ts ${order} LIMIT $3`,
      [series.id, BigInt(atMs), count],
    )
    return transpose(columns).map(([ts, value, word, quality, seq]) => ({
      ts: new Date(ts as number).toISOString(),
      value: (word ?? value) as string | number,
      quality: QUALITIES[quality as number] ?? 'good',
      seq: seq as number | null,
    }))
  }
  return [...(await side('ts < $2', 'DESC')).reverse(), ...(await side('ts >= $2', ''))]
}
