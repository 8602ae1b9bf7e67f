import { join } from 'node:path'
import type { Database } from '../archive/database.js'
import type { LastingRecord } from '../archive/record/record.js'
import { AuditWorker } from '../audit/audit-worker.js'
import { Ledger } from '../audit/ledger/ledger.js'
import { LedgerIndex } from '../audit/ledger/ledger-index.js'
import { Sealing, type SealingDeps } from '../audit/ledger/sealing.js'
import { readStatements } from '../audit/ledger/statements.js'
import type { AuditLog } from '../audit/log/audit-log.js'
import { FrozenDays } from '../audit/reports/frozen-days.js'
import type { Clock } from '../base/clock.js'
import type { Finding } from '../base/report.js'
import type { HealthCheck } from '../base/wire.js'

/** The check at the start waits so long: the gateway has more urgent things to do then. */
const CHECK_AFTER_MS = 10_000

export interface AuditDeps {
  readonly clock: Clock
  /** The audit log, whose head is sealed with what else is. */
  readonly auditLog: AuditLog
  readonly dataDir: string
  readonly journalDir: string
  /** Version of this program. */
  readonly program: string
  readonly database: Database
  readonly record: LastingRecord
  readonly configurations: SealingDeps['configurations']
  readonly factors: SealingDeps['factors']
  log(level: 'error' | 'warn', text: string): void
}

/** The ledger of a running gateway: what seals into it, and what checks it. */
export class Audit {
  readonly ledger: Ledger
  readonly index: LedgerIndex
  readonly frozenDays: FrozenDays
  readonly sealing: Sealing
  readonly worker: AuditWorker
  readonly #deps: AuditDeps
  #findings: readonly Finding[] = []
  #eventsArchived = 0

  private constructor(deps: AuditDeps, ledger: Ledger, index: LedgerIndex) {
    const { clock, database, record, journalDir, configurations, factors } = deps
    this.#deps = deps
    this.ledger = ledger
    this.index = index
    this.frozenDays = new FrozenDays(join(deps.dataDir, 'reports'), index)
    this.worker = new AuditWorker()
    this.sealing = new Sealing({
      clock,
      ledger,
      index,
      work: this.worker,
      archiveDir: record.dir,
      journalDir,
      manifest: () => record.manifest,
      configurations,
      factors,
      statements: (from) => readStatements(database, from),
      eventsArchived: () => this.#eventsArchived,
      auditLog: () => deps.auditLog.head,
    })
  }

  /** So many events were archived. */
  noteEvents(count: number): void {
    this.#eventsArchived += count
  }

  static async open(deps: AuditDeps): Promise<Audit> {
    const { dataDir, clock, program, log: say } = deps
    const index = new LedgerIndex()
    const ledger = await Ledger.open({ dir: join(dataDir, 'ledger'), clock, program, take: index.take })
    if (ledger.notice !== '') say('warn', ledger.notice)
    if (ledger.trouble !== '') say('error', ledger.trouble)
    deps.auditLog.follow(index.auditLog)
    return new Audit(deps, ledger, index)
  }

  /** Findings of the last check; empty before the first. */
  get findings(): readonly Finding[] {
    return this.#findings
  }

  /** Seals, and checks once, until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => void this.worker.close(), { once: true })
    await Promise.all([this.sealing.run(signal), this.#deps.auditLog.run(signal), this.#checkAtStart(signal)])
    await this.worker.close()
  }

  /** Checks ledger, archive and journal; `isFull` computes every root from its rows again, seconds a day of a large plant. */
  async check(isFull: boolean, progress?: (share: number) => void): Promise<readonly Finding[]> {
    const findings = await this.worker.check(this.#deps.dataDir, isFull, progress)
    for (const { ok, text } of findings) if (!ok) this.#deps.log('error', `ledger: ${text.en}`)
    this.#findings = findings
    return findings
  }

  health(): readonly HealthCheck[] {
    const faults = this.#findings.filter(({ ok }) => !ok)
    const [first] = faults
    const found =
      first === undefined
        ? ''
        : `the check found ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${first.text.en}; "greengauge ledger check" tells all`
    const reason = this.sealing.trouble || found
    const { trouble } = this.#deps.auditLog
    return [
      { name: 'ledger', ok: reason === '', reason },
      { name: 'audit_log', ok: trouble === '', reason: trouble },
    ]
  }

  async #checkAtStart(signal: AbortSignal): Promise<void> {
    await this.#deps.clock.sleep(CHECK_AFTER_MS, signal)
    if (signal.aborted) return
    await this.check(false).catch((error: unknown) => {
      if (!signal.aborted) this.#deps.log('error', `ledger: ${error instanceof Error ? error.message : error}`)
    })
  }
}
