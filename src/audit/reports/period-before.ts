import type { PeriodBefore, PeriodBeforeReason, Report } from '../../base/report.js'
import { earlierReport, periodBefore } from '../report/period-before.js'
import { reportId } from '../report/request.js'
import type { ReportLedger } from './live.js'
import type { ReportRegister } from './report-register.js'
import type { ReportRequest } from './request.js'

export interface PeriodBeforeDeps {
  readonly register: ReportRegister
  readonly ledger: Pick<ReportLedger, 'reportHash'>
}

/** The report of the period before, and its bytes as they were frozen; null without one. */
export interface FoundBefore {
  readonly said: PeriodBefore
  readonly bytes: Buffer | null
}

/**
 * The last frozen version of the report of the period before. One that the ledger has and whose files cannot be read is no
 * reason to make no report: then the report says so.
 */
export function periodBeforeOf({ register, ledger }: PeriodBeforeDeps, request: ReportRequest): FoundBefore {
  const period = periodBefore(request)
  const id = reportId({ ...request, ...period })
  const none = (reason: PeriodBeforeReason): FoundBefore => {
    return { said: { id, period, report: null, reason }, bytes: null }
  }
  const last = register.lastFrozen(id)
  // A version whose state cannot be read is not in the book.
  if (ledger.reportHash('frozen', id, register.nextVersion(id)) !== null) return none('unreadable')
  const entry = last === null ? null : ledger.reportHash('frozen', id, last.version)
  if (last === null || entry === null) return none('not_frozen')
  let read: { readonly report: Report; readonly bytes: Buffer }
  try {
    read = register.folders.readReport(last, last.sha256)
  } catch {
    return none('unreadable')
  }
  const report = earlierReport(read.report, { sha256: last.sha256, entry })
  return { said: { id, period, report, reason: '' }, bytes: read.bytes }
}
