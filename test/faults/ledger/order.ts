/** Order to the process that keeps the ledger of a test: what it sends, to which port, and the file of the ledger. */
export interface LedgerOrder {
  readonly port: number
  readonly file: string
  readonly meters: readonly MeterOrder[]
}

/** One device on a connection of its own. Its readings are those of `readingOf` (test/bench/load/packets.ts). */
export interface MeterOrder {
  readonly device: string
  readonly topic: string
  readonly metrics: readonly string[]
  /** MQTT 5 with a kept session; absent: QoS 1 of 3.1.1 and a session that ends with its connection. */
  readonly qos?: 2
  /** Samples of one message: one is an object, more are an array. */
  readonly samples: number
  /** Most messages in flight. */
  readonly window: number
  /** Event time of the first sample, epoch ms, and from one sample to the next. */
  readonly firstTs: number
  readonly stepMs: number
}

/**
 * `state` asks for a `LedgerState`. `burst` lets every meter fill its window again and again until it has sent
 * `BURST_WINDOWS` of them; answered with the state too. `stop` is answered when all that was ever sent is acknowledged,
 * and ends the process.
 */
export type LedgerQuestion = 'state' | 'burst' | 'stop'

/** Messages of all meters together. */
export interface LedgerState {
  readonly sent: number
  readonly acknowledged: number
  /** Sent again, with DUP, because their acknowledgement did not come. */
  readonly resent: number
}
