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
    if (typeof payload !== 'string' || reply.statusCode !== 200) return payload
    reply.header('vary', 'accept-encoding')
    if (!/\bgzip\b/.test(String(headers['accept-encoding'] ?? ''))) return payload
    if (last?.text !== payload) last = { text: payload, packed: compress(payload) }
    reply.header('content-encoding', 'gzip')
    return last.packed
  }
}
