import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ProblemError } from '../problem.js'
import { thrownProblem } from '../server.js'
import type { I3xDetail } from './shapes.js'

export function detailOf(status: number, detail: string): I3xDetail {
  return { title: STATUS_CODES[status] ?? 'Error', status, detail }
}

/** Whatever goes wrong on a route of i3X, in the words of the guide. */
export function sendI3xFailure(error: FastifyError | ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  const { status, message, retryAfterS } = thrownProblem(error, request.log)
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS)
  void reply
    .code(status)
    .type('application/json')
    .serializer(JSON.stringify)
    .send({ success: false, responseDetail: detailOf(status, message) })
}

type Item<T> = { readonly result: T } | { readonly missing: string; readonly status?: 400 }

/** Bulk answer in the order of what was asked; `missing` is the sentence of a 404, or of another status. */
export function bulk<T, K extends 'elementId' | 'subscriptionId'>(
  key: K,
  ids: readonly string[],
  itemOf: (id: string, i: number) => Item<T>,
) {
  const results = ids.map((id, i) => {
    const item = itemOf(id, i)
    if ('missing' in item) {
      return { success: false as const, [key]: id, responseDetail: detailOf(item.status ?? 404, item.missing) }
    }
    return { success: true as const, [key]: id, result: item.result }
  })
  return { success: results.every(({ success }) => success), results }
}

export function noElement(id: string): { readonly missing: string } {
  return { missing: `Element not found: ${id.slice(0, 200)}` }
}
