import { partitionOf } from '../nats/partition.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** Settings that a process of a cluster cannot follow, or would follow beside the others. */
export function clusterContradictions(config: Config): ConfigFinding[] {
  const { journal } = config
  if (journal.type === 'files') {
    if (journal.servers.length === 0) return []
    const problem = 'are named, and the journal is in files'
    return [findingAt(config, ['journal', 'servers'], problem, 'set journal.type to jetstream, or take them out')]
  }
  return [
    ...(journal.servers.length > 0
      ? []
      : [
          findingAt(config, ['journal', 'servers'], 'is empty, and the journal is kept there', 'name the NATS servers'),
        ]),
    ...otherDoors(config),
    ...straySparkplugGroups(config),
  ]
}

/**
 * A node has one ingress. What comes otherwise comes to a gateway in the plant, which passes it on. Meters are no ingress here: a node asks
 * none, it only has to know what a plant's gateway has read of them.
 */
function otherDoors(config: Config): ConfigFinding[] {
  const { forward, brokers, hj212 } = config
  const remedy =
    'let a gateway in the plant take it and forward to these servers, see docs/understand/cluster/README.md'
  const isOpen: readonly (readonly [SettingPath, boolean])[] = [
    [['brokers'], brokers.length > 0],
    [['hj212', 'port'], hj212.port !== null],
  ]
  const doors = isOpen.flatMap(([path, is]) =>
    is
      ? [findingAt(config, path, 'opens a listener, and a node of a cluster takes messages from NATS alone', remedy)]
      : [],
  )
  if (forward.servers.length === 0) return doors
  const problem = 'passes on the journal of a single gateway, and that of a cluster is at NATS already'
  return [...doors, findingAt(config, ['forward', 'servers'], problem, 'remove it, or set journal.type to files')]
}

/** Messages of Sparkplug go to the partition of their group, and a plant is known in its own only. */
function straySparkplugGroups(config: Config): ConfigFinding[] {
  const { partitions } = config.cluster
  return Object.entries(config.sparkplug.groups).flatMap(([group, plant]) => {
    if (partitionOf(group.replaceAll('.', '//'), partitions) === partitionOf(plant, partitions)) return []
    const problem = `is a plant of another partition than the group ${group} is of`
    return [
      findingAt(
        config,
        ['sparkplug', 'groups', group],
        problem,
        `name the group ${plant} at its edge nodes, or forward it from the plant`,
      ),
    ]
  })
}

/** Settings that work, and are probably not what is wanted. */
export function clusterDoubts(config: Config): ConfigFinding[] {
  if (config.journal.type === 'files') return []
  const doubts: ConfigFinding[] = []
  if (config.store.every(({ type }) => type === 'duckdb')) {
    const problem = 'keeps history at the owner of each plant only: viewers have it while that one answers'
    doubts.push(findingAt(config, ['store'], problem, 'add an InfluxDB that all nodes and viewers reach'))
  }
  if (config.journal.servers.length === 1 && config.cluster.replicas > 1) {
    const problem = 'is one server, by which the others are found only while it runs'
    doubts.push(findingAt(config, ['journal', 'servers'], problem, 'name all of them'))
  }
  return doubts
}
