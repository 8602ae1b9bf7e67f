import type { Archive } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import { isNoRoom, isRefused } from '../archive/file/errors.js'
import { actOf, type Forgetting, forgettingKey } from '../archive/forget.js'
import { isOfDisk, recordFileFault } from '../archive/record/files.js'
import type { DayOfKind, RemovalNote } from '../archive/record/manifest.js'
import { dateOf } from '../archive/record/names.js'
import type { LastingRecord } from '../archive/record/record.js'
import { dropNote, endedOf, endRemoval, noteRemoval, takeDayOut } from '../archive/record/removal.js'
import { RemovalFailed, RemovalSearch, type TouchedDay } from '../archive/record/removal-search.js'
import { areSameFiles, type LedgerIndex } from '../audit/ledger/ledger-index.js'
import { type ConfirmedOrder, checkSealedDay, stateOfNote } from '../audit/ledger/removed-days.js'
import type { Sealing } from '../audit/ledger/sealing.js'
import type { SealingWork } from '../audit/ledger/sealing-work.js'
import type { FrozenDays } from '../audit/reports/frozen-days.js'
import { BackgroundJob } from './background-job.js'
import { endForgetting, type FollowingDeps, followFiles } from './forgetting.js'
import type { MessageAccounting } from './message-accounting.js'
import type { RemovalTries } from './removal-tries.js'
import type { Upkeep } from './upkeep.js'

/**
 * Carries out orders to remove what devices sent, one kind and day at a time:
 *
 *     1  all that came up to the order is in files, and these are searched for its rows
 *     2  each touched day is compared with what was sealed of it; one that differs refuses the order before anything goes
 *     3  files of one day without the rows are written, and one note names them; the day is still what it was
 *     4  the ledger is told of these files, out of the old files, its own entry and the act in the journal
 *     5  they take the place of the old ones, which clears the note, and the database follows
 *     6  when no file holds such rows any more the order is over, and figures are computed without them
 *
 * Each state is in manifest and ledger, so that whoever is killed goes on from there. Steps 2 and 4 go on in the thread of the ledger
 * while the pipeline reads; a step at rest takes no longer than the files of one day.
 */

export interface RemovalsDeps extends FollowingDeps {
  readonly record: LastingRecord
  readonly index: Pick<LedgerIndex, 'day'>
  readonly frozenDays: Pick<FrozenDays, 'frozenBy'>
  readonly sealing: Pick<Sealing, 'catchUp' | 'isHeld' | 'tellRemoval'>
  readonly work: SealingWork
  readonly upkeep: Pick<Upkeep, 'attempt' | 'cutNow'>
  readonly tries: RemovalTries
  readonly archive: Archive
  readonly database: Database
  readonly accounting: MessageAccounting
  /** Says that something of an order stays, and why. */
  tellFailed(order: Forgetting, reason: string): void
  /** There is something to be done at rest. */
  wake(): void
}

/** An order that is being carried out, with what is remembered of its files. */
interface CurrentRemoval extends ConfirmedOrder {
  readonly key: string
  readonly search: RemovalSearch
  /** Files of each touched day as they were compared, by kind and day. */
  readonly checked: Map<string, string>
}

/** It has to wait, through no fault of its own. */
class RemovalWaits extends Error {}

export class Removals {
  readonly #deps: RemovalsDeps
  readonly #job: BackgroundJob
  #current: CurrentRemoval | null = null

  constructor(deps: RemovalsDeps) {
    this.#deps = deps
    this.#job = new BackgroundJob(deps.wake)
  }

  /**
   * Does the next step of what is due; true when another can follow at once. To be called at rest, and first of all after a start.
   * `save` brings the database to the place in the journal that has been reached.
   */
  async step(save: () => Promise<void>): Promise<boolean> {
    const { accounting, record, tries, engine } = this.#deps
    const note = record.manifest.removals?.note
    if (accounting.forgetting.length === 0 && note === undefined) {
      this.#current = null
      tries.due([])
      return false
    }
    await followFiles(this.#deps, save)
    const ofNote = accounting.forgetting.find((order) => forgettingKey(order) === note?.act)
    if (note !== undefined && ofNote === undefined) return this.#dropStray()
    // The one note is brought to its end before another order begins.
    const order = tries.due(ofNote === undefined ? accounting.forgetting : [ofNote], accounting.forgetting)
    if (order === undefined || engine.isLatePending) return false
    try {
      return await this.#advance(order, save)
    } catch (error) {
      await this.#failed(order, error, save)
      return false
    }
  }

  async #advance(order: Forgetting, save: () => Promise<void>): Promise<boolean> {
    const { record, sealing, database, upkeep } = this.#deps
    const ended = endedOf(record.manifest, order)
    if (ended !== undefined) return this.#end(order, ended.failure, save)
    if (record.position <= order.position) {
      await save()
      if ((await upkeep.attempt(() => upkeep.cutNow())) !== true) return false
    }
    const current = await this.#of(order)
    if (order.id === undefined) return this.#named(current, save)
    const note = record.manifest.removals?.note
    if (note !== undefined) return this.#goOnWith(current, note, save)
    if (sealing.isHeld) throw new RemovalWaits('a report is being frozen')
    if (!(await current.search.step(database))) return true
    const touched = current.search.touched()
    this.#refuseFrozen(touched)
    const unchecked = touched.find((day) => current.checked.get(keyOf(day)) !== filesOf(day))
    if (unchecked !== undefined) return this.#check(current, unchecked)
    const [next] = touched
    if (next === undefined) return this.#finish(current, save)
    if (next.holders.length === 0) return this.#take(current, next, save)
    await noteRemoval(record, database, current.order, next)
    return true
  }

  async #of(order: Forgetting): Promise<CurrentRemoval> {
    const key = forgettingKey(order)
    const known = this.#current
    if (known?.key === key) return known
    const { record, database } = this.#deps
    const act = await actOf(database, order)
    if (act === null) throw new RemovalFailed('no such order has come out of the journal')
    const current = { key, order, act, search: new RemovalSearch(record, order), checked: new Map() }
    this.#current = current
    return current
  }

  /** Gives an order that a program of before has saved the id of its act, by which everything knows it from now on. */
  async #named({ order, act }: CurrentRemoval, save: () => Promise<void>): Promise<boolean> {
    const { accounting } = this.#deps
    accounting.forgetting = accounting.forgetting.map((one) => (one === order ? { ...one, id: act.id } : one))
    await save()
    return true
  }

  #refuseFrozen(touched: readonly TouchedDay[]): void {
    const { frozenDays } = this.#deps
    for (const { kind, plant, day } of touched) {
      const report = frozenDays.frozenBy(kind, plant, dateOf(day))
      if (report !== null) throw new RemovalFailed(`the frozen report ${report} rests on a day of it`)
    }
  }

  /** Compares a touched day with what was sealed of it, in the thread of the ledger. */
  async #check({ key, checked }: CurrentRemoval, touched: TouchedDay): Promise<boolean> {
    const { index, sealing, work, record } = this.#deps
    const { kind, plant, day, files, holders, deltas } = touched
    const sealed = index.day(kind, plant, dateOf(day))
    const altered = files.find(({ name, sha256 }) =>
      sealed?.files.some((old) => old.name === name && old.sha256 !== sha256),
    )
    if (altered !== undefined)
      throw new RemovalFailed(`${altered.name} is not what was sealed: put it back from a backup`)
    const isSealed = () => areSameFiles(index.day(kind, plant, dateOf(day))?.files ?? [], files)
    if (holders.length > 0 && !isSealed()) {
      return this.#job.isDone(`${key} catch up ${filesOf(touched)}`, async () => {
        const trouble = await sealing.catchUp().then(() => 'the ledger lags behind', messageOf)
        if (isSealed()) return
        await this.#refuseDamaged(files)
        throw new RemovalWaits(trouble)
      })
    }
    const name = `${key} check ${filesOf(touched)}`
    const isDone = this.#job.isDone(name, async () => {
      await this.#refuseDamaged(deltas)
      if (holders.length === 0 || sealed === undefined) return
      await checkSealedDay({ work, archiveDir: record.dir }, sealed, { kind, plant, day, files })
    })
    if (isDone) checked.set(keyOf(touched), filesOf(touched))
    return isDone
  }

  async #refuseDamaged(files: TouchedDay['files'] | TouchedDay['deltas']): Promise<void> {
    for (const file of files) {
      const fault = await recordFileFault(this.#deps.record.dir, file)
      if (fault !== '') throw new RemovalFailed(`${file.name} ${fault}: put it back from a backup`)
    }
  }

  async #goOnWith(current: CurrentRemoval, note: RemovalNote, save: () => Promise<void>): Promise<boolean> {
    const { record, index, sealing } = this.#deps
    const state = stateOfNote(record.manifest, index)
    if (state === 'told') return this.#take(current, note, save)
    if (state === 'void') {
      await dropNote(record)
      return true
    }
    return this.#job.isDone(`${current.key} tell ${note.made.map(({ name }) => name).join()}`, () =>
      sealing.tellRemoval(note, current),
    )
  }

  async #take({ order }: CurrentRemoval, day: DayOfKind, save: () => Promise<void>): Promise<boolean> {
    const { record, database, tries } = this.#deps
    await takeDayOut(record, database, order, day)
    tries.cameOn(order)
    await followFiles(this.#deps, save)
    return true
  }

  /** No file holds such rows: the last are looked for once more among what has not been written to files yet. */
  async #finish({ order, search }: CurrentRemoval, save: () => Promise<void>): Promise<boolean> {
    const { record, upkeep, database } = this.#deps
    await save()
    if ((await upkeep.attempt(() => upkeep.cutNow())) !== true) return false
    while (!(await search.step(database)));
    if (search.touched().length > 0) return true
    await endRemoval(record, order)
    return this.#end(order, undefined, save)
  }

  async #end(order: Forgetting, failure: string | undefined, save: () => Promise<void>): Promise<boolean> {
    await endForgetting(this.#deps, order, { failure, save })
    this.#current = null
    if (failure !== undefined) this.#deps.tellFailed(order, failure)
    return true
  }

  async #failed(order: Forgetting, error: unknown, save: () => Promise<void>): Promise<void> {
    const { tries } = this.#deps
    const reason = messageOf(error)
    await this.#letDayGo()
    // A disk without room, or one that refuses, says nothing against the order.
    if (error instanceof RemovalWaits || isOfMachine(error)) return tries.later(order, reason)
    if (!tries.failed(order, reason) && !(error instanceof RemovalFailed)) return
    try {
      await this.#giveUp(order, reason, save)
    } catch (again) {
      tries.later(order, messageOf(again))
    }
  }

  /** Takes back a note that the ledger was not told of: an order that waits keeps nothing else of the record waiting. */
  async #letDayGo(): Promise<void> {
    const { record, index } = this.#deps
    if (stateOfNote(record.manifest, index) !== 'open') return
    // One that cannot be taken back now is tried again when the order has failed the next time.
    await dropNote(record).catch(() => undefined)
  }

  /** Ends an order with what it has taken so far. A day that the ledger was told of is taken before. */
  async #giveUp(order: Forgetting, reason: string, save: () => Promise<void>): Promise<void> {
    const { record, index, upkeep } = this.#deps
    const state = stateOfNote(record.manifest, index)
    if (state === 'told') throw new RemovalWaits(reason)
    if (state !== 'none') await dropNote(record)
    await save()
    // Readings behind the order have won by their place: the files have to know it before it is over.
    if ((await upkeep.attempt(() => upkeep.cutNow())) !== true) throw new RemovalWaits(reason)
    await endRemoval(record, order, reason)
    await this.#end(order, reason, save)
  }

  /** A note that no order of the journal has given is nobody's: it goes with its files. */
  async #dropStray(): Promise<boolean> {
    const { record, index, upkeep } = this.#deps
    const isTold = stateOfNote(record.manifest, index) === 'told'
    return (await upkeep.attempt(() => dropNote(record, isTold).then(() => true))) ?? false
  }
}

/** Names of errors of a disk, as they come out of another thread. */
const OF_MACHINE = /\bE(IO|NOSPC|DQUOT|ROFS|MFILE|NFILE|ACCES|PERM|NOMEM)\b|out of memory|too many open files/i

/** The machine has refused something: the same may be done later. */
function isOfMachine(error: unknown): boolean {
  if (isOfDisk(error) || isNoRoom(error) || isRefused(error)) return true
  return error instanceof Error && !(error instanceof RemovalFailed) && OF_MACHINE.test(error.message)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function keyOf({ kind, day }: TouchedDay): string {
  return `${kind}/${day}`
}

function filesOf({ files, deltas }: TouchedDay): string {
  return [...files, ...deltas].map(({ name }) => name).join()
}
