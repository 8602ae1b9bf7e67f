import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JetStreamManager, jetstreamManager, StorageType } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { subjectMappings } from '../../src/nats/names.js'
import { freePort, until } from './gateway.js'
import { LOOPBACK, type Machine } from './machine.js'
import { answers } from './mosquitto.js'
import { SOON_MS } from './soon.js'
import { startServer, type TestServer } from './test-server.js'

/** Time in which servers that start, or come back, are in step, with much to spare. */
const STEP_MS_MAX = 45_000
/** Time for an answer to a question that is asked again. */
const ANSWER_MS = 10_000
const STARTS_MAX = 3

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
  await until(() => answersJetStream(urls))
  if (count > 1) await findEachOther(servers, urls)
  return {
    servers,
    urls,
    remove: async () => {
      await Promise.all(servers.map((server) => server.remove()))
    },
  }
}

/**
 * Until the servers place a stream on all of them. Those of 2.10 that start together now and then take one for gone, for good:
 * they are started again then, as docs/understand/cluster/README.md says.
 */
async function findEachOther(servers: readonly NatsServer[], urls: readonly string[]): Promise<void> {
  for (let starts = 1; ; starts++) {
    const isFound = await until(() => placesOnAll(urls), STEP_MS_MAX, 200).then(
      () => true,
      () => false,
    )
    if (isFound) return
    if (starts === STARTS_MAX) throw new Error(`three nats-servers did not find each other in ${starts} starts`)
    console.warn('three nats-servers did not find each other, and are started again')
    for (const server of servers) {
      await server.kill('SIGTERM')
      await server.start()
    }
  }
}

/** Places a stream on three servers, and takes it away again. */
async function placesOnAll(urls: readonly string[]): Promise<boolean> {
  return await asked(urls, async (manager) => {
    await manager.streams.add({ name: 'placed', subjects: ['placed'], num_replicas: 3, storage: StorageType.Memory })
    return await manager.streams.delete('placed')
  })
}

/**
 * Until every copy of every stream is as far as its leader again after a server came back. One that the others take for gone
 * for good is restarted once more, as docs/understand/cluster/README.md says.
 */
export async function backInStep(urls: readonly string[], server: TestServer): Promise<void> {
  const isBack = await until(() => areInStep(urls), STEP_MS_MAX, 200).then(
    () => true,
    () => false,
  )
  if (isBack) return
  console.warn(`${server.url} is not in step after ${STEP_MS_MAX / 1000} s, and is restarted once more`)
  await server.kill('SIGTERM')
  await server.start()
  await until(() => areInStep(urls), SOON_MS, 200)
}

/** Answer of the servers to one question; false while they do not answer, or refuse. */
async function asked(
  urls: readonly string[],
  question: (manager: JetStreamManager) => Promise<boolean>,
): Promise<boolean> {
  const connection = await connect({ servers: [...urls], reconnect: false }).catch(() => null)
  if (connection === null) return false
  try {
    return await question(await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MS }))
  } catch {
    return false
  } finally {
    await connection.close()
  }
}

/** True when the servers have agreed on one that decides about streams. */
export function answersJetStream(urls: readonly string[]): Promise<boolean> {
  return asked(urls, async (manager) => {
    await manager.getAccountInfo()
    return true
  })
}

/** True when every copy of every stream is as far as its leader; false too while the servers do not say. */
export function areInStep(urls: readonly string[]): Promise<boolean> {
  return asked(urls, async (manager) => {
    let streams = 0
    for await (const { cluster } of manager.streams.list()) {
      streams++
      if (cluster?.leader === undefined) return false
      if (!(cluster.replicas ?? []).every(({ current, offline }) => current && offline !== true)) return false
    }
    return streams > 0
  })
}
