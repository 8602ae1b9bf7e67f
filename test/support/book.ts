import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { DayFile } from '../../src/archive/record/manifest.js'
import { canonical } from '../../src/audit/ledger/entry.js'
import { reportId } from '../../src/audit/report/request.js'
import { ReportFolders } from '../../src/audit/reports/folder.js'
import { Jobs } from '../../src/audit/reports/jobs.js'
import type { LiveRecord, ReportAction, ReportLedger, ReportMaking } from '../../src/audit/reports/live.js'
import { ReportRegister } from '../../src/audit/reports/report-register.js'
import type { ReportRequest } from '../../src/audit/reports/request.js'
import type { ReportRequestsDeps } from '../../src/audit/reports/requests.js'
import { ArchiveWatch } from '../../src/audit/reports/watch.js'
import type { Clock } from '../../src/base/clock.js'
import type { Report } from '../../src/base/report.js'
import { RULES_EDITION } from '../../src/kpi/rules-edition.js'

/** October of one plant in UTC. */
export const OCTOBER: ReportRequest = { plants: ['p'], profile: 'ghg', from: '2026-10-01', to: '2026-11-01' }
export const OCTOBER_ID = reportId(OCTOBER)
export const IN_OCTOBER = Date.parse('2026-10-15T12:00:00Z')

/** A clock that passes time when somebody waits. */
export class PassingClock implements Clock {
  ms = Date.parse('2026-11-02T00:00:00Z')
  nowMs(): number {
    return this.ms
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    this.ms += ms
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A gateway with one figure and one file of readings; the test says what it is and when something comes. */
export class BookBench {
  readonly clock = new PassingClock()
  readonly dir = mkdtempSync(join(tmpdir(), 'greengauge-book-'))
  readonly watch = new ArchiveWatch()
  readonly acts: ReportAction[] = []
  readonly failures: unknown[] = []
  jobs = new Jobs((error) => this.failures.push(error))
  register = new ReportRegister(new ReportFolders(this.dir))
  /** The one figure of the report. */
  /** The calculation rules that reports are made by. */
  edition: number = RULES_EDITION
  value = '100'
  position = 10
  nowMs = Date.parse('2026-11-02T00:00:00Z')
  isComputing = false
  /** Runs while a report is being built. */
  whileBuilding: () => void = () => undefined
  /** Runs while renderings are being made. */
  whileRendering: () => void | Promise<void> = () => undefined
  files: DayFile[] = []
  /** Number of holders that keep newer days out of the ledger now. */
  holds = 0

  constructor() {
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }))
    this.files = [this.dayFile('reading', '2026-10-15', 1, 'readings')]
  }

  /** A file of the record. */
  dayFile(kind: DayFile['kind'], date: string, generation: number, content: string): DayFile {
    const name = `${kind}/plant=p/day=${date}/gen-${generation}.parquet`
    const path = join(this.dir, 'archive', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    const day = Date.parse(date) / 86_400_000
    return { name, kind, plant: 'p', day, generation, rows: 1, bytes: content.length, sha256: content }
  }

  /** As a restart finds it. */
  reopen(): void {
    this.jobs = new Jobs((error) => this.failures.push(error))
    this.register = new ReportRegister(new ReportFolders(this.dir))
  }

  /** A reading of October comes that makes the figure another. */
  late(value: string): void {
    this.value = value
    this.position++
    this.watch.changed('p', IN_OCTOBER)
  }

  get deps(): ReportRequestsDeps {
    const { clock, register, watch, jobs, live, making, ledger } = this
    return {
      clock,
      register,
      watch,
      jobs,
      live,
      making,
      ledger,
      makeBundle: async (item) => writeFileSync(join(register.folders.of(item), 'bundle.zip'), 'packed'),
      checkBundle: async () => [],
      checkLedger: async () => [],
    }
  }

  readonly live: LiveRecord = {
    nowMs: () => this.nowMs,
    zoneOf: (plant) => (plant === 'p' ? 'UTC' : null),
    pending: () => (this.isComputing ? { en: 'is computing', zh: '计算中' } : null),
    whenAtRest: (work) => work(),
    whenSettled: (work) => work({ dir: join(this.dir, 'archive'), days: this.files, position: this.position }),
    evidence: async (_plant, { fromMs, toMs }) => {
      const [from, to] = [fromMs / 86_400_000 - 1, toMs / 86_400_000]
      return { days: Array.from({ length: to - from + 1 }, (_, i) => from + i), series: [] }
    },
    hasChanged: async (_plant, _span, position) => this.position > position,
    claimBaselines: () => [],
  }

  readonly making: ReportMaking = {
    build: async (request, version, last, periodBefore) => {
      this.whileBuilding()
      const report = reportOf(request, version, this)
      const before = last?.report.figures.total?.value ?? null
      const previous: Report['previous'] =
        last === null
          ? null
          : {
              version: last.report.version,
              sha256: last.sha256,
              differences:
                before === this.value
                  ? []
                  : [{ figure: 'total', before, after: this.value, delta: null, reasons: ['late_data'] }],
              change: Math.abs(Number(this.value) / Number(before) - 1),
              threshold: 0.05,
              mandatory: Math.abs(Number(this.value) / Number(before) - 1) > 0.05,
            }
      const whole = { ...report, previous, period_before: periodBefore }
      return { report: whole, bytes: Buffer.from(canonical(whole)) }
    },
    writeEvidence: async (dir) => {
      mkdirSync(join(dir, 'evidence'), { recursive: true })
      writeFileSync(join(dir, 'evidence', 'formulas.json'), '{}')
    },
    render: async (dir, report) => {
      await this.whileRendering()
      writeFileSync(join(dir, 'report', 'report.en.pdf'), `PDF of ${report.id}`)
    },
  }

  readonly ledger: ReportLedger = {
    catchUp: async () => undefined,
    hold: () => {
      this.holds++
      return () => {
        this.holds--
      }
    },
    entriesOf: (files) => files.map((_, i) => i + 2),
    reportHash: (act, report, version) =>
      this.acts.some((one) => one.act === act && one.report === report && one.version === version) ? 'hash' : null,
    append: async (act) => void this.acts.push(act),
  }
}

function reportOf(
  request: ReportRequest,
  version: number,
  { value, position, edition }: Pick<BookBench, 'value' | 'position' | 'edition'>,
): Report {
  const { profile, from, to, plants } = request
  const words = { en: 'Report', zh: '报告' }
  return {
    format: 'greengauge-report-1',
    id: reportId(request),
    version,
    profile,
    title: words,
    period: { from, to },
    plants: plants.map((id) => ({
      id,
      name: words,
      timezone: 'UTC',
      start: `${from}T00:00:00.000Z`,
      end: `${to}T00:00:00.000Z`,
      configurations: [],
    })),
    basis: {
      code: { version: '0', commit: '' },
      ...(edition === 1 ? {} : { rules: edition }),
      factors_sha256: '',
      gwp: 'AR6',
      archive: { position, now: `${to}T00:00:00.000Z` },
      rule: words,
    },
    sections: [],
    figures: {
      total: {
        name: words,
        value,
        unit: 'kg',
        reason: '',
        coverage: 1,
        estimated_share: 0,
        flags: [],
        factors: [],
        made: { by: 'statement', source: 'the test' },
      },
    },
    formulas: [],
    factors: [],
    unchecked: [],
    previous: null,
  }
}
