import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import type { Report, ReportItem } from '../../base/report.js'
import { writeDurably } from '../../program/durable-file.js'
import type { ReportLanguage } from '../render/language.js'
import { reportId } from '../report/request.js'
import { FILES, sha256Of } from './folder.js'
import { orStopped } from './jobs.js'
import type { LiveRecord, ReportLedger, ReportMaking } from './live.js'
import { periodBeforeOf } from './period-before.js'
import { draftState, type ReportRegister } from './report-register.js'
import type { ReportRequest } from './request.js'

export interface DraftDeps {
  readonly clock: Clock
  readonly register: ReportRegister
  readonly making: Pick<ReportMaking, 'build'>
  readonly live: Pick<LiveRecord, 'whenAtRest'>
  readonly ledger: Pick<ReportLedger, 'reportHash'>
}

/** A report as it would be frozen now, under the number of the next version. */
export interface Draft {
  readonly report: Report
  readonly bytes: Buffer
}

/** Makes a report from what is there now, without keeping it. */
export async function buildDraft(
  { register, making, live, ledger }: DraftDeps,
  request: ReportRequest,
  signal: AbortSignal,
): Promise<Draft> {
  // Figures that are on their way into the store are there by then.
  await orStopped(
    live.whenAtRest(async () => undefined),
    signal,
  )
  const id = reportId(request)
  const last = register.lastFrozen(id)
  const before = last === null ? null : { ...register.folders.readReport(last, last.sha256), sha256: last.sha256 }
  return making.build(request, register.nextVersion(id), before, periodBeforeOf({ register, ledger }, request).said)
}

/** Keeps a draft in the place of the one before. */
export async function keepDraft(
  { register, clock }: DraftDeps,
  { report, bytes }: Draft,
  languages: readonly ReportLanguage[],
): Promise<ReportItem> {
  const { folders } = register
  const dir = folders.begin(report)
  const state = draftState({ report, sha256: sha256Of(bytes), languages }, new Date(clock.nowMs()).toISOString())
  mkdirSync(join(dir, dirname(FILES.report)), { recursive: true })
  await writeDurably(dir, FILES.report, bytes)
  await writeDurably(dir, FILES.state, JSON.stringify(state))
  await folders.finish(report)
  return register.made(state)
}
