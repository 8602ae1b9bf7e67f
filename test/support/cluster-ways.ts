import type { MqttListener } from './cluster-load.js'
import { LOOPBACK, type Machine } from './machine.js'
import { Network } from './namespaces.js'
import { openTcpProxy } from './tcp-proxy.js'

interface Led {
  readonly url: string
  readonly mqttUrl: string
}

/** Ways by which the servers, the nodes, the devices and one that looks on reach each other, with the means to cut them. */
export interface Ways {
  readonly servers: readonly Machine[]
  readonly nodes: readonly Machine[]
  /** Machine of InfluxDB. */
  readonly database: Machine
  /** For devices. */
  readonly listeners: readonly MqttListener[]
  /** URLs at which one that looks on reaches the servers: a server that is cut off is so for it too. */
  readonly watchUrls: readonly string[]
  /** The port at which a server reaches the routes of another. */
  route(from: number, to: number, port: number): number
  /** A server is there, at these places. */
  lead(to: number, server: Led): void
  /** For `journal.servers`. */
  serversOf(node: number): string[]
  cutServer(server: number): void
  cutNode(node: number): void
  /** All ways are open again. */
  heal(): void
  close(): Promise<void>
}

/** All on loopback: a proxy for each pair that speaks with one another. */
export async function loopbackWays(servers: number, nodes: number): Promise<Ways> {
  const rows = (count: number) =>
    Promise.all(Array.from({ length: count }, () => Promise.all(Array.from({ length: servers }, () => openTcpProxy()))))
  // By server from, server to; by node, server; one more row of them for who looks on; and by server.
  const [routes, clients, [devices = []]] = await Promise.all([rows(servers), rows(nodes + 1), rows(1)])
  const all = [...routes.flat(), ...clients.flat(), ...devices]
  const urlsOf = (row: number) => clients[row]!.map(({ port }) => `nats://127.0.0.1:${port}`)
  return {
    servers: Array.from({ length: servers }, () => LOOPBACK),
    nodes: Array.from({ length: nodes }, () => LOOPBACK),
    database: LOOPBACK,
    listeners: devices.map(({ port }) => ({ host: '127.0.0.1', port })),
    watchUrls: urlsOf(nodes),
    route: (from, to, port) => {
      const proxy = routes[from]![to]!
      proxy.target = port
      return proxy.port
    },
    lead: (to, server) => {
      for (const row of clients) row[to]!.target = Number(new URL(server.url).port)
      devices[to]!.target = Number(new URL(server.mqttUrl).port)
    },
    serversOf: urlsOf,
    cutServer: (server) => {
      for (const proxy of routes[server]!) proxy.cut()
      for (const row of [...routes, ...clients, devices]) row[server]!.cut()
    },
    cutNode: (node) => {
      for (const proxy of clients[node]!) proxy.cut()
    },
    heal: () => {
      for (const proxy of all) proxy.heal()
    },
    close: async () => {
      await Promise.all(all.map((proxy) => proxy.close()))
    },
  }
}

/** Each with a network stack and an address of its own, on one switch: what is cut is off its wire, also from InfluxDB. */
export function separateWays(servers: number, nodes: number): Ways {
  const network = Network.open()
  const machines = (count: number) => Array.from({ length: count }, () => network.add())
  const [ofServers, ofNodes, database] = [machines(servers), machines(nodes), network.add()]
  const led: Led[] = []
  return {
    servers: ofServers,
    nodes: ofNodes,
    database,
    get listeners() {
      return led
        .map(({ mqttUrl }) => new URL(mqttUrl))
        .map(({ hostname, port }) => ({ host: hostname, port: Number(port) }))
    },
    get watchUrls() {
      return led.map(({ url }) => url)
    },
    route: (_from, _to, port) => port,
    lead: (to, server) => {
      led[to] = server
    },
    serversOf: () => led.map(({ url }) => url),
    cutServer: (server) => ofServers[server]!.unplug(),
    cutNode: (node) => ofNodes[node]!.unplug(),
    heal: () => {
      for (const machine of [...ofServers, ...ofNodes]) machine.plug()
    },
    close: async () => network.close(),
  }
}
