import type { ReportStatus } from '../../base/report.js'
import type { ReportLanguage } from './language.js'

/** What a rendering says of the document that the document cannot say of itself. */
export interface RenderOptions {
  readonly language: ReportLanguage
  readonly status: ReportStatus
  /** Of the public key of the ledger, as people compare it. */
  readonly fingerprint: string
}
