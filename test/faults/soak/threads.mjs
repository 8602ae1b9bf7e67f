import { appendFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { getHeapSpaceStatistics, getHeapStatistics, writeHeapSnapshot } from 'node:v8'
import { isMainThread, threadId } from 'node:worker_threads'

/*
 * Loaded into every thread of the gateway (`--import`). Each thread adds a line to a file of its own in the folder SOAK_DIR
 * every SOAK_EVERY_MS: its heap by space, what it holds outside of the heap, and in the pipeline thread what DuckDB holds, by
 * what it holds it for. Its number at the system stands beside it, and in the first thread the numbers of those that Node
 * starts for V8. With SOAK_SNAPSHOT, a comma-separated list of seconds, it leaves a heap snapshot at those times.
 */
const { SOAK_DIR, SOAK_EVERY_MS = '5000', SOAK_SNAPSHOT = '' } = process.env
const name = isMainThread ? 'main' : basename(process.argv[1] ?? 'thread').replace(/\.[cm]?js$/, '')
const file = join(SOAK_DIR, `${name}-${process.pid}-${threadId}.jsonl`)
const tid = Number(basename(readlinkSync('/proc/thread-self')))
/** Node starts the thread of delayed tasks, V8's four workers and the one that waits for a debugger; then those of libuv. */
const NODES_FIRST = 7
const byAge = () =>
  readdirSync('/proc/self/task')
    .map(Number)
    .sort((a, b) => a - b)
const native = isMainThread ? { native: byAge().slice(0, NODES_FIRST) } : {}
const MIB = 2 ** 20
const mib = (bytes) => Math.round((bytes / MIB) * 100) / 100

/** Databases that this thread has opened: a connection that stays would keep one that the gateway has closed. */
const databases = new Set()
let DuckDBInstance
if (name === 'pipeline-thread') {
  // The gateway's own copy of the library is built in; the native part below it is there once.
  const outside = createRequire(join(process.argv[1], '..', 'outside.js'))
  const native = outside('@duckdb/node-bindings')
  DuckDBInstance = outside('@duckdb/node-api').DuckDBInstance
  const open = async (...args) => {
    const database = await native.open(...args)
    databases.add(database)
    return database
  }
  // The native part's own exports cannot be written.
  outside.cache[outside.resolve('@duckdb/node-bindings')].exports = Object.create(native, { open: { value: open } })
}

async function duckdb() {
  const held = {}
  for (const database of databases) {
    let connection
    try {
      connection = await new DuckDBInstance(database).connect()
    } catch {
      databases.delete(database)
      continue
    }
    try {
      const answer = await connection.runAndReadAll(
        'SELECT tag, memory_usage_bytes, temporary_storage_bytes FROM duckdb_memory()',
      )
      for (const [tag, bytes, temporary] of answer.getRows()) {
        if (bytes > 0n) held[tag] = mib(Number(bytes))
        if (temporary > 0n) held[`${tag} on disk`] = mib(Number(temporary))
      }
    } catch {
      // It is being closed.
    } finally {
      connection.closeSync()
    }
  }
  return held
}

async function sample() {
  const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage()
  const { malloced_memory, number_of_native_contexts } = getHeapStatistics()
  appendFileSync(
    file,
    `${JSON.stringify({
      atMs: Date.now(),
      pid: process.pid,
      tid,
      thread: name,
      ...native,
      heapUsed: mib(heapUsed),
      heapTotal: mib(heapTotal),
      external: mib(external),
      arrayBuffers: mib(arrayBuffers),
      malloced: mib(malloced_memory),
      contexts: number_of_native_contexts,
      spaces: Object.fromEntries(
        getHeapSpaceStatistics().map(({ space_name, space_used_size }) => [space_name, mib(space_used_size)]),
      ),
      ...(databases.size > 0 ? { duckdb: await duckdb() } : {}),
    })}\n`,
  )
}

void sample()
setInterval(() => void sample(), Number(SOAK_EVERY_MS)).unref()
for (const seconds of SOAK_SNAPSHOT.split(',').filter((text) => text !== '')) {
  const leave = () => writeHeapSnapshot(join(SOAK_DIR, `${name}-${process.pid}-${threadId}-${seconds}.heapsnapshot`))
  setTimeout(leave, Number(seconds) * 1000).unref()
}
