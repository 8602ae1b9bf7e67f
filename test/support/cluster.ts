import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Accounting } from '../../src/base/wire.js'
import { ClusterLoad, type ClusterPlants } from './cluster-load.js'
import { loopbackWays, separateWays, type Ways } from './cluster-ways.js'
import { accounting, getJson, removeData, startGateway, type TestGateway, until } from './gateway.js'
import { type Influxd, startInfluxd } from './influxd.js'
import { type NatsServers, startNats } from './nats.js'
import { childrenOf, openFilesOf, signal } from './process-tree.js'

export const CLUSTER_DATABASE = 'greengauge'
const COUNT = 3
/** Characters of the end of each log that the sentence about a failure has. */
const LOG_CHARACTERS = 6000

export interface ClusterOptions {
  readonly natsPath: string
  /** Without one, the embedded store of each owner is all there is. */
  readonly influxdPath: string | null
  readonly plants: ClusterPlants
  readonly partitions?: number
  readonly pipelines?: number
  readonly leaseS?: number
  readonly checkpointS?: number
  readonly isSynced?: boolean
  /** Each server and node in a network namespace of its own, with its own address; else all on loopback, with proxies between them. */
  readonly isSeparate?: boolean
}

/** One pipeline node of a test: its process, and those of its partitions. */
export class ClusterNode {
  readonly name: string
  gateway: TestGateway
  /** Processes of a life that has been ended by a kill, which the node cannot end any more. */
  #orphans: number[] = []

  constructor(name: string, gateway: TestGateway) {
    this.name = name
    this.gateway = gateway
  }

  /** Process ids of its partitions. */
  get children(): number[] {
    return [...new Set([...this.#orphans, ...childrenOf(this.gateway.process.pid!)])]
  }

  /** Partitions whose files one of its processes has open. */
  get owned(): number[] {
    return [...this.#processes().keys()]
  }

  /** The process of a partition; undefined when it has none. */
  processOf(partition: number): number | undefined {
    return this.#processes().get(partition)
  }

  #processes(): Map<number, number> {
    return new Map(
      this.children.flatMap((pid) => {
        const opened = openFilesOf(pid).find((file) => file.startsWith(join(this.gateway.dataDir, 'partitions')))
        const partition = /\/partitions\/(\d+)\//.exec(opened ?? '')?.[1]
        return partition === undefined ? [] : [[Number(partition), pid] as const]
      }),
    )
  }

  /** The embedded database of a partition. */
  databaseOf(partition: number): string {
    return join(this.gateway.dataDir, 'partitions', String(partition), 'archive.duckdb')
  }

  /** `kill -9` of all of it at once, as when its machine loses power. */
  async kill(): Promise<void> {
    // A stopped node starts no more processes meanwhile.
    this.gateway.process.kill('SIGSTOP')
    const children = this.children
    for (const pid of children) signal(pid, 'SIGKILL')
    await this.gateway.stop('SIGKILL')
    this.#orphans = []
    // Its files are closed, and their locks gone, before it is.
    await until(() => !children.some((pid) => existsSync(`/proc/${pid}`)))
  }

  /** `kill -9` of the node alone: what it has started has to notice. */
  async killAlone(): Promise<void> {
    this.#orphans = this.children
    await this.gateway.stop('SIGKILL')
  }

  /** All of it, as a machine that is suspended; or the node `alone`, so that its partitions go on without it. */
  pause(alone = false): void {
    this.gateway.process.kill('SIGSTOP')
    if (!alone) for (const pid of this.children) signal(pid, 'SIGSTOP')
  }

  resume(): void {
    for (const pid of this.children) signal(pid, 'SIGCONT')
    this.gateway.process.kill('SIGCONT')
  }

  start(): void {
    this.gateway = this.gateway.relaunch()
  }

  async remove(): Promise<void> {
    this.resume()
    await this.kill()
    removeData(this.gateway)
  }
}

/** Three nats-servers and pipeline nodes on loopback, with ways between them that can be cut. */
export class Cluster {
  private constructor(
    readonly nats: NatsServers,
    readonly nodes: readonly ClusterNode[],
    readonly influxd: Influxd | null,
    readonly partitions: number,
    readonly leaseS: number,
    private readonly ways: Ways,
  ) {}

  static async start(options: ClusterOptions): Promise<Cluster> {
    const { natsPath, influxdPath, plants, partitions = 3, pipelines = COUNT, leaseS = 5, checkpointS = 5 } = options
    const ways = options.isSeparate === true ? separateWays(COUNT, pipelines) : await loopbackWays(COUNT, pipelines)
    const [nats, influxd] = await Promise.all([
      startNats(natsPath, {
        count: COUNT,
        partitions,
        isSynced: options.isSynced ?? false,
        machines: ways.servers,
        routePort: (from, to, port) => ways.route(from, to, port),
      }),
      influxdPath === null ? null : startInfluxd(influxdPath, { machine: ways.database }),
    ])
    for (const [i, server] of nats.servers.entries()) ways.lead(i, server)
    const store = [
      { type: 'duckdb' },
      ...(influxd === null
        ? []
        : [{ type: 'influxdb1', url: influxd.url, database: CLUSTER_DATABASE, timeout_s: 2, batch_age_s: 0.1 }]),
    ]
    const gateways = await Promise.all(
      Array.from({ length: pipelines }, (_, i) =>
        startGateway({
          args: ['--role', 'pipeline'],
          machine: ways.nodes[i],
          config: {
            journal: { type: 'jetstream', servers: ways.serversOf(i) },
            cluster: {
              node: `node-${i + 1}`,
              partitions,
              replicas: 3,
              lease_s: leaseS,
              checkpoint_s: checkpointS,
            },
            store,
            plants: plants.config,
          },
        }),
      ),
    )
    const nodes = gateways.map((gateway, i) => new ClusterNode(`node-${i + 1}`, gateway))
    return new Cluster(nats, nodes, influxd, partitions, leaseS, ways)
  }

  /** URLs at which one that looks on reaches the servers: a server that is cut off is so for it too. */
  get watchUrls(): readonly string[] {
    return this.ways.watchUrls
  }

  /** The node whose process has the files of each partition open. */
  owners(): Map<number, ClusterNode> {
    return new Map(this.nodes.flatMap((node) => node.owned.map((partition) => [partition, node] as const)))
  }

  /** Accounts of the readings that the gateways of all partitions have archived; null while one of them does not answer. */
  async accounts(): Promise<readonly PartitionAccount[] | null> {
    const all = await Promise.all(
      this.nodes.map(async (node) => {
        const { partitions } = await getJson<NodeAnswer>(node.gateway, '/api/v1/node')
        return Promise.all(
          partitions.map(async ({ partition, httpPort }) => {
            const httpUrl = `http://127.0.0.1:${httpPort}`
            const { readings } = await accounting({ httpUrl, fetch: node.gateway.fetch })
            return { partition, node, readings }
          }),
        )
      }),
    ).catch(() => [])
    return all.flat().length === this.partitions ? all.flat() : null
  }

  /** Devices of the plants; each can reach every server. */
  load(plants: ClusterPlants, burst?: number): ClusterLoad {
    return new ClusterLoad(this.ways.listeners, plants, burst)
  }

  cutServer(server: number): void {
    this.ways.cutServer(server)
  }

  cutNode(node: number): void {
    this.ways.cutNode(node)
  }

  /** All ways are open again. */
  heal(): void {
    this.ways.heal()
  }

  /** Ends of the logs of the servers and the nodes, each behind its name. */
  log(): string {
    const logs = [...this.nats.servers, ...this.nodes.map(({ name, gateway }) => ({ name, log: () => gateway.log() }))]
    return logs.map(({ name, log }) => `== ${name}\n${log().slice(-LOG_CHARACTERS)}`).join('\n')
  }

  /** Keeps what the nodes have said in a folder, for whoever looks for a fault. */
  saveLogs(dir: string): void {
    for (const { name, gateway } of this.nodes) writeFileSync(join(dir, `${name}.log`), gateway.log())
  }

  async remove(): Promise<void> {
    this.heal()
    await Promise.all(this.nodes.map((node) => node.remove()))
    await Promise.all([this.nats.remove(), this.influxd?.remove(), this.ways.close()])
  }
}

export interface PartitionAccount {
  readonly partition: number
  readonly node: ClusterNode
  readonly readings: Accounting['readings']
}

interface NodeAnswer {
  readonly partitions: readonly { readonly partition: number; readonly httpPort: number | null }[]
}
