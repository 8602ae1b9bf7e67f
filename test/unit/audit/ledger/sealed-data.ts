import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { measure } from '../../../../src/archive/record/files.js'
import { checkData } from '../../../../src/audit/ledger/check-data.js'
import { type DayState, rootOfDay } from '../../../../src/audit/ledger/day-lines.js'
import type { LedgerEntry } from '../../../../src/audit/ledger/entry.js'
import { Ledger } from '../../../../src/audit/ledger/ledger.js'
import { LedgerIndex } from '../../../../src/audit/ledger/ledger-index.js'
import { Sealing } from '../../../../src/audit/ledger/sealing.js'
import { readStatements } from '../../../../src/audit/ledger/statements.js'
import { type ConfigVersion, configVersion } from '../../../../src/base/plant.js'
import type { ConnectionChange, DeviceEvent, Reading } from '../../../../src/base/reading.js'
import { utcDayOf } from '../../../../src/base/utc-day.js'
import { nodeDisk } from '../../../../src/journal/disk.js'
import { encodeEntries } from '../../../../src/journal/entries.js'
import { SegmentLog } from '../../../../src/journal/segment-log.js'
import { reading } from '../../../support/engine.js'
import { DAY_MS, Recorded } from '../../archive/record/recorded.js'

export const TS = Date.parse('2026-10-01T06:00:00Z')
export const TODAY = utcDayOf(TS)

export const kwh = (ts: number, value: number, of: Partial<Reading> = {}) =>
  reading({ metric: 'elec_import_kwh', ts, value, ...of })

/** A data directory as a gateway leaves it: archive, journal and ledger, each by the code of the gateway. */
export class SealedData {
  nowMs = TS
  /** Looks that the running sealing has taken by itself, counted by its sleeps. */
  looks = 0
  /** Questions for statements to the database. */
  questions = 0
  /** Set before a start: how many events there are. */
  eventsArchived: (() => number) | undefined
  readonly recorded: Recorded
  index = new LedgerIndex()
  ledger!: Ledger
  sealing!: Sealing
  readonly configurations: ConfigVersion[] = []
  factors = { sha256: 'f0'.repeat(32), files: { 'emission-factors.csv': 'f1'.repeat(32) } }
  entries: LedgerEntry[] = []
  readonly #instance: DuckDBInstance
  #lives = 0
  /** Days whose root was reckoned. */
  readonly reckoned: string[] = []

  private constructor(recorded: Recorded, instance: DuckDBInstance) {
    this.recorded = recorded
    this.#instance = instance
  }

  static async begin(): Promise<SealedData> {
    const data = new SealedData(await Recorded.begin(), await DuckDBInstance.create(':memory:', { threads: '1' }))
    await data.start()
    return data
  }

  get dir(): string {
    return this.recorded.folder
  }

  /** Opens the ledger and its sealing, as a start of the gateway does. */
  async start(): Promise<void> {
    const sleep = () => {
      this.looks++
      return new Promise<void>((resolve) => setImmediate(resolve))
    }
    const clock = { nowMs: () => this.nowMs, sleep }
    const life = ++this.#lives
    // The work of the gateway before is not gone on with.
    await this.ledger?.append([]).catch(() => {})
    const alive = async <T>(work: Promise<T>): Promise<T> => {
      const result = await work
      if (life !== this.#lives) throw new Error('the gateway was killed')
      return result
    }
    this.index = new LedgerIndex()
    this.entries = []
    const take = (entry: LedgerEntry) => {
      this.entries.push(entry)
      this.index.take(entry)
    }
    this.ledger = await Ledger.open({ dir: join(this.dir, 'ledger'), clock, program: '1.0.0', take })
    this.sealing = new Sealing({
      clock,
      ledger: this.ledger,
      index: this.index,
      work: { root: (dir, state) => alive(this.root(dir, state)), measure: (path) => alive(measure(path)) },
      archiveDir: this.recorded.dir,
      journalDir: join(this.dir, 'journal'),
      manifest: () => this.recorded.record.manifest,
      configurations: () => this.configurations,
      factors: this.factors,
      statements: (from) => {
        this.questions++
        return readStatements(this.recorded.bench.database, from)
      },
      ...(this.eventsArchived === undefined ? {} : { eventsArchived: this.eventsArchived }),
    })
  }

  root = async (dir: string, state: DayState) => {
    this.reckoned.push(`${state.kind}/${state.plant}/${state.day - TODAY}`)
    const connection = await this.#instance.connect()
    try {
      return await rootOfDay(connection, dir, state)
    } finally {
      connection.closeSync()
    }
  }

  /** These came, and all days so far are over. */
  async archived(
    readings: readonly Reading[],
    events: readonly DeviceEvent[] = [],
    connectionChanges: readonly ConnectionChange[] = [],
  ): Promise<void> {
    await this.recorded.bench.commit(readings, events, connectionChanges)
    await this.recorded.cut()
    await this.recorded.compact(TODAY + 10)
  }

  configure(settings: Record<string, unknown>): void {
    const content = JSON.stringify(settings)
    const hash = createHash('sha256').update(content).digest('hex')
    this.configurations.push(configVersion({ arrivedAt: TS + this.configurations.length, hash, content }))
  }

  /** Writes so many segments of a journal; the last one is open. */
  journal(segments: number): void {
    const log = SegmentLog.open(nodeDisk, join(this.dir, 'journal'), { segmentBytes: 1024, maxBytes: 1e9 })
    for (let i = 0; log.end.segment < segments; i++) {
      log.append([encodeEntries([{ kind: 'tick', arrivedAt: TS + i }]), Buffer.alloc(200, i)], [0, 1])
    }
    log.close()
  }

  /** The bodies of the entries of a kind. */
  said<K extends LedgerEntry['body']['kind']>(kind: K) {
    return this.entries.flatMap(({ body }) =>
      body.kind === kind ? [body as Extract<LedgerEntry['body'], { kind: K }>] : [],
    )
  }

  /** English texts of all that a check finds wrong; a full one reckons the roots of days again. */
  async faults(isFull = false): Promise<string[]> {
    const findings = await checkData({ dataDir: this.dir, root: isFull ? this.root : null })
    return findings.filter(({ ok }) => !ok).map(({ text }) => text.en)
  }

  async end(): Promise<void> {
    this.#instance.closeSync()
    await this.recorded.end()
  }
}

/** A small plant over a few days: every kind of rows, a day of two generations, five segments of a journal, a time to look back on. */
export async function smallData(): Promise<SealedData> {
  const data = await SealedData.begin()
  data.configure({ plants: [{ id: 'p', name: { en: 'P' }, timezone: 'UTC' }] })
  const hours = (day: number, of: Partial<Reading>) =>
    Array.from({ length: 12 }, (_, hour) => kwh(TS + day * DAY_MS + hour * 3_600_000, 100 * day + hour, of))
  const event = (id: string, type: string, fields: Record<string, unknown>): DeviceEvent => ({
    plant: 'p',
    line: 'l',
    device: 'm1',
    id,
    type,
    ts: TS,
    receivedAt: TS + 5,
    fields,
  })
  const correction = { metric: 'elec_import_kwh', at: new Date(TS).toISOString(), before: 0, after: 1 }
  await data.archived(
    [...hours(0, {}), ...hours(1, {}), ...hours(0, { device: 'm2', seq: 4 }), ...hours(0, { plant: 'q' })],
    [
      event('a', 'correction', { ...correction, author: 'Li', reason: 'typed, "wrong"' }),
      event('b', 'comment', { text: '换班\nnew shift' }),
    ],
    [{ plant: 'p', device: 'm1', at: TS, isUp: true }],
  )
  // Late, and one that loses against what is there.
  await data.archived([kwh(TS + 60_000, 7.25), kwh(TS, -1)])
  // A reading of a day that is not over stays in a delta.
  await data.recorded.bench.commit([kwh(TS + 10 * DAY_MS, 2000)])
  await data.recorded.cut()
  data.journal(5)
  await data.sealing.catchUp()
  return data
}
