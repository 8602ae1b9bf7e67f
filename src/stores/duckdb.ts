import type { DuckDBConnection } from '@duckdb/node-api'
import { transpose } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import { appendRows, type Columns } from '../archive/rows.js'
import { beginKeys } from '../archive/temporary-tables.js'
import { DAY_MS } from '../base/durations.js'
import { flat, type Scope, type Window } from '../base/kpi.js'
import type { NullReason } from '../base/reasons.js'
import type { StoredPoints } from '../kpi/schedule/recomputation.js'
import { factorsFrom, factorsText, type Point, type Stream, TAKEN_BACK, windowKey } from '../kpi/windows/point.js'
import { KpiStream, StreamNumbers } from '../kpi/windows/stream-numbers.js'
import { type Place, PointPlaces } from './point-places.js'
import type { StreamQuery } from './store.js'

/** A local day or month may be an hour longer than others, and no shift is longer than a day. */
const DAY_MS_MAX = 2 * DAY_MS
const MONTH_MS_MAX = 32 * DAY_MS

interface Row {
  readonly streamId: number
  readonly point: Point
  readonly change: number
  readonly isErased: boolean
}

const POINT_COLUMNS: Columns<Row> = [
  ['integer', (r) => r.streamId],
  ['bigint', (r) => r.point.startMs],
  ['bigint', (r) => r.point.endMs],
  ['double', (r) => r.point.value],
  ['text', (r) => r.point.reason],
  ['double', (r) => r.point.numerator],
  ['double', (r) => r.point.denominator],
  ['double', (r) => r.point.coverage],
  ['double', (r) => r.point.estimatedShare],
  ['boolean', (r) => r.point.provisional],
  ['integer', (r) => r.point.rev],
  ['integer', (r) => r.point.flags],
  ['text', (r) => factorsText(r.point.factors)],
  ['bigint', (r) => r.change],
  ['boolean', (r) => r.isErased],
]

const PLACE_COLUMNS: Columns<Place> = [
  ['integer', (r) => r.streamId],
  ['bigint', (r) => r.point.startMs],
]

const GONE_COLUMNS: Columns<Place & { readonly change: number }> = [
  ...PLACE_COLUMNS,
  ['bigint', (r: { readonly change: number }) => r.change],
]

/** The columns of a point, as `pointOf` reads them. */
const SELECT_POINT = `SELECT p.stream, p.start::DOUBLE, p."end"::DOUBLE, p.value, p.reason, p.numerator, p.denominator,
  p.coverage, p.estimated_share, p.provisional, p.rev, p.flags, p.erased, p.factors FROM kpi_point p`

/** A stored point, and whether an earlier state of its window had a value that this one has not. */
export interface PointState {
  readonly point: Point
  readonly isErased: boolean
}

/**
 * The KPI points in the archive's own database: the engine's memory of what it has published, and what every other store
 * is filled from. A point newer than all of its stream is appended; any other takes the place of the one with its start.
 * Every write has a number, so that "what has changed since" is a comparison.
 */
export class DuckdbStore implements StoredPoints {
  readonly #database: Database
  readonly #streams = new StreamNumbers('store')
  readonly #places = new PointPlaces()
  #nextChange = 1
  #changesEnd = 1

  private constructor(database: Database) {
    this.#database = database
  }

  /**
   * @param units the unit of each KPI, by id
   * @param inPlant a unit as a plant says it: money by the code of its currency
   */
  static async open(
    database: Database,
    units: ReadonlyMap<string, string>,
    inPlant: (unit: string, plant: string) => string = (unit) => unit,
  ): Promise<DuckdbStore> {
    const store = new DuckdbStore(database)
    const streams = await database.columns(`
      SELECT s.id, s.plant, s.scope, s.scope_id, s.kpi, s."window", max(p.start)::DOUBLE,
        arg_max(p.change, p.start)::DOUBLE
      FROM kpi_stream s
      LEFT JOIN (SELECT stream, start, change FROM kpi_point UNION ALL SELECT stream, start, change FROM kpi_gone) p ON p.stream = s.id
      GROUP BY ALL ORDER BY s.id`)
    for (const [number, plant, scope, id, kpi, window, newest, change] of transpose(streams)) {
      // Streams whose numbers lie between two were forgotten.
      store.#streams.skipTo(number as number)
      const stream = new KpiStream({
        plant: plant as string,
        scope: scope as Scope,
        id: id as string,
        kpi: kpi as string,
        window: window as Window,
        unit: inPlant(units.get(kpi as string) ?? '', plant as string),
      })
      const streamId = store.#streams.add(stream)
      if (newest !== null) store.#places.loadStream(streamId, newest as number, change as number)
    }
    await store.#places.loadDays(database)
    const [last] = await database.columns(
      `SELECT max(change)::DOUBLE FROM (SELECT change FROM kpi_point UNION ALL SELECT change FROM kpi_gone
       UNION ALL SELECT change FROM alarm_change)`,
    )
    store.startAt(Number(last?.[0] ?? 0) + 1)
    return store
  }

  /** All changes that are committed have numbers below this one, and every later one has not. */
  get changesEnd(): number {
    return this.#changesEnd
  }

  /** Numbers begin here: those below were given out before, even if nothing in the tables tells any more. */
  startAt(change: number): void {
    this.#nextChange = Math.max(this.#nextChange, change)
    this.#changesEnd = this.#nextChange
  }

  write(points: readonly Point[]): Promise<void> {
    return this.writeWith(points, async () => undefined)
  }

  /**
   * Writes points in one transaction with what else belongs to them: the same points twice are the same as once. Of that
   * `others` rows are changes too, and get numbers from `firstChange` on.
   */
  async writeWith(
    points: readonly Point[],
    alongside: (connection: DuckDBConnection, firstChange: number) => Promise<void>,
    others = 0,
  ): Promise<void> {
    const newStreams: number[] = []
    // The later of two points of one window in a batch counts.
    const places = new Map<string, Place>()
    for (const point of points) places.set(windowKey(point), { streamId: this.#idOf(point.stream, newStreams), point })
    const all = [...places.values()]
    const again = all.filter(({ streamId, point }) => point.startMs <= this.#places.newestMs(streamId))
    // Numbers of a write that fails are not used again: a gap means nothing.
    const firstChange = this.#nextChange
    this.#nextChange += all.length + others
    this.#places.announce(all, firstChange)
    await this.#database.transaction(async (connection) => {
      await appendRows(
        connection,
        'kpi_stream',
        [
          ['integer', (id) => id],
          ['text', (id) => this.#streams.at(id)?.plant],
          ['text', (id) => this.#streams.at(id)?.scope],
          ['text', (id) => this.#streams.at(id)?.id],
          ['text', (id) => this.#streams.at(id)?.kpi],
          ['text', (id) => this.#streams.at(id)?.window],
        ],
        newStreams,
      )
      const erased = await replace(connection, again, this.#places.groups(again))
      const rows = all.map((place, i) => ({
        ...place,
        change: firstChange + i,
        isErased: place.point.value === null && erased.has(placeKey(place)),
      }))
      await appendRows(connection, 'kpi_point', POINT_COLUMNS, rows)
      await alongside(connection, firstChange + all.length)
    })
    this.#changesEnd = firstChange + all.length + others
    this.#places.written(all, firstChange)
  }

  /** Forgets points that are not final and that nobody makes any more. */
  async remove(points: readonly Point[]): Promise<void> {
    const rows = points.flatMap((point) => {
      const streamId = this.#streams.find(point.stream)
      return streamId === undefined ? [] : [{ streamId, point, change: this.#nextChange++ }]
    })
    await this.#database.transaction(async (connection) => {
      await want(connection, rows)
      for (const { condition } of this.#places.groups(rows)) await connection.run(`${DELETE_WANTED} AND ${condition}`)
      await appendRows(connection, 'kpi_gone', GONE_COLUMNS, rows)
    })
    this.#changesEnd = this.#nextChange
  }

  /** Ascending by start, without those that were taken back. */
  points(query: StreamQuery): Promise<Point[]> {
    return this.changed({ ...query, sinceChange: 0 }, `AND p.reason <> '${TAKEN_BACK.reason}'`)
  }

  /** The points whose newest state has at least this number. */
  async changed(query: StreamQuery & { readonly sinceChange: number }, and = ''): Promise<Point[]> {
    const id = this.#streams.find(query)
    if (id === undefined) return []
    return this.#read(
      `WHERE p.stream = $1 AND p.start >= $2 AND p.start < $3 AND p.change >= $4
       AND ${this.#places.between(query.fromMs, query.toMs)} ${and} ORDER BY p.start LIMIT $5`,
      [id, BigInt(query.fromMs), BigInt(query.toMs), BigInt(query.sinceChange), query.limit],
    )
  }

  newestFinal(): Promise<Point[]> {
    return this.#read(
      'WHERE NOT p.provisional QUALIFY row_number() OVER (PARTITION BY p.stream ORDER BY p.start DESC) = 1',
      [],
    )
  }

  open(): Promise<Point[]> {
    return this.#read('WHERE p.provisional', [])
  }

  /** The stored points of a plant with a start in [fromMs, toMs), by `windowKey`. */
  async between(plant: string, fromMs: number, toMs: number): Promise<Map<string, Point>> {
    const points = await this.#read(
      `WHERE p.start >= $1 AND p.start < $2 AND ${this.#places.between(fromMs, toMs)}
       AND p.stream IN (SELECT id FROM kpi_stream WHERE plant = $3)`,
      [BigInt(fromMs), BigInt(toMs), plant],
    )
    return new Map(points.map((point) => [windowKey(point), point]))
  }

  async at(points: readonly Point[]): Promise<Map<string, Point>> {
    const places = points.flatMap((point) => {
      const streamId = this.#streams.find(point.stream)
      return streamId === undefined ? [] : [{ streamId, point }]
    })
    const found = new Map<string, Point>()
    for (const group of this.#places.groups(places)) {
      const streams = [...new Set(group.places.map(({ streamId }) => streamId))]
      const some = await this.#read(`WHERE p.stream IN (${streams.join(',')}) AND ${group.condition}`, [])
      for (const point of some) found.set(windowKey(point), point)
    }
    return found
  }

  async endingIn(streams: readonly Stream[], fromMs: number, toMs: number): Promise<Point[]> {
    const months = streams.filter(({ window }) => window === '1mo')
    const shorter = streams.filter(({ window }) => window !== '1mo')
    return [
      ...(await this.#endingIn(shorter, fromMs, toMs, DAY_MS_MAX)),
      ...(await this.#endingIn(months, fromMs, toMs, MONTH_MS_MAX)),
    ]
  }

  async #endingIn(streams: readonly Stream[], fromMs: number, toMs: number, lengthMs: number): Promise<Point[]> {
    const ids = streams.flatMap((stream) => this.#streams.find(stream) ?? [])
    if (ids.length === 0) return []
    return this.#read(
      `WHERE p.stream IN (${ids.join(',')}) AND p."end" > $1 AND p."end" <= $2 AND p.start >= $3
       AND ${this.#places.between(fromMs - lengthMs, toMs)}`,
      [BigInt(fromMs), BigInt(toMs), BigInt(fromMs - lengthMs)],
    )
  }

  /** The points that a condition on table `p` selects, in its order. */
  async states(where: string, parameters: Parameters<Database['columns']>[1] = []): Promise<PointState[]> {
    const columns = await this.#database.columns(`${SELECT_POINT} ${where}`, parameters)
    return transpose(columns).map((cells) => ({
      isErased: cells[12] as boolean,
      point: {
        stream: this.streamOf(cells[0] as number),
        startMs: cells[1] as number,
        endMs: cells[2] as number,
        value: cells[3] as number | null,
        reason: cells[4] as NullReason | '',
        numerator: cells[5] as number,
        denominator: cells[6] as number,
        coverage: cells[7] as number,
        estimatedShare: cells[8] as number,
        provisional: cells[9] as boolean,
        rev: cells[10] as number,
        flags: cells[11] as number,
        factors: factorsFrom(cells[13] as string),
      },
    }))
  }

  /** Final points it holds, of those whose newest state has at least this number. */
  async finalCount(sinceChange = 0): Promise<number> {
    const [counts] = await this.#database.columns(
      'SELECT count(*)::DOUBLE FROM kpi_point WHERE NOT provisional AND change >= $1',
      [BigInt(sinceChange)],
    )
    return Number(counts?.[0] ?? 0)
  }

  /** Points of windows that go on, of those whose newest state has at least this number. */
  async provisionalCount(sinceChange: number): Promise<number> {
    const [counts] = await this.#database.columns(
      'SELECT count(*)::DOUBLE FROM kpi_point WHERE provisional AND change >= $1',
      [BigInt(sinceChange)],
    )
    return Number(counts?.[0] ?? 0)
  }

  /** In the order in which they came to be. */
  get streams(): readonly Stream[] {
    return this.#streams.all.filter((stream) => stream !== undefined)
  }

  idsOf(isWanted: (stream: Stream) => boolean): readonly number[] {
    return this.#streams.all.flatMap((stream, id) => (stream !== undefined && isWanted(stream) ? [id] : []))
  }

  /** Takes streams with all their points out of the database; gives how many of these were final. */
  async forgetRows(connection: DuckDBConnection, ids: readonly number[]): Promise<number> {
    if (ids.length === 0) return 0
    const isOne = `stream IN (${ids.join(',')})`
    const counted = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE FROM kpi_point WHERE ${isOne} AND NOT provisional`,
    )
    for (const table of ['kpi_point', 'kpi_gone', 'refusal']) {
      await connection.run(`DELETE FROM ${table} WHERE ${isOne}`)
    }
    await connection.run(`DELETE FROM kpi_stream WHERE id IN (${ids.join(',')})`)
    return Number(counted.getRows()[0]?.[0] ?? 0)
  }

  /** The same of what is in memory. Their numbers are not given to others as long as the program runs. */
  forget(ids: readonly number[]): void {
    for (const id of ids) {
      this.#streams.delete(id)
      this.#places.forget(id)
    }
  }

  streamOf(id: number): Stream {
    const stream = this.#streams.at(id)
    if (stream === undefined) throw new Error(`there is no stream ${id}`)
    return stream
  }

  idOf(stream: Stream): number | undefined {
    return this.#streams.find(stream)
  }

  async #read(where: string, parameters: Parameters<Database['columns']>[1]): Promise<Point[]> {
    return (await this.states(where, parameters)).map(({ point }) => point)
  }

  #idOf(stream: Stream, newStreams: number[]): number {
    const known = this.#streams.find(stream)
    if (known !== undefined) return known
    const id = this.#streams.add(stream)
    newStreams.push(id)
    return id
  }
}

const DELETE_WANTED = 'DELETE FROM kpi_point p USING wanted w WHERE p.stream = w.series AND p.start = w.ts'

/**
 * Makes room for points that are written again; the answer is which of these windows ever had a value, or had gone: of
 * those something may be left elsewhere.
 */
async function replace(
  connection: DuckDBConnection,
  again: readonly Place[],
  groups: ReturnType<PointPlaces['groups']>,
): Promise<ReadonlySet<string>> {
  if (again.length === 0) return new Set()
  await want(connection, again)
  const left = new Set<string>()
  const note = async (sql: string) => {
    const answer = await connection.runAndReadAll(sql)
    for (const [stream, start] of answer.getRows()) left.add(flat(stream as number, start as number))
  }
  for (const { places, condition } of groups) {
    if (places.some(({ point }) => point.value === null)) {
      await note(`SELECT p.stream, p.start::DOUBLE FROM kpi_point p JOIN wanted w ON p.stream = w.series AND p.start = w.ts
        WHERE (p.value IS NOT NULL OR p.erased) AND ${condition}`)
    }
    await connection.run(`${DELETE_WANTED} AND ${condition}`)
  }
  if (again.some(({ point }) => point.value === null)) {
    await note(
      'SELECT g.stream, g.start::DOUBLE FROM kpi_gone g JOIN wanted w ON g.stream = w.series AND g.start = w.ts',
    )
  }
  await connection.run('DELETE FROM kpi_gone g USING wanted w WHERE g.stream = w.series AND g.start = w.ts')
  return left
}

async function want(connection: DuckDBConnection, places: readonly Place[]): Promise<void> {
  await beginKeys(connection, 'wanted')
  await appendRows(connection, 'wanted', PLACE_COLUMNS, places)
}

function placeKey({ streamId, point }: Place): string {
  return flat(streamId, point.startMs)
}
