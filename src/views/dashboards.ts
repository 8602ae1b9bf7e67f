import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyRequest } from 'fastify'
import { notFound, sendProblem } from './problem.js'
import type { Server } from './server.js'

const NOT_BUILT =
  'The dashboards are not built. Run "npm run build" and start the gateway again. The API is described at /docs.\n'

/** Serves the built dashboards, as they are and gzipped, or says at `/` that there are none; the rest is not found. */
export async function serveDashboards(server: Server, dir: string): Promise<void> {
  const isBuilt = existsSync(join(dir, 'index.html'))
  if (isBuilt) await serveFiles(server, dir)
  else {
    server.get('/', { schema: { hide: true } }, (_request, reply) => reply.code(404).type('text/plain').send(NOT_BUILT))
  }
  server.setNotFoundHandler((request, reply) => {
    if (isBuilt && isNavigation(request)) return reply.sendFile('index.html')
    return sendProblem(reply, notFound(`There is nothing at ${request.url}.`))
  })
}

async function serveFiles(server: Server, dir: string): Promise<void> {
  const hashed = join(dir, 'assets') + sep
  await server.register(fastifyStatic, {
    root: dir,
    preCompressed: true,
    // The documents below /help have an index in each folder.
    redirect: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // A file in `assets` has its content's hash in its name; every other one may change with the next build.
      reply.setHeader('cache-control', path.startsWith(hashed) ? 'public, max-age=31536000, immutable' : 'no-cache')
      reply.setHeader('vary', 'accept-encoding')
    },
  })
}

/** A browser asks for a page of the dashboards, whose paths only the dashboards know. */
function isNavigation({ method, url, headers }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0]!
  return (
    (method === 'GET' || method === 'HEAD') &&
    headers.accept?.includes('text/html') === true &&
    !/^\/(api|ws|docs|help)(\/|$)|\.[a-z0-9]+$/i.test(path)
  )
}
