import { copyFileSync, linkSync, mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DayFile } from '../../archive/record/manifest.js'
import type { Clock } from '../../base/clock.js'
import { startOfDayIn } from '../../base/days-in-zone.js'
import { DAY_MS } from '../../base/durations.js'
import type { Report, ReportItem } from '../../base/report.js'
import { writeDurably } from '../../program/durable-file.js'
import { NAMES } from '../bundle/format.js'
import { frozenFiles } from '../bundle/frozen-files.js'
import { canonicalJson } from '../canonical.js'
import type { ReportLanguage } from '../render/language.js'
import { checkDocument } from '../report/checks/all.js'
import { reportId } from '../report/request.js'
import { bilingual } from '../report/words.js'
import { FILES, type ReportState, type Snapshot, sha256Of } from './folder.js'
import { JobRefused, orStopped, type Progress } from './jobs.js'
import type { LiveRecord, PlantBasis, RecordFiles, ReportLedger, ReportMaking } from './live.js'
import { periodBeforeOf } from './period-before.js'
import { draftState, type ReportRegister } from './report-register.js'
import type { ReportRequest } from './request.js'
import type { ArchiveWatch, PlantTimeRange } from './watch.js'

const LOOK_MS = 500
/** So long is waited for figures that do not come on: a device that fell silent holds its day open for longer. */
const STALLED_MAX_MS = 5 * 60_000
/** So often it is tried beside live data; then live data wait for it. */
const TRIES_MAX = 3
/** As far before the period readings lie that its figures rest on. */
const LEAD_MS = 64 * DAY_MS
/** Rows of these kinds are what figures are made of. */
const KINDS = ['reading', 'conflict', 'event', 'link'] as const

export interface FreezeDeps {
  readonly clock: Clock
  readonly register: ReportRegister
  readonly watch: ArchiveWatch
  readonly live: LiveRecord
  readonly making: ReportMaking
  readonly ledger: ReportLedger
}

export interface FreezeRequest {
  readonly request: ReportRequest
  readonly by: string
  readonly languages: readonly ReportLanguage[]
}

/**
 * Freezes a report: builds it from all that is archived, links the files it rests on, renders it, and says so in the
 * ledger. Live data go on meanwhile: what comes in between that the report would have to know of makes it begin again, and
 * at the last try wait. A kill leaves nothing, or a whole version; what the ledger lacks then is written at the next start.
 * Throws `JobRefused` where there is nothing to be frozen.
 */
export async function freeze(deps: FreezeDeps, wish: FreezeRequest, progress: Progress): Promise<ReportItem> {
  const { register, clock, making } = deps
  const { request, by, languages } = wish
  const id = reportId(request)
  const ref = { id, version: register.nextVersion(id) }
  const spans = periodsOf(deps, request)
  refuseOpen(deps, spans)
  await untilComputed(deps, spans, progress)
  const dir = register.folders.begin(ref)
  const release = deps.ledger.hold()
  try {
    const { report, sha256, snapshot } = await gather(deps, { ...wish, ...ref, dir, spans }, progress)
    refuseWrong(report)
    progress.step(0.6, bilingual('writes PDF, XLSX and CSV', '正在生成 PDF、XLSX 和 CSV'))
    const now = new Date(clock.nowMs()).toISOString()
    await making.render(dir, report, { languages, frozen: { by, at: now } }, progress.signal)
    progress.signal.throwIfAborted()
    const draft = draftState({ report, sha256, languages }, register.state(ref)?.item.created_at ?? now)
    const item = { ...draft.item, status: 'frozen', frozen_at: now, frozen_by: by } as const
    const state: ReportState = { ...draft, item }
    const files = await frozenFiles(dir)
    await writeDurably(dir, FILES.snapshot, JSON.stringify(snapshot))
    await writeDurably(dir, FILES.state, JSON.stringify(state))
    progress.step(0.9, bilingual('is put on the ledger', '正在写入账本'))
    await register.folders.finish(ref)
    const frozen = register.made(state)
    const act = { act: 'frozen', report: id, version: ref.version, sha256, by, days: snapshot.entries, files } as const
    await deps.ledger.append(act)
    await supersede(deps, frozen)
    return frozen
  } catch (error) {
    register.folders.abandon(ref)
    throw error
  } finally {
    release()
  }
}

/** A report whose parts do not agree is not frozen: something computes it wrongly. */
function refuseWrong(report: Report): void {
  const wrong = checkDocument(report).filter(({ ok }) => !ok)
  const [first] = wrong
  if (first === undefined) return
  const { en, zh } = first.text
  throw new JobRefused(
    bilingual(
      `nothing was frozen: ${wrong.length} ${wrong.length === 1 ? 'check' : 'checks'} of the report by itself do not hold, the first: ${en}. This is a fault of the program: please report it with the draft`,
      `未冻结：报告自身的一致性检查有 ${wrong.length} 项不成立，首项：${zh}。此为程序故障，请附草稿上报`,
    ),
  )
}

/**
 * Writes to the ledger, and to the version before, what a kill has left undone, or what a ledger that was begun anew does not
 * know. Newer days have to be held back.
 */
export async function finishFrozen(deps: Pick<FreezeDeps, 'register' | 'ledger'>, signal: AbortSignal): Promise<void> {
  const { register, ledger } = deps
  for (const item of [...register.items()].reverse()) {
    const { id, version, sha256, status, frozen_by: by } = item
    if (status === 'draft') continue
    if (ledger.reportHash('frozen', id, version) === null) {
      const days = await entriesNow(ledger, register.folders.readSnapshot(item), signal)
      const files = await frozenFiles(register.folders.of(item))
      await ledger.append({ act: 'frozen', report: id, version, sha256, by: by ?? '', days, files })
    }
    if (status !== 'superseded') await supersede(deps, item)
  }
}

/**
 * Entries of the ledger there is now that vouch for the files of a frozen report: another one has numbers of its own. None when it
 * does not know these files, as the record has had others in their place since.
 */
async function entriesNow(ledger: ReportLedger, { files }: Snapshot, signal: AbortSignal): Promise<readonly number[]> {
  const known = ledger.entriesOf(files)
  if (known !== null) return known
  await ledger.catchUp(signal)
  return ledger.entriesOf(files) ?? []
}

async function supersede({ register, ledger }: Pick<FreezeDeps, 'register' | 'ledger'>, by: ReportItem): Promise<void> {
  const before = register.find(by.id, by.version - 1)
  if (before === null || before.status === 'superseded' || before.status === 'draft') return
  const { id, version, sha256 } = before
  await register.change(before, { item: { status: 'superseded', outdated: false, must_reissue: false } })
  if (ledger.reportHash('superseded', id, version) !== null) return
  await ledger.append({ act: 'superseded', report: id, version, sha256, by: by.frozen_by ?? '', days: [] })
}

interface Gathering extends FreezeRequest {
  readonly id: string
  readonly version: number
  readonly dir: string
  readonly spans: Readonly<Record<string, PlantTimeRange>>
}

interface Gathered {
  readonly report: Report
  readonly sha256: string
  readonly snapshot: Snapshot
}

/** Report and evidence as of one instant. */
async function gather(deps: FreezeDeps, wanted: Gathering, progress: Progress): Promise<Gathered> {
  const { live, watch, register } = deps
  for (let tries = 1; tries < TRIES_MAX; tries++) {
    let isChanged = false
    const stop = watch.add(withLead(wanted.spans), () => {
      isChanged = true
    })
    try {
      progress.step(0.1, bilingual('waits for an instant at rest', '等待数据静止的时刻'))
      const evidence = await evidenceOf(deps, wanted)
      const files = await orStopped(
        live.whenSettled(async (settled) => linked(wanted, evidence, settled)),
        progress.signal,
      )
      const gathered = await write(deps, wanted, { evidence, files }, progress)
      // Changes that were archived in the meantime have been told of by the next instant at rest.
      await orStopped(
        live.whenAtRest(async () => undefined),
        progress.signal,
      )
      if (!isChanged && gathered !== null) return gathered
    } finally {
      stop()
    }
    register.folders.begin(wanted)
  }
  const gathered = await orStopped(
    live.whenSettled(async (settled) => {
      const evidence = await evidenceOf(deps, wanted)
      return write(deps, wanted, { evidence, files: linked(wanted, evidence, settled) }, progress)
    }),
    progress.signal,
  )
  if (gathered === null) throw new Error('the ledger does not have the files that the report rests on')
  return gathered
}

type Evidence = ReadonlyMap<string, PlantBasis>

async function evidenceOf({ live }: FreezeDeps, { spans }: Gathering): Promise<Evidence> {
  const found = new Map<string, PlantBasis>()
  for (const [plant, span] of Object.entries(spans)) found.set(plant, await live.evidence(plant, span))
  return found
}

/** Links the files of days, so that they stay whatever becomes of the record. */
function linked({ dir }: Gathering, evidence: Evidence, settled: RecordFiles): readonly DayFile[] {
  const days = new Map([...evidence].map(([plant, { days }]) => [plant, new Set(days)]))
  const files = settled.days.filter((file) => isEvidence(file, days.get(file.plant)))
  for (const { name } of files) link(join(settled.dir, name), join(dir, FILES.archive, name))
  return files
}

function isEvidence({ kind, day }: DayFile, days: ReadonlySet<number> | undefined): boolean {
  if (days === undefined || !(KINDS as readonly string[]).includes(kind)) return false
  // Statements about a time may have been made at any other.
  return kind === 'event' || kind === 'link' || days.has(day)
}

/** null when the ledger vouches for other files by now. */
async function write(
  { making, ledger, register }: FreezeDeps,
  { request, id, version, dir }: Gathering,
  { evidence, files }: { readonly evidence: Evidence; readonly files: readonly DayFile[] },
  progress: Progress,
): Promise<Gathered | null> {
  progress.step(0.2, bilingual('seals the days of readings in the ledger', '正在将读数逐日封存到账本'))
  await ledger.catchUp(progress.signal)
  const entries = ledger.entriesOf(files)
  if (entries === null) return null
  progress.step(0.35, bilingual('adds up the figures', '正在汇总数据'))
  const last = register.lastFrozen(id)
  const before = last === null ? null : { ...register.folders.readReport(last, last.sha256), sha256: last.sha256 }
  const periodBefore = periodBeforeOf({ register, ledger }, request)
  const { report, bytes } = await making.build(request, version, before, periodBefore.said)
  if (report.previous?.differences.length === 0 && !isComparedAnew(before?.report, report)) {
    throw new JobRefused(
      bilingual(`nothing has changed since version ${version - 1}`, `自第 ${version - 1} 版以来没有任何变化`),
    )
  }
  progress.step(0.5, bilingual('writes the evidence', '正在写入证据'))
  mkdirSync(join(dir, dirname(FILES.report)), { recursive: true })
  await writeDurably(dir, FILES.report, bytes)
  await making.writeEvidence(dir, report, evidence)
  if (periodBefore.bytes !== null && report.period_before !== undefined) {
    await writeDurably(join(dir, dirname(NAMES.periodBefore)), basename(NAMES.periodBefore), periodBefore.bytes)
  }
  progress.signal.throwIfAborted()
  return { report, sha256: sha256Of(bytes), snapshot: { format: 1, files, entries } }
}

/** Its figures are those of the version before, and it is compared with another report. */
function isComparedAnew(last: Report | undefined, { period_before: now }: Report): boolean {
  if (last === undefined || now === undefined || now.report === null) return false
  return last.period_before === undefined || canonicalJson(last.period_before) !== canonicalJson(now)
}

function periodsOf({ live }: FreezeDeps, { plants, from, to }: ReportRequest): Record<string, PlantTimeRange> {
  return Object.fromEntries(
    plants.map((plant) => {
      const zone = live.zoneOf(plant)
      if (zone === null) throw new JobRefused(bilingual(`there is no plant ${plant}`, `没有工厂 ${plant}`))
      return [plant, { fromMs: startOfDayIn(zone, from), toMs: startOfDayIn(zone, to) }]
    }),
  )
}

function refuseOpen({ live }: FreezeDeps, spans: Readonly<Record<string, PlantTimeRange>>): void {
  for (const [plant, { toMs }] of Object.entries(spans)) {
    if (live.nowMs() >= toMs) continue
    const until = new Date(toMs).toISOString()
    throw new JobRefused(
      bilingual(
        `the period is not over before ${until} in ${plant}; a draft can be made before`,
        `${plant} 的报告期到 ${until} 才结束；此前只能生成草稿`,
      ),
    )
  }
}

async function untilComputed(
  { live, clock }: FreezeDeps,
  spans: Readonly<Record<string, PlantTimeRange>>,
  progress: Progress,
) {
  let waitsFor: string | null = null
  let sinceMs = clock.nowMs()
  for (;;) {
    progress.signal.throwIfAborted()
    const found = firstPending(live, spans)
    if (found === null) return
    const { plant, pending } = found
    const text = `${plant}: ${pending.en}`
    if (text !== waitsFor) sinceMs = clock.nowMs()
    waitsFor = text
    progress.step(0.05, bilingual(`waits for the figures of ${text}`, `等待 ${plant} 的数据计算完成：${pending.zh}`))
    if (clock.nowMs() - sinceMs > STALLED_MAX_MS) {
      throw new JobRefused(
        bilingual(
          `the figures of ${text}; freeze it when they are final`,
          `${plant} 的数据尚未定值（${pending.zh}），请在定值后再冻结`,
        ),
      )
    }
    await clock.sleep(LOOK_MS, progress.signal)
  }
}

function firstPending(live: LiveRecord, spans: Readonly<Record<string, PlantTimeRange>>) {
  for (const [plant, { toMs }] of Object.entries(spans)) {
    const pending = live.pending(plant, toMs)
    if (pending !== null) return { plant, pending }
  }
  return null
}

/**
 * Begins each span `LEAD_MS` earlier, and ends none later: what comes behind the period changes a figure of it, of which the
 * watch is told too, or does not matter.
 */
function withLead(spans: Readonly<Record<string, PlantTimeRange>>): Record<string, PlantTimeRange> {
  return Object.fromEntries(
    Object.entries(spans).map(([plant, { fromMs, toMs }]) => [plant, { fromMs: fromMs - LEAD_MS, toMs }]),
  )
}

/** Links a file, or copies it where a file system has no links, or the folder lies on another. */
function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error
    copyFileSync(from, to)
  }
}
