import type { DuckDBConnection } from '@duckdb/node-api'
import { saveProgress } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Clock } from '../base/clock.js'
import type { Stream } from '../kpi/windows/point.js'
import { type AdmittedBatch, Budget } from './budget.js'
import type { DuckdbStore } from './duckdb.js'
import { WriteDurations } from './durations.js'
import type { StoreOutbox } from './outbox.js'
import { areApart, keysOf, type Parcel, Parcels, refusedOf } from './parcels.js'
import { Pauses } from './pauses.js'
import { hasReached, Pending, type PendingCounts, type PendingDeps } from './pending.js'
import { type DeliveryProgress, isRefilling, type Refill, type StorePlace } from './place.js'
import type { StoreRefusals } from './refusals.js'
import type { SampleSource } from './sample.js'
import type { Busy, ItemRefusal, Store, WriteOutcome } from './store.js'
import { Trouble } from './trouble.js'

/** Looks at this interval whether the store still holds what it was given. */
const LOOK_MS = 60_000

export interface DeliveryDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly database: Database
  readonly outbox: StoreOutbox
  readonly store: Store
  readonly archive: PendingDeps['archive']
  readonly points: Pick<DuckdbStore, 'idOf'> & PendingDeps['points']
  readonly refusals: StoreRefusals
  readonly saved: DeliveryProgress
  readonly batchAgeMs: number
  readonly seriesMax: number
  /** Series that the store was given before the start. */
  readonly given: readonly (SampleSource | Stream)[]
  /** Place up to which there is something to be given. */
  head(): StorePlace
  /** True while the store is ours to write to: asked right before each write. Always, when absent. */
  readonly mayWrite?: () => boolean
  /** One line for the log. */
  log(level: 'info' | 'warn', text: string): void
}

/** Batches under way at once: while one waits for its answers, the next one is on its way already. */
const SHIPMENTS_MAX = 2

/** While batches follow each other, how far the store has come is saved this often: a commit costs more than many of them. */
const SAVE_MS = 1000

/** A batch that has set out. */
interface Shipment {
  readonly parcel: Parcel
  readonly admitted: AdmittedBatch | null
  readonly outcome: Promise<WriteOutcome>
}

/** Another gateway may be writing to it by now. */
const NOT_OURS: Busy = { kind: 'busy', reason: 'the lease of this partition is not certain', retryAfterMs: 500 }

/**
 * Brings to one store what the archive has for it, batch after batch, and keeps how far it has come. A batch comes again
 * until it is answered; what the store refuses for ever is kept apart with its words. Nothing waits in memory but the
 * batches under way and the next one: a store that is away for a week costs nothing but the time to catch up.
 */
export class Delivery {
  /** Number of times since the start that the store was found to hold nothing (any more). */
  timesEmpty = 0
  readonly #deps: DeliveryDeps
  readonly #pauses: Pauses
  readonly #budget: Budget
  readonly #parcels: Parcels
  #saved: DeliveryProgress
  readonly #trouble: Trouble
  #lookedAtMs = -Infinity
  #isPrepared = false
  #isOverBudgetSaid = false
  readonly #pending: Pending
  #settling: Promise<void> = Promise.resolve()
  #isSaving = false
  #isUnsaved = false
  #savedAtMs = -Infinity
  /** True when what comes next has changed since it was read. */
  #isAskedForMore = false
  readonly #durations = new WriteDurations()
  readonly #writes = { stored: 0, refused: 0, busy: 0 }

  constructor(deps: DeliveryDeps) {
    this.#deps = deps
    this.#pauses = new Pauses(deps.random)
    this.#trouble = new Trouble(deps.store.name, deps.clock, deps.log)
    this.#budget = new Budget(deps.seriesMax, deps.given)
    this.#parcels = new Parcels(deps.outbox, deps.head)
    this.#saved = deps.saved
    this.#pending = new Pending(deps)
  }

  get store(): Store {
    return this.#deps.store
  }

  get refusals(): StoreRefusals {
    return this.#deps.refusals
  }

  get place(): StorePlace {
    return this.#saved
  }

  /** False before it is known whether the store is there and holds what it was given. */
  get hasBegun(): boolean {
    return this.#lookedAtMs > -Infinity
  }

  get durations(): WriteDurations['figures'] {
    return this.#durations.figures
  }

  /** Reason why it waits, '' when it does not. */
  get trouble(): string {
    return this.#trouble.reason
  }

  /** Period that is being, or was last, written once more; null when none ever was. */
  get refill(): Refill | null {
    return this.#saved.refill
  }

  /** Readings and points by what became of them, and batches that have to come again. */
  get writes(): Readonly<Record<'stored' | 'refused' | 'busy', number>> {
    return this.#writes
  }

  /** Readings and points that the store has not been given yet, when they were last counted. */
  get pending(): PendingCounts {
    return this.#pending.counts
  }

  /** Counts what waits: at most what the archive holds. */
  async countPending(): Promise<void> {
    if (this.isCurrent) this.#pending.clear()
    else await this.#pending.count(() => this.#saved, this.#deps.head())
  }

  /** The store has all that there is: what it lacks of the journal, if anything, was counted and holds nothing for it. */
  get isCurrent(): boolean {
    const head = this.#deps.head()
    return !isRefilling(this.#saved) && (hasReached(this.#saved, head) || this.#pending.isNothingUpTo(head))
  }

  /** Writes a period once more, beside what is new; takes the place of one that is under way. */
  writeAgain(fromMs: number, toMs: number): Promise<void> {
    this.#isAskedForMore = true
    return this.#update((saved) => {
      const before = saved.position
      const refill = {
        fromMs,
        toMs,
        readingsFromMs: fromMs,
        pointsFromMs: fromMs,
        before,
        readings: 0,
        points: 0,
        isDone: false,
      }
      return { ...saved, refill }
    })
  }

  /**
   * A question to the store got no answer. Whether the store is there is looked at without waiting for the next batch, and
   * what is found is said once, however many questions there are.
   */
  doubt(reason: string): void {
    if (this.#trouble.doubt(reason)) this.#isPrepared = false
  }

  /** Runs until `signal` is aborted; `until` ends it earlier. Rejects only when the database is lost. */
  async run(signal: AbortSignal, until: () => boolean = () => false): Promise<void> {
    const { clock, batchAgeMs } = this.#deps
    while (!signal.aborted && !until()) {
      if (!(await this.#isReady(signal))) continue
      const isAllThere = await this.#deliverAll(signal)
      if (isAllThere && !until()) await clock.sleep(batchAgeMs, signal)
    }
    await this.#settle()
  }

  /** Delivers what there is; false when there is trouble, or a look at the store is due, before all is there. */
  async #deliverAll(signal: AbortSignal): Promise<boolean> {
    await this.#settle()
    const underWay: Shipment[] = []
    let reading = this.#parcels.after(this.#saved)
    for (;;) {
      const parcel = await reading
      // A later state of something never sets out before an earlier one has arrived.
      const isFree = underWay.every((shipment) => areApart(shipment.parcel, parcel))
      if ((!isFree || parcel.isEmpty) && !(await this.#arrive(underWay, 0, signal))) return false
      if (parcel.isEmpty) {
        await this.#settle()
        this.#recovered()
        // Not worth a transaction: after a restart it is looked through once more.
        this.#saved = { ...parcel.after, refill: this.#saved.refill }
        return true
      }
      if (signal.aborted) {
        await this.#arrive(underWay, 0, signal)
        return false
      }
      underWay.push(this.#ship(parcel))
      const isToBreakOff = signal.aborted || this.#isAskedForMore || this.#isLookDue
      if (!parcel.isMore || isToBreakOff) {
        this.#isAskedForMore = false
        return (await this.#arrive(underWay, 0, signal)) && !isToBreakOff
      }
      reading = this.#parcels.after(parcel.after)
      if (!(await this.#arrive(underWay, SHIPMENTS_MAX - 1, signal))) {
        await reading
        return false
      }
    }
  }

  /** Sets a parcel out. */
  #ship(parcel: Parcel): Shipment {
    const admitted = this.#budget.admit(parcel.batch)
    if (admitted !== null) this.#sayOverBudget(admitted.refused[0]?.detail ?? '')
    const outcome = this.#mayWrite
      ? this.#timed(() => this.#deps.store.write(admitted?.batch ?? parcel.batch))
      : Promise.resolve(NOT_OURS)
    return { parcel, admitted, outcome }
  }

  /** Waits until no more than `left` are under way, in order; false after a pause when one of them did not arrive. */
  async #arrive(underWay: Shipment[], left: number, signal: AbortSignal): Promise<boolean> {
    while (underWay.length > left) {
      const { parcel, admitted, outcome } = underWay.shift()!
      const said = await outcome
      if (said.kind === 'busy') {
        // Shipments that set out after it come again too: nothing is saved past a gap.
        await Promise.all(underWay.map((shipment) => shipment.outcome))
        this.#writes.busy++
        return this.#wait(said, signal)
      }
      const indexes = admitted?.indexes
      const refused = said.refused.map((refusal) => {
        const kept = refusal.of === 'reading' ? indexes?.samples : indexes?.points
        return kept === undefined ? refusal : { ...refusal, index: kept[refusal.index]! }
      })
      const [first] = refused
      if (first !== undefined) this.#trouble.refused(refused.length, first.detail)
      await this.#arrived(parcel, [...refused, ...(admitted?.refused ?? [])])
      parcel.samples.release()
      this.#recovered()
    }
    return true
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const startMs = this.#deps.clock.nowMs()
    const result = await work()
    this.#durations.add(this.#deps.clock.nowMs() - startMs)
    return result
  }

  get #mayWrite(): boolean {
    return this.#deps.mayWrite?.() ?? true
  }

  get #isLookDue(): boolean {
    return !this.#isPrepared || Math.abs(this.#deps.clock.nowMs() - this.#lookedAtMs) >= LOOK_MS
  }

  /** Makes sure that the store is there and holds what it was given; false after a pause. */
  async #isReady(signal: AbortSignal): Promise<boolean> {
    const { clock, store } = this.#deps
    if (!this.#isLookDue) return true
    await this.#settle()
    if (!this.#mayWrite) return this.#wait(NOT_OURS, signal)
    const { mark, markedAtMs } = this.#saved
    const found = await store.prepare(mark, markedAtMs ?? -Infinity)
    if (found.kind === 'busy') return this.#wait(found, signal)
    if (!found.isMarked) await this.#startOver()
    const left = await store.leaveMark(mark)
    if (left.kind === 'busy') return this.#wait(left, signal)
    await this.#update((saved) => ({ ...saved, markedAtMs: left.atMs }))
    this.#trouble.looked()
    this.#lookedAtMs = clock.nowMs()
    this.#isPrepared = true
    return found.isMarked
  }

  /** The store holds nothing of ours (any more): it gets everything that the archive has. */
  async #startOver(): Promise<void> {
    const { refusals, log: say, store } = this.#deps
    const { position, change, mark } = this.#saved
    if (position + change > 0) {
      say('warn', `${store.name} holds nothing of this gateway any more: everything is written to it again`)
    }
    this.timesEmpty++
    this.#pending.startOver()
    await this.#update(
      // A period that was to be written again still is, from its beginning: who asked for it waits for its end.
      ({ refill }) => ({
        mark,
        markedAtMs: null,
        position: 0,
        change: 0,
        refill: refill === null ? null : { ...refill, readingsFromMs: refill.fromMs, pointsFromMs: refill.fromMs },
      }),
      (connection) => refusals.clear(connection),
    )
    await refusals.committed()
  }

  async #wait({ reason, retryAfterMs }: Busy, signal: AbortSignal): Promise<false> {
    // It was closed here.
    if (signal.aborted) return false
    this.#trouble.begin(reason)
    this.#isPrepared = false
    await this.#deps.clock.sleep(this.#pauses.next(retryAfterMs), signal)
    return false
  }

  #recovered(): void {
    this.#pauses.reset()
    this.#trouble.end()
  }

  #sayOverBudget(detail: string): void {
    if (this.#isOverBudgetSaid) return
    this.#isOverBudgetSaid = true
    this.#deps.log('warn', `${this.#deps.store.name} is not given all: ${detail}`)
  }

  /** A parcel is there, but for what was refused. */
  async #arrived(parcel: Parcel, refused: readonly ItemRefusal[]): Promise<void> {
    const { refusals, clock, points } = this.#deps
    const { batch, samples } = parcel
    const beyond = ({ refill }: DeliveryProgress): DeliveryProgress => ({
      ...parcel.after,
      // Another period may have been asked for in the meantime.
      refill: refill === parcel.from.refill ? parcel.after.refill : refill,
    })
    this.#writes.stored += samples.readings + batch.points.length - refused.length
    this.#writes.refused += refused.length
    if (refused.length === 0 && !refusals.hasAny) {
      this.#saved = beyond(this.#saved)
      this.#isUnsaved = true
      if (!parcel.isMore || Math.abs(clock.nowMs() - this.#savedAtMs) >= SAVE_MS) this.#save()
      return
    }
    await this.#update(beyond, (connection) =>
      refusals.settle(
        connection,
        keysOf(parcel, points),
        refused.map((one) => refusedOf(one, parcel, points)),
        clock.nowMs(),
      ),
    )
    await refusals.committed()
  }

  /** Saves how far the store has come, beside what goes on: what is not saved yet when the process ends is written once more. */
  #save(): void {
    if (this.#isSaving) return
    this.#isSaving = true
    this.#settling = (async () => {
      while (this.#isUnsaved) {
        this.#isUnsaved = false
        this.#savedAtMs = this.#deps.clock.nowMs()
        await this.#update((saved) => saved)
      }
      this.#isSaving = false
    })()
  }

  /** Resolves when what has arrived is saved. */
  #settle(): Promise<void> {
    if (this.#isUnsaved) this.#save()
    return this.#settling
  }

  /** Saves how far the store has come, one change after the other. */
  #update(
    change: (saved: DeliveryProgress) => DeliveryProgress,
    alongside: (c: DuckDBConnection) => Promise<void> = async () => {},
  ) {
    const { database, store } = this.#deps
    return database.transaction(async (connection) => {
      // Taken over at once: more may arrive before the last statement is answered.
      const saved = change(this.#saved)
      this.#saved = saved
      await alongside(connection)
      await saveProgress(connection, progressName(store.name), saved)
    })
  }
}

/** Name under which it is kept how far a store has come. */
export const progressName = (store: string): string => `store:${store}`
