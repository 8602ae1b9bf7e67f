import { join } from 'node:path'
import { Database, type DatabaseOptions } from '../archive/database.js'
import { faultApart } from '../archive/file/check-apart.js'
import { DatabaseUnusable } from '../archive/file/version.js'
import { EMPTY } from '../archive/record/manifest.js'
import { RebuildStopped, rebuild } from '../archive/record/rebuild.js'
import { LastingRecord } from '../archive/record/record.js'
import { salvage } from '../archive/record/salvage.js'
import type { HealthCheck } from '../base/wire.js'
import { positionOf, START } from '../journal/cursor.js'
import { nodeDisk } from '../journal/disk.js'
import { segmentsIn } from '../journal/segment.js'
import { type RebuildingServer, startRebuilding } from '../views/rebuilding.js'
import type { MessageAccounting } from './message-accounting.js'

export interface OpeningDeps {
  readonly dataDir: string
  readonly journalDir: string
  readonly memoryLimit: DatabaseOptions['memoryLimit']
  readonly nowMs: number
  readonly http: Parameters<typeof startRebuilding>[0]
  /** Ends a rebuild; the next start begins it again. */
  readonly signal: AbortSignal
  /** Further checks that readiness shows during a rebuild. */
  readonly health: () => readonly HealthCheck[]
  /** Takes what is to be said of trouble with the database, in a sentence. */
  log(text: string): void
  /** It takes a while, and /readyz on this port tells why, and how far it is. */
  onRebuilding(port: number): void
}

/**
 * Opens the lasting record and the database, and rebuilds the database from the record where it has to be. Meanwhile a
 * small HTTP server says why and how far. Throws `RebuildStopped` when `signal` is aborted.
 */
export async function openArchive<T extends { readonly accounting: MessageAccounting }>(
  deps: OpeningDeps,
  load: (database: Database) => Promise<T>,
) {
  const record = await LastingRecord.open(join(deps.dataDir, 'archive'), deps.nowMs)
  const path = join(deps.dataDir, 'archive.duckdb')
  const waiting = new WaitingRoom(deps, record)
  const { memoryLimit, nowMs, signal } = deps
  const stopped = (error: unknown): never => {
    throw signal.aborted ? new RebuildStopped('the gateway was stopped while its database was looked at') : error
  }
  const options: DatabaseOptions = {
    path,
    memoryLimit,
    nowMs,
    say: deps.log,
    check: async (file, why) => {
      const tell = await waiting.open(`the database is being looked at (${why})`)
      tell('all of it is read')
      return faultApart(file, signal).catch(stopped)
    },
    fill: async (database, why) => {
      if (record.manifest === EMPTY) return
      const tell = await waiting.open(why ?? 'there was no database; it is being rebuilt')
      const look = (copy: string) => faultApart(copy, signal).catch(stopped)
      await salvage(path, record, look, tell)
      await rebuild(database, record, signal, tell)
    },
  }
  const opened = await Database.open(options, async (database) => {
    const loaded = await load(database)
    const isBehind = positionOf(loaded.accounting.cursor) < record.position
    if (isBehind) throw new DatabaseUnusable('it ends before the files of the archive do')
    return loaded
  }).finally(() => waiting.close())
  const [oldest] = segmentsIn(nodeDisk, deps.journalDir)
  const isAtStart = positionOf(opened.loaded.accounting.cursor) === positionOf(START)
  if (isAtStart && oldest !== undefined && oldest > 1) {
    record.complain(
      `the journal begins with segment ${oldest}, and neither database nor archive has what came before: restore the data directory from a backup`,
    )
  }
  return { path, record, ...opened }
}

/** A small HTTP server that says why there is no other yet, from the first reason on. */
class WaitingRoom {
  readonly #deps: OpeningDeps
  readonly #record: LastingRecord
  #server: RebuildingServer | null = null
  #reason = ''
  #progress = ''

  constructor(deps: OpeningDeps, record: LastingRecord) {
    this.#deps = deps
    this.#record = record
  }

  /** Says a reason from now on; the answer takes how far it is. */
  async open(reason: string): Promise<(progress: string) => void> {
    this.#reason = reason
    this.#progress = ''
    this.#server ??= await startRebuilding(this.#deps.http, () => [
      { name: 'archive', ok: false, reason: `${this.#reason}: ${this.#progress}` },
      ...recordHealth(this.#record),
      ...this.#deps.health(),
    ])
    this.#deps.onRebuilding(this.#server.port)
    return (progress) => {
      this.#progress = progress
    }
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }
}

/** Health check of the files of the archive. */
export function recordHealth(record: LastingRecord, trouble = ''): HealthCheck[] {
  const reasons = [...record.problems, ...(trouble === '' ? [] : [trouble])]
  return [{ name: 'record', ok: reasons.length === 0, reason: reasons.join('; ') }]
}
