import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { refusedAnswer } from '../../base/wire/stores.js'
import type { RefusedItem, StoreStatus } from '../../base/wire.js'
import { cursorOf, instantOfCursor } from '../cursor.js'
import { PARAMETERS, page, parameterFault } from '../parameters.js'
import { readJson } from '../posted.js'
import { notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { GatewayState } from '../sources/gateway.js'
import { storeAnswer, storesAnswer } from '../store-answers.js'
import type { ConfigRefusal } from '../wire/configuration.js'
import { type StoreTestAnswer, type StoreTestWish, storeTestAnswer, storeTestWish } from '../wire/store-test.js'

const tags = ['stores']
/** Edits of one store, with room to spare. */
const BODY_BYTES_MAX = 256 * 1024

const params = z.object({ store: PARAMETERS.store })
const since = PARAMETERS.from
  .optional()
  .meta({ description: 'first instant, RFC 3339 with offset; all there is when absent' })
const until = PARAMETERS.to.optional().meta({ description: 'end, itself not included; now when absent' })

export interface StoreSources extends Pick<GatewayState, 'stores'> {
  readonly clock: Clock
  /** Items that a server has refused, newest first; null when there is no such server. */
  refused(
    store: string,
    page: { before: number | null; limit: number },
  ): Promise<readonly { number: number; item: RefusedItem }[] | null>
  /** Tests a server by writing to it; one test at a time. */
  tryStore(wish: StoreTestWish): Promise<StoreTestAnswer | ConfigRefusal>
  /** Begins to write a time range to a server again; null when there is no such server. */
  refill(store: string, range: { fromMs: number; toMs: number }): Promise<StoreStatus | null>
}

export function storeRoutes(server: Server, sources: StoreSources): void {
  server.get(
    '/api/v1/stores',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Where readings and KPI points go, and how each stands',
        response: { 200: storesAnswer },
      },
    },
    () => ({ stores: sources.stores() }),
  )
  server.get(
    '/api/v1/stores/:store/refused',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Readings and points that a server does not take, newest first, with its own words',
        params,
        querystring: z.strictObject(page),
        response: { 200: refusedAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { store }, query: { cursor, limit } }) => {
      const before = cursor === undefined ? null : instantOfCursor(cursor)
      if (before === undefined) throw parameterFault('cursor', cursor)
      const items = await sources.refused(store, { before, limit })
      if (items === null) throw unknown(store)
      const last = items.at(-1)
      return {
        items: items.map(({ item }) => item),
        next: last === undefined || items.length < limit ? null : cursorOf(last.number),
      }
    },
  )
  server.post(
    '/api/v1/stores/:store/refill',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'Write a time range to a server again, from the archive; `refill` of the answer says how far it is',
        params,
        querystring: z.strictObject({ from: since, to: until }),
        response: { 200: storeAnswer, 400: problem, 403: problem, 404: problem },
      },
    },
    async ({ params: { store }, query }) => {
      const [fromMs, toMs] = [query.from ?? 0, query.to ?? sources.clock.nowMs()]
      if (fromMs > toMs) throw parameterFault('from', new Date(fromMs).toISOString(), 'an instant not after to')
      const status = await sources.refill(store, { fromMs, toMs })
      if (status === null) throw unknown(store)
      return status
    },
  )

  storeTestRoute(server, sources)

  const unknown = (store: string) => {
    const servers = sources.stores().filter(({ type }) => type !== 'duckdb')
    const list = servers.length === 0 ? 'none is configured' : servers.map(({ name }) => name).join(', ')
    return notFound(`There is no server ${store} that is written to: ${list}.`)
  }
}

function storeTestRoute(server: Server, sources: Pick<StoreSources, 'tryStore'>): void {
  server.post(
    '/api/v1/stores/test',
    {
      config: { right: 'administer', act: 'store_tested' },
      bodyLimit: BODY_BYTES_MAX,
      preValidation: readJson,
      schema: {
        tags,
        summary:
          'Write a point to a server, read it and take it away again, with the settings of the file or as edits would make them',
        body: storeTestWish,
        response: { 200: storeTestAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const answer = await sources.tryStore(request.body)
      if ('refused' in answer) throw new ProblemError(answer.refused, answer.detail)
      request.subject = `${request.body.store} at ${answer.address}: ${answer.ok ? 'it takes what is written' : 'it takes nothing'}`
      return answer
    },
  )
}
