import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { accountOf } from '../guard.js'
import { bulk, detailOf, noElement } from '../i3x/answers.js'
import { batch, bulkOf, failure, type I3xValue, i3xAnswer, subscription, subscriptionDetail } from '../i3x/shapes.js'
import { I3xSubscriptions, noSubscription, type Subscriber } from '../i3x/subscriptions.js'
import { currentValues } from '../i3x/values.js'
import { ProblemError } from '../problem.js'
import type { Server } from '../server.js'
import { elementIds, elementsById, failures, I3X, type I3xSources, i3xPost, maxDepth, spaceOf } from './i3x.js'

const tags = ['i3x']
const AT = `${I3X}/subscriptions`

const clientId = z.string().min(1).max(1_000)
const subscriptionId = z.string().min(1).max(200)
const subscriptionIds = z.array(subscriptionId).max(100)
const nothing = z.null()
const lost = { ...failures, 404: failure }

/** Subscriptions of i3X: a program says what it wants to know of, and asks for what has changed. */
export function i3xSubscriptionRoutes(server: Server, sources: I3xSources): void {
  const subscriptions = new I3xSubscriptions(sources.clock)
  lifeRoutes(server, subscriptions)
  objectsRoutes(server, sources, subscriptions)
  syncRoute(server, sources, subscriptions)
  server.post(
    `${AT}/stream`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Not here: 501; the live feed is a WebSocket',
        body: z.object({ clientId, subscriptionId }),
        response: { ...failures, 501: failure },
      },
    },
    () => {
      throw new ProblemError(
        501,
        'Subscriptions are synced and not streamed; what is live comes by /ws/v1 and by MQTT.',
      )
    },
  )
}

function subscriberOf(request: Pick<FastifyRequest, 'visitor'>, clientId: string): Subscriber {
  return { account: accountOf(request), clientId }
}

function lifeRoutes(server: Server, subscriptions: I3xSubscriptions): void {
  server.post(
    AT,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Makes a subscription, which lives until nobody has synced it for ten minutes',
        body: z.object({ clientId, displayName: z.string().max(200).nullish() }),
        response: { 200: i3xAnswer(subscription), ...failures },
      },
    },
    (request) => {
      const { clientId, displayName } = request.body
      const made = subscriptions.create(subscriberOf(request, clientId), displayName ?? '')
      const result = { clientId, subscriptionId: made.id, displayName: made.displayName }
      return { success: true as const, result }
    },
  )
  const ofSome = z.object({ clientId, subscriptionIds })
  server.post(
    `${AT}/list`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Subscriptions by their ids, with the objects of each',
        body: ofSome,
        response: { 200: bulkOf(subscriptionDetail, 'subscriptionId'), ...failures },
      },
    },
    (request) => {
      const subscriber = subscriberOf(request, request.body.clientId)
      return bulk('subscriptionId', request.body.subscriptionIds, (id) => {
        const found = subscriptions.find(subscriber, id)
        if (found === null) return { missing: noSubscription(id) }
        const monitoredObjects = [...found.monitored].map(([elementId, maxDepth]) => ({ elementId, maxDepth }))
        return { result: { subscriptionId: id, displayName: found.displayName, monitoredObjects } }
      }) as never
    },
  )
  server.post(
    `${AT}/delete`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Deletes subscriptions',
        body: ofSome,
        response: { 200: bulkOf(nothing, 'subscriptionId'), ...failures },
      },
    },
    (request) => {
      const subscriber = subscriberOf(request, request.body.clientId)
      return bulk('subscriptionId', request.body.subscriptionIds, (id) =>
        subscriptions.delete(subscriber, id) ? { result: null } : { missing: noSubscription(id) },
      ) as never
    },
  )
}

function objectsRoutes(server: Server, sources: I3xSources, subscriptions: I3xSubscriptions): void {
  const response = { 200: bulkOf(nothing), ...lost }
  server.post(
    `${AT}/register`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Adds objects to a subscription',
        body: z.object({ clientId, subscriptionId, elementIds, maxDepth }),
        response,
      },
    },
    (request) => {
      const { clientId, subscriptionId, elementIds, maxDepth } = request.body
      const found = subscriptions.need(subscriberOf(request, clientId), subscriptionId)
      const space = spaceOf(sources)
      return bulk('elementId', elementIds, (id) => {
        if (space.find(id) === null) return noElement(id)
        if (found.register(id, maxDepth)) return { result: null }
        return { missing: 'The subscription has as many objects as it may have.', status: 400 }
      }) as never
    },
  )
  server.post(
    `${AT}/unregister`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Takes objects out of a subscription; what waits of them is told all the same',
        body: z.object({ clientId, subscriptionId, elementIds }),
        response,
      },
    },
    (request) => {
      const { clientId, subscriptionId, elementIds } = request.body
      const found = subscriptions.need(subscriberOf(request, clientId), subscriptionId)
      return bulk('elementId', elementIds, (id) => (found.unregister(id) ? { result: null } : noElement(id))) as never
    },
  )
}

function syncRoute(server: Server, sources: I3xSources, subscriptions: I3xSubscriptions): void {
  const answer = i3xAnswer(z.array(batch))
  server.post(
    `${AT}/sync`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'What has changed and is not acknowledged; 206 when something was dropped or is not all told',
        body: z.object({
          clientId,
          subscriptionId,
          lastSequenceNumber: z
            .unknown()
            .optional()
            .describe('all up to this number has come; -1: everything; one that was never told is none'),
        }),
        response: { 200: answer, 206: answer, ...lost },
      },
    },
    async (request, reply) => {
      const { clientId, subscriptionId, lastSequenceNumber } = request.body
      const found = subscriptions.need(subscriberOf(request, clientId), subscriptionId)
      found.usedMs = sources.clock.nowMs()
      found.acknowledge(lastSequenceNumber)
      const space = spaceOf(sources)
      const elements = elementsById(space, [...found.monitored.keys()])
      const wanted = [...elements].map(([id, element]) => ({ element, maxDepth: found.monitored.get(id) ?? 1 }))
      const { values, isCut } = await currentValues(space, wanted, sources)
      const told = new Map<string, I3xValue>()
      for (const [i, id] of [...elements.keys()].entries()) {
        told.set(id, values[i]!.own)
        for (const [component, value] of values[i]!.components ?? []) told.set(component, value)
      }
      found.offer(told)
      const { batches, hasDropped } = found.pending()
      if (!hasDropped && !isCut) return { success: true as const, result: [...batches] }
      const detail = hasDropped
        ? 'Updates were dropped, as too many waited: the numbers that are left out tell which.'
        : 'There are more components than one answer has: register them by their ids.'
      return reply
        .code(206)
        .send({ success: true as const, result: [...batches], responseDetail: detailOf(206, detail) })
    },
  )
}
