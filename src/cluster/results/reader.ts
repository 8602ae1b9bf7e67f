import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../../base/clock.js'
import type { HealthCheck } from '../../base/wire.js'
import { RESULTS_STREAM } from '../../nats/names.js'
import { PULL } from '../../nats/patience.js'
import { unpacked } from '../packed.js'
import { epochOf } from './epoch.js'
import type { ResultsRegistry } from './registry.js'
import { ensureResults } from './stream.js'

/** Before the next attempt when the stream cannot be read. */
const RETRY_MS = 500

export interface ResultsReaderDeps {
  readonly connection: NatsConnection
  readonly stream: JetStreamClient
  readonly manager: JetStreamManager
  /** Copies, where the stream is not there yet. */
  readonly replicas: number
  readonly registry: ResultsRegistry
  readonly clock: Clock
}

/**
 * Reads the results stream into a book: the last message of each subject, then each as it comes. After every break of the
 * connection it is read anew from its beginning, for nothing tells what has been removed meanwhile.
 */
export class ResultsReader {
  readonly #deps: ResultsReaderDeps
  #trouble = 'the stream of results has not been read yet'
  #isWhole = false
  #becameWhole = () => {}
  #stop = () => {}
  /** Resolves when everything that the stream held at the start is in the book. */
  readonly first = new Promise<void>((resolve) => {
    this.#becameWhole = resolve
  })

  constructor(deps: ResultsReaderDeps) {
    this.#deps = deps
  }

  health(): HealthCheck {
    return { name: 'results', ok: this.#trouble === '', reason: this.#trouble }
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#stop(), { once: true })
    void this.#watch()
    while (!signal.aborted) {
      try {
        await this.#read(signal)
      } catch (error) {
        if (!signal.aborted) this.#trouble = `the stream of results cannot be read: ${(error as Error).message}`
      }
      if (!signal.aborted) await this.#deps.clock.sleep(RETRY_MS, signal)
    }
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { stream, manager, replicas, registry } = this.#deps
    await ensureResults(manager, replicas)
    this.#isWhole = false
    registry.begin()
    const consumer = await stream.consumers.get(RESULTS_STREAM, { deliver_policy: DeliverPolicy.LastPerSubject })
    const { num_pending: there } = await consumer.info()
    if (there === 0) this.#whole()
    const messages = await consumer.consume(PULL)
    this.#stop = () => void messages.close()
    if (signal.aborted) this.#stop()
    for await (const message of messages) {
      const { subject, data } = message
      const said = data.length === 0 ? null : unpacked(data)
      registry.apply({ subject, epoch: epochOf(message.headers), said })
      if (!this.#isWhole && message.info.pending === 0) this.#whole()
    }
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#deps.connection.status()) {
      if (type === 'disconnect') this.#trouble = 'no NATS server can be reached: what is shown are the last values'
      if (type === 'reconnect') this.#stop()
    }
  }

  #whole(): void {
    this.#isWhole = true
    this.#trouble = ''
    this.#deps.registry.whole()
    this.#becameWhole()
  }
}
