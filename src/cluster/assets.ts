import {
  AckPolicy,
  type ConsumerConfig,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { type NatsConnection, nanos } from '@nats-io/transport-node'
import type { Clock } from '../base/clock.js'
import type { ClusterOptions } from '../config/cluster-options.js'
import {
  EDGE_STREAM,
  edgeConsumer,
  edgeFilter,
  edgeSubject,
  LEASES_BUCKET,
  MQTT_STREAM,
  mqttConsumer,
  mqttFilter,
  STATE_BUCKET,
} from '../nats/names.js'
import { withPatience } from '../nats/patience.js'

/** Longest wait for servers that have no leader yet. */
const PATIENCE_MS = 60_000
/** Time for one call: making something on three servers takes about a second. */
const CALL_MS = 5000
/**
 * An entry that nobody renews goes away by itself after so long. More than the longest `lease_s`: whether a lease has ended is for
 * the nodes to find, by clocks that nobody sets.
 */
const LEASE_ENTRY_MS = 180_000
/** Messages of a partition that are delivered and not yet acknowledged; no more are delivered then. */
const UNACKNOWLEDGED_MAX = 10_000
/** Made at once. */
const AT_ONCE = 8
/** Key of the number of partitions in the bucket of states. */
const CLUSTER_KEY = 'cluster'

export interface Assets {
  readonly leases: KV
  readonly state: KV
}

/** The servers cannot do what the settings want; the message says which, and what to do. */
export class UnfitCluster extends Error {
  readonly code = 'ECLUSTER'
}

/**
 * Makes whatever is missing of what nodes share at NATS, and says no where it is there for another number of partitions.
 * Several nodes may do so at once.
 *
 * nats-server makes `$MQTT_msgs` when the first MQTT client connects, unless it is there already, and keeps in it what consumers wait for.
 * A node makes all consumers there are to be, and has it keep everything: `MqttSweep` removes what none of them waits for.
 */
export async function ensureAssets(
  connection: NatsConnection,
  { partitions, replicas, lease_s }: Pick<ClusterOptions, 'partitions' | 'replicas' | 'lease_s'>,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Assets> {
  const patient = <T>(work: () => Promise<T>): Promise<T> => withPatience(clock, PATIENCE_MS, work, signal)
  const manager = await patient(() => jetstreamManager(connection, { checkAPI: false, timeout: CALL_MS }))
  try {
    const state = await patient(() => bucket(connection, STATE_BUCKET, { replicas }))
    await patient(() => agree(state, partitions))
    const leases = await patient(() => bucket(connection, LEASES_BUCKET, { replicas, ttl: LEASE_ENTRY_MS }))
    await patient(() =>
      ensureStream(manager, {
        name: MQTT_STREAM,
        subjects: ['$MQTT.msgs.>'],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        num_replicas: replicas,
      }),
    )
    await patient(() =>
      ensureStream(manager, {
        name: EDGE_STREAM,
        subjects: [edgeSubject('*')],
        subject_transform: {
          src: edgeSubject('*'),
          dest: `greengauge.edge.{{partition(${partitions},1)}}.{{wildcard(1)}}`,
        },
        retention: RetentionPolicy.Workqueue,
        storage: StorageType.File,
        num_replicas: replicas,
      }),
    )
    const common = {
      ack_policy: AckPolicy.Explicit,
      // Messages that the last owner had not acknowledged come to the next one about when its lease has ended.
      ack_wait: nanos(lease_s * 1000),
      max_ack_pending: UNACKNOWLEDGED_MAX,
    }
    const numbers = Array.from({ length: partitions }, (_, partition) => partition)
    await ensureConsumers(manager, MQTT_STREAM, patient, [
      ...numbers.map((k) => ({ ...common, durable_name: mqttConsumer(k), filter_subject: mqttFilter(k) })),
    ])
    await ensureConsumers(manager, EDGE_STREAM, patient, [
      ...numbers.map((k) => ({ ...common, durable_name: edgeConsumer(k), filter_subject: edgeFilter(k) })),
    ])
    return { leases, state }
  } catch (error) {
    throw inWords(error, replicas)
  }
}

/** Finds what nodes share, and makes nothing. */
export async function openBuckets(connection: NatsConnection): Promise<Assets> {
  const buckets = new Kvm(jetstream(connection, { timeout: CALL_MS }))
  return { leases: await buckets.open(LEASES_BUCKET), state: await buckets.open(STATE_BUCKET) }
}

/** Number of partitions that the cluster was made for; null when there is none. */
export async function partitionsOf(state: KV): Promise<number | null> {
  const found = await state.get(CLUSTER_KEY)
  return found === null ? null : found.json<{ partitions: number }>().partitions
}

function bucket(connection: NatsConnection, name: string, options: { replicas: number; ttl?: number }): Promise<KV> {
  // Read at the leader: a copy may be behind what was just written.
  const all = { history: 1, storage: StorageType.File, allow_direct: false, ...options }
  return new Kvm(jetstream(connection, { timeout: CALL_MS })).create(name, all)
}

async function agree(state: KV, partitions: number): Promise<void> {
  let found = await partitionsOf(state)
  if (found === null) {
    const content = JSON.stringify({ partitions })
    await state.create(CLUSTER_KEY, content).catch(() => null)
    found = await partitionsOf(state)
  }
  if (found === partitions) return
  throw new UnfitCluster(
    `cluster.partitions is ${partitions}, and the data at these servers are divided into ${found}: set it to ${found}; ` +
      'another number needs other servers, see docs/understand/cluster/README.md',
  )
}

/** Error codes of the JetStream API. */
const NO_STREAM_CODE = 10059
const OTHER_STREAM_CODE = 10058

async function ensureStream(
  manager: JetStreamManager,
  wanted: Parameters<JetStreamManager['streams']['add']>[0] & Pick<StreamConfig, 'name' | 'retention'>,
): Promise<void> {
  const { name, retention } = wanted
  try {
    const { config } = await manager.streams.info(name)
    // As nats-server has made it. The type of an update does not know that this may change.
    if (config.retention !== retention) await manager.streams.update(name, { retention } as Partial<StreamConfig>)
  } catch (error) {
    if ((error as { code?: unknown }).code !== NO_STREAM_CODE) throw error
    await manager.streams.add(wanted).catch(async (refused: { code?: unknown }) => {
      // nats-server was quicker.
      if (refused.code !== OTHER_STREAM_CODE) throw refused
      await manager.streams.update(name, { retention } as Partial<StreamConfig>)
    })
  }
}

type Wanted = Partial<ConsumerConfig> & { readonly durable_name: string; readonly ack_wait: number }

async function ensureConsumers(
  manager: JetStreamManager,
  stream: string,
  patient: <T>(work: () => Promise<T>) => Promise<T>,
  wanted: readonly Wanted[],
): Promise<void> {
  const found = await patient(async () => {
    const all = new Map<string, ConsumerConfig>()
    for await (const { name, config } of manager.consumers.list(stream)) all.set(name, config)
    return all
  })
  const left = [...wanted]
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const one = next
      const there = found.get(one.durable_name)
      if (there === undefined) await patient(() => manager.consumers.add(stream, one))
      else if (there.ack_wait !== one.ack_wait) {
        await patient(() => manager.consumers.update(stream, one.durable_name, { ack_wait: one.ack_wait }))
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** Error codes of the JetStream API: so many copies cannot be had. */
const NO_ROOM_CODES: readonly unknown[] = [10074, 10005]
const NOT_CLUSTERED_CODE = 10074

function inWords(error: unknown, replicas: number): unknown {
  const { code, message } = error as { code?: unknown; message?: string }
  if (!NO_ROOM_CODES.includes(code)) return error
  const why = code === NOT_CLUSTERED_CODE ? 'these servers are not that many' : 'too few of these servers have room'
  return new UnfitCluster(
    `cluster.replicas is ${replicas}, and ${why} (${message}): set it to 1 for a single server, or start the others; ` +
      'when all of them run, restart one: servers that start at the same moment may take each other for gone',
  )
}
