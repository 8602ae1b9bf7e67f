import type { ReportLanguage } from '../../audit/render/language.js'
import type { ReportRequest } from '../../audit/reports/request.js'
import type { AuditJob, ReportItem } from '../../base/report.js'
import type { LedgerAnswer, LineageAnswer } from '../../base/wire/audit.js'
import type { Awaitable } from './soon.js'

export const REPORT_FORMATS = ['json', 'csv', 'xlsx', 'pdf', 'zip'] as const
/** Files that come with a report: the formats, and the signature beside the bundle. */
export const REPORT_FILES = [...REPORT_FORMATS, 'zip.sig'] as const
export type ReportFormat = (typeof REPORT_FILES)[number]

/** Long work that somebody asks for. */
export type AuditRequest =
  | { readonly what: 'report'; readonly request: ReportRequest; readonly languages: readonly ReportLanguage[] | null }
  | {
      readonly what: 'freeze'
      readonly request: ReportRequest
      readonly languages: readonly ReportLanguage[] | null
      readonly by: string
    }
  | { readonly what: 'bundle' | 'check'; readonly item: ReportItem }
  | { readonly what: 'ledger_check' }

/** Reports, the work on them, and the ledger. What cannot be done with a version as it is rejects with `NotNow`. */
export interface AuditSources {
  /** Newest first. */
  reports(): readonly ReportItem[]
  /** The last version when none is named; null when there is none. */
  report(id: string, version?: number): ReportItem | null
  /** null when too much work waits. Throws `NotNow`. */
  submitAudit(wish: AuditRequest): Awaitable<AuditJob | null>
  /** Throws `NotNow`. */
  verifyReport(item: ReportItem, by: string, note: string): Promise<ReportItem>
  /** Throws `NotNow`. */
  removeReport(item: ReportItem): Awaitable<void>
  /** A file of a version, where it lies or as it is; null when there is none: no bundle yet, or no such table. */
  reportFile(
    item: ReportItem,
    wanted: { readonly format: ReportFormat; readonly language: ReportLanguage; readonly table: string },
  ): Promise<{ readonly path: string } | { readonly bytes: Uint8Array } | null>
  /** null when the report has no such figure. */
  lineage(item: ReportItem, figure: string): Promise<LineageAnswer | null>
  /** Newest first. */
  auditJobs(): Awaitable<readonly AuditJob[]>
  auditJob(id: string): Awaitable<AuditJob | null>
  ledger(): Awaitable<LedgerAnswer>
  /** Puts an RFC 3161 response over the hash of an entry on record; the sentence says what is wrong with it. */
  stampLedger(response: Uint8Array): Promise<{ readonly entry: number } | { readonly fault: string }>
}
