import { isDeepStrictEqual } from 'node:util'
import type { Archive } from '../archive/archive.js'
import type { ArchiveBatch, ArchivedChanges, ArchiveOutcome } from '../archive/batch.js'
import type { Senders } from '../archive/senders.js'
import type { Clock } from '../base/clock.js'
import type { ClientFlow, DeviceNotice } from '../base/ingress.js'
import type { RetryAnswer } from '../base/wire.js'
import { rejectionsOf } from '../decode/decoded-message.js'
import type { DialectState } from '../decode/dialect.js'
import type { Quarantine } from '../decode/quarantine.js'
import type { AnomalyVerdicts } from '../insight/anomalies/verdicts.js'
import { positionOf } from '../journal/cursor.js'
import type { DurableMark } from '../journal/durable-mark.js'
import { decodeEntries } from '../journal/entries.js'
import type { JournalReader } from '../journal/reader.js'
import { JournalError } from '../journal/segment-log.js'
import type { Alarms } from '../kpi/alarms/alarms.js'
import type { Engine } from '../kpi/engine.js'
import { applyActions } from './apply-actions.js'
import type { Configs } from './configs.js'
import { CyclePace } from './cycle-pace.js'
import { type Decoding, newDecoding, noteRetried, renewed } from './decoding.js'
import type { DemandWatch } from './demand-ahead/demand-watch.js'
import type { DeviceConnections } from './device-connections.js'
import type { DeviceWatch } from './device-watch.js'
import { type FiguresLag, figuresLag } from './figures-lag.js'
import { type DecodedRange, JournalDecoder } from './journal-decoder.js'
import { LatePace } from './late-pace.js'
import type { AttestationWatch } from './markets/attestation-watch.js'
import { archivedCounts, type MessageAccounting } from './message-accounting.js'
import type { OperatorActions } from './operator-actions.js'
import type { PipelineProgress } from './progress.js'
import type { Publisher } from './publisher.js'
import type { Upkeep } from './upkeep.js'

/** The place in the journal is saved this often when nothing but ticks comes: those are not worth a transaction a second. */
const IDLE_SAVE_MS = 30_000
/** Entries are collected no longer once so many bytes of the journal wait: they are worth a commit of their own. */
const COLLECT_BYTES_MAX = 512 * 1024
/** Time between two looks at how many wait. */
const COLLECT_LOOK_MS = 100
/** Longest wait for a wake-up before it looks for itself. */
const POLL_MS = 250
const RETRY_MS = 1000
const ENDED = 'the gateway is being stopped'

export interface PipelineDeps {
  readonly clock: Clock
  readonly mark: DurableMark
  readonly reader: JournalReader
  readonly quarantine: Quarantine
  readonly archive: Archive
  readonly senders: Senders
  readonly engine: Engine
  readonly publisher: Publisher
  readonly connections: DeviceConnections
  readonly configs: Configs
  readonly alarms: Alarms
  readonly actions: OperatorActions
  readonly verdicts: Pick<AnomalyVerdicts, 'add'>
  readonly watch: DeviceWatch
  readonly demandWatch: Pick<DemandWatch, 'at'>
  readonly attestationWatch: Pick<AttestationWatch, 'at'>
  readonly accounting: MessageAccounting
  readonly progress: PipelineProgress
  readonly decoderStates: readonly DialectState[]
  readonly upkeep: Upkeep
  notify(notices: readonly DeviceNotice[]): void
  /** Takes counts of what clients have sent of their past: a few times a second. */
  flowed(flows: readonly ClientFlow[]): void
  /** Does a step of what was ordered to be removed; true when another can follow. `save` brings the database to the place that has been reached. */
  forget(save: () => Promise<void>): Promise<boolean>
  /** Readings that are new or another than before, and events, when they are saved. */
  archived(changes: ArchivedChanges, events: ArchiveBatch['events']): void
}

/**
 * The consumer of the journal: stretch by stretch it decodes, quarantines, archives, computes and publishes. Everything it
 * produces is saved with the place in the journal it came from, so it can be killed anywhere and taken up again.
 * While the database takes one stretch the next is decoded, as long as nothing is to be done at rest: whatever looks at
 * ledger, senders and archive together runs when none has been read ahead.
 */
export class Pipeline {
  readonly #deps: PipelineDeps
  readonly #decoder: JournalDecoder
  /** A stretch that was decoded while the one before it went into the database. */
  #ahead: DecodedRange | null = null
  readonly #startedMs: number
  /** Work to be done at rest, where all counts belong to one instant. */
  #atRest: { do(): Promise<void>; refuse(error: Error): void }[] = []
  #hasEnded = false
  #savedAtMs: number
  readonly #pace = new CyclePace()
  /** A stretch is on its way into the engine, or samples are becoming points. */
  #isTaking = false
  #isComputing = false
  readonly #late = new LatePace()
  #waiting = new AbortController()
  /** Readings on their way into the database. */
  #committingReadings = 0
  #readingsLate = 0
  #trouble = ''

  constructor(deps: PipelineDeps) {
    this.#deps = deps
    this.#decoder = new JournalDecoder(deps)
    this.#startedMs = deps.clock.nowMs()
    this.#savedAtMs = this.#startedMs
  }

  /**
   * Runs until `signal` is aborted, then saves its place. It stops behind the stretch at hand: what was read ahead, and
   * what has not been computed, comes again from journal and archive. Rejects only when the disk or the database is lost.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#consume(signal)
    } catch (error) {
      if (error !== signal.reason) throw error
    } finally {
      this.#hasEnded = true
      for (const { refuse } of this.#atRest.splice(0)) refuse(new Error(ENDED))
    }
  }

  async #consume(signal: AbortSignal): Promise<void> {
    // The database loses what the files have lost before anything is archived.
    await this.#deps.forget(() => this.save())
    while (!signal.aborted) {
      const isBusy = await this.#step(signal)
      if (this.#ahead !== null) continue
      for (const work of this.#atRest.splice(0)) await work.do()
      if (signal.aborted) break
      const isForgetting = await this.#deps.forget(() => this.save())
      await this.#compute(isBusy, signal)
      if (signal.aborted) break
      await this.#deps.upkeep.step(() => this.save())
      if (!isBusy && !isForgetting && !this.#late.isFoldingLate) await this.#waitForMore()
    }
    // The ledger counts what was read ahead: its place is that of the commit before.
    if (this.#ahead === null) await this.save()
  }

  /** Runs `work` between two stretches; rejects when there is no rest any more, because it has ended. */
  whenAtRest<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) return reject(new Error(ENDED))
      this.#atRest.push({ do: () => work().then(resolve, reject), refuse: reject })
      this.poke()
    })
  }

  /** Brings the database to the place in the journal that has been reached. Only at rest. */
  save(): Promise<void> {
    return this.#commit(newDecoding())
  }

  /** Computes what has come so far without waiting for its time; resolves when that is published. */
  computed(): Promise<void> {
    const computed = this.#pace.ask()
    this.poke()
    return computed
  }

  /** There is something to do: ends the wait. */
  poke(): void {
    this.#waiting.abort()
  }

  /** Decodes a quarantined message again; what it gives is archived as if it came now. */
  retry(id: string): Promise<RetryAnswer | null> {
    return this.whenAtRest(async () => {
      const { quarantine, accounting, configs, senders, upkeep } = this.#deps
      const kept = quarantine.find(id)
      const [entry] = kept === null ? [] : decodeEntries(Buffer.from(kept.entry, 'base64'))
      if (kept === null || entry?.kind !== 'message') return null
      const decoding = newDecoding()
      // It counts as what comes next, before the record that begins there: its own range may have been written to Parquet.
      const position = positionOf(accounting.cursor)
      const body = Buffer.from(entry.payload.buffer, entry.payload.byteOffset, entry.payload.length)
      const message = { ...entry, body, payloadStart: 0, payloadEnd: body.length, isAgain: true }
      // With the clock of then behind, a time that was in the future may be past by now.
      const rules = { ...configs.rules, aheadMs: Math.max(0, accounting.nowMs - entry.arrivedAt) }
      const taken = this.#decoder.decoder.take(message, rules, decoding.readings, position)
      if (rejectionsOf(taken).length > 0) {
        const now = renewed(kept, entry, taken)
        if (!isDeepStrictEqual(now.item, kept.item)) quarantine.renew(now)
        return { result: 'rejected', readings: 0, events: 0, rejections: now.item.rejections }
      }
      upkeep.hold(position)
      noteRetried(entry, taken, position, decoding, accounting, senders)
      // The message itself was counted when it came: as rejected only when nothing of it had been taken.
      if (kept.isWhole) {
        accounting.messagesRejected--
        accounting.messagesDecoded++
      }
      await this.#commit(decoding)
      quarantine.release(id)
      return {
        result: 'accepted',
        readings: decoding.readings.length,
        events: decoding.events.length,
        rejections: [],
      }
    })
  }

  get pendingReadings(): number {
    const ahead = this.#ahead?.decoding.readings.length ?? this.#decoder.openReadings
    return this.#committingReadings + ahead
  }

  get readingsLate(): number {
    return this.#readingsLate
  }

  get valuesLeftOut(): Readonly<Record<string, number>> {
    return this.#decoder.decoder.leftOut
  }

  /** Reason why it does not go on, '' when it does. */
  get trouble(): string {
    return this.#trouble
  }

  get lag(): FiguresLag {
    const { mark, reader, clock, engine } = this.#deps
    const isMore = this.#isTaking || this.#ahead !== null || positionOf(reader.cursor) < mark.read().position
    const isLate = this.#late.isStepping || engine.isLatePending
    // Before the first cycle has ended, all of it has waited since the start at most.
    const cycleMs = this.#pace.endedAtMs || this.#startedMs
    return figuresLag(clock.nowMs(), {
      // Before the first entry has been read nobody knows how old it is.
      unreadMs: isMore ? engine.nowMs || this.#startedMs : null,
      samplesMs: this.#isComputing || engine.isFreshPending ? cycleMs : null,
      lateMs: isLate ? (this.#late.sinceMs ?? cycleMs) : null,
    })
  }

  /** Takes the next stretch; false when there is none, or none after it. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const { accounting, engine, clock, progress } = this.#deps
    const range = this.#ahead ?? (await this.#decoder.next(this.#pace.isEnough))
    this.#ahead = null
    const flows = this.#decoder.flows.take(clock.nowMs())
    if (flows.length > 0) this.#deps.flowed(flows)
    if (range === null) {
      if (Math.abs(clock.nowMs() - this.#savedAtMs) > IDLE_SAVE_MS) await this.save()
      return false
    }
    if (range.isIdle) {
      // Notes on sessions are saved with their place: after a kill both are those of the last commit.
      progress.archivedPosition = positionOf(accounting.cursor)
      engine.ingest(null, [], [], progress.archivedPosition, accounting.nowMs)
    } else {
      this.#isTaking = true
      await this.#keep(range.decoding)
      this.#pace.decoded(range.decoding.readings.length, range.past)
      progress.youngPast.took(range.past, clock.nowMs())
      const committed = this.#commit(range.decoding)
      const isAhead = this.#mayReadAhead(range) && !signal.aborted
      await Promise.all([committed, isAhead ? this.#readAhead() : null])
      this.#isTaking = false
    }
    return this.#ahead !== null || range.isMore
  }

  async #readAhead(): Promise<void> {
    this.#ahead = await this.#decoder.next(this.#pace.isEnough)
  }

  /** There is more to be read, and nothing waits for a rest. What is noticed of devices depends on the configuration. */
  #mayReadAhead({ isMore, decoding }: DecodedRange): boolean {
    const mustRest =
      this.#atRest.length > 0 ||
      this.#late.isFoldingLate ||
      decoding.configs.length > 0 ||
      this.#deps.accounting.forgetting.length > 0
    return isMore && !mustRest && !this.#pace.isDue(this.#deps.clock.nowMs(), true)
  }

  /** Archives what was decoded. What is saved of ledger and senders is how they are when this is called. */
  async #commit(decoding: Decoding): Promise<void> {
    const { archive, engine, accounting, notify, clock, progress } = this.#deps
    const saved = structuredClone(accounting)
    this.#committingReadings = decoding.readings.length
    let counted: ArchiveOutcome = { archived: 0, duplicate: 0, conflict: 0 }
    const { changes, events } = await archive.commit({
      readings: decoding.readings,
      events: decoding.events,
      connectionChanges: decoding.connectionChanges,
      configs: decoding.configs,
      facts: decoding.facts,
      actions: decoding.actions,
      states: decoding.states,
      forgetting: saved.forgetting,
      progress: (outcome) => {
        // Asked again, when the disk had no room, it counts the same once.
        accounting.readingsArchived += outcome.archived - counted.archived
        accounting.readingsDuplicate += outcome.duplicate - counted.duplicate
        accounting.readingsConflict += outcome.conflict - counted.conflict
        counted = outcome
        this.#committingReadings = 0
        return { ...saved, ...archivedCounts(accounting) }
      },
    })
    const connectionChanges = decoding.connectionChanges.map(({ change }) => change)
    for (const { version } of decoding.configs) {
      engine.configured(version)
      this.#deps.alarms.configured(version)
    }
    applyActions(decoding, this.#deps)
    for (const act of decoding.said) this.#deps.actions.arrived(act)
    progress.archivedPosition = positionOf(saved.cursor)
    const late = engine.ingest(changes, events, connectionChanges, progress.archivedPosition, saved.nowMs)
    this.#readingsLate += late
    this.#deps.archived(changes, events)
    this.#savedAtMs = clock.nowMs()
    if (late > 0) this.#late.came(this.#savedAtMs)
    // Devices hear of their rejections when they happen, not when an old journal is read again.
    if (saved.nowMs >= this.#startedMs && decoding.notices.length > 0) notify(decoding.notices)
  }

  /** Rejected messages go to the disk before the place in the journal moves past them, however long the disk takes. */
  async #keep(decoding: Decoding): Promise<void> {
    for (;;) {
      try {
        this.#deps.quarantine.keep(decoding.quarantined)
        this.#trouble = ''
        return
      } catch (error) {
        if (!(error instanceof JournalError)) throw error
        this.#trouble = `quarantine: ${error.message}`
        await this.#deps.clock.sleep(RETRY_MS)
      }
    }
  }

  /** Lets the engine compute what is due, and publishes it. */
  async #compute(isBusy: boolean, signal: AbortSignal): Promise<void> {
    const { engine, publisher, clock } = this.#deps
    const startMs = clock.nowMs()
    if (this.#pace.isDue(startMs, isBusy)) {
      this.#isComputing = engine.isFreshPending || engine.isLatePending
      this.#pace.begins()
      await publisher.publish(await engine.cycle((part) => publisher.publish(part), signal, this.#pace.holdMs(isBusy)))
      this.#isComputing = false
      this.#pace.ended(startMs, clock.nowMs())
    }
    if (!engine.isLatePending) {
      this.#late.nothingWaits()
      if (engine.redo.isPending && this.#deps.progress.hasCaughtUp) await engine.redoNext()
      return
    }
    if (this.#late.isDue(startMs, isBusy)) await this.#foldLate(startMs, signal)
  }

  /** Folds a slice of what late samples change. */
  async #foldLate(startMs: number, signal: AbortSignal): Promise<void> {
    const { engine, publisher, clock, mark } = this.#deps
    mark.noteFoldingLate(true)
    try {
      do {
        const beganMs = clock.nowMs()
        const [isBegun, { seriesMax }] = [this.#late.begins(beganMs), this.#late]
        await publisher.publish(await engine.cycleLate((part) => publisher.publish(part), isBegun, seriesMax))
        this.#late.stepped(engine.lateWork, clock.nowMs() - beganMs)
      } while (engine.isPassGoingOn && this.#late.goesOn(startMs, clock.nowMs()) && !signal.aborted)
    } finally {
      mark.noteFoldingLate(false)
    }
    this.#late.ended(startMs, clock.nowMs(), engine.isPassGoingOn)
  }

  async #waitForMore(): Promise<void> {
    const { mark, clock } = this.#deps
    this.#waiting = new AbortController()
    if (this.#unread === 0) {
      mark.requestWake()
      if (this.#atRest.length > 0 || this.#pace.isAsked) return
      if (this.#unread === 0) await clock.sleep(POLL_MS, this.#waiting.signal)
      if (this.#unread === 0) return
    }
    const sinceMs = clock.nowMs()
    this.#waiting = new AbortController()
    const { signal } = this.#waiting
    const collectMs = this.#pace.collectMs(sinceMs, this.#savedAtMs)
    const isToWait = () => this.#atRest.length === 0 && !signal.aborted && this.#unread < COLLECT_BYTES_MAX
    mark.noteCollecting(true)
    for (let leftMs = collectMs; leftMs > 0 && isToWait(); leftMs = collectMs - Math.abs(clock.nowMs() - sinceMs)) {
      await clock.sleep(Math.min(COLLECT_LOOK_MS, leftMs), signal)
    }
    mark.noteCollecting(false)
  }

  /** Bytes of the journal that are durable and were not read yet, or about so many. */
  get #unread(): number {
    return Math.max(0, this.#deps.mark.read().position - positionOf(this.#deps.reader.cursor))
  }
}
