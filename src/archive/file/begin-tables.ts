import type { DuckDBConnection } from '@duckdb/node-api'
import { ADDED_TABLES, SCHEMA } from '../schema.js'

/** Says which transaction was the last one; no table of the schema, as a file without it is as good. */
const LAST = 'CREATE TABLE IF NOT EXISTS last_transaction (id VARCHAR)'

/** Makes the tables that are not there yet. */
export async function beginTables(connection: DuckDBConnection, isOnFile: boolean): Promise<void> {
  await connection.run(SCHEMA)
  await connection.run(ADDED_TABLES)
  if (!isOnFile) return
  await connection.run(LAST)
  await connection.run("INSERT INTO last_transaction SELECT '' WHERE NOT EXISTS (SELECT 1 FROM last_transaction)")
}
