import type { Speaker } from '../../access/speakers.js'
import { HOUR_MS } from '../../base/durations.js'
import type { Birth } from './birth.js'
import { Sequence, type SequenceContent } from './sequence.js'

/** One device of a node, since its birth. */
export interface KnownDevice {
  readonly birth: Birth
  /** In which session of the node it was born; -1 when it has died since. */
  session: number
}

export interface NodeContent {
  readonly bdSeq: number | null
  readonly isAlive: boolean
  readonly session: number
  readonly sequence: SequenceContent
  /** External broker through which it sends; null for the embedded one. */
  readonly broker: string | null
  /** Absent in what was saved before nodes belonged to whom they were born by. */
  readonly bearer?: Bearer | null
  /** Absent while no birth of it was refused for the sake of its bearer. */
  readonly isAwaited?: boolean
  readonly rebirth: {
    readonly dueMs: number | null
    readonly askedAtMs: number | null
    /** Absent where no request waits for its answer. */
    readonly isUnanswered?: boolean
  }
}

/** Client that has sent the birth of a node. */
export interface Bearer extends Speaker {
  /** Its session at the embedded broker is over; elsewhere there are none. */
  readonly hasLeft: boolean
}

/** A node is asked for its births at most this often. */
const ASK_EVERY_MS = 30_000

/** One edge node, since its birth. */
export class EdgeNode {
  birth: Birth
  /** Metrics of all its births, each birth counted for one more. */
  metrics = 0
  readonly devices = new Map<string, KnownDevice>()
  readonly sequence = new Sequence()
  readonly rebirth = new RebirthRequests()
  bdSeq: number | null = null
  isAlive = false
  /** Number of births it has had: a device that was born in an earlier session must be born again. */
  session = 0
  broker: string | null = null
  /** Null where it is not known: born before this was kept. */
  bearer: Bearer | null = null
  /** A birth of it was refused while another client held it: it is asked for when that one leaves. */
  isAwaited = false

  constructor(birth: Birth) {
    this.birth = birth
  }

  isAliveDevice(device: KnownDevice): boolean {
    return this.isAlive && device.session === this.session
  }

  get content(): NodeContent {
    const { bdSeq, isAlive, session, broker, bearer } = this
    const awaited = this.isAwaited ? { isAwaited: true } : {}
    const [sequence, rebirth] = [this.sequence.content, this.rebirth.content]
    return { bdSeq, isAlive, session, sequence, broker, bearer, ...awaited, rebirth }
  }

  restore({ bdSeq, isAlive, session, sequence, broker, bearer = null, isAwaited = false, rebirth }: NodeContent): void {
    this.bdSeq = bdSeq
    this.isAlive = isAlive
    this.session = session
    this.broker = broker
    this.bearer = bearer
    this.isAwaited = isAwaited
    this.sequence.restore(sequence)
    this.rebirth.restore(rebirth)
  }
}

/** Nobody waits so long: further ahead lies what a clock has made due that was ahead. */
const DUE_MAX_MS = HOUR_MS

/** When a node is to be asked for its births, by the journal. */
export class RebirthRequests {
  #dueMs: number | null = null
  #askedAtMs: number | null = null
  #isUnanswered = false

  /** Its births are needed, unless one has come by then. */
  want(dueMs: number): void {
    this.#dueMs = Math.min(this.#dueMs ?? Infinity, dueMs)
  }

  /** A birth has come. */
  satisfied(): void {
    this.#dueMs = null
    this.#isUnanswered = false
  }

  /** The gateway was started: what it asked before may have reached nobody. Returns whether it is asked again. */
  startAgain(nowMs: number): boolean {
    if (!this.#isUnanswered) return false
    this.#isUnanswered = false
    // Brokers and nodes come back first.
    this.want(nowMs + ASK_EVERY_MS)
    return true
  }

  /** True when it is to be asked now: that is noted. */
  isDue(nowMs: number): boolean {
    if (this.#dueMs === null || (nowMs < this.#dueMs && this.#dueMs - nowMs <= DUE_MAX_MS)) return false
    if (this.#askedAtMs !== null && Math.abs(nowMs - this.#askedAtMs) < ASK_EVERY_MS) return false
    this.#dueMs = null
    this.#askedAtMs = nowMs
    this.#isUnanswered = true
    return true
  }

  get content(): NodeContent['rebirth'] {
    const unanswered = this.#isUnanswered ? { isUnanswered: true } : {}
    return { dueMs: this.#dueMs, askedAtMs: this.#askedAtMs, ...unanswered }
  }

  restore({ dueMs, askedAtMs, isUnanswered = false }: NodeContent['rebirth']): void {
    this.#isUnanswered = isUnanswered
    this.#dueMs = dueMs
    this.#askedAtMs = askedAtMs
  }
}
