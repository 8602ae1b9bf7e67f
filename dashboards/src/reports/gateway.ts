import type { AuditJob, ReportItem, ReportProfile } from '../../../src/base/report.js'
import { type Answer, get, post } from '../gateway/api.js'

/** Requests to the gateway about reports, and the files that it gives. */

/** A version of a report. */
export type Version = Pick<ReportItem, 'id' | 'version'>

/** The feed tells of changes at once; this is for what it could not tell. */
export const REPORTS_EVERY_MS = 60_000
/** More reports than that nobody looks through. */
export const REPORTS_MAX = 200

export const reportPath = (id: string): string => `/reports/${encodeURIComponent(id)}`

export const documentPath = ({ id, version }: Version): string => `${reportPath(id)}.json?version=${version}`

export function lineagePath({ id, version }: Version, figure: string): string {
  return `/lineage?${new URLSearchParams({ report: id, version: String(version), figure })}`
}

export type FileKind = 'pdf' | 'xlsx' | 'csv' | 'json' | 'zip' | 'zip.sig'
export type FileLanguage = 'en' | 'zh' | 'both'

/** Address of a file of a report: in a `language` where people read it, of a CSV one `table`. */
export function fileAddress(
  { id, version }: Version,
  kind: FileKind,
  of: { readonly language?: FileLanguage; readonly table?: string } = {},
): string {
  const asked = new URLSearchParams({ version: String(version), ...of })
  return `/api/v1${reportPath(id)}.${kind}?${asked}`
}

export interface NewReport {
  readonly plants: readonly string[]
  readonly profile: ReportProfile
  /** Days; `to` is not among them. */
  readonly from: string
  readonly to: string
  /** Languages of the files that are rendered when the report is frozen. */
  readonly languages: readonly FileLanguage[]
}

export const makeDraft = (asked: NewReport) => post<AuditJob>('/reports', asked)

export type Act = 'freeze' | 'verified' | 'bundle' | 'check'

/** Begins what takes long, or says that a version was verified. */
export function act({ id, version }: Version, what: Act, said: object = {}): Promise<Answer<AuditJob | ReportItem>> {
  // A freeze makes the next version of what there is: it has no version yet.
  const which = what === 'freeze' ? '' : `?version=${version}`
  return post(`${reportPath(id)}/${what}${which}`, said)
}

export const checkLedger = () => post<AuditJob>('/ledger/check', {})

export const isOver = ({ state }: AuditJob) => state === 'done' || state === 'failed'

/** True when the answer is work that goes on, and not its result. */
export const isJob = (answer: AuditJob | ReportItem): answer is AuditJob => 'what' in answer

export const getJob = (id: string): Promise<Answer<AuditJob>> => get(`/audit/jobs/${encodeURIComponent(id)}`)

/** Has the browser fetch a file that the gateway names. */
export function fetchFile(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}
