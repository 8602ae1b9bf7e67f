import type { DuckDBConnection } from '@duckdb/node-api'

/** Columns of the tables of keys by which a transaction looks up, or takes out, rows of others. */
const COLUMNS = {
  wanted: 'series INTEGER, ts BIGINT',
  happened: 'plant VARCHAR, line VARCHAR, device VARCHAR, id VARCHAR',
  touched: 'plant VARCHAR, device VARCHAR',
  touched_state: 'key VARCHAR',
} as const

export const TEMPORARY_TABLES = Object.entries(COLUMNS)
  .map(([table, columns]) => `CREATE TEMP TABLE IF NOT EXISTS ${table} (${columns});`)
  .join('\n')

/**
 * Begins a table of keys anew. Rows that are deleted from one in a later transaction stay in it for good: DuckDB takes them out
 * with a checkpoint, which temporary tables never have.
 */
export async function beginKeys(connection: DuckDBConnection, table: keyof typeof COLUMNS): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (${COLUMNS[table]})`)
}
