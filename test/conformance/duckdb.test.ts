import { DuckDBInstance } from '@duckdb/node-api'
import { Database } from '../../src/archive/database.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { DuckdbStore } from '../../src/stores/duckdb.js'
import { storeSuite } from './store.suite.js'

storeSuite('duckdb', async () => {
  const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
  const open = () => DuckdbStore.open(database, new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit])))
  return { store: await open(), reopen: open, close: () => database.close() }
})
