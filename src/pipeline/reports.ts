import { join } from 'node:path'
import type { ArchiveBatch, ArchivedChanges } from '../archive/batch.js'
import { LASTING_ENTRIES } from '../audit/report/facts.js'
import { FILES, ReportFolders } from '../audit/reports/folder.js'
import { finishFrozen } from '../audit/reports/freeze.js'
import { Jobs } from '../audit/reports/jobs.js'
import type { ReportsOptions, ScheduleOptions } from '../audit/reports/options.js'
import { Outdated } from '../audit/reports/outdated.js'
import { ReportRegister } from '../audit/reports/report-register.js'
import { ReportRequests, type ReportRequestsDeps } from '../audit/reports/requests.js'
import { ReportSchedule, scheduleKey, scheduleName } from '../audit/reports/schedule.js'
import type { ArchiveWatch } from '../audit/reports/watch.js'
import type { KpiPoint } from '../base/kpi.js'
import type { AuditJob, ReportItem, ReportPeriod } from '../base/report.js'
import type { HealthCheck } from '../base/wire.js'
import type { NotifyOptions } from '../notify/options.js'
import { liveRecord, type ReportMakingDeps, reportLedger, reportMaking } from './report-making.js'
import { doReportWork } from './report-work.js'
import type { DocumentSources } from './scheduled/document-files.js'
import { ScheduledDocuments } from './scheduled/scheduled-documents.js'

export interface ReportsDeps extends ReportMakingDeps {
  readonly dataDir: string
  readonly options: ReportsOptions
  /** Resolves when what is in the ledger by now is where it outlives this machine; at once where there is no such place. */
  kept(): Promise<void>
  /** Is told of late readings and figures. */
  readonly watch: ArchiveWatch
  /** Channels by which documents can be mailed. */
  notify(): NotifyOptions
  isOwner(): boolean
  log(level: 'error' | 'warn', text: string): void
}

/** The reports of a running gateway: their book, the desk where work on them is handed in, and what goes on by itself. */
export class Reports {
  readonly requests: ReportRequests
  readonly #deps: ReportsDeps
  readonly #desk: ReportRequestsDeps
  readonly #schedule: ReportSchedule
  readonly #documents: ScheduledDocuments
  /** By schedule, why its last report was not made. */
  readonly #unmade = new Map<string, string>()
  readonly #outdated: Outdated
  #trouble = ''
  /** Lets newer entries be sealed: none are before what a kill has left undone of the last freeze stands in the ledger. */
  readonly #release: () => void

  constructor(deps: ReportsDeps) {
    const { clock, dataDir, options, log: say, watch, audit } = deps
    this.#deps = deps
    this.#release = audit.sealing.hold()
    const register = new ReportRegister(new ReportFolders(dataDir))
    const jobs = new Jobs((error, { what }) => say('error', `work on a report (${what}) failed: ${wordsOf(error)}`))
    this.#desk = {
      clock,
      register,
      watch,
      jobs,
      live: liveRecord(deps),
      making: reportMaking(deps),
      ledger: reportLedger(audit),
      kept: deps.kept,
      makeBundle: async (item, { signal, step }) => {
        const reportDir = register.folders.of(item)
        const { id, version } = item
        const out = join(reportDir, FILES.bundle)
        const order = { report: { id, version }, reportDir, ledgerDir: audit.ledger.dir, out }
        await doReportWork({ what: 'bundle', order }, signal, (share, detail) => step(share * 0.8, detail))
      },
      checkBundle: async (item, { signal, step }) => {
        step(0.8, { en: 'makes every figure again from the readings', zh: '正在由读数重新计算每个数据' })
        const path = join(register.folders.of(item), FILES.bundle)
        return (await doReportWork({ what: 'check', path, fingerprint: audit.ledger.fingerprint }, signal)).findings
      },
      checkLedger: ({ step }) =>
        audit.check(true, (share) => step(share, { en: 'checks files and roots', zh: '正在检查文件与根哈希' })),
    }
    this.requests = new ReportRequests(this.#desk)
    this.#outdated = new Outdated(this.#desk)
    const { dir } = register.folders
    const { languages } = options
    const { notify, isOwner } = deps
    this.#documents = new ScheduledDocuments(
      { clock, dataDir, dir, languages, notify, isOwner, log: say },
      options.schedules,
    )
    this.#schedule = new ReportSchedule({
      clock,
      dir,
      schedules: options.schedules,
      zoneOf: (plant) => this.#desk.live.zoneOf(plant) ?? 'UTC',
      maySubmit: () => deps.accounting.nowMs >= deps.accounting.waitsUntilMs,
      submit: (schedule, period, dueMs) => this.#submit(schedule, period, dueMs),
      missed: (schedule, count, firstMs) => {
        const since = new Date(firstMs).toISOString()
        const runs = count === 1 ? 'one run was' : `${count} runs were`
        say(
          'warn',
          `${runs} missed of schedule ${scheduleName(schedule)} since ${since}: the last one alone is made up for`,
        )
      },
    })
    for (const problem of register.problems) say('error', problem)
  }

  /** The schedules are others now. */
  configure({ schedules }: ReportsOptions): void {
    this.#schedule.configure(schedules)
    this.#documents.configure(schedules)
    const keys = new Set(schedules.map(scheduleKey))
    for (const key of this.#unmade.keys()) if (!keys.has(key)) this.#unmade.delete(key)
  }

  /** Runs until `signal` is aborted; the work at hand ends with it. */
  async run(signal: AbortSignal, sources: DocumentSources): Promise<void> {
    const stop = this.#deps.publisher.listen((points) => this.#published(points))
    signal.addEventListener('abort', () => void this.requests.jobs.close(), { once: true })
    await Promise.all([
      this.#finish(signal),
      this.#outdated.run(signal),
      this.#schedule.run(signal),
      this.#documents.run(signal, sources),
    ])
    await this.requests.jobs.close()
    stop()
  }

  health(): HealthCheck {
    const reasons = [
      ...this.requests.register.problems,
      ...(this.#trouble === '' ? [] : [this.#trouble]),
      ...this.#unmade.values(),
      ...this.#documents.troubles,
    ]
    return { name: 'reports', ok: reasons.length === 0, reason: reasons.join('; ') }
  }

  onReport(listener: (item: ReportItem) => void): () => void {
    return this.requests.register.listen(listener)
  }

  #submit(schedule: ScheduleOptions, period: ReportPeriod, dueMs: number): Promise<boolean> | null {
    const { plants, profile, freeze, by, figures, languages = this.#deps.options.languages } = schedule
    if (figures !== undefined) {
      this.#unmade.delete(scheduleKey(schedule))
      return this.#isTaken(schedule, { period, dueMs, report: null })
    }
    const request = { plants: [...new Set(plants)].sort(), profile, ...period }
    const wish = { request, languages, by }
    const submitted = freeze ? this.requests.freeze(wish) : this.requests.draft(wish)
    if (submitted === null) return null
    return submitted.ended.then((job) => {
      return this.#isMade(schedule, job) && this.#isTaken(schedule, { period, dueMs, report: job.report })
    })
  }

  /** True when what was made waits to go out, over a start too. */
  async #isTaken(schedule: ScheduleOptions, made: Parameters<ScheduledDocuments['take']>[1]): Promise<boolean> {
    try {
      await this.#documents.take(schedule, made)
      return true
    } catch (error) {
      this.#unmade.set(scheduleKey(schedule), unmadeText(schedule, wordsOf(error)))
      return false
    }
  }

  /** True when the report of a schedule was made; a failure goes to log and readiness, as nobody waits for it. */
  #isMade(schedule: ScheduleOptions, { state, detail }: AuditJob): boolean {
    const key = scheduleKey(schedule)
    if (state === 'failed') {
      const reason = unmadeText(schedule, detail.en)
      this.#deps.log('error', reason)
      this.#unmade.set(key, reason)
    } else this.#unmade.delete(key)
    return state === 'done'
  }

  #published(points: readonly KpiPoint[]): void {
    for (const { provisional, window, plant, start } of points) {
      if (!provisional && window === '1d') this.#deps.watch.changed(plant, Date.parse(start))
    }
  }

  /** Finishes what a kill has left undone of the last freeze. */
  async #finish(signal: AbortSignal): Promise<void> {
    try {
      await finishFrozen(this.#desk, signal)
    } catch (error) {
      this.#trouble = `a frozen report is not on the ledger yet, the next start tries again: ${wordsOf(error)}`
      this.#deps.log('error', this.#trouble)
    } finally {
      this.#release()
    }
  }
}

/** Tells the watch over reports of readings and events that were just saved. */
export function watchArchived(
  watch: ArchiveWatch,
  { block, rows }: ArchivedChanges,
  events: ArchiveBatch['events'],
): void {
  for (const row of rows) watch.changed(block.sources[row]!.plant, block.ts[row]!)
  for (const { event } of events) watch.changed(event.plant, event.ts, isLasting(event.type) ? Infinity : event.ts)
}

/** True for entries that hold for reports of any time after their own. */
function isLasting(type: string): boolean {
  return (LASTING_ENTRIES as readonly string[]).includes(type)
}

function unmadeText(schedule: ScheduleOptions, why: string): string {
  return `the report of schedule ${scheduleName(schedule)} was not made, it is tried again: ${why}`
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
