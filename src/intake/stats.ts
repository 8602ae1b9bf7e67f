/** Upper bounds in seconds of the buckets of `greengauge_ack_seconds`; slower ones count in the total alone. */
export const ACK_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

const COUNTERS = ['clients', 'messages', 'bytes', 'forwardDrops', 'refused', 'ackCount', 'ackSumS'] as const
type Counter = (typeof COUNTERS)[number]
const CELLS = Object.fromEntries(COUNTERS.map((counter, i) => [counter, i])) as Readonly<Record<Counter, number>>

export interface IntakeFigures {
  /** Clients connected now. */
  readonly clients: number
  /** PUBLISH packets and wills taken in, since the start. */
  readonly messages: number
  /** Of their topics and payloads. */
  readonly bytes: number
  /** Messages that a subscriber did not get because it did not read. */
  readonly forwardDrops: number
  /** Connections closed by the framing guard for what they sent. */
  readonly refused: number
  readonly ack: {
    readonly count: number
    readonly sumS: number
    /** For each of `ACK_BUCKETS_S` how many took at most that long: cumulative, as Prometheus wants it. */
    readonly buckets: readonly number[]
  }
}

/**
 * Figures that the intake thread writes and any other thread reads, without a message between them.
 * Plain 64-bit stores: there is one writer, and a counter that is read a moment old is still right.
 */
export class IntakeStats {
  readonly #cells: Float64Array

  static create(): IntakeStats {
    const cells = COUNTERS.length + ACK_BUCKETS_S.length
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
  messageCame(sizeBytes: number, messages = 1): void {
    this.#add('messages', messages)
    this.#add('bytes', sizeBytes)
  }
  forwardDropped(): void {
    this.#add('forwardDrops', 1)
  }
  connectionRefused(): void {
    this.#add('refused', 1)
  }

  /** One message was acknowledged, so many seconds after it had come; or several, that long after on average. */
  acknowledged(seconds: number, messages = 1): void {
    this.#add('ackCount', messages)
    this.#add('ackSumS', seconds * messages)
    const bucket = ACK_BUCKETS_S.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) this.#cells[COUNTERS.length + bucket]! += messages
  }

  read(): IntakeFigures {
    let soFar = 0
    const buckets = ACK_BUCKETS_S.map((_, i) => {
      soFar += this.#cells[COUNTERS.length + i]!
      return soFar
    })
    return {
      clients: this.#of('clients'),
      messages: this.#of('messages'),
      bytes: this.#of('bytes'),
      forwardDrops: this.#of('forwardDrops'),
      refused: this.#of('refused'),
      ack: { count: this.#of('ackCount'), sumS: this.#of('ackSumS'), buckets },
    }
  }

  #of(counter: Counter): number {
    return this.#cells[CELLS[counter]]!
  }

  #add(counter: Counter, amount: number): void {
    this.#cells[CELLS[counter]]! += amount
  }
}
