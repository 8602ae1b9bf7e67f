import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { subjectMappings } from '../../src/nats/names.js'
import { freePort, until } from './gateway.js'
import { LOOPBACK, type Machine } from './machine.js'
import { answers } from './mosquitto.js'
import { startServer, type TestServer } from './test-server.js'

/** One nats-server of a test. `url` of it is nats://; devices connect to `mqttUrl`. */
export interface NatsServer extends TestServer {
  readonly name: string
  readonly mqttUrl: string
}

export interface NatsServers {
  readonly servers: readonly NatsServer[]
  /** For `journal.servers`. */
  readonly urls: readonly string[]
  /** Ends all of them for good. */
  remove(): Promise<void>
}

export interface NatsServersOptions {
  /** 1, or 3 that replicate to each other. */
  readonly count?: 1 | 3
  readonly partitions?: number
  /** True when each server syncs what it is given before it answers; else it syncs every two minutes, as is its default. */
  readonly isSynced?: boolean
  /** Machine of each server; the test's own unless told otherwise. */
  readonly machines?: readonly Machine[] | undefined
  /** In place of the port at which another server takes routes: a proxy of the test. */
  routePort?(from: number, to: number, port: number): number
}

/** Starts nats-servers with JetStream and MQTT listeners on loopback. `path` as `findServer('nats-server')` gives it. */
export async function startNats(path: string, options: NatsServersOptions = {}): Promise<NatsServers> {
  const { count = 1, partitions = 3, isSynced = false, machines = [] } = options
  const ports = await Promise.all(
    Array.from({ length: count }, async () => ({
      client: await freePort(),
      route: await freePort(),
      mqtt: await freePort(),
    })),
  )
  const started = ports.map(async ({ client, route, mqtt }, index): Promise<NatsServer> => {
    const name = `n${index + 1}`
    const machine = machines[index] ?? LOOPBACK
    const { host } = machine
    // One way for each pair: servers of 2.10 that dial one another at the same moment now and then take one for gone, for good.
    // The first one names itself, as a cluster needs a route in its configuration.
    const routes = ports.slice(0, Math.max(index, 1)).map((to, other) => {
      const port = other === index ? to.route : (options.routePort?.(index, other, to.route) ?? to.route)
      return `"nats://${(machines[other] ?? LOOPBACK).host}:${port}"`
    })
    const server = await startServer({
      parent: tmpdir(),
      url: `nats://${host}:${client}`,
      machine,
      isUp: async () => (await answers(client, host)) && (await answers(mqtt, host)),
      command: (dir) => {
        const file = join(dir, 'nats.conf')
        const lines = [
          `server_name: ${name}`,
          `listen: ${host}:${client}`,
          'max_payload: 8MB',
          // As deploy/cluster/nats/nats.conf says it.
          'ping_interval: "2s"',
          'ping_max: 2',
          'jetstream {',
          `  store_dir: "${dir}/jetstream"`,
          '  max_file_store: 4GB',
          ...(isSynced ? ['  sync_interval: always'] : []),
          '}',
          `mqtt { listen: "${host}:${mqtt}", ack_wait: 5s, max_ack_pending: 1000, stream_replicas: ${count} }`,
          ...(count === 1
            ? []
            : [
                'cluster {',
                '  name: greengauge',
                `  listen: ${host}:${route}`,
                '  no_advertise: true',
                // Nobody finds a way around the routes below by hearing of one.
                '  advertise: "127.0.0.1:1"',
                `  routes: [${routes.join(', ')}]`,
                '}',
              ]),
          'mappings {',
          ...[...subjectMappings(partitions)].map(([source, destination]) => `  "${source}": "${destination}"`),
          '}',
          '',
        ]
        writeFileSync(file, lines.join('\n'))
        return [path, '-c', file]
      },
    })
    return Object.assign(server, { name, mqttUrl: `mqtt://${host}:${mqtt}` })
  })
  const servers = await Promise.all(started)
  const urls = servers.map(({ url }) => url)
  await until(() => answersJetStream(urls), 30_000)
  return {
    servers,
    urls,
    remove: async () => {
      await Promise.all(servers.map((server) => server.remove()))
    },
  }
}

/** True when the servers have agreed on one that decides about streams. */
export async function answersJetStream(urls: readonly string[]): Promise<boolean> {
  const connection = await connect({ servers: [...urls], reconnect: false }).catch(() => null)
  if (connection === null) return false
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 1000 })
    await manager.getAccountInfo()
    return true
  } catch {
    return false
  } finally {
    await connection.close()
  }
}

/** True when every copy of every stream is as far as its leader; false too while the servers do not say. */
export async function areInStep(urls: readonly string[]): Promise<boolean> {
  const connection = await connect({ servers: [...urls], reconnect: false }).catch(() => null)
  if (connection === null) return false
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 2000 })
    let streams = 0
    for await (const { cluster } of manager.streams.list()) {
      streams++
      if (cluster?.leader === undefined) return false
      if (!(cluster.replicas ?? []).every(({ current, offline }) => current && offline !== true)) return false
    }
    return streams > 0
  } catch {
    return false
  } finally {
    await connection.close()
  }
}
