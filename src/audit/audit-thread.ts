import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { measure } from '../archive/record/files.js'
import type { Finding } from '../base/report.js'
import { stepBack } from '../program/low-priority.js'
import { checkData } from './ledger/check-data.js'
import { type DayRoot, type DayState, openReader, rootOfDay } from './ledger/day-lines.js'

/**
 * The thread for long work on files that never change: trees over millions of rows, hashes of whole files. It has a DuckDB
 * of its own, in memory, and shares nothing with the gateway but the disk. What devices send goes before it.
 */

export type AuditTask =
  | { readonly what: 'root'; readonly dir: string; readonly state: DayState }
  | { readonly what: 'measure'; readonly path: string }
  /** The check of a data directory; `isFull` computes every root again. */
  | { readonly what: 'check'; readonly dataDir: string; readonly isFull: boolean }

export interface AuditResults {
  readonly root: DayRoot
  readonly measure: { readonly bytes: number; readonly sha256: string }
  readonly check: readonly Finding[]
}

export type ToAuditThread =
  | { readonly type: 'task'; readonly id: number; readonly task: AuditTask }
  /** Ends the thread, whatever it does: it writes nothing. */
  | { readonly type: 'close' }

export type FromAuditThread =
  | { readonly id: number; readonly type: 'progress'; readonly share: number }
  | { readonly id: number; readonly type: 'done'; readonly result: AuditResults[AuditTask['what']] }
  | { readonly id: number; readonly type: 'failed'; readonly message: string }

if (parentPort === null) throw new Error('audit-thread runs as a worker thread')
const parent = parentPort
stepBack(10)
let reader: Promise<DuckDBInstance> | null = null
/** Tasks that are in DuckDB, and their connections. */
let tasksInDatabase = 0
const connections = new Set<DuckDBConnection>()
let isClosing = false

const INTERRUPT_EVERY_MS = 20

parent.on('message', (message: ToAuditThread) => {
  if (message.type === 'close') void close()
  else void take(message.id, message.task)
})

async function take(id: number, task: AuditTask): Promise<void> {
  const answer = (message: FromAuditThread): void => parent.postMessage(message)
  try {
    const result = await work(task, (share) => answer({ id, type: 'progress', share }))
    answer({ id, type: 'done', result })
  } catch (error) {
    answer({ id, type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

/** A thread that is terminated while DuckDB works for it takes the process with it (SIGABRT): it leaves DuckDB before. */
async function close(): Promise<void> {
  isClosing = true
  while (tasksInDatabase > 0) {
    // Between two queries there is nothing to interrupt, so it is asked again.
    for (const connection of connections) connection.interrupt()
    await sleep(INTERRUPT_EVERY_MS)
  }
  process.exit()
}

function work(task: AuditTask, progress: (share: number) => void): Promise<AuditResults[AuditTask['what']]> {
  switch (task.what) {
    case 'root':
      return rootOf(task.dir, task.state)
    case 'measure':
      return measure(task.path)
    case 'check':
      return checkData({ dataDir: task.dataDir, root: task.isFull ? rootOf : null, progress })
  }
}

async function rootOf(dir: string, state: DayState): Promise<AuditResults['root']> {
  if (isClosing) throw new Error('the gateway is being stopped')
  tasksInDatabase++
  try {
    reader ??= openReader()
    const connection = await (await reader).connect()
    connections.add(connection)
    try {
      return await rootOfDay(connection, dir, state)
    } finally {
      connections.delete(connection)
      connection.closeSync()
    }
  } finally {
    if (--tasksInDatabase === 0) await letGo()
  }
}

/** A database that goes from day to day keeps what it has read, and more with each: it is opened in 0.03 s. */
async function letGo(): Promise<void> {
  const open = reader
  reader = null
  // A database that could not be opened has failed its task.
  await open?.then((instance) => instance.closeSync()).catch(() => undefined)
}
