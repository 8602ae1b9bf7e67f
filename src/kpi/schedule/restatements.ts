import type { DuckDBConnection } from '@duckdb/node-api'
import { transpose } from '../../archive/archive.js'
import { bound, type Database } from '../../archive/database.js'
import { appendRows, type Columns } from '../../archive/rows.js'
import type { Scope, Window } from '../../base/kpi.js'
import type { RestatedFigure } from '../../base/records.js'
import type { Cause } from '../series/late.js'
import type { Point } from '../windows/point.js'

/** Parts of a figure that are kept of before and after. */
export type RestatedValues = RestatedFigure

/** A final figure that has changed long after its window was over. */
export interface Restatement {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: Window
  /** Start of the window, epoch ms. */
  readonly startMs: number
  readonly before: RestatedValues
  readonly after: RestatedValues
  /** Arrival of the journal record in hand when it was computed, epoch ms. */
  readonly atMs: number
  readonly reason: Cause
}

/** Restatements of a plant that were made in [fromMs, toMs), in the order in which they were made. */
export interface RestatementQuery {
  readonly plant: string
  readonly kpi: string | null
  readonly fromMs: number
  readonly toMs: number
  /** Only those with larger numbers; 0 for all. */
  readonly afterNumber: number
  readonly limit: number
}

/**
 * Final figures that have changed later than late data are allowed to come: what a report that was made in the meantime
 * has to be compared with. No computation of today gives them again, so they are in files of the record, too.
 */
export class RestatementTable {
  readonly #database: Database
  /** Not saved yet: at most what one cycle makes. */
  #unsaved: Restatement[] = []
  #count = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** Takes over how many there are. */
  async load(): Promise<void> {
    const [last] = await this.#database.columns('SELECT max(number)::DOUBLE FROM restatement')
    this.#count = Number(last?.[0] ?? 0)
  }

  /** Since the database was begun. */
  get count(): number {
    return this.#count
  }

  add(plant: string, { before, after }: { before: Point; after: Point }, atMs: number, reason: Cause): void {
    const { scope, id, kpi, window } = after.stream
    this.#unsaved.push({ plant, scope, id, kpi, window, startMs: after.startMs, before, after, atMs, reason })
  }

  /** Takes what was added since it was asked last: to be saved in the transaction of the points that it tells of. */
  takeUnsaved(): readonly (Restatement & { readonly number: number })[] {
    const rows = this.#unsaved.map((one, i) => ({ ...one, number: this.#count + 1 + i }))
    this.#unsaved = []
    this.#count += rows.length
    return rows
  }

  async save(
    connection: DuckDBConnection,
    rows: readonly (Restatement & { readonly number: number })[],
  ): Promise<void> {
    await appendRows(connection, 'restatement', COLUMNS, rows)
  }

  async list(query: RestatementQuery): Promise<readonly (Restatement & { readonly number: number })[]> {
    const columns = await this.#database.columns(
      `SELECT number::DOUBLE, plant, scope, scope_id, kpi, "window", start::DOUBLE, old_value, old_numerator,
         old_denominator, new_value, new_numerator, new_denominator, at_ms::DOUBLE, reason
       FROM restatement
       WHERE plant = $1 AND ($2 IS NULL OR kpi = $2) AND at_ms >= $3 AND at_ms < $4 AND number > $5
       ORDER BY number LIMIT $6`,
      [query.plant, query.kpi, bound(query.fromMs), bound(query.toMs), BigInt(query.afterNumber), query.limit],
    )
    return transpose(columns).map((cells) => ({
      number: cells[0] as number,
      plant: cells[1] as string,
      scope: cells[2] as Scope,
      id: cells[3] as string,
      kpi: cells[4] as string,
      window: cells[5] as Window,
      startMs: cells[6] as number,
      before: {
        value: cells[7] as number | null,
        numerator: cells[8] as number,
        denominator: cells[9] as number,
      },
      after: {
        value: cells[10] as number | null,
        numerator: cells[11] as number,
        denominator: cells[12] as number,
      },
      atMs: cells[13] as number,
      reason: cells[14] as Cause,
    }))
  }
}

const COLUMNS: Columns<Restatement & { readonly number: number }> = [
  ['bigint', (r) => r.number],
  ['text', (r) => r.plant],
  ['text', (r) => r.scope],
  ['text', (r) => r.id],
  ['text', (r) => r.kpi],
  ['text', (r) => r.window],
  ['bigint', (r) => r.startMs],
  ['double', (r) => r.before.value],
  ['double', (r) => r.before.numerator],
  ['double', (r) => r.before.denominator],
  ['double', (r) => r.after.value],
  ['double', (r) => r.after.numerator],
  ['double', (r) => r.after.denominator],
  ['bigint', (r) => r.atMs],
  ['text', (r) => r.reason],
]
