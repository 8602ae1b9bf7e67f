import type { DuckDBConnection } from '@duckdb/node-api'
import { transpose } from '../archive/archive.js'
import { bound, type Database } from '../archive/database.js'
import { appendRows, type Columns } from '../archive/rows.js'
import { beginKeys } from '../archive/temporary-tables.js'
import type { RefusedItem } from '../base/wire.js'

/** A reading or a point that a store does not take, and its words. One of the two ids is null. */
export interface RefusedItemRecord {
  readonly seriesId: number | null
  readonly streamId: number | null
  readonly ts: number
  readonly isFinal: boolean
  readonly detail: string
}

/** A reading or a point, as it is known in the database. */
export type RefusalKey = Pick<RefusedItemRecord, 'seriesId' | 'streamId' | 'ts'>

export interface RefusedCounts {
  readonly readings: number
  readonly finalPoints: number
}

export interface NumberedItem {
  readonly number: number
  readonly item: RefusedItem
}

const NONE: RefusedCounts = { readings: 0, finalPoints: 0 }
const DETAIL_CHARS_MAX = 500

/** Readings and points that one store has refused and not taken since, each with the store's words. */
export class StoreRefusals {
  readonly #database: Database
  readonly #store: string
  #counts = NONE
  #hasAny = false

  private constructor(database: Database, store: string) {
    this.#database = database
    this.#store = store
  }

  static async open(database: Database, store: string): Promise<StoreRefusals> {
    const refusals = new StoreRefusals(database, store)
    await refusals.#count()
    return refusals
  }

  get counts(): RefusedCounts {
    return this.#counts
  }

  /** Something is refused; a provisional point counts here too. */
  get hasAny(): boolean {
    return this.#hasAny
  }

  /** Newest first, those below a number when one is given; each with its number. */
  async newest(page: { readonly before: number | null; readonly limit: number }): Promise<NumberedItem[]> {
    const columns = await this.#database.columns(
      `SELECT r.rowid::DOUBLE, r.ts::DOUBLE, r.at_ms::DOUBLE, r.detail, coalesce(s.plant, k.plant), s.device, s.metric,
         k.scope, k.scope_id, k.kpi, k."window"
       FROM refusal r LEFT JOIN series s ON s.id = r.series LEFT JOIN kpi_stream k ON k.id = r.stream
       WHERE r.store = $1 AND r.rowid < $2 ORDER BY r.rowid DESC LIMIT $3`,
      [this.#store, bound(page.before ?? Infinity), page.limit],
    )
    return transpose(columns).map(([number, ts, atMs, detail, plant, device, metric, scope, id, kpi, window]) => {
      const of = device === null ? { scope, id, kpi, window } : { device, metric }
      const [time, refused_at] = [isoOf(ts as number), isoOf(atMs as number)]
      return { number: number as number, item: { time, refused_at, detail, plant, ...of } as RefusedItem }
    })
  }

  /** Series and streams of which something is refused in words that end so. */
  async idsOf(
    ending: string,
  ): Promise<{ readonly series: ReadonlySet<number>; readonly streams: ReadonlySet<number> }> {
    const [series, streams] = await this.#database.columns(
      'SELECT DISTINCT series, stream FROM refusal WHERE store = $1 AND suffix(detail, $2)',
      [this.#store, ending],
    )
    const ids = (column: readonly unknown[] = []) => new Set(column.filter((id) => id !== null) as number[])
    return { series: ids(series), streams: ids(streams) }
  }

  /** Takes over what became of `written`: what is in `refused` is refused, the rest of it is not any more. */
  async settle(
    connection: DuckDBConnection,
    written: readonly RefusalKey[],
    refused: readonly RefusedItemRecord[],
    atMs: number,
  ): Promise<void> {
    if (this.#hasAny && written.length > 0) {
      await beginKeys(connection, 'wanted')
      await appendRows(connection, 'wanted', WANTED_COLUMNS, written)
      await connection.run(
        `DELETE FROM refusal r USING wanted w
         WHERE r.store = $1 AND r.ts = w.ts AND coalesce(r.series, -1 - r.stream) = w.series`,
        [this.#store],
      )
    }
    await appendRows(
      connection,
      'refusal',
      REFUSAL_COLUMNS,
      refused.map((one) => ({ ...one, store: this.#store, atMs })),
    )
  }

  /** Everything is given to the store once more: nothing is refused yet. */
  async clear(connection: DuckDBConnection): Promise<void> {
    await connection.run('DELETE FROM refusal WHERE store = $1', [this.#store])
  }

  /** Must be called once the transaction of `settle` or `clear` has been committed. */
  async committed(): Promise<void> {
    await this.#count()
  }

  async #count(): Promise<void> {
    const [readings, points, all] = await this.#database.columns(
      `SELECT count(series)::DOUBLE, (count(stream) FILTER (is_final))::DOUBLE, count(*)::DOUBLE
       FROM refusal WHERE store = $1`,
      [this.#store],
    )
    this.#hasAny = Number(all?.[0] ?? 0) > 0
    this.#counts = { readings: Number(readings?.[0] ?? 0), finalPoints: Number(points?.[0] ?? 0) }
  }
}

/** Series and streams in one column: those of streams are negative. */
const WANTED_COLUMNS: Columns<RefusalKey> = [
  ['integer', ({ seriesId, streamId }) => seriesId ?? -1 - (streamId ?? 0)],
  ['bigint', ({ ts }) => ts],
]

const REFUSAL_COLUMNS: Columns<RefusedItemRecord & { readonly store: string; readonly atMs: number }> = [
  ['text', (r) => r.store],
  ['integer', (r) => r.seriesId],
  ['integer', (r) => r.streamId],
  ['bigint', (r) => r.ts],
  ['boolean', (r) => r.isFinal],
  ['text', (r) => r.detail.slice(0, DETAIL_CHARS_MAX)],
  ['bigint', (r) => r.atMs],
]

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
