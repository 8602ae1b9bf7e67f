import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { serveDashboards } from './dashboards.js'
import { startFeed } from './feed/feed.js'
import { watchMethods } from './methods.js'
import { documentRoute, documentRoutes } from './openapi.js'
import type { HttpOptions } from './options.js'
import { Pulse } from './pulse.js'
import { alarmRoutes, allAlarmRoutes } from './routes/alarms.js'
import { auditJobRoutes } from './routes/audit-jobs.js'
import { authorityRoutes } from './routes/authorities.js'
import { channelRoutes } from './routes/channels.js'
import { deviceRoute } from './routes/devices.js'
import { enpiRoutes } from './routes/enpi.js'
import { entryRoutes } from './routes/entries.js'
import { gatewayRoutes } from './routes/gateway.js'
import { healthRoutes } from './routes/health.js'
import { kpiRoutes } from './routes/kpis.js'
import { ledgerRoutes } from './routes/ledger.js'
import { lineageRoute } from './routes/lineage.js'
import { metricsRoute } from './routes/metrics.js'
import { plantRoutes } from './routes/plants.js'
import { quarantineRoutes } from './routes/quarantine.js'
import { recordRoutes } from './routes/records.js'
import { reportRoutes } from './routes/reports.js'
import { saidRoute } from './routes/said.js'
import { stackRoutes } from './routes/stacks.js'
import { stateRoutes } from './routes/states.js'
import { statusRoute } from './routes/status.js'
import { storeRoutes } from './routes/stores.js'
import { newServer } from './server.js'
import type { ViewSources } from './sources.js'

/** What the gateway shows: API, live feed, metrics and dashboards on one port. */
export interface Views {
  /** The one it listens on, also when a free one was asked for. */
  readonly port: number
  close(): Promise<void>
}

/** Rejects with the system's error (`EADDRINUSE`, …) when the port cannot be had. */
export async function startViews(
  options: HttpOptions & { readonly dashboardsDir: string },
  sources: ViewSources,
  log: FastifyBaseLogger,
): Promise<Views> {
  const server = newServer(log)
  await documentRoutes(server, sources.version.version)
  const refuseOtherMethods = watchMethods(server)
  const feed = startFeed(sources)
  const pulse = new Pulse(sources.clock, () => sources.intake(), cpuMs)
  healthRoutes(server, sources)
  metricsRoute(server, sources, feed.counts)
  plantRoutes(server, sources)
  deviceRoute(server, sources)
  kpiRoutes(server, sources)
  alarmRoutes(server, sources)
  allAlarmRoutes(server, sources)
  stateRoutes(server, sources)
  channelRoutes(server, sources)
  authorityRoutes(server, sources)
  stackRoutes(server, sources)
  enpiRoutes(server, sources)
  recordRoutes(server, sources)
  saidRoute(server, sources)
  entryRoutes(server, sources)
  reportRoutes(server, sources)
  lineageRoute(server, sources)
  auditJobRoutes(server, sources)
  ledgerRoutes(server, sources)
  quarantineRoutes(server, sources)
  storeRoutes(server, sources)
  gatewayRoutes(server, sources)
  statusRoute(server, sources, pulse, feed.counts)
  documentRoute(server)
  refuseOtherMethods()
  await serveDashboards(server, options.dashboardsDir)

  server.server.on('upgrade', feed.upgrade)
  const close = async () => {
    await feed.close()
    await pulse.close()
    await server.close()
  }
  try {
    await server.listen({ host: options.host, port: options.port })
  } catch (error) {
    await close()
    throw error
  }
  return { port: (server.server.address() as AddressInfo).port, close }
}

/** Time that all threads of the process have spent on a core. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
