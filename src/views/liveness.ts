import { createServer } from 'node:http'

/** So long a connection may stay without asking. */
const IDLE_MS = 5000
const CONNECTIONS_MAX = 100

/** The server of `http.livez_port`. */
export interface LivenessServer {
  readonly port: number
  close(): void
}

/**
 * Answers GET /livez and nothing else, from the thread that calls it: one that has nothing else to do answers while the
 * others are as busy as can be. Rejects when the port cannot be had.
 */
export function startLiveness(options: { readonly host: string; readonly port: number }): Promise<LivenessServer> {
  const server = createServer({ keepAliveTimeout: IDLE_MS, requestTimeout: IDLE_MS }, (request, response) => {
    const [path] = (request.url ?? '').split('?')
    const isAsked = path === '/livez' && (request.method === 'GET' || request.method === 'HEAD')
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(isAsked ? '{"status":"alive"}' : '{"status":404,"detail":"This port answers GET /livez alone."}')
  })
  server.maxConnections = CONNECTIONS_MAX
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => reject(Object.assign(error, { port: options.port }))
    server.once('error', refuse).listen(options.port, options.host, () => {
      const { port } = server.address() as { port: number }
      resolve({
        port,
        close: () => {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
}
