import { setImmediate as turn } from 'node:timers/promises'
import type { Senders } from '../archive/senders.js'
import type { ConnectionChange, DeviceFact } from '../base/reading.js'
import { ReadingBlock } from '../base/reading-block.js'
import type { ForgetAction } from '../base/records.js'
import { Decoder } from '../decode/decoder.js'
import type { DialectState } from '../decode/dialect.js'
import type { ClockEntry } from '../intake/journal-sink.js'
import { positionOf } from '../journal/cursor.js'
import type { DurableMark } from '../journal/durable-mark.js'
import type { JournalEntry } from '../journal/entries.js'
import { EntryCursor } from '../journal/entry-cursor.js'
import type { JournalReader } from '../journal/reader.js'
import type { Configs } from './configs.js'
import { type Decoding, newDecoding, takeMessage } from './decoding.js'
import type { DemandWatch } from './demand-ahead/demand-watch.js'
import type { DeviceConnections } from './device-connections.js'
import type { DeviceWatch } from './device-watch.js'
import { Flows } from './flows.js'
import { JournalTime } from './journal-time.js'
import { limitFacts } from './limit-facts.js'
import type { AttestationWatch } from './markets/attestation-watch.js'
import type { MessageAccounting } from './message-accounting.js'
import type { OperatorAction } from './operator-actions.js'

/** One stretch of the journal, what one transaction takes, is read in pieces of this size, until it holds so many readings. */
const PIECE_BYTES = 128 * 1024
const STRETCH_PIECES_MAX = 32
/** Or so many messages of which something is refused: what is said of one takes 2.5 kB until it is on the disk. */
const REFUSED_MAX = 4_000

export interface JournalDecoderDeps {
  readonly mark: DurableMark
  readonly reader: JournalReader
  readonly senders: Senders
  readonly connections: DeviceConnections
  readonly configs: Configs
  readonly watch: DeviceWatch
  readonly demandWatch: Pick<DemandWatch, 'at'>
  readonly attestationWatch: Pick<AttestationWatch, 'at'>
  readonly accounting: MessageAccounting
  /** States of the decoder at the place where the reader begins. */
  readonly decoderStates: readonly DialectState[]
}

/** A stretch of the journal that has been read and decoded, and counted in the ledger and at its senders. */
export interface DecodedRange {
  readonly decoding: Decoding
  /** It holds nothing but ticks that nothing follows from: not worth a transaction. */
  readonly isIdle: boolean
  /** The journal held more when it was begun: what has come since may wait for what comes with it. */
  readonly isMore: boolean
  /** Readings of the past. */
  readonly past: number
}

/**
 * The journal stretch by stretch, decoded. The readings of two stretches have room in turn: one may be decoded while the
 * one before it is on its way into the archive, and the one before that is done with.
 */
export class JournalDecoder {
  /** Knows what readings come from, the same for all stretches. */
  readonly decoder = new Decoder()
  /** Counts who sends of the past, and how much. */
  readonly flows = new Flows()
  readonly #deps: JournalDecoderDeps
  readonly #entries = new EntryCursor()
  readonly #time: JournalTime
  /** The stretch that is being decoded; null between two. */
  #open: Decoding | null = null
  #block = new ReadingBlock()
  #otherBlock = new ReadingBlock()

  constructor(deps: JournalDecoderDeps) {
    this.#deps = deps
    this.#time = new JournalTime(deps)
    this.decoder.restore(deps.decoderStates)
    this.#noteTaken()
  }

  /** Readings of the stretch that is being decoded. */
  get openReadings(): number {
    return this.#open?.readings.length ?? 0
  }

  /**
   * The next one, with the ledger at its end; null when the journal has been read to its durable end. One at a time.
   * @param isFull says of how many readings, and of the past, there is enough
   */
  async next(isFull: (readings: number, past: number) => boolean): Promise<DecodedRange | null> {
    const { reader, mark, accounting } = this.#deps
    const { flows } = this
    flows.pastReadings = 0
    const durable = mark.read().position
    // The room is that of the stretch before last, which nobody looks at any more.
    this.#block.clear()
    const decoding = newDecoding(this.#block)
    this.#open = decoding
    let isMoreThanTicks = false
    let pieces = 0
    const isEnough = () =>
      decoding.quarantined.length >= REFUSED_MAX || isFull(decoding.readings.length, flows.pastReadings)
    while (pieces < STRETCH_PIECES_MAX && !isEnough()) {
      // A whole stretch takes long enough to be noticed by whoever asks for something meanwhile.
      if (pieces > 0) await turn()
      const records = reader.read(durable, PIECE_BYTES)
      if (records.length === 0) break
      pieces++
      for (const record of records) {
        const { position } = record
        this.#entries.open(record.body)
        for (let index = 0; this.#entries.next(); index++) {
          isMoreThanTicks ||= this.#entries.kind !== 'tick'
          for (const change of this.#take({ position, index }, decoding))
            decoding.connectionChanges.push({ change, position })
        }
      }
    }
    this.#open = null
    if (pieces === 0) return null
    ;[this.#block, this.#otherBlock] = [this.#otherBlock, this.#block]
    decoding.last.settle()
    decoding.told.settle()
    decoding.notices.push(...this.decoder.takeNotices())
    decoding.states.push(...this.decoder.takeChanges(), ...this.#deps.configs.known.takeChanges())
    accounting.cursor = reader.cursor
    this.#noteTaken()
    return {
      decoding,
      isIdle: !isMoreThanTicks && decoding.facts.length + decoding.states.length + decoding.notices.length === 0,
      isMore: positionOf(reader.cursor) < durable,
      past: flows.pastReadings,
    }
  }

  /** For the intake, which slows down who sends more than is taken. */
  #noteTaken(): void {
    const { accounting, mark } = this.#deps
    mark.noteTaken(accounting.messagesDecoded + accounting.messagesRejected)
  }

  /** From here on what is to go is new when it is sent; what was sent before goes when the record has it. */
  #forget({ id, plant, devices, metrics }: ForgetAction, position: number): void {
    const { configs, accounting } = this.#deps
    if (metrics === undefined) {
      const known = devices.filter((device) => !configs.known.isConfigured({ plant, device }))
      this.#forgetDevices(plant, known)
      if (known.length === 0) return
      const order = { plant, devices: known, position, id, atMs: accounting.nowMs }
      accounting.forgetting = [...accounting.forgetting, order]
      return
    }
    configs.known.forgetSeries(plant, devices, metrics)
    const order = { plant, devices, metrics, position, id, atMs: accounting.nowMs }
    accounting.forgetting = [...accounting.forgetting, order]
  }

  #forgetDevices(plant: string, devices: readonly string[]): void {
    const { senders, connections, configs } = this.#deps
    for (const device of devices) {
      const sender = senders.find(plant, device)
      if (sender === undefined) continue
      connections.forget(sender)
      senders.forget(sender)
    }
    const left = [...senders.all()].filter((sender) => sender.plant === plant)
    configs.known.forget(plant, devices, new Set(left.map(({ line }) => line)))
  }

  /** The entry on which the cursor stands; what it does to the connections of `on_change` devices is in the answer. */
  #take(at: { readonly position: number; readonly index: number }, decoding: Decoding): readonly ConnectionChange[] {
    const { accounting, watch } = this.#deps
    const before = accounting.outage
    const changes = this.#takeEntry(at, decoding)
    if (accounting.outage !== before) this.#noteFacts(watch.resumed(accounting.outage), at.position, decoding)
    return changes
  }

  #takeEntry(
    at: { readonly position: number; readonly index: number },
    decoding: Decoding,
  ): readonly ConnectionChange[] {
    const entries = this.#entries
    const { accounting, connections, configs, senders, watch, ...plantWatches } = this.#deps
    if (entries.kind === 'start') {
      const changes = this.#time.start(entries.arrivedAt)
      this.decoder.session(null, 'end', accounting.nowMs)
      return changes
    }
    if (entries.kind === 'clock') return this.#time.clock(entries.entry() as ClockEntry)
    this.#time.reach(entries.arrivedAt)
    const rules = this.#time.rules(configs.rules)
    if (entries.kind === 'message') {
      const taken = takeMessage(entries, at, this.decoder, rules, decoding, accounting, senders)
      this.flows.note(entries, taken)
      const changes = connections.message(entries, taken)
      if (taken.others.length === 0) return changes
      return [...changes, ...taken.others.flatMap((part) => connections.message(entries, part))]
    }
    const entry = entries.entry() as Exclude<JournalEntry, { kind: 'message' | 'start' | 'clock' }>
    switch (entry.kind) {
      case 'session':
        this.decoder.session(entry.client, entry.what, accounting.nowMs)
        return connections.session(entry)
      case 'config': {
        const version = configs.take(entry)
        if (version === null) return []
        decoding.configs.push({ version, position: at.position })
        return connections.configured(version)
      }
      case 'act': {
        const [act, position] = [JSON.parse(entry.content) as OperatorAction, at.position]
        if (act.what === 'event') {
          decoding.events.push({ event: { ...act.event, receivedAt: accounting.nowMs }, position })
          decoding.said.push(act)
          return []
        }
        decoding.actions.push({ act, atMs: accounting.nowMs, position })
        if (act.what === 'forget') this.#forget(act, position)
        return []
      }
      case 'tick':
        this.decoder.tick(accounting.nowMs, rules)
        this.#noteFacts(watch.at(accounting.nowMs), at.position, decoding)
        this.#noteFacts(limitFacts(configs.known, accounting.nowMs), at.position, decoding)
        this.#noteFacts(plantWatches.demandWatch.at(accounting.nowMs), at.position, decoding)
        this.#noteFacts(plantWatches.attestationWatch.at(accounting.nowMs), at.position, decoding)
        return []
    }
  }

  #noteFacts(facts: readonly DeviceFact[], position: number, { facts: noted }: Decoding): void {
    for (const fact of facts) noted.push({ fact, position })
  }
}
