import { DuckDBInstance } from '@duckdb/node-api'
import { quoted } from '../record/kinds.js'
import { shortText } from './errors.js'

/** Name that the file is attached under in DuckDB. */
export const NAME = 'archive'

/**
 * Rows that DuckDB compresses and writes together. A transaction with more of them writes them straight into the file;
 * below that it writes them to the log first, and again at the next checkpoint. At DuckDB's own 122,880 a full batch of the
 * pipeline (50,000) would go the long way, at twice the processor time.
 */
const ROW_GROUP_ROWS = 32_768
/** The log is taken into the file when it is as large as this: until then DuckDB holds six to eight times as much of its rows in memory. */
const LOG_MAX = '4MB'
/** Looking at a file takes no more memory than this. */
const CHECK_MEMORY = '300MB'

export async function attach(instance: DuckDBInstance, path: string, isReadOnly = false): Promise<void> {
  const connection = await instance.connect()
  try {
    const how = isReadOnly ? 'READ_ONLY' : `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`
    await connection.run(`SET checkpoint_threshold = '${LOG_MAX}'`)
    await connection.run(`ATTACH ${quoted(path)} AS ${NAME} (${how})`)
  } finally {
    connection.closeSync()
  }
}

/**
 * Opens a file without changing it and reads all of its tables, with all checksums: what is wrong with it, '' when nothing is.
 * DuckDB can end the process meanwhile: `faultApart` does it in one of its own.
 */
export async function faultOfFile(path: string): Promise<string> {
  try {
    await readAll(path)
    return ''
  } catch (error) {
    return shortText(error)
  }
}

async function readAll(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: CHECK_MEMORY })
  try {
    await attach(instance, path, true)
    const connection = await instance.connect()
    try {
      await connection.run(`USE ${NAME}`)
      const tables = await connection.runAndReadAll(
        `SELECT table_name FROM duckdb_tables() WHERE database_name = '${NAME}' ORDER BY table_name`,
      )
      for (const [table] of tables.getRows()) {
        await connection.run(`SELECT bit_xor(hash(t)) FROM "${String(table)}" t`)
      }
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}
