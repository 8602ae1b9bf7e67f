import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Certificate } from '../access/certificates.js'
import { listenerOptions } from '../access/secure-context.js'
import type { HealthCheck } from '../base/wire.js'
import { isFromHere } from './origin.js'

/** The HTTP server of a gateway whose database is being rebuilt: it says so, and that the process is alive. */
export interface RebuildingServer {
  readonly port: number
  close(): Promise<void>
}

/** Rejects when the port cannot be had. `health` is asked anew for each request. */
export function startRebuilding(
  options: { readonly host: string; readonly port: number; readonly certificate: Certificate | null },
  health: () => readonly HealthCheck[],
): Promise<RebuildingServer> {
  const answer: RequestListener = (request, response) => {
    const [path] = (request.url ?? '').split('?')
    if (path === '/livez') send(response, 200, 'application/json', { status: 'alive' })
    else if (path === '/readyz') {
      // Reasons hold paths and names of servers, and nobody can be asked here who they are.
      const told = isFromHere(request) ? health() : health().map((check) => ({ ...check, reason: '' }))
      send(response, 503, 'application/json', { status: 'not_ready', lag_s: null, live_lag_s: null, checks: told })
    } else {
      const detail = 'The database is being rebuilt; messages are taken all along. /readyz says how far it is.'
      const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, detail }
      send(response, 503, 'application/problem+json', problem)
    }
  }
  const { certificate } = options
  const server = certificate === null ? createServer(answer) : createSecureServer(listenerOptions(certificate), answer)
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, () => {
      const { port } = server.address() as { port: number }
      resolve({
        port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'retry-after': '1' })
  response.end(JSON.stringify(body))
}
