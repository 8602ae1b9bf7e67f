import type { AuditEntry } from '../../base/audit-log.js'
import { isTrue, parseAuditEntry } from './entry.js'
import { auditLines, auditSegment, auditSegments } from './segments.js'

/** The newest entry of the audit log, as the ledger names it. */
export type AuditLogSeal = Pick<AuditEntry, 'number' | 'hash'>

/** True when a sealed entry is there as it was, and all that is behind it follows. Reads from the end to it. */
export function isContinued(dir: string, sealed: AuditLogSeal): boolean {
  let next: AuditEntry | null = null
  for (const segment of auditSegments(dir).toReversed()) {
    for (const line of auditLines(auditSegment(dir, segment)).lines.toReversed()) {
      const entry = parseAuditEntry(line)
      if (entry === null || !isTrue(entry)) return false
      if (next !== null && (next.number !== entry.number + 1 || next.previous !== entry.hash)) return false
      if (entry.number <= sealed.number) return entry.number === sealed.number && entry.hash === sealed.hash
      next = entry
    }
  }
  return false
}
