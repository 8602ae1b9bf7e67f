import { hostname } from 'node:os'
import { jetstreamManager } from '@nats-io/jetstream'
import closeWithGrace from 'close-with-grace'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import type { HealthCheck } from '../../base/wire.js'
import { lagOf, type PartitionLag } from '../../cluster/lag.js'
import { MqttSweep } from '../../cluster/mqtt-sweep.js'
import { ClusterNode } from '../../cluster/node.js'
import { nodeMetrics } from '../../cluster/node-metrics.js'
import { startNodeServer } from '../../cluster/node-server.js'
import { settingsOfPartition } from '../../cluster/partition-settings.js'
import type { Config, LoadedConfig, LoadSettings } from '../../config/config.js'
import { keepLists, listsHealth, unreadReason } from '../../config/files/lists.js'
import { complain, endInError } from '../../program/output.js'
import { versionInfo } from '../../program/version.js'
import { NO_CERTIFICATES, readCertificates } from '../certificates.js'
import { FileWatch } from '../file-watch.js'
import { leaveAddress } from '../machine-token.js'
import { RereadDoor, rereading } from '../reread.js'

/** All partitions of a node bring their files to the next owner in this time; what does not is taken over like after a kill. */
const CLOSE_DEADLINE_MS = 75_000
const LAG_MS = 2000

/** Runs a node of a cluster until a signal comes; SIGHUP, and a change of its files, make it read its settings again. */
export async function runNode(started: LoadedConfig, load: LoadSettings): Promise<void> {
  const rereads = new RereadDoor()
  process.on('SIGHUP', () => rereads.ask())
  let latest = started
  const { config } = started
  const name = config.cluster.node ?? nameOfHost()
  const certificates = config.http.tls === null ? NO_CERTIFICATES : readCertificates(config)
  let node: ClusterNode | null = null
  const lags = new Map<number, PartitionLag>()
  let unread = unreadReason(started.unread)
  if (unread !== '') complain(`error: ${unread}`)
  keepLists(config.data_dir, started, complain)
  // Before anything listens: whoever sees that the node is there may change a file at once.
  const files = new FileWatch(() => rereads.ask(), started.files)
  const health = (): HealthCheck[] => [...healthOf(node), listsHealth(unread)]
  let metrics = async (): Promise<string> => ''
  const server = await startNodeServer(
    { ...config.http, certificate: certificates.http },
    {
      health,
      metrics: () => metrics(),
      partitions: () => ({ node: name, nodes: node?.nodes ?? [], partitions: node?.standings ?? [] }),
    },
  ).catch((error: Error) => giveUp(`the port of http cannot be had: ${error.message}`))
  const say = (level: string, text: string): void => complain(`${level}: ${text}`)
  const stopping = new AbortController()
  let failure: Error | undefined
  const grace = closeWithGrace(
    { delay: CLOSE_DEADLINE_MS, skip: ['SIGHUP'], logger: { error: (line: unknown) => complain(String(line)) } },
    async ({ err }) => {
      failure ??= err
      complain(`The node stops: ${failure?.message ?? 'others go on with its partitions'}`)
      rereads.close()
      stopping.abort()
      files.watch([])
      clearInterval(lagging)
      await node?.close()
      await server.close()
      if (failure !== undefined) process.exit(EXIT.software)
    },
  )
  let lagging: NodeJS.Timeout | undefined
  const settingsOf = (partition: number) => settingsOfPartition(latest, partition)
  node = await startNode(config, { name, httpPort: server.port, settingsOf, log: say }, stopping.signal)
  const running = node
  const registry = nodeMetrics(name, running, () => lags)
  metrics = () => registry.metrics()
  lagging = setInterval(() => void readLags(running, lags), LAG_MS)
  await startSweep(config, running, { name, say }, stopping.signal)
  const apply = (loaded: LoadedConfig): void => {
    latest = loaded
    keepLists(config.data_dir, loaded, complain)
    files.watch(loaded.files)
    running.useSettings()
  }
  leaveAddress(config, server.port)
  const isUnread = (reason: string): void => {
    unread = reason
  }
  rereads.open(rereading({ load, started, apply, unread: isUnread, note: () => {}, say: complain }))
  complain(`Node ${name} is up: http://${config.http.host}:${server.port}/readyz`)
  failure = await running.failed
  grace.close()
}

function startNode(
  config: Config,
  own: Pick<Parameters<typeof ClusterNode.start>[0], 'name' | 'httpPort' | 'settingsOf' | 'log'>,
  signal: AbortSignal,
): Promise<ClusterNode> {
  return ClusterNode.start(
    {
      ...own,
      clock: systemClock,
      nats: config.journal,
      cluster: config.cluster,
      version: versionInfo(),
      program: new URL('./partition-main.js', import.meta.url),
    },
    signal,
  ).catch((error: Error) => {
    const where = error.name === 'ConnectionError' ? 'no server of journal.servers answers: ' : ''
    return giveUp(`The node cannot start: ${where}${error.message}`)
  })
}

/** One node, the first of those that are there, removes from the stream of MQTT what all have read. */
async function startSweep(
  { cluster }: Config,
  node: ClusterNode,
  { name, say }: { readonly name: string; readonly say: (level: string, text: string) => void },
  signal: AbortSignal,
): Promise<void> {
  const sweep = new MqttSweep({
    manager: await jetstreamManager(node.connection, { checkAPI: false }),
    partitions: cluster.partitions,
    clock: systemClock,
    monotonicMs: () => performance.now(),
    isOurs: () => node.nodes[0] === name,
    log: say,
  })
  void sweep.run(signal)
}

/** A name for a host that is one for a node: of the letters that it may have. */
function nameOfHost(): string {
  return (
    hostname()
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .slice(0, 64) || 'node'
  )
}

function healthOf(node: ClusterNode | null): HealthCheck[] {
  if (node === null) return [{ name: 'nats', ok: false, reason: 'it is being connected to' }]
  const reason = node.isPresent ? '' : 'the NATS servers have not confirmed in time that this node is here'
  return [
    { name: 'nats', ok: node.isPresent, reason },
    ...node.standings.map(({ partition, httpPort, trouble }) => ({
      name: `partition ${partition}`,
      ok: httpPort !== null,
      reason: httpPort === null ? (trouble === '' ? 'its gateway is starting' : trouble) : '',
    })),
  ]
}

async function readLags(node: ClusterNode, lags: Map<number, PartitionLag>): Promise<void> {
  const manager = await jetstreamManager(node.connection, { checkAPI: false, timeout: LAG_MS })
  const owned = node.standings.map(({ partition }) => partition)
  for (const partition of lags.keys()) if (!owned.includes(partition)) lags.delete(partition)
  await Promise.all(
    owned.map(async (partition) => {
      // An old figure is worse than none.
      const lag = await lagOf(manager, partition).catch(() => null)
      if (lag === null) lags.delete(partition)
      else lags.set(partition, lag)
    }),
  )
}

function giveUp(line: string): never {
  endInError()
  complain(line)
  process.exit(EXIT.unavailable)
}
