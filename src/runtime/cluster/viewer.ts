import { join, resolve } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { Account } from '../../access/people.js'
import { ShownCertificates } from '../../access/shown-certificates.js'
import { markFormat } from '../../audit/formats.js'
import { AuditLog } from '../../audit/log/audit-log.js'
import type { AuditNote } from '../../base/audit-log.js'
import { systemClock } from '../../base/clock.js'
import { OwnerClient } from '../../cluster/request/owner-client.js'
import { placesOf } from '../../cluster/request/places.js'
import { remoteSources } from '../../cluster/request/remote.js'
import { ResultsReader } from '../../cluster/results/reader.js'
import { ResultsRegistry } from '../../cluster/results/registry.js'
import { ViewerHistory } from '../../cluster/viewer/history.js'
import { viewerSources } from '../../cluster/viewer/sources.js'
import type { Config, LoadedConfig } from '../../config/config.js'
import { listsHealth } from '../../config/files/lists.js'
import { keepHash } from '../../config/files/people-file.js'
import { connectNats } from '../../nats/connect.js'
import { openLog } from '../../program/log.js'
import { packageRoot, type VersionInfo } from '../../program/version.js'
import { startViews } from '../../views/views.js'
import { startAuditNote } from '../audit-notes.js'
import type { Certificates } from '../certificates.js'
import type { HeldDataDir } from '../data-dir.js'
import { openGate } from '../open-gate.js'

/** The stream is waited for so long before pages are served without it. */
const FIRST_MS = 10_000

/** A server of pages, API and feed that keeps nothing but who is signed in, and what they did. */
export interface Viewer {
  readonly httpPort: number
  reconfigure(loaded: Pick<LoadedConfig, 'config' | 'people'>): void
  useCertificates(certificates: Certificates): void
  /** Readiness gives this reason why lists of the data directory cannot be read; '' means that all can. */
  tellUnread(reason: string): void
  /** For the audit log. */
  note(note: AuditNote): void
  close(): Promise<void>
}

export interface ViewerOptions {
  readonly config: Config
  readonly configHash: string
  readonly people: readonly Account[]
  readonly version: VersionInfo
  /** The data directory, closed with the viewer. */
  readonly occupied: HeldDataDir
  readonly certificates: Certificates
}

/**
 * Starts the same pages, API and feed that a gateway serves, over the results of a cluster: `journal.servers` are where
 * they are. Rejects when the port cannot be had, the data directory is another's, or no NATS server can be reached.
 */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const { config, version, occupied } = options
  const own = await openOwn(options)
  const { log, auditLog, gate, certificates } = own
  const results = await openResults(config)
  let unreadLists = ''
  const health = () => [
    listsHealth(unreadLists),
    ...certificates.health(systemClock.nowMs()),
    results.reader.health(),
    { name: 'audit_log', ok: auditLog.trouble === '', reason: auditLog.trouble },
  ]
  const close = async () => {
    await results.close()
    await auditLog.note({ act: 'stopped', actor: '', subject: `version ${version.version}` })
    occupied.close()
  }
  const { mqtt, cluster, http } = config
  const sources = viewerSources({
    ...own,
    ...results,
    clock: systemClock,
    version,
    mqtt: { host: mqtt.host, port: mqtt.port, tls_port: mqtt.tls?.port ?? null },
    partitions: cluster.partitions,
    health,
  })
  const dashboardsDir = join(packageRoot, 'dist', 'dashboards')
  const views = await startViews({ ...http, dashboardsDir, certificate: certificates.http }, sources, log).catch(
    async (error) => {
      await close()
      throw Object.assign(error, { port: http.port })
    },
  )
  certificates.shownBy(views)
  return {
    httpPort: views.port,
    reconfigure: (now) => {
      log.level = now.config.log.level
      gate.configure(now.people)
    },
    useCertificates: ({ http }) => certificates.use({ http, mqtt: null }),
    tellUnread: (reason) => {
      unreadLists = reason
    },
    note: (note) => void auditLog.note(note),
    close: async () => {
      await views.close()
      await close()
    },
  }
}

/** Opens what a viewer keeps itself: who is signed in, and what they did. */
async function openOwn({ config, configHash, people, version, certificates }: ViewerOptions) {
  const dataDir = resolve(config.data_dir)
  await markFormat(dataDir, version.version)
  const log = openLog('views', config.log)
  const say = (level: 'error' | 'warn', text: string) => log[level](text)
  const auditLog = await AuditLog.open({ dir: join(dataDir, 'audit-log'), clock: systemClock, log: say })
  void auditLog.note(startAuditNote(version.version, configHash, people))
  const gate = openGate({
    dataDir,
    auth: config.auth,
    people,
    clock: systemClock,
    note: auditLog.note,
    rehash: (name, before, after) => keepHash(dataDir, { name, before, after }),
    say,
  })
  return { log, auditLog, gate, certificates: new ShownCertificates({ http: certificates.http, mqtt: null }) }
}

/** Opens the results of the cluster, and waits for the first of them for a while. */
async function openResults({ journal, cluster, store }: Config) {
  const { partitions, replicas } = cluster
  const connection = await connectNats(journal, 'journal', `greengauge views ${cluster.node ?? ''}`.trim())
  const stopping = new AbortController()
  const registry = new ResultsRegistry()
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const stream = jetstream(connection)
  const reader = new ResultsReader({ connection, stream, manager, replicas, registry, clock: systemClock })
  const owners = new OwnerClient({ connection, partitions, clock: systemClock })
  const owner = remoteSources(owners, placesOf(owners, partitions))
  const history = await ViewerHistory.open(store, { clock: systemClock, registry, owner })
  const running = Promise.all([reader.run(stopping.signal), owners.run(stopping.signal)])
  await Promise.race([reader.first, systemClock.sleep(FIRST_MS)])
  const close = async () => {
    stopping.abort()
    history.close()
    await connection.close()
    await running
  }
  return { registry, reader, owners, history, close }
}
