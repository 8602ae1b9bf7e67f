import type { AddressInfo } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { fastifyCookie } from '@fastify/cookie'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Certificate } from '../access/certificates.js'
import type { Gate } from '../access/gate.js'
import { isOurName } from '../access/our-name.js'
import { originOf } from '../access/places/origin.js'
import { readSecret } from '../access/secret.js'
import { listenerOptions, secureContextOf } from '../access/secure-context.js'
import type { SingleSignOn } from '../access/single-sign-on/provider.js'
import { digestOf, isSameDigest } from '../access/token.js'
import type { AuditNotes } from '../base/audit-log.js'
import { mayDo, type Person } from '../base/roles.js'
import { BACKLOG, Connections, Drops } from './connections.js'
import { serveDashboards } from './dashboards.js'
import { type FeedSources, startFeed } from './feed/feed.js'
import type { FeedAccess } from './feed/upgrade.js'
import { guardRoutes, visitorOf } from './guard.js'
import { watchMethods } from './methods.js'
import { documentRoute, documentRoutes } from './openapi.js'
import { type HttpOptions, httpOptions } from './options.js'
import { isAskedHere, isOurOrigin } from './origin.js'
import { Pulse } from './pulse.js'
import { RefusedVisitors } from './refused-visitors.js'
import { assistantRoute } from './routes/assistants.js'
import { healthRoutes } from './routes/health.js'
import { addRoutes, type RouteSources } from './routes/list.js'
import { metricsRoute } from './routes/metrics.js'
import { type RefusedClientSources, refusedClientRoutes } from './routes/refused-clients.js'
import { sessionRoutes } from './routes/session.js'
import { singleSignOnRoutes } from './routes/single-sign-on.js'
import { statusRoute } from './routes/status.js'
import { newServer } from './server.js'
import type { GatewayState } from './sources/gateway.js'

/** Time that the end waits for questions of those who have not signed in. */
const CLOSE_MS = 1000

/**
 * All that pages, API and feed ask the gateway: the interfaces that routes declare, together. Every call is made in the
 * pipeline thread.
 */
export interface ViewSources extends RouteSources, RefusedClientSources, FeedSources, GatewayState {
  readonly gate: Gate
  /** For the audit log. */
  readonly note: AuditNotes
}

/** Running server of all that the gateway shows: API, live feed, metrics and dashboards on one port. */
export interface Views {
  /** The one it listens on, also when a free one was asked for. */
  readonly port: number
  /** Changes the certificate of HTTPS: whoever connects from now on sees this one. */
  useCertificate(certificate: Certificate): void
  close(): Promise<void>
}

/** Settings of the server; those of `http` that are left out have their defaults. */
export type ViewOptions = Pick<HttpOptions, 'host' | 'port'> &
  Partial<HttpOptions> & {
    readonly dashboardsDir: string
    /** Certificate of `http.tls`; null, or absent: plain HTTP. */
    readonly certificate?: Certificate | null
    /** Provider by which people may sign in too; null, or absent: none. */
    readonly singleSignOn?: SingleSignOn | null
  }

/** Rejects with the system's error (`EADDRINUSE`, …) when the port cannot be had. */
export async function startViews(given: ViewOptions, sources: ViewSources, log: FastifyBaseLogger): Promise<Views> {
  const { gate, note } = sources
  const { certificate: shown = null, singleSignOn = null, ...options } = { ...httpOptions.parse({}), ...given }
  const server = newServer(
    log,
    shown && { listener: listenerOptions(shown), hstsS: options.tls?.hsts_s ?? 0 },
    options.proxies,
  )
  const secure = shown === null ? null : (server.server as unknown as TlsServer)
  const visitors = new RefusedVisitors(sources.clock, log)
  if (secure !== null) visitors.watch(secure)
  await server.register(fastifyCookie)
  const drops = new Drops(log)
  const connections = new Connections(options, drops)
  connections.watch(server.server, secure !== null)
  guardRoutes(server, { gate, http: options, note, connections })
  await documentRoutes(server, sources.version.version)
  const refuseOtherMethods = watchMethods(server)
  const feed = startFeed(sources, feedDoor(gate, options, connections, drops))
  const pulse = new Pulse(sources.clock, () => sources.intake(), cpuMs)
  healthRoutes(server, sources)
  metricsRoute(server, sources, { feed: feed.counts, drops: () => drops.counts }, scrapeDoor(options))
  sessionRoutes(server, gate, options.origins, (address) => drops.add('sign_in', address), singleSignOn)
  singleSignOnRoutes(server, sources, singleSignOn)
  addRoutes(server, sources)
  refusedClientRoutes(server, { refusedClients: () => visitors.beside(sources.refusedClients()) })
  statusRoute(server, sources, pulse, feed.counts)
  assistantRoute(server, sources.version.version)
  documentRoute(server, sources)
  refuseOtherMethods()
  await serveDashboards(server, options.dashboardsDir)

  server.server.on('upgrade', feed.upgrade)
  const close = async () => {
    await feed.close()
    await pulse.close()
    const patience = setTimeout(() => connections.close(), CLOSE_MS)
    await server.close()
    clearTimeout(patience)
  }
  try {
    await server.listen({ host: options.host, port: options.port, backlog: BACKLOG })
  } catch (error) {
    await close()
    throw error
  }
  return {
    port: (server.server.address() as AddressInfo).port,
    useCertificate: (certificate) => secure?.setSecureContext(secureContextOf(certificate)),
    close,
  }
}

/** Knows who asks by ticket, or else like any other request. */
function feedDoor(gate: Gate, { host, origins }: HttpOptions, connections: Connections, drops: Drops): FeedAccess {
  return {
    isOurs: (raw) => isOurOrigin(raw, origins) && (gate.isRequired || isOurName(raw, host, origins)),
    admit: (raw) => {
      const ticket = new URL(raw.url ?? '', 'http://feed').searchParams.get('ticket')
      const visitor = ticket === null ? visitorOf(gate, { raw }) : gate.byTicket(ticket)
      const isAllowed = (person: Person | null) => person !== null && mayDo(person.role, 'view')
      if (visitor === null || !isAllowed(visitor.person)) return null
      connections.release(raw.socket)
      const { name } = visitor.person
      const origin = name === '' ? originOf(raw.socket.remoteAddress) : { host: name, network: name }
      return { origin, holds: () => isAllowed(visitor.now()) }
    },
    dropped: (why, address) => drops.add(why, address),
  }
}

/** A file that cannot be read is said again after so long. */
const SAID_AGAIN_MS = 60_000

/** Monitoring on this machine, or with a token of its own, which is read anew each time; a file that is not there lets nobody in. */
function scrapeDoor({ metrics_token_file: file }: HttpOptions): (request: FastifyRequest) => boolean {
  let saidMs = Number.NEGATIVE_INFINITY
  return ({ raw, headers, log }) => {
    if (isAskedHere(raw)) return true
    const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (token === undefined || file === null) return false
    try {
      const own = readSecret({ value: undefined, file, fileSetting: 'http.metrics_token_file' })
      return own !== '' && isSameDigest(digestOf(token), digestOf(own))
    } catch (error) {
      // Anybody can ask with some token, as often as they like.
      if (performance.now() - saidMs >= SAID_AGAIN_MS) log.warn((error as Error).message)
      saidMs = performance.now()
      return false
    }
  }
}

/** Time that all threads of the process have spent on a core. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
