import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEntry } from '../../base/audit-log.js'
import { parseAuditEntry } from './entry.js'

/**
 * The audit log on the disk.
 *
 *     audit-log/000001.jsonl    one entry a line, in order; only ever appended to, never deleted
 *               000002.jsonl    begun when the one before has 1 MiB
 *
 *     entry  {"act":…,"actor":…,"at":…,"hash":…,"number":17,"previous":…,"subject":…}
 *
 * - A line is canonical JSON (RFC 8785), ended by a newline. `hash` = SHA-256 of the canonical JSON of all other fields;
 *   `previous` = `hash` of the line before, in the segment before for the first line of one.
 * - A line is told when it is synced. A torn last line was never told: the next start sets it aside and says so.
 * - The chain alone cannot tell where it ended: who cuts lines off the end leaves a whole chain. So the ledger seals number
 *   and hash of the newest entry whenever it says something else, signed: what stood before a seal cannot be cut off, nor
 *   written anew, by somebody without its key.
 */
export const SEGMENT_BYTES = 2 ** 20

const NAME = /^(\d{6})\.jsonl$/

export function auditSegmentName(segment: number): string {
  return `${String(segment).padStart(6, '0')}.jsonl`
}

/** Numbers of the segments that are there, ascending. */
export function auditSegments(dir: string): readonly number[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

/** A segment as it stands on the disk. */
export function auditSegment(dir: string, segment: number): Uint8Array {
  return readFileSync(join(dir, auditSegmentName(segment)))
}

/** Lines as bytes, without their newlines, and what stands behind the last newline. */
export function auditLines(bytes: Uint8Array): { readonly lines: readonly Uint8Array[]; readonly rest: Uint8Array } {
  const lines: Uint8Array[] = []
  let from = 0
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return { lines, rest: bytes.subarray(from) }
}

/** The entries of a segment that can be read, in order. */
export function auditEntries(bytes: Uint8Array): readonly AuditEntry[] {
  return auditLines(bytes).lines.flatMap((line) => parseAuditEntry(line) ?? [])
}
