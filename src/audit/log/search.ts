import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AuditAction, AuditEntry } from '../../base/audit-log.js'
import type { AuditLogAnswer } from '../../base/wire/audit-log.js'
import { AUDIT_CSV_HEAD, auditCsv } from './csv.js'
import { auditEntries, auditSegmentName, auditSegments } from './segments.js'

/** Segments that one page reads; a search for what is rare goes on with the next page. */
const SEGMENTS_A_PAGE = 16

export interface AuditFilter {
  readonly act?: AuditAction | undefined
  readonly actor?: string | undefined
  /** Epoch ms; entries of [fromMs, toMs). */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

/** Entries before one of a number (null: from the newest on), newest first; `next` is the number to go on before. */
export async function searchAuditLog(
  dir: string,
  filter: AuditFilter,
  page: { readonly before: number | null; readonly limit: number },
): Promise<{ readonly items: AuditLogAnswer['items']; readonly next: number | null }> {
  const items: AuditEntry[] = []
  const segments = auditSegments(dir).toReversed()
  let before = page.before ?? Number.MAX_SAFE_INTEGER
  let read = 0
  for (const segment of segments) {
    const entries = await entriesOf(dir, segment)
    const [first] = entries
    if (first === undefined || first.number >= before) continue
    for (const entry of entries.toReversed()) {
      if (entry.number >= before) continue
      if (isWanted(entry, filter)) items.push(entry)
      before = entry.number
      if (items.length === page.limit) return { items, next: before > 1 ? before : null }
    }
    if (filter.fromMs !== undefined && Date.parse(first.at) < filter.fromMs) break
    read += 1
    if (read === SEGMENTS_A_PAGE) return { items, next: before > 1 ? before : null }
  }
  return { items, next: null }
}

/** All wanted entries, oldest first, a segment at a time. */
export async function* wantedEntries(dir: string, filter: AuditFilter): AsyncGenerator<readonly AuditEntry[]> {
  for (const segment of auditSegments(dir)) {
    const wanted = (await entriesOf(dir, segment)).filter((entry) => isWanted(entry, filter))
    if (wanted.length > 0) yield wanted
  }
}

/** The same as pieces of a table. */
export async function* auditTable(dir: string, filter: AuditFilter): AsyncGenerator<string> {
  yield AUDIT_CSV_HEAD
  for await (const entries of wantedEntries(dir, filter)) yield auditCsv(entries)
}

/** In turn with other work: a segment is a megabyte. */
async function entriesOf(dir: string, segment: number): Promise<readonly AuditEntry[]> {
  return auditEntries(await readFile(join(dir, auditSegmentName(segment))))
}

function isWanted({ act, actor, at }: AuditEntry, filter: AuditFilter): boolean {
  if (filter.act !== undefined && act !== filter.act) return false
  if (filter.actor !== undefined && actor !== filter.actor) return false
  if (filter.fromMs === undefined && filter.toMs === undefined) return true
  const ms = Date.parse(at)
  return ms >= (filter.fromMs ?? -Infinity) && ms < (filter.toMs ?? Infinity)
}
