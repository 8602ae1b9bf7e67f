import type { DuckDBConnection } from '@duckdb/node-api'
import type { Database } from './database.js'

/** Blocks of the file that stay in memory, MiB: the system has them in its own cache, which is anybody's when memory is short. */
const CACHED_MIB = 16
const MIB = 2 ** 20

/** Memory that is no copy of what stands in the file, and that of such copies, bytes. */
const HELD = `SELECT coalesce(sum(memory_usage_bytes) FILTER (tag <> 'BASE_TABLE'), 0)::DOUBLE,
                     coalesce(sum(memory_usage_bytes) FILTER (tag = 'BASE_TABLE'), 0)::DOUBLE FROM duckdb_memory()`

/**
 * Gives memory outside of V8's heaps that nothing needs back to the system, that of all threads: DuckDB lets go of blocks of its
 * file while its limit is lower, and flushes its allocators and the C library's (`malloc_trim`) whenever that is set, to whatever. Its tables stay in
 * memory where they are in no file. What cannot be flushed now is flushed another time.
 *
 * @param memoryLimit the limit that it has
 */
export async function giveBackNativeMemory(
  database: Pick<Database, 'betweenReads' | 'columns'>,
  memoryLimit: string,
): Promise<void> {
  const asItIs = `SET memory_limit = '${memoryLimit}'`
  try {
    const isDone = await database.betweenReads(async (connection) => {
      await letGoOfBlocks(connection).catch(() => undefined)
      await connection.run(asItIs)
    })
    if (!isDone) await database.columns(asItIs)
  } catch {
    // The next time will do.
  }
}

async function letGoOfBlocks(connection: DuckDBConnection): Promise<void> {
  const [[own, cached] = [0, 0]] = (await connection.runAndReadAll(HELD)).getRows() as [number, number][]
  if (cached <= CACHED_MIB * MIB) return
  await connection.run(`SET memory_limit = '${Math.ceil(own / MIB) + CACHED_MIB}MiB'`)
}
