import { parentPort } from 'node:worker_threads'
import type { DuckDBInstance } from '@duckdb/node-api'
import { measure } from '../archive/record/files.js'
import type { Finding } from '../base/report.js'
import { checkData } from './ledger/check-data.js'
import { type DayState, openReader, rootOfDay } from './ledger/day-lines.js'
import { stepBack } from './low-priority.js'

/**
 * The thread for long work on files that never change: trees over millions of rows, hashes of whole files. It has a DuckDB
 * of its own, in memory, and shares nothing with the gateway but the disk. What devices send goes before it.
 */

export type AuditTask =
  | { readonly what: 'root'; readonly dir: string; readonly state: DayState }
  | { readonly what: 'measure'; readonly path: string }
  /** The check of a data directory; `isFull` reckons every root again. */
  | { readonly what: 'check'; readonly dataDir: string; readonly isFull: boolean }

export interface AuditResults {
  readonly root: { readonly rows: number; readonly root: string }
  readonly measure: { readonly bytes: number; readonly sha256: string }
  readonly check: readonly Finding[]
}

export interface ToAuditThread {
  readonly id: number
  readonly task: AuditTask
}

export type FromAuditThread =
  | { readonly id: number; readonly type: 'progress'; readonly share: number }
  | { readonly id: number; readonly type: 'done'; readonly result: AuditResults[AuditTask['what']] }
  | { readonly id: number; readonly type: 'failed'; readonly message: string }

if (parentPort === null) throw new Error('audit-thread runs as a worker thread')
const parent = parentPort
stepBack()
let reader: Promise<DuckDBInstance> | null = null

parent.on('message', async ({ id, task }: ToAuditThread) => {
  const answer = (message: FromAuditThread): void => parent.postMessage(message)
  try {
    const result = await work(task, (share) => answer({ id, type: 'progress', share }))
    answer({ id, type: 'done', result })
  } catch (error) {
    answer({ id, type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
})

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
  reader ??= openReader()
  const connection = await (await reader).connect()
  try {
    return await rootOfDay(connection, dir, state)
  } finally {
    connection.closeSync()
  }
}
