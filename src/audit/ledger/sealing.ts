/**
 * Puts into the ledger what is on record and not in it yet: one reconciliation, the same at the start and in steady state,
 * so that nothing is missed however the gateway ended, and nothing stands twice.
 *
 * A `day` entry stands for all rows of one kind, plant and day (UTC) as the files of days have them: late readings make a
 * further file, and with it a further entry. A large day that is still being filled is hashed once it is quiet, not once a
 * file, unless somebody asks for what rests on it. Its root is computed from the rows, in a thread of its own. A file that is
 * sealed already is never sealed with another content, nor a day with fewer rows than it had: then somebody has been at the
 * files, the day is left as it is in the ledger, and readiness says so.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredEvent } from '../../archive/events.js'
import { isReading } from '../../archive/record/kinds.js'
import { type DayFile, isNoted, type RecordManifest, type RemovalNote } from '../../archive/record/manifest.js'
import { dateOf } from '../../archive/record/names.js'
import type { Clock } from '../../base/clock.js'
import { HOUR_MS } from '../../base/durations.js'
import type { ConfigVersion } from '../../base/plant.js'
import { nodeDisk } from '../../journal/disk.js'
import { segmentPath, segmentsIn } from '../../journal/segment.js'
import { canonicalHash, type DayBody, type LedgerBody, type Statement } from './entry.js'
import type { Ledger } from './ledger.js'
import { areSameFiles, type LedgerIndex } from './ledger-index.js'
import { type ConfirmedOrder, dayWithout, stateOfNote } from './removed-days.js'
import type { SealingWork } from './sealing-work.js'
import { daysOfManifest, type RecordedDay } from './states.js'

/** Pause between two looks at what is new. */
const LOOK_MS = 1000
/** After a failure. */
const RETRY_MS = 10_000
/** Entries that are written with one sync, or as many as there are after so long. */
const BATCH_MAX = 64
const BATCH_MS = 1000

/** Rows of a day that are hashed at once, a fraction of a second; a larger day waits until it is quiet. */
const AT_ONCE_ROWS_MAX = 100_000
/** A larger day is hashed when no file of it has come for so long, or when it has waited for so long altogether. */
const QUIET_MS = 20_000
const WAIT_MS_MAX = 600_000

/** The newest entry of the audit log is sealed with whatever else is, and after so long in any case. */
const AUDIT_LOG_MS_MAX = HOUR_MS

export interface SealingDeps {
  readonly clock: Clock
  readonly ledger: Ledger
  /** Fed by the ledger. */
  readonly index: LedgerIndex
  readonly work: SealingWork
  readonly archiveDir: string
  readonly journalDir: string
  manifest(): RecordManifest
  /** In order of the journal. */
  configurations(): readonly ConfigVersion[]
  /** The tables of this program: as reports name them, and each file. */
  readonly factors: { readonly sha256: string; readonly files: Readonly<Record<string, string>> }
  /** Corrections, manual entries and decisions that came with journal records from a position on, in order. */
  statements(from: number): Promise<readonly StoredEvent[]>
  /** Rises with every event that is archived: while it stands there is no statement to ask for. Absent: there may always be. */
  eventsArchived?(): number
  /** The newest entry of the audit log that is on the disk; null when there is none that may be sealed. */
  auditLog?(): { readonly number: number; readonly hash: string } | null
}

export class Sealing {
  readonly #deps: SealingDeps
  #lastPass: Promise<unknown> = Promise.resolve()
  #done: RecordManifest | null = null
  #statedFrom = 0
  /** Events that were archived when statements were last asked for. */
  #askedAt: number | undefined
  /** Segments before this one may be gone while the entry that says so is still being written. */
  #trimmingTo = 0
  /** By plant, the first day of readings that is kept once those before it, which the ledger has let go of, are gone. */
  readonly #goingBefore = new Map<string, number>()
  #trouble = ''
  #retryAtMs = 0
  /** Number of holders for whom what is sealed stays as it is. */
  #held = 0
  /** Large days that are not sealed as they are: their newest file, and since when that and the day itself are known. */
  readonly #restless = new Map<string, { newest: string; newestMs: number; firstMs: number }>()

  constructor(deps: SealingDeps) {
    this.#deps = deps
  }

  /** Reason that keeps the sealing from going on, '' when nothing does. */
  get trouble(): string {
    return this.#deps.ledger.trouble || this.#trouble
  }

  /** True when a file of a day may go: the ledger knows what was in it. */
  isSealed = (file: Pick<DayFile, 'kind' | 'plant' | 'day' | 'name' | 'sha256'>): boolean => {
    if (isNoted(this.#deps.manifest(), file)) return false
    const sealed = this.#deps.index.day(file.kind, file.plant, dateOf(file.day))
    return sealed?.files.some(({ name, sha256 }) => name === file.name && sha256 === file.sha256) ?? false
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps
    while (!signal.aborted) {
      // A clock that was set back does not put it off.
      const waitMs = this.#retryAtMs - clock.nowMs()
      if (this.#held === 0 && (waitMs <= 0 || waitMs > RETRY_MS)) await this.#pass(false, signal)
      await clock.sleep(LOOK_MS, signal)
    }
    await this.#lastPass
  }

  /**
   * From now on nothing is sealed but by `catchUp`, until the answer is called: who says in the ledger what it rests on
   * wants to have said it before there is something newer.
   */
  hold(): () => void {
    this.#held++
    let isHeld = true
    return () => {
      if (isHeld) this.#held--
      isHeld = false
    }
  }

  /** True while nothing is sealed but by `catchUp`. */
  get isHeld(): boolean {
    return this.#held > 0
  }

  /** Resolves when all that is on record now is in the ledger; rejects with what keeps it from being. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    await this.#pass(true, signal)
    if (this.trouble !== '') throw new Error(this.trouble)
  }

  /** Says what the noted day is to lose, once: afterwards the new files may take the place of the old ones. */
  tellRemoval(note: RemovalNote, order: ConfirmedOrder): Promise<void> {
    const told = this.#lastPass.then(async () => {
      if (stateOfNote(this.#deps.manifest(), this.#deps.index) === 'told') return
      await this.#deps.ledger.append([await dayWithout(this.#deps, note, order)])
    })
    this.#lastPass = told.catch(() => undefined)
    return told
  }

  /**
   * Says that segments of the journal before one are let go of, and then calls `trim`. A ledger that cannot be written does
   * not keep the journal from being trimmed: what devices send goes before what is proven of it.
   */
  async letGoOfSegments(before: number, trim: () => void): Promise<void> {
    const { ledger, index } = this.#deps
    this.#trimmingTo = Math.max(this.#trimmingTo, before)
    try {
      if (ledger.trouble === '') {
        // A segment whose entry is being written at this moment is in the index behind this.
        await ledger.append([])
        const isSaid = [...index.segments().keys()].some((segment) => segment < before)
        if (isSaid) await ledger.append([{ kind: 'trimmed', before }])
      }
    } catch (error) {
      this.#complain(error)
    }
    trim()
  }

  /**
   * Says that the readings of a plant before a day (since 1970) are let go of, then lets go of them: whoever is killed between
   * the two leaves days that nothing is said of, and not one that was sealed and is gone. What cannot be said is not done.
   */
  async letGoOfDays(plant: string, before: number, letGo: () => Promise<void>): Promise<void> {
    this.#goingBefore.set(plant, before)
    try {
      const isSaid = await this.#deps.ledger.append([{ kind: 'expired', plant, before: dateOf(before) }]).then(
        () => true,
        (error: unknown) => this.#complain(error),
      )
      if (isSaid) await letGo()
    } finally {
      this.#goingBefore.delete(plant)
    }
  }

  /** One pass over everything, days that are not quiet included when `isAll`; passes stand one behind the other. */
  #pass(isAll: boolean, signal?: AbortSignal): Promise<void> {
    const pass = this.#lastPass.then(() => this.#reconcile(isAll, signal))
    this.#lastPass = pass
    return pass
  }

  async #reconcile(isAll: boolean, signal?: AbortSignal): Promise<void> {
    if (this.#deps.ledger.trouble !== '') return
    try {
      this.#trouble = ''
      await this.#deps.ledger.append([...this.#configurations(), ...this.#factors()])
      await this.#state()
      await this.#sealSegments(signal)
      await this.#sealDays(isAll, signal)
      await this.#sealAuditLog(isAll)
    } catch (error) {
      this.#complain(error)
    }
  }

  #complain(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    this.#trouble ||= `the ledger lags behind what is on record: ${why}`
    this.#retryAtMs = this.#deps.clock.nowMs() + RETRY_MS
  }

  #configurations(): LedgerBody[] {
    const { index, configurations } = this.#deps
    return configurations().flatMap((version): LedgerBody[] => {
      const { fromMs, hash } = version
      const from = new Date(fromMs).toISOString()
      if (index.hasConfiguration(from, hash)) return []
      // The text is packed until it is asked for.
      return [{ kind: 'configuration', from, sha256: hash, plants: plantHashes(version.content) }]
    })
  }

  #factors(): LedgerBody[] {
    const { index, factors } = this.#deps
    return index.factors === factors.sha256 ? [] : [{ kind: 'factors', ...factors }]
  }

  async #state(): Promise<void> {
    const { index, ledger, statements, eventsArchived } = this.#deps
    const archived = eventsArchived?.()
    if (archived !== undefined && archived === this.#askedAt) return
    const events = await statements(this.#statedFrom)
    const bodies: LedgerBody[] = []
    for (const event of events) {
      const said = statementOf(event)
      if (!index.hasStatement(event.plant, said)) bodies.push({ kind: 'statement', plant: event.plant, said })
    }
    await ledger.append(bodies)
    this.#statedFrom = events.reduce((from, { position }) => Math.max(from, position), this.#statedFrom)
    this.#askedAt = archived
  }

  /** The newest segment is still written to. */
  async #sealSegments(signal?: AbortSignal): Promise<void> {
    const { index, ledger, work, journalDir } = this.#deps
    const isGone = (segment: number) => segment < Math.max(index.trimmedBefore, this.#trimmingTo)
    for (const segment of segmentsIn(nodeDisk, journalDir).slice(0, -1)) {
      if (signal?.aborted) return
      if (isGone(segment) || index.segments().has(segment)) continue
      const path = segmentPath(journalDir, segment)
      try {
        const { bytes, sha256 } = await work.measure(path)
        if (!isGone(segment)) await ledger.append([{ kind: 'segment', segment, bytes, sha256 }])
      } catch (error) {
        if (existsSync(path)) throw error
      }
    }
  }

  async #sealDays(isAll: boolean, signal?: AbortSignal): Promise<void> {
    const { ledger, index, clock, manifest: current } = this.#deps
    const manifest = current()
    if (manifest === this.#done) return
    await ledger.append(expiries(manifest, index))
    let batch: DayBody[] = []
    let begunMs = clock.nowMs()
    let isComplete = true
    const flush = async (): Promise<void> => {
      await ledger.append(batch)
      batch = []
      begunMs = clock.nowMs()
    }
    for (const day of daysOfManifest(manifest)) {
      if (signal?.aborted) return
      if (this.#isGoing(day) || isNoted(manifest, day)) {
        isComplete = false
        continue
      }
      const sealed = index.day(day.kind, day.plant, day.date)
      if (sealed !== undefined && areSameFiles(sealed.files, day.files)) continue
      if (!isAll && !this.#isQuiet(day)) {
        isComplete = false
        continue
      }
      try {
        batch.push(await this.#sealed(day))
      } catch (error) {
        isComplete = false
        // A file that was merged meanwhile belongs to a state that is over; the next pass takes the new one.
        if (isCurrent(day, current())) this.#complain(error)
      }
      if (batch.length >= BATCH_MAX || clock.nowMs() - begunMs >= BATCH_MS) await flush()
    }
    await flush()
    if (isComplete) this.#done = manifest
  }

  async #sealAuditLog(isAll: boolean): Promise<void> {
    const { ledger, index, clock, auditLog } = this.#deps
    const head = auditLog?.() ?? null
    if (head === null || head.number === index.auditLog?.number) return
    const [newest] = index.newest()
    const ageMs = clock.nowMs() - Date.parse(newest?.at ?? '')
    // A clock that was set back does not put it off.
    const isDue = isAll || newest?.body.kind !== 'audit_log' || ageMs >= AUDIT_LOG_MS_MAX || ageMs < 0
    if (isDue) await ledger.append([{ kind: 'audit_log', entry: head.number, sha256: head.hash }])
  }

  #isGoing({ kind, plant, day }: RecordedDay): boolean {
    return isReading(kind) && day < (this.#goingBefore.get(plant) ?? -Infinity)
  }

  #isQuiet({ kind, plant, date, files, rows }: RecordedDay): boolean {
    if (rows <= AT_ONCE_ROWS_MAX) return true
    const key = `${kind}/${plant}/${date}`
    const newest = files.at(-1)!.name
    const nowMs = this.#deps.clock.nowMs()
    const known = this.#restless.get(key)
    // A clock that was set back begins anew.
    const firstMs = Math.min(known?.firstMs ?? nowMs, nowMs)
    const newestMs = known?.newest === newest ? Math.min(known.newestMs, nowMs) : nowMs
    const isQuiet = nowMs - newestMs >= QUIET_MS || nowMs - firstMs >= WAIT_MS_MAX
    if (isQuiet) this.#restless.delete(key)
    else this.#restless.set(key, { newest, newestMs, firstMs })
    return isQuiet
  }

  async #sealed({ kind, plant, day, date, generation, files }: RecordedDay): Promise<DayBody> {
    const { index, work, archiveDir } = this.#deps
    const before = index.day(kind, plant, date)
    for (const { name, bytes, sha256 } of files) {
      const measured = await work.measure(join(archiveDir, name))
      if (measured.bytes !== bytes || measured.sha256 !== sha256) throw new Error(`${name} is not as it was written`)
    }
    const { rows, root } = await work.root(archiveDir, { kind, plant, day, files })
    if (before !== undefined) {
      const isRewritten = files.some(({ name, sha256 }) =>
        before.files.some((old) => old.name === name && old.sha256 !== sha256),
      )
      if (isRewritten && root !== before.root)
        throw new Error(`what was sealed of ${kind} of ${plant} on ${date} was altered`)
      if (rows < before.rows) {
        throw new Error(`of ${before.rows} rows (${kind}) that were sealed of ${plant} on ${date} there are ${rows}`)
      }
    }
    return { kind: 'day', rows_of: kind, plant, day: date, generation, files, rows, root }
  }
}

/** SHA-256 of what a configuration says of each plant: the part that a bundle shows, without the other plants. */
export function plantHashes(content: string): Readonly<Record<string, string>> {
  return Object.fromEntries(plantParts(content).map(([id, part]) => [id, canonicalHash(part)]))
}

/** The plants of a configuration as they stand in its text, by id. */
export function plantParts(content: string): readonly (readonly [id: string, part: unknown])[] {
  const { plants } = JSON.parse(content) as { plants?: readonly { readonly id?: unknown }[] }
  return (plants ?? []).flatMap((plant) => (typeof plant?.id === 'string' ? [[plant.id, plant] as const] : []))
}

function statementOf({ id, type, line, device, ts, receivedAt, fields }: StoredEvent): Statement {
  const iso = (ms: number) => new Date(ms).toISOString()
  return { id, type, line, device, ts: iso(ts), received_at: iso(receivedAt), fields }
}

function expiries({ expired }: RecordManifest, index: LedgerIndex): LedgerBody[] {
  return Object.entries(expired.keptFrom).flatMap(([plant, day]) => {
    const before = dateOf(day)
    return index.keptFrom(plant) < before ? [{ kind: 'expired' as const, plant, before }] : []
  })
}

function isCurrent(day: RecordedDay, manifest: RecordManifest): boolean {
  return daysOfManifest(manifest).some(
    (now) =>
      now.kind === day.kind && now.plant === day.plant && now.day === day.day && areSameFiles(now.files, day.files),
  )
}
