import type { Database } from './database.js'

/**
 * Gives memory outside of V8's heaps that nothing needs back to the system, that of all threads: DuckDB flushes its allocators and
 * the C library's (`malloc_trim`) when its limit is set, to whatever. Its tables stay in memory. What cannot be flushed now
 * is flushed another time.
 *
 * @param memoryLimit the limit that it has
 */
export async function giveBackNativeMemory(database: Pick<Database, 'columns'>, memoryLimit: string): Promise<void> {
  await database.columns(`SET memory_limit = '${memoryLimit}'`).catch(() => undefined)
}
