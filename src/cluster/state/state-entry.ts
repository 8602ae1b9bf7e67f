import type { JetStreamClient } from '@nats-io/jetstream'
import { type KV, type KvEntry, Kvm } from '@nats-io/kv'
import { z } from 'zod'
import { Fenced } from '../../nats/fenced.js'
import { STATE_BUCKET } from '../../nats/names.js'
import { StateFault } from './blocks.js'

const stateEntry = z.object({
  format: z.literal(1),
  /** Epoch of the owner that wrote it. */
  epoch: z.number().int().min(0),
  /** RFC 3339: when the files were held; null before the first checkpoint. */
  at: z.iso.datetime().nullable(),
  /** The oldest segment of the journal that goes on from the files. */
  segment: z.number().int().min(0),
  files: z.number().int().min(0),
  bytes: z.number().int().min(0),
  /** Hashes of the blocks that the list of files consists of. */
  list: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
})

/** State of a partition that is on record. */
export type StateEntry = z.output<typeof stateEntry>

const WRONG_REVISION = 10071

/**
 * The entry of a partition in the bucket of states, replaced only at the revision at which it was read: so of two who take
 * themselves for the owner one is told. Rejects when the servers do not answer.
 */
export class PartitionEntry {
  readonly #bucket: KV
  readonly #partition: number

  /** @param bucket that of the states */
  constructor(bucket: KV, partition: number) {
    this.#bucket = bucket
    this.#partition = partition
  }

  /** Makes the bucket where there is none. */
  static async open(
    js: JetStreamClient,
    { partition, replicas }: { readonly partition: number; readonly replicas: number },
  ): Promise<PartitionEntry> {
    // Copies that answer for the leader could be behind it.
    const bucket = await new Kvm(js).create(STATE_BUCKET, { replicas, history: 1, allow_direct: false })
    return new PartitionEntry(bucket, partition)
  }

  /** null when the partition never had an owner. */
  async read(): Promise<{ readonly entry: StateEntry; readonly revision: number } | null> {
    const found = await this.#bucket.get(this.#key)
    if (found === null || found.operation !== 'PUT') return null
    return { entry: this.#parsed(found), revision: found.revision }
  }

  /** Replaces what was read at a revision, 0 for none, and gives the new one. Throws `Fenced`. */
  async replace(entry: StateEntry, revision: number): Promise<number> {
    const text = JSON.stringify(stateEntry.parse(entry))
    try {
      return await this.#bucket.put(this.#key, text, { previousSeq: revision })
    } catch (error) {
      if ((error as { code?: unknown }).code !== WRONG_REVISION) throw error
      // An answer that was lost on the way: it is ours that is there.
      const found = await this.read()
      if (found !== null && JSON.stringify(found.entry) === text) return found.revision
      throw new Fenced(`the state of partition ${this.#partition} has been replaced by another owner`)
    }
  }

  /**
   * Writes what is there under the epoch of a new owner, which fences those before, and gives it as it was with its new revision.
   * Throws `Fenced` when an owner of a higher epoch has come before.
   */
  async claim(epoch: number): Promise<{ readonly before: StateEntry | null; readonly revision: number }> {
    for (;;) {
      const found = await this.read()
      const before = found?.entry ?? null
      if (before !== null && before.epoch > epoch) {
        throw new Fenced(`partition ${this.#partition} has an owner of epoch ${before.epoch}, this one is of ${epoch}`)
      }
      try {
        const revision = await this.replace({ ...(before ?? NOTHING), epoch }, found?.revision ?? 0)
        return { before, revision }
      } catch (error) {
        // The owner before came in between, with newer files.
        if (!(error instanceof Fenced)) throw error
      }
    }
  }

  get #key(): string {
    return `partition.${this.#partition}`
  }

  #parsed(found: KvEntry): StateEntry {
    const parsed = stateEntry.safeParse(JSON.parse(found.string()))
    if (parsed.success) return parsed.data
    throw new StateFault(
      `the state of partition ${this.#partition} is none that this version reads: run the version that has written it`,
    )
  }
}

const NOTHING: StateEntry = { format: 1, epoch: 0, at: null, segment: 0, files: 0, bytes: 0, list: [] }
