import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { originOf } from '../../access/places/origin.js'
import type { AssistantApi } from '../../assistants/api.js'
import { type AnswerMessage, assistantOverHttp } from '../../assistants/over-http.js'
import { FairConcurrencyLimit } from '../fair-concurrency-limit.js'
import { personOf } from '../guard.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'

/** A question of an assistant is a name and some arguments. */
const BODY_BYTES_MAX = 64 * 1024
/** A call asks the API up to six times. */
const CALLS = { atOnce: 4, waitingMax: 60, waitingOfNetworkMax: 20, waitingOfHostMax: 20 }
/** Headers by which the guard knows who asks, under which name and from where. */
const OF_ASKER = ['authorization', 'cookie', 'host', 'forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

/**
 * MCP over streamable HTTP, stateless: every POST is one message and its answer. Tools ask the routes of this server as whoever
 * asks them, so that the same guard decides, and the same figures come.
 */
export function assistantRoute(server: Server, version: string): void {
  const places = new FairConcurrencyLimit({ ...CALLS, dropped: () => {} })
  let loading: Promise<AnswerMessage> | undefined
  const stopping = new AbortController()
  server.addHook('preClose', async () => stopping.abort(new Error('it is stopping')))
  server.post(
    '/mcp',
    {
      config: { right: 'view' },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags: ['assistants'],
        summary:
          'MCP (streamable HTTP, stateless): one JSON-RPC message of an assistant; tools read what `view` may see',
        response: { 200: z.unknown().describe('JSON-RPC'), 400: problem, 503: problem },
      },
    },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
      if (body.trimStart().startsWith('[')) throw new ProblemError(400, 'One message a request: batches are not taken.')
      loading ??= assistantOverHttp(version)
      const answerMessage = await loading
      const { name } = personOf(request)
      const origin = name === '' ? originOf(request.ip) : { host: name, network: name }
      const asker = { origin, address: request.ip, isKnown: name !== '' }
      const hungUp = hangUpOf(reply)
      const api = apiFor(server, request, [stopping.signal, hungUp])
      const { status, type, text } = await places.take(
        asker,
        () => answerMessage(api, headersOf(request), body),
        hungUp,
      )
      if (type !== null) reply.type(type)
      // The library decides which status a message has.
      return reply
        .code(status as 200)
        .serializer(String)
        .send(text)
    },
  )
}

/** The API as whoever sent a request may ask it. */
function apiFor(server: Server, request: FastifyRequest, ends: readonly AbortSignal[]): AssistantApi {
  const { headers, raw } = request
  const own = OF_ASKER.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]))
  // The socket of somebody who has hung up has none, and without one a question would count as asked from here.
  const remoteAddress = raw.socket.remoteAddress ?? '0.0.0.0'
  return {
    base: baseOf(request),
    get: async (path, signal) => {
      for (const end of ends) end.throwIfAborted()
      const asked = { method: 'GET', url: path, headers: Object.fromEntries(own), remoteAddress, signal } as const
      const { statusCode, body } = await server.inject(asked)
      return { status: statusCode, body }
    },
  }
}

/** Aborted when whoever asks hangs up before the answer; a request is closed once its body is read, so that it says nothing of that. */
function hangUpOf({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const hangUp = new AbortController()
  if (raw.destroyed) hangUp.abort()
  else raw.once('close', () => hangUp.abort(new Error('whoever asked has hung up')))
  return hangUp.signal
}

/** Address that links begin with. Throws the 400 for a Host that is no name of a server. */
function baseOf({ protocol, host }: FastifyRequest): string {
  const base = `${protocol}://${host}`
  const url = URL.canParse(base) ? new URL(base) : null
  if (url?.href === `${url?.origin}/`) return base
  throw new ProblemError(400, 'The header Host does not name this server; expected one such as gauge.example.com.')
}

function headersOf({ headers }: FastifyRequest): Headers {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && name !== 'content-length' && !name.startsWith(':')) given.set(name, value)
  }
  return given
}
