import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

const compress = promisify(gzip)

/**
 * Hook of a route whose answer is long and always the same: gzipped for those who take it, so that it comes over a slow network
 * within the patience of a page. The last answer is kept, and compressed once.
 */
export function gzipped(): (request: FastifyRequest, reply: FastifyReply, payload: unknown) => Promise<unknown> {
  let last: { readonly text: string; readonly packed: Promise<Buffer> } | null = null
  return async ({ headers }, reply, payload) => {
    if (typeof payload !== 'string' || reply.statusCode !== 200 || !takesGzip(headers, reply)) return payload
    if (last?.text !== payload) last = { text: payload, packed: compress(payload) }
    return last.packed
  }
}

/** The same for answers of any status that differ each time. */
export async function gzippedEach({ headers }: FastifyRequest, reply: FastifyReply, payload: unknown) {
  return typeof payload === 'string' && takesGzip(headers, reply) ? compress(payload) : payload
}

/** Says in the headers of the answer what is decided. A weight of 0 refuses gzip (RFC 9110, 12.5.3). */
function takesGzip(headers: FastifyRequest['headers'], reply: FastifyReply): boolean {
  reply.header('vary', 'accept-encoding')
  const isTaken = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''))
  if (isTaken) reply.header('content-encoding', 'gzip')
  return isTaken
}
