import type { ReportStatus } from '../../base/report.js'
import type { ReportLanguage } from './language.js'

/** Who issued a version, and when (RFC 3339). */
export interface Frozen {
  readonly by: string
  readonly at: string
}

/** What a rendering says of the document that the document cannot say of itself. */
export interface RenderOptions {
  readonly language: ReportLanguage
  readonly status: ReportStatus
  /** Of the public key of the ledger, as people compare it. */
  readonly fingerprint: string
  /** Absent of a draft. */
  readonly frozen?: Frozen
}
