import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import type { Clock } from '../base/clock.js'
import type { Config } from '../config/config.js'
import { connectNats } from '../nats/connect.js'
import { journalStream } from '../nats/names.js'
import { partitionOf } from '../nats/partition.js'
import { withPatience } from '../nats/patience.js'
import { openBuckets, partitionsOf } from './assets.js'
import { lagOf } from './lag.js'
import { type LeaseEntry, leaseEntry, leaseKey, nodeOfKey } from './lease-entry.js'

/** Longest wait for servers that elect a leader. */
const PATIENCE_MS = 5000
const ANSWER_MS = 3000

export interface PartitionStatus {
  readonly partition: number
  /** Plants of our configuration that belong to the partition. */
  readonly plants: readonly string[]
  /** The node that has it; null when none has been heard of in time. */
  readonly owner: string | null
  readonly epoch: number | null
  /** RFC 3339: since when that node has it. */
  readonly since: string | null
  /** Size of the journal's stream; null when there is none yet. */
  readonly journal: { readonly messages: number; readonly bytes: number } | null
  /** Messages that NATS holds and has not delivered to the owner; null when it did not say. */
  readonly waiting: number | null
  /** Messages that the owner has and that are not durable in its journal yet. */
  readonly unacknowledged: number | null
  /** Since its files were last brought to where another node finds them; null when they never were. */
  readonly checkpointAgeS: number | null
}

export interface ClusterStatus {
  /** Names of those that have been heard of in time. */
  readonly nodes: readonly string[]
  readonly partitions: readonly PartitionStatus[]
}

/** Asks the servers. Rejects when they do not answer, or there is no cluster there. */
export async function clusterStatus(
  { journal, plants }: Pick<Config, 'journal' | 'plants'>,
  clock: Clock,
): Promise<ClusterStatus> {
  const connection = await connectNats(journal, 'journal', 'greengauge cluster status')
  try {
    return await withPatience(clock, PATIENCE_MS, async () => {
      const manager = await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MS })
      const { leases, state } = await openBuckets(connection)
      const partitions = await partitionsOf(state)
      if (partitions === null) throw new Error('no node has ever run here: start one with run --role pipeline')
      const nowMs = clock.nowMs()
      const numbers = Array.from({ length: partitions }, (_, partition) => partition)
      return {
        nodes: await nodesAlive(leases, nowMs),
        partitions: await Promise.all(
          numbers.map(async (partition) => {
            const owner = await living(leases, leaseKey(partition), nowMs)
            const lag = await lagOf(manager, partition).catch(() => null)
            return {
              partition,
              plants: plants.map(({ id }) => id).filter((id) => partitionOf(id, partitions) === partition),
              owner: owner?.entry.node ?? null,
              epoch: owner?.epoch ?? null,
              since: owner?.entry.since ?? null,
              journal: await journalOf(manager, partition),
              waiting: lag?.waiting ?? null,
              unacknowledged: lag?.unacknowledged ?? null,
              checkpointAgeS: await checkpointAgeS(state, partition, nowMs),
            }
          }),
        ),
      }
    })
  } finally {
    await connection.close()
  }
}

async function nodesAlive(leases: KV, nowMs: number): Promise<string[]> {
  const names: string[] = []
  for await (const key of await leases.keys()) {
    const name = nodeOfKey(key)
    if (name !== null && (await living(leases, key, nowMs)) !== null) names.push(name)
  }
  return names.sort()
}

/** An entry that was renewed in time, as the clocks of its server and of this machine tell; nodes do not rely on those. */
async function living(
  leases: KV,
  key: string,
  nowMs: number,
): Promise<{ readonly entry: LeaseEntry; readonly epoch: number } | null> {
  const found = await leases.get(key)
  if (found === null || found.operation !== 'PUT') return null
  const entry = leaseEntry.parse(found.json())
  if (nowMs - found.created.getTime() > entry.lease_ms) return null
  return { entry, epoch: entry.epoch === 0 ? found.revision : entry.epoch }
}

async function journalOf(manager: JetStreamManager, partition: number): Promise<PartitionStatus['journal']> {
  const info = await manager.streams.info(journalStream(partition)).catch(() => null)
  return info === null ? null : { messages: info.state.messages, bytes: info.state.bytes }
}

async function checkpointAgeS(state: KV, partition: number, nowMs: number): Promise<number | null> {
  const found = await state.get(`partition.${partition}`)
  if (found === null || found.operation !== 'PUT') return null
  const { at } = found.json<{ at: string | null }>()
  return at === null ? null : Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000))
}
