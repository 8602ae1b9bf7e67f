import type { AuditJob } from './report.js'

/** What is told of the work on reports and of the ledger, as the API gives it. Times are RFC 3339. */

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
  /** What it is about: a plant and day, a report and version, a segment, … */
  readonly subject: string
  readonly hash: string
}

export interface LedgerAnswer {
  /** The newest entry; null before the first. */
  readonly head: { readonly number: number; readonly hash: string; readonly at: string } | null
  /** Of the public key, in groups of four hex digits, as people compare it. */
  readonly fingerprint: string
  /** Entries by kind. */
  readonly entries: Readonly<Record<string, number>>
  /** Newest first. */
  readonly newest: readonly LedgerItem[]
  /** Why nothing can be added, '' when it can. */
  readonly trouble: string
}
