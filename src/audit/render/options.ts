import type { ReportStatus } from '../../base/report.js'
import type { ReportLanguage } from './language.js'

/** Issuer of a version, and the time of issue (RFC 3339). */
export interface Frozen {
  readonly by: string
  readonly at: string
}

/** Facts that a rendering says of the document and the document cannot say of itself. */
export interface RenderOptions {
  readonly language: ReportLanguage
  readonly status: ReportStatus
  /** Fingerprint of the public key of the ledger, as people compare it. */
  readonly fingerprint: string
  /** Absent of a draft. */
  readonly frozen?: Frozen
}
