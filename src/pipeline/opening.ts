import { join } from 'node:path'
import { Database, type DatabaseOptions, DatabaseUnusable } from '../archive/database.js'
import { EMPTY } from '../archive/record/manifest.js'
import { rebuild } from '../archive/record/rebuild.js'
import { LastingRecord } from '../archive/record/record.js'
import type { HealthCheck } from '../base/wire.js'
import { positionOf, START } from '../journal/cursor.js'
import { nodeDisk } from '../journal/disk.js'
import { segmentsIn } from '../journal/segment.js'
import { startRebuilding } from '../views/rebuilding.js'
import type { Ledger } from './ledger.js'

export interface OpeningParts {
  readonly dataDir: string
  readonly journalDir: string
  readonly memoryLimit: DatabaseOptions['memoryLimit']
  readonly nowMs: number
  readonly http: Parameters<typeof startRebuilding>[0]
  /** Ends a rebuild; the next start begins it again. */
  readonly signal: AbortSignal
  /** What else is to be said on readiness during a rebuild. */
  readonly health: () => readonly HealthCheck[]
  /** A rebuild has begun, and /readyz on this port tells how far it is. */
  onRebuilding(port: number): void
}

/**
 * Opens the lasting record and the database, and rebuilds the database from the record where it has to be. Meanwhile a
 * small HTTP server says why and how far. Throws `RebuildStopped` when `signal` is aborted.
 */
export async function openArchive<T extends { readonly ledger: Ledger }>(
  parts: OpeningParts,
  load: (database: Database) => Promise<T>,
) {
  const record = await LastingRecord.open(join(parts.dataDir, 'archive'), parts.nowMs)
  const path = join(parts.dataDir, 'archive.duckdb')
  const opened = await Database.open(
    {
      path,
      memoryLimit: parts.memoryLimit,
      nowMs: parts.nowMs,
      fill: (database, why) => fill(database, record, parts, why),
    },
    async (database) => {
      const loaded = await load(database)
      const isBehind = positionOf(loaded.ledger.cursor) < record.position
      if (isBehind) throw new DatabaseUnusable('it ends before the files of the archive do')
      return loaded
    },
  )
  const [oldest] = segmentsIn(nodeDisk, parts.journalDir)
  const isAtStart = positionOf(opened.loaded.ledger.cursor) === positionOf(START)
  if (isAtStart && oldest !== undefined && oldest > 1) {
    record.complain(
      `the journal begins with segment ${oldest}, and neither database nor archive has what came before: restore the data directory from a backup`,
    )
  }
  return { path, record, ...opened }
}

async function fill(database: Database, record: LastingRecord, parts: OpeningParts, why: string | null): Promise<void> {
  if (record.manifest === EMPTY) return
  let progress = ''
  const server = await startRebuilding(parts.http, () => [
    { name: 'archive', ok: false, reason: `${why ?? 'there was no database; it is being rebuilt'}: ${progress}` },
    ...recordHealth(record),
    ...parts.health(),
  ])
  parts.onRebuilding(server.port)
  try {
    await rebuild(database, record, parts.signal, (now) => {
      progress = now
    })
  } finally {
    await server.close()
  }
}

/** What the files of the archive have to say on readiness. */
export function recordHealth(record: LastingRecord, trouble = ''): HealthCheck[] {
  const reasons = [...record.problems, ...(trouble === '' ? [] : [trouble])]
  return [{ name: 'record', ok: reasons.length === 0, reason: reasons.join('; ') }]
}
