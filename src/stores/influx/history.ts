import { flagBit, KPI_FLAG_LIST, type KpiFlag } from '../../base/flags.js'
import type { StoredReading } from '../../base/reading.js'
import type { NullReason } from '../../base/reasons.js'
import { factorsFrom, type Point, type Stream, TAKEN_BACK } from '../../kpi/windows/point.js'
import type { History, StoredReadingsQuery, StreamQuery } from '../store.js'
import {
  type Influxql,
  identifier,
  instantLiteral,
  type MeasurementPlace,
  measurementIn,
  type Rows,
  tagged,
  taggedAmongFields,
} from './influxql.js'
import { isWord, kpiMeasurement, qualityOf, REMOVED, streamTags } from './schema.js'

/** Rows that one statement asks for at most: what a page of history may hold. */
const ROWS_MAX = 10_000

const POINT_FIELDS = [
  'value',
  'valid',
  'reason',
  'numerator',
  'denominator',
  'coverage',
  'estimated_share',
  'provisional',
  'rev',
  'end',
  'flags',
  'factors',
]

export interface HistoryOptions {
  influxql(): Influxql
  readonly places: { readonly readings: MeasurementPlace; readonly points: MeasurementPlace }
  /** The unit of each KPI, by id. */
  readonly units: ReadonlyMap<string, string>
}

/** Some servers take what InfluxDB takes, and answer every question with the list of their databases. */
const NO_INFLUXQL = 'the server does not answer InfluxQL, history cannot be read from it'

type Row = Rows['values'][number]

/** History out of InfluxDB, by InfluxQL. */
export function influxHistory({ influxql, places, units }: HistoryOptions): History {
  return {
    points: (query) => points(influxql(), places.points, units.get(query.kpi) ?? '', query),
    readings: (query) => readings(influxql(), places.readings, query),
  }
}

async function points(influxql: Influxql, place: MeasurementPlace, unit: string, query: StreamQuery): Promise<Point[]> {
  const { plant, scope, id, kpi, window } = query
  const stream: Stream = { plant, scope, id, kpi, window, unit }
  const select = `SELECT ${POINT_FIELDS.map(identifier).join(', ')} FROM ${measurementIn(place, kpiMeasurement(window))} WHERE ${tagged(streamTags(stream))}`
  const found: Point[] = []
  for await (const row of rows(influxql, place, select, query)) {
    const point = pointOf(stream, row)
    if (point !== null) found.push(point)
    if (found.length >= query.limit) break
  }
  return found
}

/** null for a window that is no more. */
function pointOf(stream: Stream, row: Row): Point | null {
  const [time, value, valid, reason, numerator, denominator, coverage, share, provisional, rev, end, flags, factors] =
    row
  if (reason === REMOVED || reason === TAKEN_BACK.reason) return null
  return {
    stream,
    startMs: Number(time),
    endMs: Number(end),
    // A server that cannot delete still has the value of an earlier state; `valid` tells.
    value: valid === true ? Number(value) : null,
    reason: (reason ?? '') as NullReason | '',
    numerator: Number(numerator),
    denominator: Number(denominator),
    coverage: Number(coverage),
    estimatedShare: Number(share),
    provisional: provisional === true,
    rev: Number(rev),
    flags: flagBits(String(flags ?? '')),
    factors: factorsFrom(String(factors ?? '')),
  }
}

function flagBits(text: string): number {
  const names = text.split(',').filter((name) => (KPI_FLAG_LIST as readonly string[]).includes(name))
  return names.reduce((bits, name) => bits | flagBit(name as KpiFlag), 0)
}

async function readings(
  influxql: Influxql,
  place: MeasurementPlace,
  query: StoredReadingsQuery,
): Promise<StoredReading[]> {
  const { plant, device, metric } = query
  const select = `SELECT ${identifier(metric)}, "quality" FROM ${measurementIn(place, query.class)} WHERE ${taggedAmongFields({ device, plant })}`
  const found: StoredReading[] = []
  for await (const [time, value, quality] of rows(influxql, place, select, query)) {
    if (value === null || value === undefined) continue
    const ts = Number(time)
    const reading = { ts, value: cellValue(metric, value), quality: qualityOf(metric, quality as string | null) }
    // A reading of a device that stood in two lines at that instant is still one reading.
    if (found.at(-1)?.ts === ts) found[found.length - 1] = reading
    else if (found.length < query.limit) found.push(reading)
    else break
  }
  return found
}

/** Words come back as words, and the numbers among them as numbers. */
function cellValue(metric: string, value: string | number | boolean): number | string {
  if (!isWord(metric)) return Number(value)
  const text = String(value)
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text
}

/** The rows of a selection in the order of time, page by page. */
async function* rows(
  influxql: Influxql,
  { database }: MeasurementPlace,
  select: string,
  range: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
): AsyncGenerator<Row> {
  // One more than asked for, so that the second row of an instant is seen.
  const limit = Math.min(range.limit + 1, ROWS_MAX)
  let { fromMs } = range
  let offset = 0
  for (;;) {
    const when = `time >= ${instantLiteral(fromMs)} AND time < ${instantLiteral(range.toMs)}`
    const [series] = await influxql.select(
      `${select} AND ${when} ORDER BY time LIMIT ${limit} OFFSET ${offset}`,
      database,
    )
    if (series !== undefined && series.columns[0] !== 'time') throw new Error(NO_INFLUXQL)
    const page = series?.values ?? []
    yield* page
    const isLast = page.length < limit && series?.isCut !== true
    const lastMs = Number(page.at(-1)?.[0])
    if (isLast || page.length === 0) return
    // On from the last instant, over those of its rows that were given already: a growing offset alone would make every
    // page as slow as all before it.
    const given = page.filter(([time]) => Number(time) === lastMs).length
    offset = lastMs === fromMs ? offset + given : given
    fromMs = lastMs
  }
}
