import { z } from 'zod'
import { quarantineAnswer, retryAnswer } from '../answers.js'
import { cursorOf, positionIn } from '../cursor.js'
import { PARAMETERS, page } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'

const tags = ['quarantine']

export function quarantineRoutes(server: Server, sources: Pick<ViewSources, 'quarantine' | 'retryQuarantine'>): void {
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
          ...page,
        }),
        response: { 200: quarantineAnswer, 400: problem },
      },
    },
    async ({ query }) => {
      const { reason, plant, device, cursor, limit } = query
      const { items, counts, waiting } = await sources.quarantine({
        ...(reason === undefined ? {} : { reason }),
        ...(plant === undefined ? {} : { plant }),
        ...(device === undefined ? {} : { device }),
        before: cursor === undefined ? null : (positionIn(cursor) ?? null),
        limit,
      })
      const last = items.at(-1)
      return { items, next: last === undefined || items.length < limit ? null : cursorOf(last.id), counts, waiting }
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
}
