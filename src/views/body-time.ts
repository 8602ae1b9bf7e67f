import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { isInjection } from 'light-my-request'

/**
 * Time in which a body has to be here: a sender that is slower is let go with status 408, so that it does not hold the socket. Routes
 * that take files give more of it, once whoever sends has shown the right to.
 */

const running = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/** Hook `onRequest`: from here on a body has so long. That of a route runs behind those of the server, so that its word counts. */
export function givesBodyTime(ms: number): (request: FastifyRequest) => Promise<void> {
  return async (request) => giveTime(request, ms)
}

function giveTime({ raw }: FastifyRequest, ms: number): void {
  if (isInjection(raw) || !hasBody(raw)) return
  const before = running.get(raw)
  if (before === undefined) raw.once('close', () => clearTimeout(running.get(raw)))
  clearTimeout(before)
  running.set(
    raw,
    setTimeout(() => letGo(raw), ms),
  )
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Does what Node.js does with a request that takes too long: the server answers 408 and closes the connection. */
function letGo({ socket, complete }: IncomingMessage): void {
  if (complete || socket.destroyed) return
  const error = Object.assign(new Error('the body took too long'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  const { server } = socket as unknown as { readonly server?: NodeJS.EventEmitter }
  if (server?.emit('clientError', error, socket) !== true) socket.destroy()
}
