import { INGRESS_KINDS, type IngressKind } from '../base/ingress.js'

/** Upper bounds in seconds of the buckets of `greengauge_ack_seconds`; slower ones count in the total alone. */
export const ACK_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Upper bounds in seconds of the buckets of `greengauge_intake_stall_seconds`. */
export const STALL_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] as const

/** Bounds that are counted when they are reached, the label `limit` of `greengauge_mqtt_limited_total`. */
export const LIMITS = [
  'connections',
  'sockets',
  'displaced',
  'reconnects',
  'client_id',
  'credentials',
  'attempts',
  'framing',
  'sessions',
  'session_queue',
  'retained',
  'subscriptions',
  'topic',
  'forward',
  'unread',
  'rate',
  'origin',
  'handshake',
  'figures',
  'receive_maximum',
  'deliveries',
  'wills',
  'backlog',
] as const
export type IntakeLimit = (typeof LIMITS)[number]

/** Results of a frame at the ingress of HJ 212, the label `result` of `greengauge_hj212_frames_total`. */
export const FRAME_RESULTS = ['taken', 'bad', 'unknown_station', 'wrong_password'] as const
export type FrameResult = (typeof FRAME_RESULTS)[number]

/** Reasons why the connection of a data logger was closed for others, the label `reason` of `greengauge_hj212_dropped_total`. */
export const LOGGER_DROPS = ['connections', 'unproved'] as const
export type LoggerDrop = (typeof LOGGER_DROPS)[number]

const COUNTERS = ['clients', 'hj212Connections', 'bytes', 'ackCount', 'ackSumS', 'stallCount', 'stallSumS'] as const
type Counter = (typeof COUNTERS)[number]
const CELLS = Object.fromEntries(COUNTERS.map((counter, i) => [counter, i])) as Readonly<Record<Counter, number>>

const ACK_AT = COUNTERS.length
const STALL_AT = ACK_AT + ACK_BUCKETS_S.length
const LIMITS_AT = STALL_AT + STALL_BUCKETS_S.length
const DOORS_AT = LIMITS_AT + LIMITS.length
const FRAMES_AT = DOORS_AT + INGRESS_KINDS.length
const DROPS_AT = FRAMES_AT + FRAME_RESULTS.length

export interface IntakeFigures {
  /** Clients connected now. */
  readonly clients: number
  /** Messages taken in since the start: at the embedded broker PUBLISH packets and wills. */
  readonly messages: Readonly<Record<IngressKind, number>>
  /** Data loggers connected now, and frames of HJ 212 since the start. */
  readonly hj212: {
    readonly connections: number
    readonly frames: Readonly<Record<FrameResult, number>>
    /** Connections that were closed for others. */
    readonly dropped: Readonly<Record<LoggerDrop, number>>
  }
  /** Bytes of the topics and payloads of all messages taken in. */
  readonly bytes: number
  /** Messages that a subscriber did not get because it did not read. */
  readonly forwardDrops: number
  /** Connections closed by the framing guard for what they sent. */
  readonly refused: number
  /** Number of times that each bound was reached, since the start; the two above are among them. */
  readonly limited: Readonly<Record<IntakeLimit, number>>
  /** From PUBLISH to PUBACK, in the buckets of `ACK_BUCKETS_S`. */
  readonly ack: DurationHistogram
  /** The longest stall of each second of the intake's event loop, in the buckets of `STALL_BUCKETS_S`. */
  readonly stalls: DurationHistogram
}

export interface DurationHistogram {
  readonly count: number
  readonly sumS: number
  /** For each bound how many took at most that long: cumulative, as Prometheus wants it. */
  readonly buckets: readonly number[]
}

/**
 * Figures that the intake thread writes and any other thread reads, without a message between them.
 * Plain 64-bit stores: there is one writer, and a counter that is read a moment old is still right.
 */
export class IntakeStats {
  readonly #cells: Float64Array

  static create(): IntakeStats {
    const cells = DROPS_AT + LOGGER_DROPS.length
    return new IntakeStats(new SharedArrayBuffer(cells * Float64Array.BYTES_PER_ELEMENT))
  }

  constructor(readonly shared: SharedArrayBuffer) {
    this.#cells = new Float64Array(shared)
  }

  clientCame(): void {
    this.#add('clients', 1)
  }
  clientWent(): void {
    this.#add('clients', -1)
  }
  /** Messages came in, of so many bytes together. */
  messageCame(sizeBytes: number, messages = 1, ingress: IngressKind = 'mqtt'): void {
    this.#cells[DOORS_AT + INGRESS_KINDS.indexOf(ingress)]! += messages
    this.#add('bytes', sizeBytes)
  }
  hj212Came(): void {
    this.#add('hj212Connections', 1)
  }
  hj212Went(): void {
    this.#add('hj212Connections', -1)
  }
  frameCame(result: FrameResult): void {
    this.#cells[FRAMES_AT + FRAME_RESULTS.indexOf(result)]! += 1
  }
  loggerDropped(why: LoggerDrop): void {
    this.#cells[DROPS_AT + LOGGER_DROPS.indexOf(why)]! += 1
  }
  forwardDropped(): void {
    this.limited('forward')
  }
  limited(limit: IntakeLimit): void {
    this.#cells[LIMITS_AT + LIMITS.indexOf(limit)]! += 1
  }

  /** One message was acknowledged, so many seconds after it had come; or several, that long after on average. */
  acknowledged(seconds: number, messages = 1): void {
    this.#add('ackCount', messages)
    this.#add('ackSumS', seconds * messages)
    this.#sort(seconds, ACK_BUCKETS_S, ACK_AT, messages)
  }

  /** A second has passed in which the event loop stood still for so long at most. */
  stalled(seconds: number): void {
    this.#add('stallCount', 1)
    this.#add('stallSumS', seconds)
    this.#sort(seconds, STALL_BUCKETS_S, STALL_AT, 1)
  }

  read(): IntakeFigures {
    const limited = this.#byName(LIMITS, LIMITS_AT)
    return {
      clients: this.#of('clients'),
      messages: this.#byName(INGRESS_KINDS, DOORS_AT),
      hj212: {
        connections: this.#of('hj212Connections'),
        frames: this.#byName(FRAME_RESULTS, FRAMES_AT),
        dropped: this.#byName(LOGGER_DROPS, DROPS_AT),
      },
      bytes: this.#of('bytes'),
      forwardDrops: limited.forward,
      refused: limited.framing,
      limited,
      ack: this.#durations('ackCount', 'ackSumS', ACK_BUCKETS_S, ACK_AT),
      stalls: this.#durations('stallCount', 'stallSumS', STALL_BUCKETS_S, STALL_AT),
    }
  }

  #byName<T extends string>(names: readonly T[], at: number): Record<T, number> {
    return Object.fromEntries(names.map((name, i) => [name, this.#cells[at + i]!])) as Record<T, number>
  }

  #sort(seconds: number, bounds: readonly number[], at: number, count: number): void {
    const bucket = bounds.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) this.#cells[at + bucket]! += count
  }

  #durations(count: Counter, sum: Counter, bounds: readonly number[], at: number): DurationHistogram {
    let soFar = 0
    const buckets = bounds.map((_, i) => {
      soFar += this.#cells[at + i]!
      return soFar
    })
    return { count: this.#of(count), sumS: this.#of(sum), buckets }
  }

  #of(counter: Counter): number {
    return this.#cells[CELLS[counter]]!
  }

  #add(counter: Counter, amount: number): void {
    this.#cells[CELLS[counter]]! += amount
  }
}
