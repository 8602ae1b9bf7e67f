import { DuckDBInstance } from '@duckdb/node-api'
import { Archive } from '../../src/archive/archive.js'
import { Database } from '../../src/archive/database.js'
import { Senders } from '../../src/archive/senders.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { DuckdbStore } from '../../src/stores/duckdb.js'

/** The embedded database of a gateway that does not run, as its parts see it. */
export interface Embedded {
  readonly database: Database
  readonly archive: Archive
  readonly senders: Senders
  readonly store: DuckdbStore
  /** `nowMs`: arrival of the last journal record that is in it, epoch ms. */
  readonly engine: { readonly nowMs: number }
  close(): Promise<void>
}

export async function openEmbedded(path: string): Promise<Embedded> {
  const database = await Database.on(await DuckDBInstance.create(path, { threads: '1' }))
  const senders = new Senders()
  const archive = await Archive.open(database, senders)
  const store = await DuckdbStore.open(database, new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit])))
  const journal = await archive.progress<{ nowMs: number }>('journal')
  return { database, archive, senders, store, engine: { nowMs: journal?.nowMs ?? 0 }, close: () => database.close() }
}
