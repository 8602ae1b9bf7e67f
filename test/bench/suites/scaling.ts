import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { MQTT_STREAM, mqttConsumer } from '../../../src/nats/names.js'
import { ClusterLoad, ClusterPlants } from '../../support/cluster-load.js'
import { until } from '../../support/gateway.js'
import { startNats } from '../../support/nats.js'
import { type Cost, loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { natsProgram, natsVersion } from '../sides/nats.js'
import { type Pipelines, startPipelines } from '../sides/pipelines.js'
import { type BenchOptions, say } from './options.js'

const PIPELINES = [1, 2, 3] as const
/** Each is in another share of as many, so that one, two and three partitions get the same number of them. */
const PLANTS = 6
/** Messages of each device every 50 ms. */
const BURST = 30
const LOAD_MS_MAX = 600_000

interface Scaled {
  readonly pipelines: number
  readonly readings: number
  /** Archived before the last of the pipelines had its partition. */
  readonly early: number
  /** From then on until everything is archived and computed. */
  readonly seconds: number
  /** Rate of the readings that were not early. */
  readonly readingsPerSecond: number
  /** Processor time of the pipelines alone, for a million of the readings that were not early. */
  readonly cpuSecondsAMillion: number
  /** Processor time of nats-server meanwhile. */
  readonly natsCpuSeconds: number
  readonly cost: Cost
  readonly loadAverage: number
}

/**
 * A backlog in the partitions of one nats-server, taken to the end by one, two and three pipelines, each with one partition
 * and one core of its own as far as there are cores.
 */
export async function scaling({ messages, rounds }: BenchOptions): Promise<Outcome> {
  const runs: Scaled[] = []
  for (let i = 0; i < rounds; i++) {
    for (const pipelines of PIPELINES) {
      const run = await scaled(pipelines, messages)
      runs.push(run)
      say(`round ${i + 1}, ${pipelines} pipelines: ${JSON.stringify(run)}`)
    }
  }
  const medianOf = (pipelines: number, figure: (run: Scaled) => number) =>
    median(runs.filter((run) => run.pipelines === pipelines).map(figure))
  const one = medianOf(1, (run) => run.readingsPerSecond)
  return {
    settings: { messages, rounds, plants: PLANTS, servers: 1, replicas: 1, isPinned: true },
    versions: { 'nats-server': natsVersion() },
    figures: { runs },
    judged: Object.fromEntries(
      PIPELINES.map((pipelines) => [
        `${pipelines} pipelines: readings/s`,
        runs.filter((run) => run.pipelines === pipelines).map(({ readingsPerSecond }) => readingsPerSecond),
      ]),
    ),
    table: [
      ['pipelines', 'readings/s', 'of one', 'CPU s a million', 'nats CPU s', 'RSS MiB'],
      ...PIPELINES.map((pipelines) => [
        String(pipelines),
        medianOf(pipelines, (run) => run.readingsPerSecond),
        (medianOf(pipelines, (run) => run.readingsPerSecond) / one).toFixed(2),
        medianOf(pipelines, (run) => run.cpuSecondsAMillion),
        medianOf(pipelines, (run) => run.natsCpuSeconds),
        medianOf(pipelines, (run) => run.cost.rssPeakMiB),
      ]),
    ],
  }
}

async function scaled(count: number, messages: number): Promise<Scaled> {
  // The same plants whatever the number of partitions; each of these has its share of them.
  const plants = new ClusterPlants(PLANTS, 1)
  const nats = await startNats(natsProgram(), { partitions: count })
  let pipelines: Pipelines | undefined
  try {
    // Whoever is first makes the consumers, without which nothing is kept.
    pipelines = await startPipelines(1, { servers: nats.urls, partitions: count, plants: plants.config })
    await pipelines.areOwned()
    await pipelines.close()
    const load = new ClusterLoad(
      [{ host: '127.0.0.1', port: Number(new URL(nats.servers[0]!.mqttUrl).port) }],
      plants,
      BURST,
    )
    load.start()
    await load.more(Math.ceil(messages / plants.plants.length), LOAD_MS_MAX)
    await load.rest(LOAD_MS_MAX)
    const readings = load.readings().size
    await load.end()

    const others = loadAverage()
    pipelines = await startPipelines(count, { servers: nats.urls, partitions: count, plants: plants.config })
    const startMs = await pipelines.areOwned()
    const early = await pipelines.archived()
    const costs = meter(pipelines.pids())
    const before = meter({ nats: nats.servers[0]!.pid() })
    await areDrained(nats.urls, count)
    const endMs = await pipelines.areSettled(readings)
    const cost = costs.read()
    const seconds = round((endMs - startMs) / 1000)
    return {
      pipelines: count,
      readings,
      early,
      seconds,
      readingsPerSecond: Math.round((readings - early) / seconds),
      cpuSecondsAMillion: round((cost.cpuSeconds / (readings - early)) * 1e6),
      natsCpuSeconds: before.read().cpuSeconds,
      cost,
      loadAverage: others,
    }
  } finally {
    await pipelines?.close()
    await nats.remove()
  }
}

async function areDrained(urls: readonly string[], partitions: number): Promise<void> {
  const connection = await connect({ servers: [...urls] })
  const manager = await jetstreamManager(connection, { checkAPI: false })
  await until(
    async () => {
      for (let partition = 0; partition < partitions; partition++) {
        const left = await manager.consumers.info(MQTT_STREAM, mqttConsumer(partition))
        if (left.num_pending > 0 || left.num_ack_pending > 0) return false
      }
      return true
    },
    LOAD_MS_MAX,
    100,
  )
  await connection.close()
}
