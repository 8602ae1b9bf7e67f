import { Gauge, Registry } from 'prom-client'
import type { PartitionLag } from './lag.js'
import type { ClusterNode } from './node.js'

/** Figures of a node for Prometheus; those of a partition's own gateway are at its port on loopback. */
export function nodeMetrics(
  name: string,
  node: Pick<ClusterNode, 'standings' | 'nodes' | 'takeOvers'>,
  lags: () => ReadonlyMap<number, PartitionLag>,
): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ node: name })
  const gauge = (id: string, help: string, labelNames: readonly string[], collect: (gauge: Gauge<string>) => void) => {
    const made: Gauge<string> = new Gauge({
      name: `greengauge_node_${id}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect: () => {
        made.reset()
        collect(made)
      },
    })
  }
  const each = (
    id: string,
    help: string,
    value: (standing: ClusterNode['standings'][number]) => number | undefined,
  ): void => {
    gauge(id, help, ['partition'], (gauge) => {
      for (const standing of node.standings) {
        const { partition } = standing
        const found = value(standing)
        if (found !== undefined) gauge.set({ partition: String(partition) }, found)
      }
    })
  }
  gauge('partitions', 'Partitions that this node has', [], (gauge) => gauge.set(node.standings.length))
  gauge('nodes_alive', 'Nodes that this one knows to be alive, itself among them', [], (gauge) =>
    gauge.set(node.nodes.length),
  )
  gauge('take_overs', 'Partitions taken from a node that had not given them back, since the start', [], (gauge) =>
    gauge.set(node.takeOvers),
  )
  each('partition_epoch', 'Epoch of the lease of a partition', ({ epoch }) => epoch)
  each('partition_running', '1 while the gateway of a partition serves', ({ httpPort }) => (httpPort === null ? 0 : 1))
  each(
    'partition_lease_seconds',
    'Until the lease of a partition ends if it is not renewed',
    ({ leftMs }) => leftMs / 1000,
  )
  each(
    'partition_waiting_messages',
    'Messages that NATS holds for a partition and that are not in its journal',
    ({ partition }) => {
      const lag = lags().get(partition)
      return lag === undefined ? undefined : lag.waiting + lag.unacknowledged
    },
  )
  return registry
}
