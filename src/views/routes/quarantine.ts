import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RejectReason } from '../../base/reasons.js'
import { dismissedAnswer, quarantineAnswer, quarantineItem, retryAnswer } from '../../base/wire/quarantine.js'
import type { Dismissal, DismissedAnswer, DismissFilter, QuarantineItem, RetryAnswer } from '../../base/wire.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { cursorOf, positionIn } from '../cursor.js'
import { actorOf } from '../guard.js'
import { PARAMETERS, page } from '../parameters.js'
import { readJson } from '../posted.js'
import { notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { Awaitable } from '../sources/soon.js'

export interface QuarantineQuery {
  readonly reason?: RejectReason
  readonly plant?: string
  readonly device?: string
  /** Absent: all that are kept. */
  readonly state?: QuarantineState
  /** Only items older than the one with this id; null on the first page. */
  readonly before: string | null
  readonly limit: number
}

export const QUARANTINE_STATES = ['waiting', 'dismissed', 'all'] as const
export type QuarantineState = (typeof QUARANTINE_STATES)[number]

export interface QuarantinePage {
  readonly items: readonly QuarantineItem[]
  readonly counts: Partial<Record<RejectReason, number>>
  /** Waiting items by reason, of the plant and device that are asked for, whatever the page and the reason. */
  readonly waiting: Partial<Record<RejectReason, number>>
  readonly dismissed: Partial<Record<RejectReason, number>>
}

export interface QuarantineSources {
  /** Newest first, at most `limit`. */
  quarantine(query: QuarantineQuery): Awaitable<QuarantinePage>
  /** null when there is no such item, or it has gone through. */
  retryQuarantine(id: string): Promise<RetryAnswer | null>
  /** The item as it is listed from now on; null when there is no such item. Who dismissed it first stays. */
  dismissQuarantine(id: string, said: Omit<Dismissal, 'at'>): Awaitable<QuarantineItem | null>
  /** Dismisses all messages that wait and that the filter names. */
  dismissAllQuarantined(filter: DismissFilter, said: Omit<Dismissal, 'at'>): Awaitable<DismissedAnswer>
}

const tags = ['quarantine']
const NOTE_CHARS_MAX = 500

/** A page of ten thousand messages is read from the disk. */
const PAGES = { atOnce: 1, waitingMax: 50 } as const

export function quarantineRoutes(server: Server, sources: QuarantineSources): void {
  const pages = new ConcurrencyLimit(PAGES)
  server.get(
    '/api/v1/quarantine',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Messages that could not be used, newest first, with the reason',
        querystring: z.strictObject({
          reason: PARAMETERS.reason.optional(),
          plant: PARAMETERS.plant.optional(),
          device: PARAMETERS.device.optional(),
          state: z
            .enum(QUARANTINE_STATES)
            .default('waiting')
            .describe('those that wait, those that somebody has dismissed, or both'),
          ...page,
        }),
        response: { 200: quarantineAnswer, 400: problem, 503: problem },
      },
    },
    async ({ query }) => {
      const { reason, plant, device, state, cursor, limit } = query
      const asked = {
        ...(reason === undefined ? {} : { reason }),
        ...(plant === undefined ? {} : { plant }),
        ...(device === undefined ? {} : { device }),
        state,
        before: cursor === undefined ? null : (positionIn(cursor) ?? null),
        limit,
      }
      const { items, counts, waiting, dismissed } = await pages.take(async () => sources.quarantine(asked))
      const last = items.at(-1)
      const next = last === undefined || items.length < limit ? null : cursorOf(last.id)
      return { items, next, counts, waiting, ...(Object.keys(dismissed).length === 0 ? {} : { dismissed }) }
    },
  )
  server.post(
    '/api/v1/quarantine/:id/retry',
    {
      config: { right: 'operate' },
      schema: {
        tags,
        summary: 'Decode a message again, after a fix',
        params: z.object({ id: z.string().describe('the id of an item in quarantine') }),
        response: { 200: retryAnswer, 403: problem, 404: problem },
      },
    },
    async ({ params }) => {
      const result = await sources.retryQuarantine(params.id)
      if (result === null) throw notFound(`There is nothing with the id ${params.id} in quarantine.`)
      return result
    },
  )
  dismissRoute(server, sources)
  dismissAllRoute(server, sources)
}

const said = {
  note: z.string('a text').min(1, 'a text').max(NOTE_CHARS_MAX).describe('why nothing is to be done about it'),
  by: z.string('a name').min(1, 'a name').max(64, 'a name of at most 64 characters').optional().describe('who says so'),
}

/** A person dismisses a message that needs nothing done; otherwise everything that ever was wrong would wait for ever. */
function dismissRoute(server: Server, sources: Pick<QuarantineSources, 'dismissQuarantine'>): void {
  server.post(
    '/api/v1/quarantine/:id/dismiss',
    {
      config: { right: 'operate', act: 'quarantine_dismissed' },
      preValidation: readJson,
      schema: {
        tags,
        summary:
          'Dismiss a message that nothing is to be done about: it no longer waits, and stays listed with who, when and why',
        params: z.object({ id: z.string().describe('the id of an item in quarantine') }),
        body: z.strictObject(said),
        response: { 200: quarantineItem, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const { id } = request.params
      const { note, by: name } = request.body
      const by = whoOf(request, name)
      const item = await sources.dismissQuarantine(id, { by, note })
      if (item === null) throw notFound(`There is nothing with the id ${id} in quarantine.`)
      request.subject = `${item.reason}, by ${item.dismissed?.by ?? by}: ${note}`
      return item
    },
  )
}

/** Dismisses all that a filter finds in the quarantine at once, with one line in the audit log. */
function dismissAllRoute(server: Server, sources: Pick<QuarantineSources, 'dismissAllQuarantined'>): void {
  const { reason, plant, device, from: instant } = PARAMETERS
  server.post(
    '/api/v1/quarantine/dismiss',
    {
      config: { right: 'operate', act: 'quarantine_dismissed' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Dismiss all messages that wait, or those of a reason, plant or device',
        body: z.strictObject({
          reason: reason.optional(),
          plant: plant.optional(),
          device: device.optional(),
          until: instant
            .meta({ description: 'those that arrived later still wait; RFC 3339 with offset, all when absent' })
            .optional(),
          ...said,
        }),
        response: { 200: dismissedAnswer, 400: problem, 403: problem, 503: problem },
      },
    },
    async (request) => {
      const { note, reason, plant, device, until, by: name } = request.body
      const by = whoOf(request, name)
      const filter = { reason, plant, device, untilMs: until }
      const answer = await sources.dismissAllQuarantined(filter, { by, note })
      const named = Object.entries({ reason, plant, device, until: until && new Date(until).toISOString() })
      const of = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
      request.subject = `${answer.dismissed} messages (${of.join(', ') || 'all'}), by ${by}: ${note}`
      return answer
    },
  )
}

function whoOf(request: Pick<FastifyRequest, 'visitor'>, said: string | undefined): string {
  const by = actorOf(request, 'by', said)
  if (by === null) throw new ProblemError(400, 'Say who dismisses it: the name stands beside the message.')
  return by
}
