import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import mqtt from 'mqtt'
import { MQTT_STREAM, mqttConsumer, mqttFilter } from '../../../src/nats/names.js'
import { until } from '../../support/gateway.js'
import { startNats } from '../../support/nats.js'
import { findServer } from '../../support/servers.js'
import { versionOf } from '../measure/machine.js'

/** One way in which nats-servers keep what they acknowledge: the number of copies, and whether each is synced. */
export interface NatsKind {
  readonly name: string
  readonly count: 1 | 3
  readonly isSynced: boolean
}

export const NATS_KINDS: readonly NatsKind[] = [
  { name: 'NATS R1', count: 1, isSynced: false },
  { name: 'NATS R1, sync_interval always', count: 1, isSynced: true },
  { name: 'NATS R3', count: 3, isSynced: false },
  { name: 'NATS R3, sync_interval always', count: 3, isSynced: true },
]

export interface NatsSide {
  readonly urls: readonly string[]
  readonly mqttPorts: readonly number[]
  readonly pids: Readonly<Record<string, number>>
  /** Messages of MQTT clients that are kept. */
  kept(): Promise<number>
  close(): Promise<void>
}

/** nats-servers with the consumers of a cluster, so that they keep what devices send; nobody reads it. */
export async function startNatsSide({ count, isSynced }: NatsKind, partitions = 3): Promise<NatsSide> {
  const nats = await startNats(natsProgram(), { count, isSynced, partitions })
  try {
    // The stream is made when the first client comes.
    await until(async () => {
      const client = mqtt.connect(nats.servers[0]!.mqttUrl, { clientId: 'first', reconnectPeriod: 0 })
      const isIn = await new Promise<boolean>((resolve) => {
        client
          .once('connect', () => resolve(true))
          .once('error', () => resolve(false))
          .once('close', () => resolve(false))
      })
      await client.endAsync(true)
      return isIn
    }, 60_000)
    const connection = await connect({ servers: [...nats.urls] })
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 10_000 })
    for (let partition = 0; partition < partitions; partition++) {
      await manager.consumers.add(MQTT_STREAM, {
        durable_name: mqttConsumer(partition),
        filter_subject: mqttFilter(partition),
        ack_policy: 'explicit',
      })
    }
    return {
      urls: nats.urls,
      mqttPorts: nats.servers.map(({ mqttUrl }) => Number(new URL(mqttUrl).port)),
      pids: Object.fromEntries(nats.servers.map((server) => [server.name, server.pid()])),
      kept: async () => (await manager.streams.info(MQTT_STREAM)).state.messages,
      close: async () => {
        await connection.close()
        await nats.remove()
      },
    }
  } catch (error) {
    await nats.remove()
    throw error
  }
}

export function natsProgram(): string {
  const program = findServer('nats-server')
  if (program === null) throw new Error('without nats-server there is no cluster')
  return program
}

export function natsVersion(): string {
  return versionOf(natsProgram(), '--version')
}
