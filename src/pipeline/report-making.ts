import { join } from 'node:path'
import type { Archive } from '../archive/archive.js'
import { bound, type Database } from '../archive/database.js'
import type { LastingRecord } from '../archive/record/record.js'
import type { Senders } from '../archive/senders.js'
import { readEntries } from '../audit/ledger/ledger.js'
import { vouchingEntriesOf } from '../audit/ledger/states.js'
import { jsonOfReport } from '../audit/render/json.js'
import { buildReport } from '../audit/report/build.js'
import { differenceOf, type RestatementCause } from '../audit/report/difference.js'
import { isStreamReported, LASTING_ENTRIES } from '../audit/report/facts.js'
import { liveSources } from '../audit/report/live-sources.js'
import type { ReportSources } from '../audit/report/sources.js'
import { claimBaselines } from '../audit/reports/claim-baselines.js'
import { hourStreams, type ProgramFiles, writePlantEvidence, writeProgramFiles } from '../audit/reports/evidence.js'
import { FILES } from '../audit/reports/folder.js'
import type { LiveRecord, PlantBasis, ReportLedger, ReportMaking } from '../audit/reports/live.js'
import type { ReportRequest } from '../audit/reports/request.js'
import { type PlantTimeRange, plantTimeRangesOf } from '../audit/reports/watch.js'
import type { Clock } from '../base/clock.js'
import { ENTRY_EVENTS } from '../base/entries.js'
import type { PlantOptions } from '../base/plant.js'
import type { RejectReason } from '../base/reasons.js'
import type { PeriodBefore, PreviousReport, Report, Text } from '../base/report.js'
import type { Quarantine } from '../decode/quarantine.js'
import { claimSeries, claimSeriesKey } from '../insight/savings/claim.js'
import { positionOf } from '../journal/cursor.js'
import type { Engine } from '../kpi/engine.js'
import type { FactorLibrary } from '../kpi/factors/table.js'
import { evidenceOf } from '../kpi/history/evidence.js'
import { RULES_EDITION } from '../kpi/rules-edition.js'
import type { Stream } from '../kpi/windows/point.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import type { Audit } from './audit.js'
import type { Configs } from './configs.js'
import type { MessageAccounting } from './message-accounting.js'
import type { OperatorActions } from './operator-actions.js'
import type { Pipeline } from './pipeline.js'
import type { PipelineProgress } from './progress.js'
import type { Publisher } from './publisher.js'
import { redoText } from './redo-text.js'
import { doReportWork } from './report-work.js'
import { whenSettled } from './settling.js'
import type { Upkeep } from './upkeep.js'

export interface ReportMakingDeps {
  readonly clock: Clock
  readonly code: { readonly version: string; readonly commit: string }
  readonly library: FactorLibrary
  readonly files: ProgramFiles
  /** Change of a total above which a new version has to be issued, part of one. */
  readonly threshold: number
  readonly database: Database
  readonly archive: Archive
  readonly senders: Senders
  readonly configs: Configs
  readonly engine: Engine
  readonly points: DuckdbStore
  readonly publisher: Publisher
  readonly pipeline: Pipeline
  readonly progress: PipelineProgress
  readonly upkeep: Upkeep
  readonly record: LastingRecord
  readonly quarantine: Pick<Quarantine, 'query'>
  readonly accounting: MessageAccounting
  readonly audit: Audit
  readonly actions: Pick<OperatorActions, 'isRemoving'>
}

const PAGE = 1000

/** Sources that reports are made from while the gateway runs. */
export function reportSources({
  library,
  database,
  archive,
  configs,
  points,
  quarantine,
}: ReportMakingDeps): ReportSources {
  return liveSources({
    library,
    database,
    store: points,
    archive,
    versions: async () => configs.versions,
    rejected: async ({ plant, fromMs, toMs }) => rejections(quarantine, plant, { fromMs, toMs }),
  })
}

/** Elements that the quarantine holds of messages that arrived in a span; of older ones it has only kept the newest. */
function rejections(quarantine: ReportMakingDeps['quarantine'], plant: string, { fromMs, toMs }: PlantTimeRange) {
  const counts: Partial<Record<RejectReason, number>> = {}
  const add = (reason: RejectReason, count: number) => {
    counts[reason] = (counts[reason] ?? 0) + count
  }
  let before: string | null = null
  for (;;) {
    const items = quarantine.query({ plant, before, limit: PAGE })
    for (const { received_at: at, reason, rejections, count } of items) {
      const atMs = Date.parse(at)
      if (atMs < fromMs) return counts
      if (atMs >= toMs) continue
      for (const one of rejections) add(one.reason, 1)
      // Only the first of many are in the list.
      if (count > rejections.length) add(reason, count - rejections.length)
    }
    const last = items.at(-1)
    if (last === undefined || items.length < PAGE) return counts
    before = last.id
  }
}

/** The running gateway as the book of reports asks it. */
export function liveRecord(deps: ReportMakingDeps): LiveRecord {
  const { accounting, configs, archive, pipeline, database, senders, library } = deps
  return {
    nowMs: () => accounting.nowMs,
    zoneOf: (plant) => {
      const configured = configs.plants.find(({ id }) => id === plant)
      const hasSent = () => archive.series.all().some((series) => series.plant === plant)
      return configured?.timezone ?? (hasSent() ? 'UTC' : null)
    },
    pending: (plant, toMs) => pendingOf(deps, plant, toMs),
    whenAtRest: (work) => pipeline.whenAtRest(work),
    whenSettled: (work) => whenSettled(deps, work),
    evidence: async (plant, span): Promise<PlantBasis> =>
      evidenceOf({ database, series: archive.series, senders, library }, { plant, ...span }),
    hasChanged: (plant, span, position) => hasChanged(database, plant, span, position),
    claimBaselines: (report) => claimBaselines(report, configs.versions),
  }
}

/** Streams that are named of those that are waited for. */
const NAMED_MAX = 3

function pendingOf(
  { engine, progress, actions, accounting, configs }: ReportMakingDeps,
  plant: string,
  toMs: number,
): Text | null {
  if (!progress.hasCaughtUp) return { en: 'the journal is still being read', zh: '日志仍在读取' }
  if (actions.isRemoving(plant) || accounting.forgetting.some((one) => one.plant === plant)) {
    return { en: 'what was removed is being taken out', zh: '正在移除已删除的数据' }
  }
  const pending = engine.pending(plant, toMs)
  if (pending?.isLate === true) return { en: 'late readings are being taken in', zh: '正在处理迟到的读数' }
  if (engine.redo.pendingFromMs(plant) < toMs) return redoText(engine.redo, plant)
  const open = new Set<string>()
  const isClaimed = claimedStreams(configs.plant(plant))
  for (const { stream } of pending?.open ?? []) {
    if (stream.window === '1d' && (isStreamReported(stream) || isClaimed(stream)))
      open.add(`${stream.id} ${stream.kpi}`)
  }
  if (open.size === 0) return null
  const names = [...open].sort().slice(0, NAMED_MAX).join(', ')
  return {
    en: `${open.size} figures of days are open: ${names}`,
    zh: `${open.size} 个日值尚未定值：${names}`,
  }
}

/** Tells the streams that claimed savings of a plant go by: reports are made of their days too. */
function claimedStreams(plant: PlantOptions | undefined): (stream: Pick<Stream, 'scope' | 'id' | 'kpi'>) => boolean {
  const keys = new Set((plant?.savings ?? []).flatMap((claim) => claimSeries(claim, plant!.id)).map(claimSeriesKey))
  return ({ scope, id, kpi }) => keys.has(claimSeriesKey({ of: scope, id, name: kpi }))
}

const LASTING = LASTING_ENTRIES.map((type) => `'${type}'`).join(', ')

async function hasChanged(database: Database, plant: string, span: PlantTimeRange, position: number): Promise<boolean> {
  if (await haveReadingsCome(database, plant, span, position)) return true
  const [found] = await database.columns(
    `SELECT 1 FROM event WHERE plant = $1 AND (ts >= $2 OR type IN (${LASTING})) AND ts < $3 AND position >= $4 LIMIT 1`,
    [plant, bound(span.fromMs), bound(span.toMs), BigInt(position)],
  )
  return (found?.length ?? 0) > 0
}

async function haveReadingsCome(database: Database, plant: string, { fromMs, toMs }: PlantTimeRange, position: number) {
  const [found] = await database.columns(
    `SELECT 1 FROM reading WHERE series IN (SELECT id FROM series WHERE plant = $1)
       AND ts >= $2 AND ts < $3 AND position >= $4 LIMIT 1`,
    [plant, bound(fromMs), bound(toMs), BigInt(position)],
  )
  return (found?.length ?? 0) > 0
}

/** The making of reports in a gateway that runs. */
export function reportMaking(deps: ReportMakingDeps): ReportMaking {
  const { audit, points, configs } = deps
  const report = reportSources(deps)
  return {
    build: (request, version, last, before) => build(deps, report, { ...request, version, periodBefore: before }, last),
    writeEvidence: async (dir, made, evidence) => {
      await writeProgramFiles(dir, deps.files)
      const sources = {
        report,
        streams: (plant: string) => points.streams.filter((stream) => stream.plant === plant),
        points: (query: Parameters<DuckdbStore['points']>[0]) => points.points(query),
        configurations: () => configs.versions,
        entries: () => readEntries(audit.ledger.dir),
      }
      const spans = plantTimeRangesOf(made.plants)
      for (const { id, timezone } of made.plants) {
        const series = evidence.get(id)?.series ?? []
        const reported = { plant: id, zone: timezone, span: spans[id]!, series, hours: hourStreams(made, id) }
        await writePlantEvidence(dir, sources, reported)
      }
    },
    render: async (dir, _report, { languages, frozen }, signal) => {
      const { fingerprint } = audit.ledger
      const path = join(dir, FILES.report)
      await doReportWork(
        { what: 'render', report: path, status: 'frozen', fingerprint, frozen, languages, dir, only: null },
        signal,
      )
    },
  }
}

async function build(
  deps: ReportMakingDeps,
  sources: ReportSources,
  request: ReportRequest & { readonly version: number; readonly periodBefore: PeriodBefore },
  last: { readonly report: Report; readonly sha256: string } | null,
) {
  const { code, accounting, threshold } = deps
  const archive = { position: positionOf(accounting.cursor), now: new Date(accounting.nowMs).toISOString() }
  const whole = { ...request, previous: null }
  const given = { edition: RULES_EDITION, code, archive }
  const report = await buildReport(whole, sources, given)
  if (last === null) return { report, bytes: jsonOfReport(report) }
  const restated = await restatedSince(deps, last.report)
  const found = differenceOf(last.report, report, { sha256: last.sha256, threshold, restated })
  const previous = await withReasons(deps, last.report, report, found)
  // The differences stand in a table of the report, too.
  const compared = await buildReport({ ...whole, previous }, sources, given)
  return { report: compared, bytes: jsonOfReport(compared) }
}

async function restatedSince(
  { engine, accounting }: ReportMakingDeps,
  last: Report,
): Promise<readonly RestatementCause[]> {
  const found: RestatementCause[] = []
  for (const { id } of last.plants) {
    const fromMs = Date.parse(last.basis.archive.now)
    for (let afterNumber = 0; ; ) {
      const range = { plant: id, kpi: null, fromMs, toMs: accounting.nowMs + 1, afterNumber, limit: PAGE }
      const page = await engine.restatements.list(range)
      found.push(...page.filter(({ window }) => window === '1d'))
      if (page.length < PAGE) break
      afterNumber = page.at(-1)!.number
    }
  }
  return found
}

/**
 * Gives reasons to differences that no restatement explains: what came within the time that late data are allowed is none, so
 * the reason is what has come since.
 */
async function withReasons(
  deps: ReportMakingDeps,
  last: Report,
  report: Report,
  found: PreviousReport,
): Promise<PreviousReport> {
  if (found.differences.every(({ reasons }) => reasons.length > 0)) return found
  const position = last.basis.archive.position
  const causes = new Set<string>()
  const spans = plantTimeRangesOf(report.plants)
  for (const [i, { id, configurations }] of report.plants.entries()) {
    if (configurations.join() !== last.plants[i]?.configurations.join()) causes.add('configuration')
    const events = await deps.archive.events({ plant: id, types: ENTRY_EVENTS })
    for (const event of events) {
      if (event.position < position) continue
      causes.add(event.type === 'correction' ? 'correction' : 'statement')
    }
    if (await haveReadingsCome(deps.database, id, spans[id]!, position)) causes.add('late_data')
  }
  const { code, factors_sha256: factors } = last.basis
  const isOtherProgram = code.version !== report.basis.code.version || factors !== report.basis.factors_sha256
  if (isOtherProgram) causes.add('replay')
  if ((last.basis.rules ?? 1) < (report.basis.rules ?? 1)) causes.add('rules')
  if (factors !== report.basis.factors_sha256) causes.add('factors')
  // A reading behind the period says how the last register in it goes on.
  if (causes.size === 0) causes.add('late_data')
  const reasons = [...causes].sort()
  return { ...found, differences: found.differences.map((one) => (one.reasons.length > 0 ? one : { ...one, reasons })) }
}

/** The ledger as the book of reports asks it. */
export function reportLedger({ ledger, index, sealing }: Audit): ReportLedger {
  return {
    catchUp: (signal) => sealing.catchUp(signal),
    hold: () => sealing.hold(),
    entriesOf: (files) => vouchingEntriesOf(index, files),
    reportHash: (act, report, version) => index.reportHash(act, report, version),
    append: async (act) => {
      await ledger.append([{ kind: 'report', ...act }])
    },
  }
}
