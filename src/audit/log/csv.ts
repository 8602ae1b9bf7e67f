import { stringify } from 'csv-stringify/sync'
import type { AuditEntry } from '../../base/audit-log.js'

const COLUMNS = ['number', 'at', 'act', 'actor', 'subject', 'previous', 'hash'] as const

/** The first line of the table. */
export const AUDIT_CSV_HEAD = `${COLUMNS.join(',')}\r\n`

/**
 * Entries as lines of CSV (UTF-8, RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe:
 * names and topics come from outside.
 */
export function auditCsv(entries: readonly AuditEntry[]): string {
  return stringify(
    entries.map((entry) => COLUMNS.map((column) => String(entry[column]))),
    { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /\r/ },
  )
}
