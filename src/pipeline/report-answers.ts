import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dateOf } from '../archive/record/names.js'
import { subjectOfEntry } from '../audit/ledger/entry.js'
import { takeTimeStamp } from '../audit/ledger/stamp.js'
import { TimeStampError } from '../audit/ledger/time-stamp.js'
import { csvFiles } from '../audit/render/csv.js'
import { lineageOf } from '../audit/report/lineage.js'
import { lineageSources } from '../audit/report/live-sources.js'
import { FILES } from '../audit/reports/folder.js'
import { sealedOf } from '../audit/reports/sealed-days.js'
import { DAY_MS } from '../base/durations.js'
import type { Report, ReportItem } from '../base/report.js'
import type { LedgerAnswer } from '../base/wire/audit.js'
import { ConcurrencyLimit } from '../views/concurrency-limit.js'
import type { News } from '../views/sources/news.js'
import type { AuditRequest, AuditSources } from '../views/sources/reports.js'
import type { Audit } from './audit.js'
import { type ReportMakingDeps, reportSources } from './report-making.js'
import { doReportWork } from './report-work.js'
import type { Reports } from './reports.js'

/** Renderings that were not made at a freeze are made one at a time. */
const RENDERINGS_WAITING_MAX = 8

export interface ReportAnswerDeps {
  readonly reports: Reports
  readonly audit: Audit
  readonly making: ReportMakingDeps
  readonly languages: AuditWishLanguages
}

type AuditWishLanguages = NonNullable<Extract<AuditRequest, { what: 'report' }>['languages']>

/** Answers to the views' questions about reports and the ledger. */
export function auditSources(deps: ReportAnswerDeps): AuditSources & Pick<News, 'onReport'> {
  const { reports, audit, languages, making } = deps
  const sources = reportSources(making)
  const { requests } = reports
  const { register } = requests
  const turns = new ConcurrencyLimit({ atOnce: 1, waitingMax: RENDERINGS_WAITING_MAX })
  return {
    reports: () => register.items(),
    report: (id, version) => register.find(id, version),
    submitAudit: (wish) => submit(reports, wish, languages)?.job ?? null,
    verifyReport: (item, by, note) => requests.verified(item, by, note),
    removeReport: (item) => requests.remove(item),
    reportFile: async (item, { format, language, table }) => {
      const dir = register.folders.of(item)
      if (format === 'json') return { path: join(dir, FILES.report) }
      if (format === 'zip') return { path: join(dir, FILES.bundle) }
      if (format === 'zip.sig') return { path: join(dir, FILES.bundleSignature) }
      const name = format === 'csv' ? `report/csv/${table}.csv` : `report/report.${language}.${format}`
      if (item.status !== 'draft' && existsSync(join(dir, name))) return { path: join(dir, name) }
      if (format === 'csv') {
        const bytes = csvFiles(register.folders.readReport(item, item.sha256).report).get(table)
        return bytes === undefined ? null : { bytes }
      }
      const status = item.status === 'draft' ? 'draft' : 'frozen'
      const { fingerprint } = audit.ledger
      const report = join(dir, FILES.report)
      const work = {
        what: 'render',
        report,
        status,
        fingerprint,
        frozen: item.frozen_at === null ? null : { by: item.frozen_by ?? '', at: item.frozen_at },
        languages: [language],
        dir: null,
        only: name,
      } as const
      const { bytes } = await turns.take(() => doReportWork(work, new AbortController().signal))
      return bytes === null ? null : { bytes }
    },
    lineage: async (item, figure) => {
      const { report } = register.folders.readReport(item, item.sha256)
      const lineage = lineageSources(sources, making, (point) => making.engine.redo.toWire(point))
      return lineageOf(report, figure, lineage, await proofOf(making, item, report))
    },
    auditJobs: () => requests.jobs.list(),
    auditJob: (id) => requests.jobs.find(id),
    ledger: () => ledgerAnswer(audit),
    stampLedger: async (response) => {
      try {
        const { body, number } = await takeTimeStamp(audit.ledger, response)
        return { entry: body.kind === 'time_stamp' ? body.entry : number }
      } catch (error) {
        if (error instanceof TimeStampError) return { fault: error.message }
        throw error
      }
    },
    onReport: (listener) => reports.onReport(listener),
  }
}

function submit({ requests }: Reports, wish: AuditRequest, languages: AuditWishLanguages) {
  switch (wish.what) {
    case 'report':
      return requests.draft({ ...wish, languages: wish.languages ?? languages })
    case 'freeze':
      return requests.freeze({ ...wish, languages: wish.languages ?? languages })
    case 'bundle':
      return requests.bundle(wish.item)
    case 'check':
      return requests.check(wish.item)
    case 'ledger_check':
      return requests.checkLedger()
  }
}

/** Counts the days with readings of a report's plants, and how many of them the ledger has sealed. */
async function proofOf({ audit, database }: ReportMakingDeps, item: ReportItem, { plants }: Report) {
  const { id, version, status } = item
  let days = 0
  let sealedDays = 0
  for (const { id: plant, start, end, timezone } of plants) {
    const [found] = await database.columns(
      `SELECT DISTINCT (ts // ${DAY_MS})::INTEGER FROM reading
       WHERE ts >= $2 AND ts < $3 AND series IN (SELECT id FROM series WHERE plant = $1)`,
      [plant, BigInt(Date.parse(start)), BigInt(Date.parse(end))],
    )
    const counted = sealedOf(new Set((found ?? []) as number[]), { start, end, timezone }, (day) => {
      return audit.index.day('reading', plant, dateOf(day)) !== undefined
    })
    days += counted.days
    sealedDays += counted.sealed
  }
  return { status, days, sealedDays, entry: audit.index.reportHash('frozen', id, version) }
}

function ledgerAnswer({ ledger, index, sealing }: Audit): LedgerAnswer {
  return {
    head: ledger.last,
    fingerprint: ledger.fingerprint,
    entries: index.counts(),
    newest: index.newest().map(({ number, at, hash, body }) => {
      return { number, at, kind: body.kind, subject: subjectOfEntry(body), hash }
    }),
    trouble: sealing.trouble,
  }
}
