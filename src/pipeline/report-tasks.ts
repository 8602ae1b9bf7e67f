import type { BundleOrder } from '../audit/bundle/make-bundle.js'
import type { ReportLanguage } from '../audit/render/language.js'
import type { Frozen } from '../audit/render/options.js'
import type { Finding, ReportStatus, Text } from '../base/report.js'

/** Work on reports that is done in a thread of its own. */
export type ReportWork =
  | {
      readonly what: 'render'
      /** Path of the report's JSON. */
      readonly report: string
      readonly status: ReportStatus
      readonly fingerprint: string
      /** null of a draft. */
      readonly frozen: Frozen | null
      readonly languages: readonly ReportLanguage[]
      /** Folder that all of it is written to; null for one that is handed back. */
      readonly dir: string | null
      /** Name of the one that is wanted; null for all. */
      readonly only: string | null
    }
  | { readonly what: 'bundle'; readonly order: BundleOrder }
  | { readonly what: 'check'; readonly path: string; readonly fingerprint: string }

export type FromReportThread =
  | { readonly type: 'progress'; readonly share: number; readonly detail: Text }
  | { readonly type: 'file'; readonly bytes: Uint8Array }
  | { readonly type: 'done'; readonly findings: readonly Finding[] }
