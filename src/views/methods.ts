import { ProblemError } from './problem.js'
import type { Server } from './server.js'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Watches which routes are added from now on; the function it answers adds, for the methods that none of them has, a
 * 405 that names those there are (RFC 9110 §15.5.6).
 */
export function watchMethods(server: Server): () => void {
  const allowed = new Map<string, Set<string>>()
  server.addHook('onRoute', ({ url, method }) => {
    const methods = allowed.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    allowed.set(url, methods)
  })
  return () => {
    for (const [url, methods] of [...allowed]) {
      const allow = [...methods].join(', ')
      server.route({
        method: METHODS.filter((method) => !methods.has(method)),
        url,
        schema: { hide: true },
        config: { right: null },
        // Before the body is looked at: what is wrong with it does not matter.
        onRequest: async (request, reply) => {
          reply.header('allow', allow)
          throw new ProblemError(405, `${request.method} is not possible here, only ${allow}.`)
        },
        handler: async () => undefined,
      })
    }
  }
}
