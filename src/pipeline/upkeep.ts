import type { Database } from '../archive/database.js'
import type { Retention } from '../archive/options.js'
import { missingFigures } from '../archive/record/figures.js'
import { isReading } from '../archive/record/kinds.js'
import type { DayFile } from '../archive/record/manifest.js'
import type { LastingRecord } from '../archive/record/record.js'
import { letGo, nextExpiry } from '../archive/record/retention.js'
import type { Clock } from '../base/clock.js'
import { HOUR_MS } from '../base/durations.js'
import { utcDayOf } from '../base/utc-day.js'
import { journalPlaceOf, positionOf } from '../journal/cursor.js'
import type { Engine } from '../kpi/engine.js'
import type { MessageAccounting } from './message-accounting.js'

/** Rows after which a delta is cut in any case, so that cutting takes a fraction of a second. */
const DELTA_ROWS_MAX = 500_000
/** Files of days are made for so long at a time, then live data have their turn. */
const COMPACT_MS = 200
/** Pause between two looks at what else is to be done. */
const LOOK_MS = 1000
/** After a failure, a full disk for example. */
const RETRY_MS = 10_000
/** A day is taken to be over so long after its end. */
const DAY_GRACE_MS = HOUR_MS

export interface UpkeepDeps {
  readonly clock: Clock
  readonly database: Database
  readonly record: LastingRecord
  readonly accounting: MessageAccounting
  readonly engine: Pick<Engine, 'progress' | 'keptFrom' | 'keepMonths'>
  /** Place of the journal before which every server has been given everything. */
  readonly stores: { readonly position: number }
  /** Place up to which a centre has the journal: infinite where it goes to none. */
  readonly forwarded: { readonly position: number }
  readonly retention: Retention
  /** A delta is cut after so long, or after so much of the journal. */
  readonly deltaMs: number
  readonly deltaBytes: number
  readonly segmentBytes: number
  /** True when the ledger knows what a file of a day holds: before that it is neither merged nor let go of. */
  isSealed(file: DayFile): boolean
  /** Says that the readings of a plant before a day are let go of, and then does it; nothing when it cannot be said. */
  letGoOfDays(plant: string, before: number, letGo: () => Promise<void>): Promise<void>
  /** Lets the journal delete what lies wholly before a segment. */
  trim(beforeSegment: number): void
}

/**
 * The work on the lasting record that is done between two blocks of the journal, in steps that are short enough for
 * live data to wait: deltas, files of days, retention, and word to the journal of what it need not keep.
 */
export class Upkeep {
  readonly #deps: UpkeepDeps
  #cutAtMs: number
  #lookedAtMs = 0
  #notBeforeMs = 0
  #trimmedTo = 0
  #isCompactionDue = true
  #runningDay = -Infinity
  #trouble = ''
  #heldPosition = -1

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
    this.#cutAtMs = deps.clock.nowMs()
  }

  /** Reason why it does not go on, '' when it does. */
  get trouble(): string {
    return this.#trouble
  }

  /** Something was archived under a place that the journal has not reached: the next delta goes beyond it. */
  hold(position: number): void {
    this.#heldPosition = position
  }

  /** Does the next step, if one is due. `save` brings the database to the ledger's place in the journal. */
  async step(save: () => Promise<void>): Promise<void> {
    const startMs = this.#deps.clock.nowMs()
    // A clock that was set back does not put off what is due.
    this.#cutAtMs = Math.min(this.#cutAtMs, startMs)
    if (startMs < this.#notBeforeMs && this.#notBeforeMs - startMs <= RETRY_MS) return
    const isCutDue = this.#isCutDue(startMs)
    if (isCutDue) await save()
    try {
      if (isCutDue) await this.#cut()
      else if (this.#isCompactionDue) await this.#compact()
      else if (Math.abs(startMs - this.#lookedAtMs) >= LOOK_MS) await this.#look(startMs)
      this.#trouble = ''
    } catch (error) {
      this.#refused(error)
    }
  }

  /**
   * Notes the failure for readiness: what is to be written is still in the database and the journal, and the disk may be well
   * again in a minute.
   */
  #refused(error: unknown): void {
    this.#trouble = `the files of the archive cannot be written, so the journal grows; free the disk it is on: ${error instanceof Error ? error.message : error}`
    this.#notBeforeMs = this.#deps.clock.nowMs() + RETRY_MS
  }

  /**
   * Writes all that is archived to files of days, those that are not over included. The database has to be at the
   * ledger's place. False when something is archived beyond that place: then later, when the journal has gone on.
   */
  async settle(): Promise<boolean> {
    const { record, database } = this.#deps
    // A day that is about to lose rows is left as it is until it has.
    if (record.manifest.removals?.note !== undefined || !(await this.cutNow())) return false
    while (await record.compact(database, Infinity, () => true, this.#deps.isSealed));
    if (record.manifest.deltas.length === 0) return true
    throw new Error(`files of the archive cannot be used: ${record.problems.join('; ')}`)
  }

  /**
   * Writes all that is archived to files, whether they are due or not. The database has to be at the ledger's place. False as
   * with `settle`.
   */
  async cutNow(): Promise<boolean> {
    const { record, accounting } = this.#deps
    const position = positionOf(accounting.cursor)
    if (position <= this.#heldPosition) return false
    if (position > record.position) await this.#cut()
    return true
  }

  /** Does something with the files of the record; null while the disk refuses, which readiness says: then later. */
  async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#deps.clock.nowMs() < this.#notBeforeMs) return null
    try {
      return await work()
    } catch (error) {
      this.#refused(error)
      return null
    }
  }

  #isCutDue(nowMs: number): boolean {
    const { record, accounting, deltaMs, deltaBytes, segmentBytes } = this.#deps
    const [from, to] = [record.manifest.cursor, accounting.cursor]
    if (positionOf(to) <= Math.max(positionOf(from), this.#heldPosition)) return false
    const saved = record.manifest.progress as Partial<MessageAccounting> | null
    const rows = accounting.readingsDecoded - (saved?.readingsDecoded ?? 0)
    const bytes = (to.segment - from.segment) * segmentBytes + to.offset - from.offset
    return nowMs - this.#cutAtMs >= deltaMs || bytes >= deltaBytes || rows >= DELTA_ROWS_MAX
  }

  async #cut(): Promise<void> {
    const { record, database, accounting, clock } = this.#deps
    const runningDay = utcDayOf(accounting.nowMs - DAY_GRACE_MS)
    await record.cut(database, accounting.cursor, structuredClone(accounting), { runningDay })
    this.#cutAtMs = clock.nowMs()
    this.#isCompactionDue = true
    this.#trim()
  }

  async #compact(): Promise<void> {
    const { record, database, accounting, clock } = this.#deps
    const startMs = clock.nowMs()
    this.#runningDay = utcDayOf(accounting.nowMs - DAY_GRACE_MS)
    const isTimeLeft = () => clock.nowMs() - startMs < COMPACT_MS
    this.#isCompactionDue = await record.compact(database, this.#runningDay, isTimeLeft, this.#deps.isSealed)
  }

  async #look(nowMs: number): Promise<void> {
    const { record, database, accounting, engine, stores, retention } = this.#deps
    this.#lookedAtMs = nowMs
    if (utcDayOf(accounting.nowMs - DAY_GRACE_MS) > this.#runningDay) this.#isCompactionDue = true
    this.#trim()
    // An older program may have let go of days without writing their figures.
    const [unwritten] = missingFigures(record.figures, record.manifest.expired.keptFrom)
    if (unwritten !== undefined) return record.keepFigures(database, unwritten)
    // Nothing goes that is not in the KPI points yet, or that a server has still to be given.
    if (Math.min(engine.progress().position, stores.position) < record.position) return
    // By its age nothing goes while the clock may be a wrong one that is ahead; what there is no room for does.
    const due = nextExpiry(
      record.manifest,
      retention,
      accounting.nowMs < accounting.waitsUntilMs ? -Infinity : accounting.nowMs,
    )
    if (due === null) return
    const going = record.manifest.days.filter(
      (file) => isReading(file.kind) && file.plant === due.plant && file.day <= due.day,
    )
    if (!going.every((file) => this.#deps.isSealed(file))) return
    await this.#deps.letGoOfDays(due.plant, due.day + 1, async () => {
      await engine.keepMonths(due.plant, due.day + 1)
      await record.keepFigures(database, { plant: due.plant, before: due.day + 1 })
      const expired = await letGo(database, due, record.position)
      engine.keptFrom(expired.keptFrom)
      await record.expire(expired)
      this.#lookedAtMs = 0
    })
  }

  /** Lets the journal delete what is in the files, in the KPI points, and at the centre. */
  #trim(): void {
    const { record, engine, forwarded, trim } = this.#deps
    const needless = Math.min(record.position, engine.progress().position, forwarded.position)
    const { segment } = journalPlaceOf(Math.max(0, needless))
    if (segment <= this.#trimmedTo) return
    this.#trimmedTo = segment
    trim(segment)
  }
}
