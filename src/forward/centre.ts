import { JetStreamApiError, type JetStreamClient, jetstream } from '@nats-io/jetstream'
import { headers, type NatsConnection, NoRespondersError, RequestError } from '@nats-io/transport-node'
import { connectNats } from '../nats/connect.js'
import { edgeSubject } from '../nats/names.js'
import { COUNT_HEADER, EDGE_HEADER, FROM_HEADER, TO_HEADER } from './batch.js'
import type { ForwardBatch } from './fitting.js'
import type { ForwardOptions } from './options.js'

/** An answer is waited for so long, … */
const ACK_MS = 10_000
/** … and longer for what takes its time on a line of 32 kbit/s. */
const BYTES_PER_MS = 4
/** A ping waits behind a batch that is being sent: on such a line 1 MiB takes four minutes, but not a minute without an answer to any. */
const PING_MS = 60_000
/** Room that the head of a message takes of what the server takes. */
const HEAD_BYTES_MAX = 1024

const LOST = 'the connection was lost'

/** One connection to the centre: made anew after anything went wrong, so that nothing of before is sent behind our back. */
export class Centre {
  readonly #connection: NatsConnection
  readonly #stream: JetStreamClient
  #isLost = false
  /** Rejects the promise of the batch that is on its way. */
  #fail: (error: Error) => void = () => {}

  private constructor(connection: NatsConnection) {
    this.#connection = connection
    this.#stream = jetstream(connection)
    void this.#watch()
  }

  /** Rejects when none of the servers is reached, or a file of the settings cannot be read. */
  static async connect(options: ForwardOptions, edge: string): Promise<Centre> {
    return new Centre(await connectNats(options, 'forward', `greengauge edge ${edge}`, PING_MS))
  }

  /** Largest batch that the server takes: its `max_payload` less the room of the headers. */
  get batchBytesMax(): number {
    return (this.#connection.info?.max_payload ?? 2 ** 20) - HEAD_BYTES_MAX
  }

  /** One at a time. Resolves when the stream has it, on its disks; rejects when that is not known: then it is sent again, as the same. */
  async publish(
    batch: ForwardBatch,
    of: { edge: string; plant: string; from: number; to: number; id: string },
  ): Promise<void> {
    const about = headers()
    about.set(EDGE_HEADER, of.edge)
    about.set(FROM_HEADER, String(of.from))
    about.set(TO_HEADER, String(of.to))
    about.set(COUNT_HEADER, String(batch.count))
    const timeout = ACK_MS + batch.bytes.length / BYTES_PER_MS
    const options = { msgID: of.id, headers: about, timeout }
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject
      if (this.#isLost) reject(new Error(LOST))
      else this.#stream.publish(edgeSubject(of.plant), batch.bytes, options).then(() => resolve(), reject)
    })
  }

  /** Gives up the batch that is on its way, and closes the connection. */
  async close(): Promise<void> {
    this.#lose()
    await this.#connection.close().catch(() => undefined)
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect' || type === 'staleConnection' || type === 'close') break
    }
    this.#lose()
  }

  #lose(): void {
    this.#isLost = true
    this.#fail(new Error(LOST))
  }
}

/** Sentence that tells an operator of a failure, with the servers that it is about. */
export function reasonOf(error: unknown, servers: readonly string[]): string {
  const where = servers.join(', ')
  const isUnanswered = error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders())
  if (isUnanswered) {
    return `${where} has no stream for what plants forward: start the centre once (greengauge run --role pipeline)`
  }
  if (error instanceof JetStreamApiError) return `${where} does not take it: ${error.message}`
  return `${where} is not reached: ${error instanceof Error ? error.message : String(error)}`
}
