import { type Consumer, type JsMsg, jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { Clock } from '../../base/clock.js'
import { PULL } from '../../nats/patience.js'
import type { JournalBacklog } from '../backlog.js'
import type { IntakeEntryMessage, JournalSink } from '../journal-sink.js'
import type { IntakeStats } from '../stats.js'
import { RecentNumbers } from './recent.js'

/** Makes entries of a message of a stream, in order. None: there is nothing in it, and it is acknowledged at once. */
export type EntriesOfMessage = (message: JsMsg) => readonly IntakeEntryMessage[]

/** Messages that are fetched ahead, unless told otherwise. */
const AHEAD_MAX = 500
/** Time after which a message that the journal does not take now comes again. */
const AGAIN_MS = 1000
const RETRY_MS = 500
/** While the servers vote nobody answers a question about the consumer: it is put again soon. */
const ANSWER_MS = 1500
/** Acknowledgements may be lost, and those of so many messages are under way at most. */
const REMEMBERED_MAX = 20_000

export interface ConsumerDeps {
  readonly connection: NatsConnection
  readonly stream: string
  /** Name of a durable pull consumer. */
  readonly name: string
  readonly take: EntriesOfMessage
  /** Messages that are fetched ahead. */
  readonly aheadMax?: number
  readonly sink: JournalSink
  /** While it is full nothing more is taken. */
  readonly backlog: JournalBacklog
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/**
 * Brings what a durable consumer of a stream delivers into the journal, and acknowledges a message when all of its entries
 * are durable. One that is not acknowledged comes again, here or at the next owner of the partition; here it is journaled once.
 */
export class DurableConsumer {
  readonly #deps: ConsumerDeps
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<number>()
  readonly #durable = new RecentNumbers(REMEMBERED_MAX)
  readonly #running: Promise<void>
  #idle: () => void = () => {}

  constructor(deps: ConsumerDeps) {
    this.#deps = deps
    this.#running = this.#run()
  }

  /** Takes no more, and resolves when the journal has answered to what it has, or after `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    this.#stopping.abort()
    await this.#running
    if (this.#underWay.size === 0) return
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve
    })
    await Promise.race([idle, this.#deps.clock.sleep(patienceMs)])
  }

  async #run(): Promise<void> {
    const { connection, stream, name, clock, log } = this.#deps
    const { signal } = this.#stopping
    let said = ''
    while (!signal.aborted) {
      try {
        const consumer = await jetstream(connection, { timeout: ANSWER_MS }).consumers.get(stream, name)
        if (said !== '') log.info({ stream, consumer: name }, 'the NATS consumer can be read again')
        said = ''
        await this.#consume(consumer)
      } catch (error) {
        const { message } = error as Error
        if (message !== said)
          log.warn({ stream, consumer: name, reason: message }, 'the NATS consumer cannot be read; it is tried again')
        said = message
        await clock.sleep(RETRY_MS, signal)
      }
    }
  }

  async #consume(consumer: Consumer): Promise<void> {
    const { backlog, aheadMax = AHEAD_MAX } = this.#deps
    const { signal } = this.#stopping
    const messages = await consumer.consume({
      max_messages: aheadMax,
      ...PULL,
      abort_on_missing_resource: true,
    })
    const stop = (): void => messages.stop()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      for await (const message of messages) {
        if (signal.aborted) break
        this.#take(message)
        if (backlog.isFull) await this.#room()
      }
    } finally {
      signal.removeEventListener('abort', stop)
      messages.stop()
    }
  }

  #room(): Promise<void> {
    const { backlog } = this.#deps
    const { signal } = this.#stopping
    return new Promise((resolve) => {
      const done = (): void => {
        backlog.forget(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      backlog.whenRoom(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  #take(message: JsMsg): void {
    const { seq } = message
    if (message.redelivered) {
      if (this.#durable.has(seq)) {
        message.ack()
        return
      }
      if (this.#underWay.has(seq)) {
        message.working()
        return
      }
    }
    const entries = this.#deps.take(message)
    if (entries.length === 0) {
      message.ack()
      return
    }
    this.#underWay.add(seq)
    const cameMs = performance.now()
    let left = entries.length
    let refused: Error | null = null
    for (const entry of entries) {
      this.#append(entry, (error) => {
        refused ??= error
        left -= 1
        if (left > 0) return
        this.#settled(message, refused, (performance.now() - cameMs) / 1000)
      })
    }
  }

  #append(entry: IntakeEntryMessage, done: (error: Error | null) => void): void {
    const { sink, backlog, stats } = this.#deps
    const sizeBytes = entry.topic.length + entry.payload.length
    stats.messageCame(sizeBytes, 1, entry.ingress)
    backlog.add(sizeBytes)
    sink.append(entry, (error) => {
      backlog.remove(sizeBytes)
      done(error)
    })
  }

  #settled(message: JsMsg, refused: Error | null, seconds: number): void {
    this.#underWay.delete(message.seq)
    if (refused === null) {
      this.#durable.add(message.seq)
      this.#deps.stats.acknowledged(seconds)
      message.ack()
    } else message.nak(AGAIN_MS)
    if (this.#underWay.size === 0) this.#idle()
  }
}
