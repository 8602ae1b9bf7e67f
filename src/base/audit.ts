import type { AuditJob } from './report.js'

/** Work on reports and state of the ledger, as the API gives them. Times are RFC 3339. */

export interface AuditJobsAnswer {
  /** Newest first. */
  readonly items: readonly AuditJob[]
}

/** One entry of the ledger, as lists show it. */
export interface LedgerItem {
  readonly number: number
  readonly at: string
  /** As `body.kind` of the entry. */
  readonly kind: string
  /** Subject of the entry: a plant and day, a report and version, a segment, … */
  readonly subject: string
  readonly hash: string
}

export interface LedgerAnswer {
  /** The newest entry; null before the first. */
  readonly head: { readonly number: number; readonly hash: string; readonly at: string } | null
  /** Fingerprint of the public key, in groups of four hex digits, as people compare it. */
  readonly fingerprint: string
  /** Entries by kind. */
  readonly entries: Readonly<Record<string, number>>
  /** Newest first. */
  readonly newest: readonly LedgerItem[]
  /** Reason why no entry can be added; '' when one can. */
  readonly trouble: string
}
