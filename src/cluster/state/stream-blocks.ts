import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { BLOCKS_BUCKET } from '../../nats/names.js'
import type { BlockStore, StoredBlock } from './blocks.js'

/** One that was stored a moment ago may not have come to the copy that is asked. */
const LOOKS = 5
const LOOK_MS = 100
const NOT_FOUND = 10043

/**
 * Blocks as entries of a KV bucket, each under `K.HASH`: a block is smaller than what one message of NATS holds, so chunks of
 * an object store would say nothing more. Removed ones leave nothing behind.
 */
export class StreamBlocks implements BlockStore {
  readonly #js: JetStreamClient
  readonly #manager: JetStreamManager
  readonly #bucket: KV
  readonly #partition: number

  private constructor(js: JetStreamClient, manager: JetStreamManager, bucket: KV, partition: number) {
    this.#js = js
    this.#manager = manager
    this.#bucket = bucket
    this.#partition = partition
  }

  /** Makes the bucket where there is none. Rejects when the servers do not answer. */
  static async open(
    js: JetStreamClient,
    { partition, replicas }: { readonly partition: number; readonly replicas: number },
  ): Promise<StreamBlocks> {
    const manager = await js.jetstreamManager(false)
    const bucket = await new Kvm(js).create(BLOCKS_BUCKET, { replicas, history: 1, allow_direct: true })
    return new StreamBlocks(js, manager, bucket, partition)
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
    for (let look = 1; ; look++) {
      const entry = await this.#bucket.get(`${this.#partition}.${hash}`)
      if (entry !== null) return entry.value
      if (look === LOOKS) return null
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  async remove({ handle }: StoredBlock): Promise<void> {
    try {
      await this.#manager.streams.deleteMessage(`KV_${BLOCKS_BUCKET}`, Number(handle), false)
    } catch (error) {
      if ((error as { code?: unknown }).code !== NOT_FOUND) throw error
    }
  }
}
