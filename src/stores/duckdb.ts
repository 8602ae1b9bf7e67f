import type { DuckDBConnection } from '@duckdb/node-api'
import { transpose } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import { appendRows, type Columns } from '../archive/rows.js'
import { type Scope, streamKey, type Window } from '../base/kpi.js'
import type { NullReason } from '../base/reasons.js'
import { type Point, type Stream, windowKey } from '../kpi/point.js'
import type { Store, StreamQuery, WriteOutcome } from './store.js'

interface Row {
  readonly streamId: number
  readonly point: Point
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
  ['text', () => ''],
]

const SELECT_POINT = `SELECT p.stream, p.start::DOUBLE, p."end"::DOUBLE, p.value, p.reason, p.numerator, p.denominator,
  p.coverage, p.estimated_share, p.provisional, p.rev, p.flags FROM kpi_point p`

/**
 * The embedded store: the KPI points in the archive's own database. Readings need no second copy, the archive is theirs.
 * A point newer than all of its stream is appended; any other takes the place of the one with its start.
 */
export class DuckdbStore implements Store {
  readonly name = 'duckdb'
  readonly #database: Database
  readonly #ids = new Map<string, number>()
  readonly #streams: Stream[] = []
  /** Start of the newest point of each stream, by its id. */
  readonly #newestMs: number[] = []

  private constructor(database: Database) {
    this.#database = database
  }

  /** @param units the unit of each KPI, by id */
  static async open(database: Database, units: ReadonlyMap<string, string>): Promise<DuckdbStore> {
    const store = new DuckdbStore(database)
    const streams = await database.columns(`
      SELECT s.id, s.plant, s.scope, s.scope_id, s.kpi, s."window", max(p.start)::DOUBLE
      FROM kpi_stream s LEFT JOIN kpi_point p ON p.stream = s.id GROUP BY ALL ORDER BY s.id`)
    for (const [, plant, scope, id, kpi, window, newest] of transpose(streams)) {
      store.#add({
        plant: plant as string,
        scope: scope as Scope,
        id: id as string,
        kpi: kpi as string,
        window: window as Window,
        unit: units.get(kpi as string) ?? '',
      })
      store.#newestMs[store.#streams.length - 1] = (newest as number | null) ?? -Infinity
    }
    return store
  }

  write(points: readonly Point[]): Promise<WriteOutcome> {
    return this.writeWith(points, async () => undefined)
  }

  /** Writes points in one transaction with what else belongs to them. */
  async writeWith(
    points: readonly Point[],
    alongside: (connection: DuckDBConnection) => Promise<void>,
  ): Promise<WriteOutcome> {
    const newStreams: number[] = []
    // Of two points of one window in a batch the later one counts.
    const rows = new Map<string, Row>()
    for (const point of points) rows.set(windowKey(point), { streamId: this.#idOf(point.stream, newStreams), point })
    const all = [...rows.values()]
    const again = all.filter(({ streamId, point }) => point.startMs <= (this.#newestMs[streamId] ?? -Infinity))
    await this.#database.transaction(async (connection) => {
      await appendRows(
        connection,
        'kpi_stream',
        [
          ['integer', (id) => id],
          ['text', (id) => this.#streams[id]?.plant],
          ['text', (id) => this.#streams[id]?.scope],
          ['text', (id) => this.#streams[id]?.id],
          ['text', (id) => this.#streams[id]?.kpi],
          ['text', (id) => this.#streams[id]?.window],
        ],
        newStreams,
      )
      await remove(connection, again)
      await appendRows(connection, 'kpi_point', POINT_COLUMNS, all)
      await alongside(connection)
    })
    for (const { streamId, point } of all) {
      this.#newestMs[streamId] = Math.max(point.startMs, this.#newestMs[streamId] ?? -Infinity)
    }
    return { kind: 'stored', refused: [] }
  }

  async remove(points: readonly Point[]): Promise<void> {
    const rows = points.flatMap((point) => {
      const streamId = this.#ids.get(streamKey(point.stream))
      return streamId === undefined ? [] : [{ streamId, point }]
    })
    await this.#database.transaction((connection) => remove(connection, rows))
  }

  async points(query: StreamQuery): Promise<Point[]> {
    const id = this.#ids.get(streamKey(query))
    if (id === undefined) return []
    return this.#read('WHERE p.stream = $1 AND p.start >= $2 AND p.start < $3 ORDER BY p.start LIMIT $4', [
      id,
      BigInt(query.fromMs),
      BigInt(query.toMs),
      query.limit,
    ])
  }

  newest(): Promise<Point[]> {
    return this.#read('QUALIFY row_number() OVER (PARTITION BY p.stream ORDER BY p.start DESC) = 1', [])
  }

  open(): Promise<Point[]> {
    return this.#read('WHERE p.provisional', [])
  }

  async between(plant: string, fromMs: number, toMs: number): Promise<Map<string, Point>> {
    const points = await this.#read(
      `WHERE p.start >= $1 AND p.start < $2 AND p.stream IN (SELECT id FROM kpi_stream WHERE plant = $3)`,
      [BigInt(fromMs), BigInt(toMs), plant],
    )
    return new Map(points.map((point) => [windowKey(point), point]))
  }

  async finalCount(): Promise<number> {
    const [counts] = await this.#database.columns('SELECT count(*)::DOUBLE FROM kpi_point WHERE NOT provisional')
    return Number(counts?.[0] ?? 0)
  }

  async #read(where: string, parameters: Parameters<Database['columns']>[1]): Promise<Point[]> {
    const columns = await this.#database.columns(`${SELECT_POINT} ${where}`, parameters)
    return transpose(columns).map((cells) => {
      const stream = this.#streams[cells[0] as number]
      if (stream === undefined) throw new Error(`there is no stream ${cells[0]}`)
      return {
        stream,
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
      }
    })
  }

  #idOf(stream: Stream, newStreams: number[]): number {
    const known = this.#ids.get(streamKey(stream))
    if (known !== undefined) return known
    const id = this.#add(stream)
    newStreams.push(id)
    return id
  }

  #add(stream: Stream): number {
    const id = this.#streams.length
    this.#streams.push(stream)
    this.#ids.set(streamKey(stream), id)
    return id
  }
}

async function remove(connection: DuckDBConnection, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  await connection.run('DELETE FROM wanted')
  await appendRows(
    connection,
    'wanted',
    [
      ['integer', (r) => r.streamId],
      ['bigint', (r) => r.point.startMs],
    ],
    rows,
  )
  await connection.run('DELETE FROM kpi_point p USING wanted w WHERE p.stream = w.series AND p.start = w.ts')
}
