import type { Cluster } from '../../support/cluster.js'
import { until } from '../../support/gateway.js'
import { backInStep } from '../../support/nats.js'
import { SOON_MS } from '../../support/soon.js'

export const CLUSTER_FAULTS = [
  'kill node',
  'kill node alone',
  'kill partition',
  'stop node',
  'stop node alone',
  'cut node',
  'kill server',
  'stop server',
  'cut server',
  'rolling restart',
] as const
export type ClusterFault = (typeof CLUSTER_FAULTS)[number]

/** A fault that has been made to happen, and the way back from it. */
export interface Injected {
  /** Partitions that have to go to another owner. The process of one that is killed is replaced by its node, under the same lease. */
  readonly lost: readonly number[]
  /** Brings back what it took. */
  end(): Promise<void>
}

const UP_MS = SOON_MS

/** Makes it happen to one of the three, `pick` in 0..1, of nodes to one that owns something. */
export async function inject(cluster: Cluster, fault: ClusterFault, pick: number): Promise<Injected> {
  const { nodes, nats } = cluster
  const busy = nodes.filter(({ owned }) => owned.length > 0)
  const node = busy[Math.floor(pick * busy.length)] ?? nodes[0]!
  const server = Math.floor(pick * nats.servers.length)
  const lost = node.owned
  const restarted = async (): Promise<void> => {
    node.start()
    await node.gateway.up()
  }
  const NOTHING: readonly number[] = []
  switch (fault) {
    case 'kill node':
      await node.kill()
      return { lost, end: restarted }
    case 'kill node alone':
      await node.killAlone()
      return { lost, end: restarted }
    case 'kill partition': {
      const partition = lost[0]!
      process.kill(node.processOf(partition)!, 'SIGKILL')
      return { lost: NOTHING, end: async () => undefined }
    }
    case 'stop node':
    case 'stop node alone':
      node.pause(fault === 'stop node alone')
      return { lost, end: async () => node.resume() }
    case 'cut node':
      cluster.cutNode(nodes.indexOf(node))
      return { lost, end: async () => cluster.heal() }
    case 'kill server':
      await nats.servers[server]!.kill()
      return { lost: NOTHING, end: () => nats.servers[server]!.start() }
    case 'stop server':
      nats.servers[server]!.pause()
      return { lost: NOTHING, end: async () => nats.servers[server]!.resume() }
    case 'cut server':
      cluster.cutServer(server)
      return { lost: NOTHING, end: async () => cluster.heal() }
    case 'rolling restart':
      await rollingRestart(cluster)
      return { lost: NOTHING, end: async () => undefined }
  }
}

/**
 * As an upgrade does it: one after the other, servers first, each back before the next goes. One that the others take for gone for good
 * is restarted once more, as docs/understand/cluster/README.md says.
 */
async function rollingRestart(cluster: Cluster): Promise<void> {
  const { servers, urls } = cluster.nats
  for (const server of servers) {
    await server.kill('SIGTERM')
    await server.start()
    await backInStep(urls, server)
  }
  for (const node of cluster.nodes) {
    await node.gateway.stop()
    node.start()
    await node.gateway.up()
    await isOwned(cluster)
  }
}

/** Every partition has a process. */
export async function isOwned(cluster: Cluster): Promise<void> {
  await until(() => cluster.owners().size === cluster.partitions, UP_MS, 100)
}
