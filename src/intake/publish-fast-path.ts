import type { Client } from 'aedes'
import type { Clock } from '../base/clock.js'
import type { JournalBacklog } from './backlog.js'
import type { StraightSink } from './journal-sink.js'
import { LastProperties } from './last-properties.js'
import type { PacketGate } from './mqtt5/packet-gate.js'
import type { PublishView } from './scanner-output.js'
import type { IntakeStats } from './stats.js'

/** A connection is not read on while more of it than this waits for the journal on this way. */
const HELD_BYTES_MAX = 256 * 1024
export const PUBACK_BYTES = 4
const PUBACK = 0x40
const RUN_PUBACKS_MIN = 8
/** A sender that goes on so soon after its last answer has waited for it; one that does not is in no hurry for the next. */
const HURRIED_MS = 50
/** After so many messages in a row that only went to aedes behind others, waiting for its answers once costs less than going on so. */
const DETOURS_MAX = 100
const NO_PROPERTIES = Buffer.alloc(0)

/** A connection as its fast path sees it. */
export interface FastPathConnection {
  /** True when aedes has answered all that it was given of this connection, so that nothing can be overtaken. */
  readonly isAnswered: boolean
  /** Writes PUBACKs, in order with all else that is written; nothing happens when the connection is closed. */
  acknowledge(pubacks: Buffer): void
  /** Told when all that was taken is answered; null where nobody waits for that. */
  readonly gate: Pick<PacketGate, 'straightAnswered'> | null
  /** The fast path is not full any more. */
  readOn(): void
  /** A message that was taken will never be durable. */
  fail(error: Error): void
}

export interface FastPathRules {
  /** Grows whenever an answer of `mayTake` may have become another. */
  readonly version: number
  /** False when aedes has to see the message: it is to be refused, or somebody may want to have it. */
  mayTake(client: Client, topic: string): boolean
  /** False when its rejections are not to be told under a topic that the client names. */
  mayReply(client: Client, topic: string): boolean
}

/**
 * The short way of a PUBLISH that needs nothing but the journal and a PUBACK: from the bytes that were read into a
 * batch of the journal, and when that is durable one write a connection with all its PUBACKs. aedes does not see it.
 * What a client sees is the same; see docs/decisions/003-acknowledgement.md.
 */
export class PublishFastPath {
  /** Oldest batch first. */
  #runs: Run[] = []
  #isClosed = false

  constructor(
    readonly sink: StraightSink,
    readonly clock: Clock,
    readonly stats: IntakeStats,
    readonly backlog: JournalBacklog,
    readonly rules: FastPathRules,
  ) {
    sink.onSettled((batch, error) => this.#settle(batch, error))
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** From now on nothing is taken any more. */
  close(): void {
    this.#isClosed = true
  }

  /** For a connection whose CONNECT was accepted. */
  open(client: Client, owner: FastPathConnection): ConnectionFastPath {
    return new ConnectionFastPath(this, client, owner)
  }

  /** A run of the newest batch begins. */
  begin(run: Run): void {
    this.#runs.push(run)
  }

  #settle(batch: number, error: Error | null): void {
    let count = 0
    while (count < this.#runs.length && this.#runs[count]!.batch <= batch) count += 1
    for (const run of this.#runs.splice(0, count)) run.path.settle(run, error)
  }
}

/** The messages of one connection in one batch. */
class Run {
  messages = 0
  heldBytes = 0
  /** Sum over the messages of when they came. */
  cameMs = 0
  #pubacks: Buffer
  #pubackBytes = 0

  constructor(
    readonly path: ConnectionFastPath,
    readonly batch: number,
    pubacks: number,
  ) {
    this.#pubacks = Buffer.allocUnsafe(pubacks * PUBACK_BYTES)
  }

  get pubacks(): Buffer {
    return this.#pubacks.subarray(0, this.#pubackBytes)
  }

  /** The packet id lies at `idAt` of `bytes`. */
  owe(bytes: Buffer, idAt: number): void {
    const at = this.#pubackBytes
    if (at === this.#pubacks.length) this.#pubacks = Buffer.concat([this.#pubacks], 2 * at)
    const pubacks = this.#pubacks
    pubacks[at] = PUBACK
    pubacks[at + 1] = 2
    pubacks[at + 2] = bytes[idAt]!
    pubacks[at + 3] = bytes[idAt + 1]!
    this.#pubackBytes = at + PUBACK_BYTES
  }
}

/** The fast path of one connection. */
export class ConnectionFastPath {
  readonly #fastPath: PublishFastPath
  readonly #client: Client
  readonly #owner: FastPathConnection
  /** Head of the entries of the last topic; null when aedes has to see it, undefined when nobody has asked yet. */
  #head: Buffer | null | undefined
  /** Version of the rules when `#head` was found out. */
  #version = 0
  /** Made for the first PUBLISH that has properties. */
  #properties: LastProperties | undefined
  #mayReply: ((topic: string) => boolean) | undefined
  #run: Run | null = null
  /** Messages since the last one that was taken which went to aedes for one reason: it had not answered all before them. */
  #detours = 0
  #heldBytes = 0
  #isFull = false
  /** Arrival of the chunk that is read, for all its messages; `#cameMs` is monotonic, and 0 before the first one. */
  #cameMs = 0
  #arrivedAt = 0
  /** When its last message was settled, monotonic. */
  #settledMs = -Infinity

  constructor(fastPath: PublishFastPath, client: Client, owner: FastPathConnection) {
    this.#fastPath = fastPath
    this.#client = client
    this.#owner = owner
  }

  /** The connection should not be read on; `readOn` follows. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Nothing that was taken waits for the journal. */
  get isEmpty(): boolean {
    return this.#heldBytes === 0
  }

  /**
   * The connection should not be read on before aedes has answered: what comes in the meantime would follow to aedes, and with many
   * messages in flight that never ends.
   */
  get isBehindAedes(): boolean {
    return this.#detours >= DETOURS_MAX && !this.#owner.isAnswered
  }

  /** Aedes has been waited for. */
  forgetDetours(): void {
    this.#detours = 0
  }

  /** A chunk begins: what `take` is given from now on has just arrived. */
  startChunk(): void {
    this.#cameMs = 0
  }

  /** False when the message has to go to aedes. */
  take(publish: PublishView): boolean {
    const { sink, rules, backlog, stats, isClosed } = this.#fastPath
    if (!publish.isSameTopic || this.#version !== rules.version) this.#head = undefined
    if (isClosed) return false
    if (this.#head === undefined) this.#judge(publish)
    const head = this.#head
    if (head === null || head === undefined) return false
    if (!this.#owner.isAnswered) {
      this.#detours += 1
      return false
    }
    if (this.#cameMs === 0) {
      this.#cameMs = performance.now()
      this.#arrivedAt = this.#fastPath.clock.nowMs()
    }
    const properties = publish.isBare ? NO_PROPERTIES : this.#keptOf(publish)
    const mayWait = this.#cameMs - this.#settledMs > HURRIED_MS
    const batch = sink.appendMessage(head, this.#arrivedAt, publish, properties, mayWait)
    if (batch === 0) return false

    this.#detours = 0
    const payloadBytes = publish.end - publish.payloadAt
    const heldBytes = head.length + payloadBytes + properties.length
    stats.messageCame(publish.topicEnd - publish.topicAt + payloadBytes + properties.length)
    backlog.hold(heldBytes)
    this.#heldBytes += heldBytes
    if (this.#heldBytes >= HELD_BYTES_MAX) this.#isFull = true
    const run = this.#runOf(batch)
    run.messages += 1
    run.heldBytes += heldBytes
    run.cameMs += this.#cameMs
    if (publish.qos === 1) run.owe(publish.bytes, publish.idAt)
    return true
  }

  settle(run: Run, error: Error | null): void {
    const { backlog, stats } = this.#fastPath
    if (this.#run === run) this.#run = null
    this.#heldBytes -= run.heldBytes
    this.#settledMs = performance.now()
    if (error !== null) {
      this.#owner.fail(error)
    } else {
      stats.acknowledged((this.#settledMs - run.cameMs / run.messages) / 1000, run.messages)
      const { pubacks } = run
      if (pubacks.length > 0) this.#owner.acknowledge(pubacks)
    }
    backlog.release(run.heldBytes)
    if (this.#heldBytes === 0) this.#owner.gate?.straightAnswered()
    if (this.#isFull && this.#heldBytes < HELD_BYTES_MAX) {
      this.#isFull = false
      this.#owner.readOn()
    }
  }

  #keptOf({ bytes, propertiesAt, payloadAt }: PublishView): Buffer {
    const { rules } = this.#fastPath
    this.#properties ??= new LastProperties()
    this.#mayReply ??= (topic) => rules.mayReply(this.#client, topic)
    return this.#properties.keptOf(bytes, propertiesAt, payloadAt, rules.version, this.#mayReply)
  }

  #judge(publish: PublishView): void {
    const { rules, sink } = this.#fastPath
    const bytes = publish.topicBytes.subarray(publish.topicAt, publish.topicEnd)
    const topic = bytes.toString()
    this.#version = rules.version
    this.#head = rules.mayTake(this.#client, topic) ? sink.headOf(this.#client.id, bytes) : null
  }

  #runOf(batch: number): Run {
    const before = this.#run
    if (before !== null && before.batch === batch) return before
    const pubacks = Math.max(RUN_PUBACKS_MIN, before?.messages ?? 0)
    this.#run = new Run(this, batch, pubacks)
    this.#fastPath.begin(this.#run)
    return this.#run
  }
}
