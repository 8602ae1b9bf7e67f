import type { DuckDBInstance } from '@duckdb/node-api'
import { SCHEMA_VERSION } from '../schema.js'
import { NAME } from './check.js'

/** The file opens, and yet it cannot be used; the message says why. `load` of `Database.open` may throw it too. */
export class DatabaseUnusable extends Error {}

/** Throws when the tables in the file are not those of this program. */
export async function checkVersion(instance: DuckDBInstance): Promise<void> {
  const connection = await instance.connect()
  try {
    await connection.run(`USE ${NAME}`)
    const answer = await connection.runAndReadAll(`SELECT content FROM progress WHERE name = 'schema'`)
    const version = answer.getRows()[0]?.[0] ?? 'without a number'
    if (version !== SCHEMA_VERSION) throw new DatabaseUnusable(`its tables are those of another version (${version})`)
  } finally {
    connection.closeSync()
  }
}
