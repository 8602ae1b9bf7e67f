import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from '../access/certificates.js'
import { listenerOptions } from '../access/secure-context.js'
import type { HealthCheck } from '../base/wire.js'

export interface NodeAnswers {
  health(): readonly HealthCheck[]
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
  /** As JSON: what this node has. */
  partitions(): unknown
}

export interface NodeServer {
  readonly port: number
  close(): Promise<void>
}

/** The HTTP server of a node: whether it is alive and ready, figures for Prometheus, and what it has. Rejects when the port cannot be had. */
export function startNodeServer(
  options: { readonly host: string; readonly port: number; readonly certificate: Certificate | null },
  answers: NodeAnswers,
): Promise<NodeServer> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === '/livez') sendJson(response, 200, { status: 'alive' })
    else if (path === '/readyz') {
      const checks = answers.health()
      const isReady = checks.every(({ ok }) => ok)
      sendJson(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not_ready', checks })
    } else if (path === '/metrics') send(response, 200, 'text/plain; version=0.0.4', await answers.metrics())
    else if (path === '/api/v1/node') sendJson(response, 200, answers.partitions())
    else sendJson(response, 404, { type: 'about:blank', title: 'Not Found', status: 404, detail: NOT_HERE })
  }
  const listener: RequestListener = (request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    answer(path, response).catch((error: Error) => {
      sendJson(response, 500, {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: error.message,
      })
    })
  }
  const { certificate } = options
  const server =
    certificate === null ? createServer(listener) : createSecureServer(listenerOptions(certificate), listener)
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, () => {
      const { port } = server.address() as AddressInfo
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

const NOT_HERE =
  'A node has /livez, /readyz, /metrics and /api/v1/node; dashboards and the API are those of --role views.'

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', JSON.stringify(body))
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(body)
}
