import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../../base/clock.js'
import { ELECTION_MS_MAX, withPatience } from '../../nats/patience.js'
import type { BlockStore } from './blocks.js'
import { FolderBlocks } from './folder-blocks.js'
import { PartitionEntry } from './state-entry.js'
import { StreamBlocks } from './stream-blocks.js'

const ANSWER_MS = 5000

export interface StateRequest {
  readonly connection: NatsConnection
  readonly clock: Clock
  readonly partition: number
  /** Copies of what is kept at NATS. */
  readonly replicas: number
  /** A folder that all nodes see, for the blocks; they are kept at NATS when absent. */
  readonly stateDir: string | undefined
}

export interface OpenState {
  readonly partition: number
  readonly clock: Clock
  readonly entry: PartitionEntry
  readonly blocks: BlockStore
}

/** Finds what is on record of a partition, and makes the places for it where there are none. Rejects when the servers do not answer. */
export async function openStateStore(wish: StateRequest): Promise<OpenState> {
  const { connection, clock, partition, stateDir } = wish
  const js = jetstream(connection, { timeout: ANSWER_MS })
  return withPatience(clock, ELECTION_MS_MAX, async () => {
    const entry = await PartitionEntry.open(js, wish)
    const blocks = stateDir === undefined ? await StreamBlocks.open(js, wish) : await openFolder(stateDir, wish)
    return { partition, clock, entry, blocks }
  })
}

function openFolder(dir: string, { partition, clock }: StateRequest): Promise<BlockStore> {
  return FolderBlocks.open(dir, partition, clock)
}
