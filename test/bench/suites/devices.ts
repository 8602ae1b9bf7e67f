import { AckPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { MQTT_STREAM, mqttConsumer, mqttFilter } from '../../../src/nats/names.js'
import { until } from '../../support/gateway.js'
import { type NatsServers, startNats } from '../../support/nats.js'
import { findServer } from '../../support/servers.js'
import { runLoad } from '../load/load.js'
import { loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'

const PARTITIONS = 3
const IN_FLIGHT = 10
const CONNECTIONS = [50, 1000] as const
const KINDS = [
  { name: 'one server', count: 1, isSynced: false },
  { name: 'one server, synced', count: 1, isSynced: true },
  { name: 'three copies', count: 3, isSynced: false },
  { name: 'three copies, synced', count: 3, isSynced: true },
] as const

/** Measures what nats-servers acknowledge to MQTT devices that publish with QoS 1: they keep it, and nobody reads it meanwhile. */
export async function devices({ rounds, seconds }: BenchOptions): Promise<Outcome> {
  const program = findServer('nats-server')
  if (program === null) throw new Error('nats-server is not installed: put it into the PATH')
  const runs: { side: string; connections: number; messagesPerSecond: number; cpuUsAMessage: number; load: number }[] =
    []
  for (let i = 0; i < rounds; i++) {
    for (const { name, count, isSynced } of KINDS) {
      for (const connections of CONNECTIONS) {
        const nats = await startNats(program, { count, isSynced, partitions: PARTITIONS })
        try {
          await keep(nats, count)
          const port = Number(new URL(nats.servers[0]!.mqttUrl).port)
          const pids = nats.servers.map((server) => [server.name, server.pid()] as const)
          const load = loadAverage()
          const costs = meter(Object.fromEntries(pids))
          const order = loadOrder({
            port,
            total: 10_000_000,
            connections,
            devices: connections,
            window: IN_FLIGHT,
            seconds,
          })
          const report = await runLoad(order)
          const took = (report.endedMs - report.startedMs) / 1000
          runs.push({
            side: name,
            connections,
            messagesPerSecond: Math.round(report.messages / took),
            cpuUsAMessage: round((costs.read().cpuSeconds / report.messages) * 1e6),
            load,
          })
          say(`round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
        } finally {
          await nats.remove()
        }
      }
    }
  }
  const of = (side: string, connections: number) => runs.filter((r) => r.side === side && r.connections === connections)
  return {
    settings: { rounds, seconds, inFlight: IN_FLIGHT },
    versions: {},
    figures: { runs },
    table: [
      ['messages/s', ...CONNECTIONS.flatMap((connections) => [`${connections} devices`, 'us CPU a message'])],
      ...KINDS.map(({ name }) => [
        name,
        ...CONNECTIONS.flatMap((connections) => [
          median(of(name, connections).map((run) => run.messagesPerSecond)),
          median(of(name, connections).map((run) => run.cpuUsAMessage)),
        ]),
      ]),
    ],
  }
}

/** Without consumers the servers would keep nothing. */
async function keep({ urls }: NatsServers, replicas: number): Promise<void> {
  const connection = await connect({ servers: [...urls] })
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 20_000 })
  const wanted = {
    name: MQTT_STREAM,
    subjects: ['$MQTT.msgs.>'],
    retention: RetentionPolicy.Interest,
    storage: StorageType.File,
    num_replicas: replicas,
  }
  // Servers that have just found each other do not count on each other yet.
  await until(async () => (await manager.streams.add(wanted).catch(() => null)) !== null, 60_000)
  for (let partition = 0; partition < PARTITIONS; partition++) {
    await manager.consumers.add(MQTT_STREAM, {
      durable_name: mqttConsumer(partition),
      ack_policy: AckPolicy.Explicit,
      filter_subject: mqttFilter(partition),
    })
  }
  await connection.close()
}
