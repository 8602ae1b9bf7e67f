import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import type { Clock } from '../../base/clock.js'
import { BLOCKS_BUCKET } from '../../nats/names.js'
import { ELECTION_MS_MAX, withPatience } from '../../nats/patience.js'
import type { BlockStore, StoredBlock } from './blocks.js'

const NOT_FOUND = 10043

interface StreamBlocksOf {
  readonly partition: number
  readonly replicas: number
  readonly clock: Clock
}

/**
 * Blocks as entries of a KV bucket, each under `K.HASH`: a block is smaller than what one message of NATS holds, so chunks of
 * an object store would say nothing more. Removed ones leave nothing behind.
 */
export class StreamBlocks implements BlockStore {
  readonly #js: JetStreamClient
  readonly #manager: JetStreamManager
  readonly #bucket: KV
  readonly #partition: number
  readonly #clock: Clock

  private constructor(js: JetStreamClient, manager: JetStreamManager, bucket: KV, of: StreamBlocksOf) {
    this.#js = js
    this.#manager = manager
    this.#bucket = bucket
    this.#partition = of.partition
    this.#clock = of.clock
  }

  /** Makes the bucket where there is none. Rejects when the servers do not answer. */
  static async open(js: JetStreamClient, of: StreamBlocksOf): Promise<StreamBlocks> {
    const manager = await js.jetstreamManager(false)
    // Any copy that may answer could be one whose server has stopped and is not given up yet.
    const bucket = await new Kvm(js).create(BLOCKS_BUCKET, { replicas: of.replicas, history: 1, allow_direct: false })
    return new StreamBlocks(js, manager, bucket, of)
  }

  async list(): Promise<StoredBlock[]> {
    const stream = `KV_${BLOCKS_BUCKET}`
    const consumer = await this.#js.consumers.get(stream, {
      filter_subjects: `$KV.${BLOCKS_BUCKET}.${this.#partition}.*`,
      deliver_policy: DeliverPolicy.All,
      headers_only: true,
    })
    const found: StoredBlock[] = []
    const nowMs = Date.parse((await this.#manager.streams.info(stream)).ts ?? '')
    let pending = (await consumer.info()).num_pending
    while (pending > 0) {
      for await (const message of await consumer.fetch({ max_messages: Math.min(pending, 1000), expires: 5000 })) {
        const hash = message.subject.split('.').at(-1)!
        found.push({ hash, ageMs: nowMs - message.time.getTime(), handle: String(message.seq) })
        pending = message.info.pending
      }
    }
    return found
  }

  async put(hash: string, bytes: Uint8Array): Promise<void> {
    await this.#bucket.put(`${this.#partition}.${hash}`, bytes)
  }

  async get(hash: string): Promise<Uint8Array | null> {
    const entry = await withPatience(this.#clock, ELECTION_MS_MAX, () => this.#bucket.get(`${this.#partition}.${hash}`))
    return entry?.value ?? null
  }

  async remove({ handle }: StoredBlock): Promise<void> {
    try {
      await this.#manager.streams.deleteMessage(`KV_${BLOCKS_BUCKET}`, Number(handle), false)
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_FOUND) throw error
    }
  }
}
