import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { journalStream } from '../../../src/nats/names.js'
import { until } from '../../support/gateway.js'

/** As `src/journal/stream/write.ts` says it of every message. */
const EPOCH = 'Greengauge-Epoch'
const MANY = 3

/** From when an owner has written to the journal of a partition. */
export interface Ownership {
  readonly partition: number
  readonly epoch: number
  /** When its first message was stored, epoch ms. */
  readonly atMs: number
}

/**
 * Reads the journals of all partitions as they are written, from the servers directly. Two owners are seen by an epoch that
 * goes down: one that had been followed by another has written again.
 */
export class OwnerWatch {
  /** In the order of the stream, partition by partition. */
  readonly ownerships: Ownership[] = []
  /** One sentence each. */
  readonly broken: string[] = []
  appends = 0
  #seen: (partition: number, atMs: number) => void = () => undefined
  /** Sequence of the last message that was seen, by partition. */
  readonly #last = new Map<number, number>()
  readonly #connection: NatsConnection
  #isClosed = false

  readonly #partitions: readonly number[]

  private constructor(connection: NatsConnection, partitions: number) {
    this.#connection = connection
    this.#partitions = Array.from({ length: partitions }, (_, partition) => partition)
  }

  static async open(urls: readonly string[], partitions: number): Promise<OwnerWatch> {
    const connection = await connect({
      servers: [...urls],
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
      pingInterval: 1000,
      maxPingOut: 2,
    })
    const watch = new OwnerWatch(connection, partitions)
    for (const partition of watch.#partitions) void watch.#follow(partition)
    return watch
  }

  /** Waits until somebody with a later epoch than `epoch` has written to a partition; answers when. */
  async after(partition: number, epoch: number, timeoutMs: number): Promise<Ownership> {
    const found = () => this.ownerships.find((one) => one.partition === partition && one.epoch > epoch)
    await until(() => found() !== undefined, timeoutMs)
    return found()!
  }

  /** Waits until it has seen all that there is now: while a server is away it may itself be behind. */
  async isCurrent(timeoutMs: number): Promise<void> {
    for (const partition of this.#partitions) {
      const state: { end: number | undefined } = { end: undefined }
      await until(async () => {
        state.end ??= await this.#endOf(partition).catch(() => undefined)
        return state.end !== undefined && (this.#last.get(partition) ?? 0) >= state.end
      }, timeoutMs)
    }
  }

  async #endOf(partition: number): Promise<number> {
    const manager = await jetstreamManager(this.#connection, { checkAPI: false, timeout: 1000 })
    return (await manager.streams.info(journalStream(partition))).state.last_seq
  }

  /** Epoch of the owner that wrote last; 0 when nobody has. */
  epochOf(partition: number): number {
    return Math.max(0, ...this.ownerships.filter((one) => one.partition === partition).map(({ epoch }) => epoch))
  }

  /** From now on: gives the longest time that the journal of any partition got nothing new, ms. */
  watchSilence(): () => number {
    const from = Date.now()
    const before = new Map<number, number>()
    let longestMs = 0
    this.#seen = (partition, atMs) => {
      longestMs = Math.max(longestMs, atMs - (before.get(partition) ?? from))
      before.set(partition, atMs)
    }
    return () => longestMs
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#connection.close()
  }

  /** Whatever happens to servers, it goes on behind the message that it has seen last. */
  async #follow(partition: number): Promise<void> {
    let next = 1
    for (let tries = 0; !this.#isClosed; tries++) {
      try {
        const manager = await jetstreamManager(this.#connection, { checkAPI: false, timeout: 1000 })
        const stream = journalStream(partition)
        await manager.streams.info(stream)
        const consumer = await jetstream(this.#connection).consumers.get(stream, {
          opt_start_seq: next,
          headers_only: true,
        } as object)
        const messages = await consumer.consume({ idle_heartbeat: 1000 })
        for await (const message of messages) {
          next = message.seq + 1
          this.#saw(partition, message.seq, Number(message.headers?.get(EPOCH)), message.timestamp)
        }
      } catch {
        // No stream yet, or an election: asked again.
        await new Promise((resolve) => setTimeout(resolve, 100 * Math.min(tries, MANY)))
      }
    }
  }

  #saw(partition: number, sequence: number, epoch: number, storedAt: string): void {
    const atMs = Date.parse(storedAt)
    this.appends++
    this.#last.set(partition, sequence)
    this.#seen(partition, atMs)
    const before = this.epochOf(partition)
    const where = `message ${sequence} of partition ${partition}`
    if (!Number.isSafeInteger(epoch) || epoch < 1) this.broken.push(`${where} says no epoch`)
    else if (epoch < before)
      this.broken.push(`${where} is of epoch ${epoch}, behind one of ${before}: it had two owners`)
    else if (epoch > before) this.ownerships.push({ partition, epoch, atMs })
  }
}
