import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { measure } from '../../src/archive/record/files.js'
import { quoted, type RecordKind, rowsBetween } from '../../src/archive/record/kinds.js'
import { readConfigs } from '../../src/archive/samples.js'
import { frozenFiles } from '../../src/audit/bundle/frozen-files.js'
import { makeBundle } from '../../src/audit/bundle/make-bundle.js'
import { rootOfDay } from '../../src/audit/ledger/day-lines.js'
import { canonical, type LedgerBody } from '../../src/audit/ledger/entry.js'
import { Ledger, readEntries } from '../../src/audit/ledger/ledger.js'
import { plantHashes } from '../../src/audit/ledger/sealing.js'
import { buildReport } from '../../src/audit/report/build.js'
import { liveSources } from '../../src/audit/report/live-sources.js'
import { earlierReport, periodBefore } from '../../src/audit/report/period-before.js'
import { type ReportOrder, reportId } from '../../src/audit/report/request.js'
import { hourStreams, writePlantEvidence, writeProgramFiles } from '../../src/audit/reports/evidence.js'
import type { Clock } from '../../src/base/clock.js'
import type { PeriodBefore, Report } from '../../src/base/report.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { bundledLibrary, factorsFolder } from '../../src/kpi/factors/bundled.js'
import { COAL_FILE, EMISSION_FILE } from '../../src/kpi/factors/table.js'
import { evidenceOf } from '../../src/kpi/history/evidence.js'
import { RULES_EDITION } from '../../src/kpi/rules-edition.js'
import type { Bench } from './engine.js'

const DAY_MS = 86_400_000

export interface EvidenceOf {
  readonly dir: string
  readonly request: Pick<ReportOrder, 'profile' | 'from' | 'to' | 'form'>
  /** Alters the report before it is frozen: what a gateway that lies would do. */
  lie?(report: Report): Report
  /** A bundle that was made in the same folder before: that of the period before. */
  readonly before?: MadeEvidence
  /** Alters what is stated of the period before, and the report is made with that. */
  state?(said: PeriodBefore): PeriodBefore
  /** The report that is frozen for the period before, when it is another than that of `before`. */
  readonly beforeBytes?: string
}

export interface MadeEvidence {
  readonly zip: string
  readonly ledgerDir: string
  readonly report: Report
  /** Hash of the entry of the ledger that froze it. */
  readonly entry: string
}

/**
 * Freezes a report of plant `p` of a bench and makes its bundle: files of days, ledger, report, evidence, zip. All that the
 * bench has is in it, and it has to be settled.
 */
export async function evidenceBundle(
  bench: Bench,
  { dir, request, lie, before, beforeBytes, state = (said) => said }: EvidenceOf,
): Promise<MadeEvidence> {
  const nowMs = bench.engine.nowMs
  const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() }
  const wanted: ReportOrder = {
    ...request,
    plants: ['p'],
    version: 1,
    previous: null,
    periodBefore: before === undefined ? undefined : state(saidOf(request, before)),
  }
  const id = reportId(wanted)
  const reportDir = join(dir, 'reports', id, 'v1')
  const ledgerDir = join(dir, 'ledger')
  const ledger = await Ledger.open({ dir: ledgerDir, clock, program: 'test' })
  const kept = await readConfigs(bench.database)
  const versions = kept.map((version) => ({ ...version, hash: hash('sha256', version.content, 'hex') }))
  await ledger.append([
    ...versions.map(({ fromMs, content }): LedgerBody => {
      const from = new Date(fromMs).toISOString()
      return {
        kind: 'configuration',
        from,
        sha256: hash('sha256', content, 'hex'),
        plants: plantHashes(content),
      }
    }),
    {
      kind: 'factors',
      sha256: bundledLibrary().hash,
      files: Object.fromEntries(
        await Promise.all(
          [EMISSION_FILE, COAL_FILE].map(async (name) => [name, (await measure(join(factorsFolder, name))).sha256]),
        ),
      ),
    },
  ])
  const sources = liveSources({
    library: bundledLibrary(),
    database: bench.database,
    store: bench.store,
    archive: bench.archive,
    versions: async () => versions,
    rejected: async () => ({ bad_value: 3 }),
  })
  const archive = { position: bench.nextPosition, now: new Date(nowMs).toISOString() }
  const built = await buildReport(wanted, sources, {
    edition: RULES_EDITION,
    code: { version: '0.0.0', commit: 'test' },
    archive,
  })
  const report = lie === undefined ? built : lie(built)
  const text = canonical(report)
  write(join(reportDir, 'report', 'report.json'), text)
  write(join(reportDir, 'report', 'report.en.pdf'), '%PDF-1.7 no real one')
  write(join(reportDir, 'report', 'csv', 'scope-2.csv'), 'no real one\n')
  const [plant] = report.plants
  const span = { fromMs: Date.parse(plant!.start), toMs: Date.parse(plant!.end) }
  const evidence = await evidenceOf(
    { database: bench.database, series: bench.archive.series, senders: bench.senders, library: bundledLibrary() },
    { plant: 'p', ...span },
  )
  const days = await sealDays(bench, join(reportDir, 'archive'), new Set(evidence.days))
  const sealed = await ledger.append(days)
  await writeProgramFiles(reportDir, { factors: factorsFolder, catalogue: CATALOGUE, verifier: fakeVerifier(dir) })
  await writePlantEvidence(
    reportDir,
    {
      report: sources,
      streams: () => bench.store.streams,
      points: (query) => bench.store.points(query),
      configurations: () => versions,
      entries: () => readEntries(ledgerDir),
    },
    { plant: 'p', zone: plant!.timezone, span, series: evidence.series, hours: hourStreams(report, 'p') },
  )
  if (before !== undefined) {
    write(join(reportDir, 'evidence', 'period-before.json'), beforeBytes ?? canonical(before.report))
  }
  const sha256 = hash('sha256', text, 'hex')
  const numbers = sealed.map(({ number }) => number)
  const files = await frozenFiles(reportDir)
  const act = { act: 'frozen', report: id, version: 1, sha256, by: 'Ms Li', days: numbers, files } as const
  const [frozen] = await ledger.append([{ kind: 'report', ...act }])
  const zip = join(dir, `${id}.v1.zip`)
  const order = { report: { id, version: 1 }, reportDir, ledgerDir, out: zip }
  await makeBundle(order, new AbortController().signal, () => undefined)
  return { zip, ledgerDir, report, entry: frozen!.hash }
}

/** Statement of a report about the period before. */
function saidOf({ profile, ...period }: EvidenceOf['request'], { report, entry }: MadeEvidence): PeriodBefore {
  const sha256 = hash('sha256', canonical(report), 'hex')
  const of = periodBefore(period)
  const id = reportId({ plants: ['p'], profile, ...of })
  return { id, period: of, report: earlierReport(report, { sha256, entry }), reason: '' }
}

/** Files of the days of plant `p`, and what the ledger says of them: of readings those that are wanted, of the rest all. */
async function sealDays(bench: Bench, archive: string, wanted: ReadonlySet<number>): Promise<LedgerBody[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const bodies: LedgerBody[] = []
  for (const [kind, time] of [
    ['reading', 'ts'],
    ['event', 'ts'],
    ['link', 'at_ms'],
  ] as const) {
    const rows = `(${rowsBetween(kind, 0, 2 ** 52)})`
    const [found] = await bench.database.columns(
      `SELECT DISTINCT (${time} // ${DAY_MS})::INTEGER AS day FROM ${rows} WHERE plant = 'p' ORDER BY day`,
    )
    for (const day of (found ?? []) as number[]) {
      if (kind === 'reading' && !wanted.has(day)) continue
      const name = `${kind}/plant=p/day=${dateOf(day)}/gen-1.parquet`
      mkdirSync(dirname(join(archive, name)), { recursive: true })
      const order = kind === 'reading' ? 'device, metric, ts' : 'position'
      await bench.database.columns(
        `COPY (SELECT * FROM ${rows} WHERE plant = 'p' AND ${time} // ${DAY_MS} = ${day} ORDER BY ${order})
         TO ${quoted(join(archive, name))} (FORMAT parquet, COMPRESSION zstd)`,
      )
      bodies.push(await sealed(connection, archive, kind, day, name))
    }
  }
  connection.closeSync()
  instance.closeSync()
  return bodies
}

async function sealed(
  connection: Parameters<typeof rootOfDay>[0],
  archive: string,
  kind: RecordKind,
  day: number,
  name: string,
): Promise<LedgerBody> {
  const { bytes, sha256 } = await measure(join(archive, name))
  const root = await rootOfDay(connection, archive, {
    kind,
    plant: 'p',
    day,
    files: [{ name }],
  })
  return {
    kind: 'day',
    rows_of: kind,
    plant: 'p',
    day: dateOf(day),
    generation: 1,
    files: [{ name, bytes, sha256 }],
    ...root,
  }
}

function fakeVerifier(dir: string): string {
  const path = join(dir, 'verifier.mjs')
  writeFileSync(path, '// stands for the real one\n')
  return path
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
