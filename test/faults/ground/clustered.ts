import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { randomStream } from '../../../simulators/random.js'
import { MQTT_STREAM, mqttConsumer } from '../../../src/nats/names.js'
import { CLUSTER_DATABASE, Cluster, type PartitionAccount } from '../../support/cluster.js'
import { type ClusterLoad, ClusterPlants } from '../../support/cluster-load.js'
import { until } from '../../support/gateway.js'
import { differences, pointsIn, pointsInDatabase, readingsIn } from '../../support/influx-contents.js'
import { SOON_MS } from '../../support/soon.js'
import { storedReadings } from '../../support/stored-readings.js'
import { type ClusterFault, inject, isOwned } from './cluster-faults.js'
import { OwnerWatch } from './owner-watch.js'
import { finalFigures, singleNodePoints } from './single-node.js'

const PARTITIONS = 3
/** From a fault to the first message of the new owner in the journal. */
export const TAKE_OVER_MS_MAX = 10_000
const WAIT_MS_MAX = SOON_MS

export interface ClusteredOptions {
  readonly natsPath: string
  readonly influxdPath: string
  /** One after the other; `pick` of each is drawn. */
  readonly faults: readonly ClusterFault[]
  readonly seed: number
  readonly leaseS: number
  /** Time for which a process is stopped or a network path is cut. */
  readonly outageS: number
  /** Messages of each device every 50 ms. */
  readonly burst: number
  /** Messages of each plant between two faults. */
  readonly between: number
  /** As `ClusterOptions` says; false when absent. */
  readonly isSeparate?: boolean
  say?(line: string): void
}

export interface FaultOutcome {
  readonly fault: ClusterFault
  /** Time to the first message of the new owner in the journal, ms, of each partition that had to go to another, by number. */
  readonly takeOverMs: readonly number[]
  /** Longest time without a new message in the journal of any partition, and without a PUBACK of any plant, ms. */
  readonly journalSilenceMs: number
}

export interface Clustered {
  readonly messages: number
  readonly readings: number
  /** KPI points that were compared with those of a single node. */
  readonly points: number
  readonly outcomes: readonly FaultOutcome[]
  readonly owners: number
  readonly appends: number
  readonly longestPubackMs: number
  /** One sentence each; none when every promise was kept. */
  readonly broken: readonly string[]
}

/** Lets faults happen to a cluster under load one after the other, and compares what it has in the end. */
export async function clustered(options: ClusteredOptions): Promise<Clustered> {
  const { natsPath, influxdPath, leaseS, seed, say = () => undefined } = options
  const random = randomStream('cluster', seed)
  const plants = new ClusterPlants(PARTITIONS)
  const cluster = await Cluster.start({
    natsPath,
    influxdPath,
    plants,
    partitions: PARTITIONS,
    leaseS,
    checkpointS: 3,
    isSeparate: options.isSeparate ?? false,
  })
  const broken: string[] = []
  const outcomes: FaultOutcome[] = []
  let watch: OwnerWatch | undefined
  let load: ClusterLoad | undefined
  try {
    await isOwned(cluster)
    watch = await OwnerWatch.open(cluster.watchUrls, PARTITIONS)
    load = cluster.load(plants, options.burst)
    load.start()
    await load.more(options.between, WAIT_MS_MAX)
    for (const fault of options.faults) {
      const outcome = await happens(fault, random(), { cluster, load, watch }, options)
      outcomes.push(outcome)
      for (const ms of outcome.takeOverMs) {
        if (ms > TAKE_OVER_MS_MAX) broken.push(`after ${fault} nobody had taken over for ${ms} ms`)
      }
      say(`${fault}: ${JSON.stringify(outcome)}`)
    }
    await load.rest(WAIT_MS_MAX)
    await isDrained(cluster)
    const compared = await compare(cluster, plants, load, broken)
    broken.push(...watch.broken)
    return {
      ...compared,
      messages: load.acknowledged,
      outcomes,
      owners: watch.ownerships.length,
      appends: watch.appends,
      longestPubackMs: Math.round(load.longestSilenceMs),
      broken,
    }
  } catch (error) {
    throw new Error(`the cluster broke down after ${outcomes.length} faults; it says:\n${cluster.log()}`, {
      cause: error,
    })
  } finally {
    await load?.end()
    await watch?.close()
    await cluster.remove()
  }
}

interface Running {
  readonly cluster: Cluster
  readonly load: ClusterLoad
  readonly watch: OwnerWatch
}

async function happens(
  fault: ClusterFault,
  pick: number,
  { cluster, load, watch }: Running,
  { outageS, between }: ClusteredOptions,
): Promise<FaultOutcome> {
  await watch.isCurrent(WAIT_MS_MAX)
  const epochs = Array.from({ length: PARTITIONS }, (_, partition) => watch.epochOf(partition))
  const silences = watch.watchSilence()
  const atMs = Date.now()
  const { lost, end } = await inject(cluster, fault, pick)
  const ends =
    fault === 'kill partition' ||
    fault === 'kill node' ||
    fault === 'kill node alone' ||
    fault === 'kill server' ||
    fault === 'rolling restart'
  const takenOver = Promise.all(lost.map((partition) => watch.after(partition, epochs[partition]!, WAIT_MS_MAX)))
  // While it lasts nobody is waited for who might not come before its end.
  if (!ends) await sleep(outageS * 1000)
  const owners = await takenOver
  await load.more(between, WAIT_MS_MAX)
  await end()
  await load.more(between, WAIT_MS_MAX)
  await isOwned(cluster)
  await watch.isCurrent(WAIT_MS_MAX)
  const journalSilenceMs = silences()
  const takeOverMs = fault === 'kill partition' ? [journalSilenceMs] : owners.map((owner) => owner.atMs - atMs)
  return { fault, takeOverMs, journalSilenceMs }
}

/** All that was acknowledged has been given to the partitions and is in their journals. */
async function isDrained(cluster: Cluster): Promise<void> {
  await isOwned(cluster)
  await until(
    async () => {
      const connection = await connect({ servers: [...cluster.nats.urls] })
      try {
        const manager = await jetstreamManager(connection, { checkAPI: false })
        for (let partition = 0; partition < cluster.partitions; partition++) {
          const left = await manager.consumers.info(MQTT_STREAM, mqttConsumer(partition))
          if (left.num_pending > 0 || left.num_ack_pending > 0) return false
        }
        return true
      } catch {
        return false
      } finally {
        await connection.close()
      }
    },
    WAIT_MS_MAX,
    250,
  )
}

/** Compares InfluxDB and the databases of the owners with what was sent and with what a single node makes of it. */
async function compare(cluster: Cluster, plants: ClusterPlants, load: ClusterLoad, broken: string[]) {
  const expected = load.readings()
  const single = finalFigures(await singleNodePoints(plants, load), load.endTs)
  if (single.size === 0) broken.push('no figure is final')
  const isSame = (found: ReturnType<typeof differences>) =>
    found.missing.count + found.wrong.count + found.foreign.count === 0
  const tell = (what: string, found: ReturnType<typeof differences>) => {
    if (!isSame(found)) broken.push(`${what}: ${JSON.stringify(found)}`)
  }

  const influxd = cluster.influxd!
  const readings = async () => differences(expected, await readingsIn(influxd, CLUSTER_DATABASE, plants.plants))
  const points = async () => differences(single, finalFigures(await pointsIn(influxd, CLUSTER_DATABASE), load.endTs))
  // Given to it one after the other; what is still not the same after a while is said below.
  await until(async () => isSame(await readings()) && isSame(await points()), WAIT_MS_MAX, 500).catch(() => undefined)
  tell('readings in InfluxDB', await readings())
  tell('figures in InfluxDB', await points())

  const owners = await settledOwners(cluster, expected.size)
  const archived = owners.reduce((sum, { readings }) => sum + readings.archived, 0)
  if (owners.length < cluster.partitions || archived !== expected.size) {
    broken.push(`${archived} of ${expected.size} readings are archived by the owners of ${owners.length} partitions`)
  }
  // All that is archived is in the databases, however their processes end.
  await Promise.all(cluster.nodes.map((node) => node.kill()))
  const stored = new Map<string, number | string>()
  const computed = new Map<string, object>()
  for (const { partition, node } of owners) {
    const path = node.databaseOf(partition)
    const { readings, twice, conflicts } = await storedReadings(path)
    if (conflicts > 0) broken.push(`${conflicts} readings of partition ${partition} are in conflict with others`)
    for (const key of twice) broken.push(`${key} is there twice in partition ${partition}`)
    for (const [key, value] of readings) stored.set(key, value)
    for (const [key, point] of await pointsInDatabase(path)) computed.set(key, point)
  }
  tell('readings of the owners', differences(expected, stored))
  tell('figures of the owners', differences(single, finalFigures(computed as never, load.endTs)))
  return { readings: expected.size, points: single.size }
}

/** The owners when they have archived so much; as they are when that does not come about. */
async function settledOwners(cluster: Cluster, readings: number): Promise<readonly PartitionAccount[]> {
  const state: { accounts: readonly PartitionAccount[] } = { accounts: [] }
  await until(
    async () => {
      state.accounts = (await cluster.accounts()) ?? state.accounts
      const archived = state.accounts.reduce((sum, one) => sum + one.readings.archived, 0)
      return archived === readings && state.accounts.every((one) => one.readings.pending === 0)
    },
    WAIT_MS_MAX,
    250,
  ).catch(() => undefined)
  return state.accounts
}
