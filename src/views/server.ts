import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import type { TlsOptions } from 'node:tls'
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { givesBodyTime } from './body-time.js'
import { KEEP_ALIVE_MS } from './connections.js'
import { faultFrom, tidyQuery } from './parameters.js'
import { CONTENT_SECURITY_POLICY } from './policy.js'
import { ProblemError, sendProblem } from './problem.js'

/** The server that routes are registered on: zod for parameters, problem+json for whatever goes wrong. */
export type Server = FastifyInstance<HttpServer, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

export interface HttpsOptions {
  readonly listener: TlsOptions
  /** See `http.tls.hsts_s`. */
  readonly hstsS: number
}

/** No route takes more; a retry takes nothing at all. */
const BODY_BYTES_MAX = 16 * 1024
/** A route may give a body so long where it takes files: 64 MiB over a line of 1 Mbit/s. */
export const UPLOAD_MS_MAX = 600_000
/** Senders of headers or bodies that are slower than this are let go, so that they do not hold the sockets. */
export const SLOWEST_SENDER = { headersMs: 10_000, requestMs: 30_000, uploadMs: UPLOAD_MS_MAX, lookMs: 2_000 }

/** Headers of every answer. No page of another origin may read, frame, embed or reach into ours, and ours use no sensors. */
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()',
}

/** A client id of 256 characters as a path has it: nine for each Chinese one. */
const PARAM_LENGTH_MAX = 2400

/**
 * @param tls for HTTPS; null for plain HTTP
 * @param proxies whose word is taken for whom they ask for
 */
export function newServer(
  log: FastifyBaseLogger,
  tls: HttpsOptions | null = null,
  proxies: readonly string[] = [],
  slowest = SLOWEST_SENDER,
): Server {
  const pace = { headersTimeout: slowest.headersMs, connectionsCheckingInterval: slowest.lookMs }
  const server = Fastify({
    // A server of HTTPS is one of HTTP in all that is done with it here.
    ...(tls === null ? { http: pace } : { https: { ...tls.listener, ...pace } as object }),
    trustProxy: proxies.length === 0 ? false : [...proxies],
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: slowest.uploadMs,
    keepAliveTimeout: KEEP_ALIVE_MS.unproved,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    frameworkErrors: (error, request, reply) => void sendProblem(reply, thrownProblem(error, request.log)),
  }).withTypeProvider<ZodTypeProvider>() as unknown as Server

  server.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    const { success, data: value, error } = schema.safeParse(data)
    if (success) return { value }
    return { error: faultFrom(error.issues, data as Readonly<Record<string, unknown>>, httpPart === 'body') }
  })
  // The schemas are proved by the compiler and the tests; checking 10,000 points again would only cost time.
  server.setSerializerCompiler(() => JSON.stringify)
  server.setErrorHandler<FastifyError | ProblemError>((error, request, reply) =>
    sendProblem(reply, thrownProblem(error, request.log)),
  )
  // A body is read to its end as bytes: a POST without one may call itself JSON, and who wants one parses it.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  server.addHook('onRequest', givesBodyTime(slowest.requestMs))
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS)
    if (tls !== null && tls.hstsS > 0) reply.header('strict-transport-security', `max-age=${tls.hstsS}`) // RFC 6797 §6.1
  })
  server.addHook('preValidation', async (request) => {
    // Not at the root, where `/readyz?verbose` has no value and says something all the same.
    if (request.url.startsWith('/api/')) tidyQuery(request.query as Record<string, unknown>)
  })
  server.addHook('onSend', async (_request, reply) => {
    if (reply.getHeader('cache-control') === undefined) reply.header('cache-control', 'no-store')
  })
  return server
}

/** Whatever a route, a hook or the server itself threw, as it is answered. */
export function thrownProblem(error: FastifyError | ProblemError, log: FastifyBaseLogger): ProblemError {
  if (error instanceof ProblemError) return error
  if (error.statusCode !== undefined && error.statusCode < 500) return new ProblemError(error.statusCode, error.message)
  log.error({ err: error }, 'a request failed and was answered with status 500')
  return new ProblemError(500, 'The gateway failed to answer; its log says why.')
}
