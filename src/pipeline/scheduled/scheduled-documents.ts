import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import type { ReportLanguage } from '../../audit/render/language.js'
import type { ScheduleOptions } from '../../audit/reports/options.js'
import { makesTheSame, scheduleKey, scheduleName } from '../../audit/reports/schedule.js'
import type { Clock } from '../../base/clock.js'
import type { ReportItem, ReportPeriod } from '../../base/report.js'
import type { OutgoingMail } from '../../notify/mail.js'
import type { MailOptions, NotifyOptions } from '../../notify/options.js'
import { writeDurably } from '../../program/durable-file.js'
import { type BundleJobs, type DocumentFile, type DocumentSources, figureFiles, reportFiles } from './document-files.js'
import { wordsOfMail } from './mail-words.js'
import { type DocumentOrder, DocumentOrders } from './orders.js'

const LOOK_MS = 5_000
/** Documents that did not go out are tried again after pauses that grow from one to the other. */
const PAUSE_MS = { min: 30_000, max: 900_000 }
/** Many mail servers take 25 MB, and a mail is a third larger than what is attached to it. */
const ATTACHED_BYTES_MAX = 15 * 1024 * 1024

export interface ScheduledDocumentsDeps {
  readonly clock: Clock
  readonly dataDir: string
  /** Folder in which it is kept what is still to go out. */
  readonly dir: string
  readonly languages: readonly ReportLanguage[]
  notify(): NotifyOptions
  /** True while nobody else may send for the same plants. */
  isOwner(): boolean
  log(level: 'warn', text: string): void
}

interface Trouble {
  readonly reason: string
  readonly tries: number
  readonly againMs: number
}

/**
 * Brings what schedules make to a folder and by mail. What did not go out is tried again, also after a start, until it does or the
 * next run of its schedule takes its place. Where somebody has to sign, it is asked for, and waits for that person: nothing is frozen here.
 */
export class ScheduledDocuments {
  readonly #deps: ScheduledDocumentsDeps
  readonly #orders: DocumentOrders
  #schedules: ReadonlyMap<string, ScheduleOptions> = new Map()
  /** By schedule, why what it made does not go out. */
  readonly #troubles = new Map<string, Trouble>()
  readonly #jobs: BundleJobs = new Map()

  constructor(deps: ScheduledDocumentsDeps, schedules: readonly ScheduleOptions[]) {
    this.#deps = deps
    this.#orders = new DocumentOrders(deps.dir)
    this.configure(schedules)
  }

  /**
   * Documents of a schedule that is set otherwise, but makes the same, go out as it says now; those of one that is not there any more
   * do not.
   */
  configure(schedules: readonly ScheduleOptions[]): void {
    const before = this.#schedules
    this.#schedules = new Map(schedules.map((one) => [scheduleKey(one), one]))
    for (const order of this.#orders.all()) {
      if (this.#schedules.has(order.key)) continue
      const old = JSON.parse(order.key) as ScheduleOptions
      const now = schedules.find((one) => {
        const key = scheduleKey(one)
        return makesTheSame(old, one) && !before.has(key) && this.#orders.find(key) === undefined
      })
      if (now !== undefined) this.#orders.move(order.key, asSetNow(order, old, now))
      this.#troubles.delete(order.key)
    }
  }

  /** Takes what a run of a schedule has made; `report` is null for a table of figures. */
  async take(
    schedule: ScheduleOptions,
    made: { readonly period: ReportPeriod; readonly dueMs: number; readonly report: DocumentOrder['report'] },
  ): Promise<void> {
    const key = this.#keyOf(schedule)
    const { folder, mail, approver } = this.#schedules.get(key) ?? schedule
    if (folder === undefined && mail === undefined) return
    const before = this.#orders.find(key)
    if (before?.dueMs === made.dueMs) return
    if (before !== undefined && before.stage !== 'done') {
      const { from, to } = before.period
      const why = before.stage === 'asked' ? 'nobody has frozen it' : 'they never went out'
      this.#deps.log(
        'warn',
        `documents of ${scheduleName(schedule)} of ${from} to ${to} (day after) are given up: ${why}`,
      )
    }
    this.#troubles.delete(key)
    this.#orders.keep(new Set([...this.#schedules.keys(), key]))
    const stage = approver !== undefined && made.report !== null ? 'ask' : 'out'
    await this.#orders.put({ key, ...made, stage, isFiled: false, isMailed: false })
  }

  /** Its key, or that of the one that it has become while a run of it was made. */
  #keyOf(schedule: ScheduleOptions): string {
    const key = scheduleKey(schedule)
    if (this.#schedules.has(key)) return key
    const now = [...this.#schedules].find(([, one]) => makesTheSame(schedule, one))
    return now?.[0] ?? key
  }

  /** Reasons why something did not go out, one sentence each. */
  get troubles(): readonly string[] {
    return [...this.#troubles].flatMap(([key, { reason }]) => {
      const schedule = this.#schedules.get(key)
      if (schedule === undefined) return []
      return [`documents of schedule ${scheduleName(schedule)} do not go out, it is tried again: ${reason}`]
    })
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: DocumentSources): Promise<void> {
    while (!signal.aborted) {
      for (const order of this.#orders.all()) if (!signal.aborted) await this.#look(order, sources, signal)
      await this.#deps.clock.sleep(LOOK_MS, signal)
    }
  }

  async #look(order: DocumentOrder, sources: DocumentSources, signal: AbortSignal): Promise<void> {
    const { clock, isOwner } = this.#deps
    const { key } = order
    const trouble = this.#troubles.get(key)
    if (!isOwner() || (trouble !== undefined && trouble.againMs > clock.nowMs())) return
    try {
      await this.#bring(order, sources, signal)
      this.#troubles.delete(key)
    } catch (error) {
      if (signal.aborted) return
      const tries = (trouble?.tries ?? 0) + 1
      const againMs = clock.nowMs() + Math.min(PAUSE_MS.max, PAUSE_MS.min * 2 ** (tries - 1))
      this.#troubles.set(key, { reason: error instanceof Error ? error.message : String(error), tries, againMs })
      if (trouble === undefined) this.#deps.log('warn', this.troubles.at(-1) ?? '')
    }
  }

  async #bring(order: DocumentOrder, sources: DocumentSources, signal: AbortSignal): Promise<void> {
    const schedule = this.#schedules.get(order.key)
    if (schedule === undefined || order.stage === 'done') return
    const { report } = order
    const item = report === null ? null : sources.report(report.id, report.version)
    // The draft was deleted.
    if (report !== null && item === null) return this.#orders.become({ ...order, stage: 'done' })
    if (order.stage === 'asked') {
      if (item === null || (item.status === 'draft' && schedule.approver !== undefined)) return
      return this.#orders.become({ ...order, stage: 'out', isFiled: false, isMailed: false })
    }
    // Somebody was faster than the mail that asks.
    const asks = order.stage === 'ask' && item?.status === 'draft' ? (schedule.approver ?? null) : null
    const files = await this.#filesOf(schedule, order, item, sources)
    if (files === null) return
    if (asks !== null) {
      await this.#mail(schedule, order, { files, item, asks }, signal)
      return this.#orders.become({ ...order, stage: 'asked' })
    }
    let now = order
    if (!now.isFiled) now = await this.#file(schedule, now, files)
    if (!now.isMailed) {
      await this.#mail(schedule, now, { files, item, asks }, signal)
      now = { ...now, isMailed: true }
    }
    await this.#orders.become({ ...now, stage: 'done' })
  }

  #filesOf(schedule: ScheduleOptions, { period }: DocumentOrder, item: ReportItem | null, sources: DocumentSources) {
    const { languages = this.#deps.languages } = schedule
    if (item === null) return figureFiles(schedule, { name: scheduleName(schedule), period }, sources)
    return reportFiles(item, schedule, { languages, jobs: this.#jobs }, sources)
  }

  async #file(
    { folder }: ScheduleOptions,
    order: DocumentOrder,
    files: readonly DocumentFile[],
  ): Promise<DocumentOrder> {
    if (folder !== undefined) {
      const dir = resolve(this.#deps.dataDir, folder)
      await mkdir(dir, { recursive: true })
      for (const { name, bytes } of files) await writeDurably(dir, name, bytes)
    }
    const filed = { ...order, isFiled: true }
    await this.#orders.become(filed)
    return filed
  }

  async #mail(
    schedule: ScheduleOptions,
    order: DocumentOrder,
    { files, item, asks }: { files: readonly DocumentFile[]; item: ReportItem | null; asks: string | null },
    signal: AbortSignal,
  ): Promise<void> {
    if (schedule.mail === undefined) return
    const options = this.#channelOf(schedule.mail.channel)
    const attached = files.reduce((sum, { bytes }) => sum + bytes.length, 0) <= ATTACHED_BYTES_MAX ? files : []
    const { public_url: pages } = this.#deps.notify()
    const words = wordsOfMail({
      language: options.language,
      name: scheduleName(schedule),
      plants: schedule.plants,
      days: `${order.period.from} – ${Temporal.PlainDate.from(order.period.to).subtract({ days: 1 })}`,
      item,
      asks,
      link: item === null || pages === undefined ? null : linkOf(pages, item),
      left: attached.length === files.length ? [] : files.map(({ name }) => name),
    })
    const mail: OutgoingMail = {
      ...words,
      to: schedule.mail.to ?? options.to,
      messageId: messageIdOf(order, options.from),
      attachments: attached.map(({ name, bytes }) => ({ filename: name, content: bytes })),
    }
    // Loaded where mail is sent alone.
    const { sendMail } = await import('../../notify/mail.js')
    const outcome = await sendMail(options, mail, signal)
    if (outcome.kind !== 'sent') throw new Error(outcome.detail)
  }

  #channelOf(id: string): MailOptions {
    const channel = this.#deps.notify().channels.find((one) => one.id === id)
    if (channel?.type !== 'mail') throw new Error(`there is no notification channel ${id} of type mail`)
    return channel
  }
}

/** Another folder gets the files too, and a person who has not been asked is asked. */
function asSetNow(order: DocumentOrder, old: ScheduleOptions, now: ScheduleOptions): DocumentOrder {
  const isOther = order.stage === 'asked' && now.approver !== undefined && now.approver !== old.approver
  const isFiled = order.isFiled && now.folder === old.folder
  return { ...order, key: scheduleKey(now), stage: isOther ? 'ask' : order.stage, isFiled }
}

function linkOf(pages: string, { id, version }: ReportItem): string {
  return `${pages.replace(/\/+$/, '')}/#/reports/${encodeURIComponent(id)}/v${version}`
}

/** The same for the same mail: RFC 5322 §3.6.4. */
function messageIdOf({ key, dueMs, stage }: DocumentOrder, from: string): string {
  const host = /@([^\s>]+)>?$/.exec(from)?.[1] ?? 'greengauge'
  return `<${createHash('sha256').update(`${key} ${dueMs} ${stage}`).digest('hex').slice(0, 32)}@${host}>`
}
