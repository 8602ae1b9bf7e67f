import { type Bucket, levelOf, pour, putBounded } from './leak.js'
import type { PressedFlow, Pressure } from './pressure.js'

/** Number of clients that are remembered, also those that have gone, so that nobody gets a new share by connecting again. */
const REMEMBERED_MAX = 20_000

interface Bounds {
  /** 0 means without end. */
  readonly messages_per_s: number
  readonly bytes_per_s: number
  readonly retained_per_s: number
}

/** Counts of what a client has sent in a chunk that was read. */
export interface SentCounts {
  readonly messages: number
  /** Number of those messages that are to be retained. */
  readonly retained: number
  readonly bytes: number
}

/** Counts what one client has sent of what it may send: a second's worth at once, and then as fast as that leaks away. */
export class ClientRate {
  /** Made when something is poured into them. */
  #messages: Bucket | undefined
  #bytes: Bucket | undefined
  #retained: Bucket | undefined

  /** @param flow what of it has to wait while figures are late; null where nothing does */
  constructor(
    private readonly bounds: Bounds,
    readonly flow: PressedFlow | null = null,
  ) {}

  /** @returns for how many ms nothing more is to be read of it; 0 when it is within its share */
  spend({ messages, retained, bytes }: SentCounts, nowMs: number): number {
    const { messages_per_s, bytes_per_s, retained_per_s } = this.bounds
    if (messages > 0) this.#messages ??= { level: 0, atMs: 0 }
    if (bytes > 0) this.#bytes ??= { level: 0, atMs: 0 }
    if (retained > 0) this.#retained ??= { level: 0, atMs: 0 }
    return Math.max(
      waitMs(this.#messages, messages, messages_per_s, nowMs),
      waitMs(this.#bytes, bytes, bytes_per_s, nowMs),
      waitMs(this.#retained, retained, retained_per_s, nowMs),
    )
  }

  isEven(nowMs: number): boolean {
    const { messages_per_s, bytes_per_s, retained_per_s } = this.bounds
    return (
      isEmpty(this.#messages, messages_per_s, nowMs) &&
      isEmpty(this.#bytes, bytes_per_s, nowMs) &&
      isEmpty(this.#retained, retained_per_s, nowMs)
    )
  }
}

/** Bounds what each client may send in a second: who sends more is read more slowly, and nothing of it is lost. */
export class ClientRates {
  readonly #rates = new Map<string, ClientRate>()

  constructor(
    private readonly bounds: Bounds,
    private readonly pressure: Pressure | null = null,
  ) {}

  /** Null when there is no bound. The same for all connections of one client id. */
  of(clientId: string): ClientRate | null {
    const { messages_per_s, bytes_per_s, retained_per_s } = this.bounds
    if (messages_per_s === 0 && bytes_per_s === 0 && retained_per_s === 0 && this.pressure === null) return null
    const rate = this.#rates.get(clientId) ?? new ClientRate(this.bounds, this.pressure?.flowOf('mqtt', clientId))
    putBounded(this.#rates, clientId, rate, REMEMBERED_MAX)
    return rate
  }

  /** Its connection has gone; what it has sent too much is held against the next one. */
  left(clientId: string): void {
    if (this.#rates.get(clientId)?.isEven(performance.now()) === true) this.#rates.delete(clientId)
  }
}

function isEmpty(bucket: Bucket | undefined, perSecond: number, nowMs: number): boolean {
  return bucket === undefined || levelOf(bucket, perSecond, nowMs) === 0
}

function waitMs(bucket: Bucket | undefined, amount: number, perSecond: number, nowMs: number): number {
  if (perSecond === 0 || bucket === undefined) return 0
  const over = pour(bucket, amount, perSecond, nowMs) - perSecond
  return over > 0 ? (over / perSecond) * 1000 : 0
}
