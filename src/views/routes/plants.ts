import { z } from 'zod'
import { plantsAnswer, readingsAnswer } from '../answers.js'
import { cursorOf } from '../cursor.js'
import { pageOfPlants } from '../pages.js'
import { afterOf, PARAMETERS, page, pageOrAll, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'

const tags = ['plants']

type PlantSources = Pick<ViewSources, 'clock' | 'hasPlant' | 'plants' | 'readings'>

export function plantRoutes(server: Server, sources: PlantSources): void {
  server.get(
    '/api/v1/plants',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Plants, their lines and devices with state; a page has so many devices',
        querystring: z.strictObject(pageOrAll),
        response: { 200: plantsAnswer, 400: problem },
      },
    },
    ({ query }) => pageOfPlants(sources.plants(), query),
  )
  server.get(
    '/api/v1/plants/:plant/readings',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Raw readings of one metric of one device, by event time',
        params: plantParams,
        querystring: z.strictObject({
          device: PARAMETERS.device,
          metric: PARAMETERS.metric,
          ...range,
          ...page,
        }),
        response: { 200: readingsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params, query }) => {
      requirePlant(sources, params.plant)
      const { device, metric, limit, cursor } = query
      const points = await sources.readings({
        plant: params.plant,
        device,
        metric,
        ...rangeOf(query, sources.clock.nowMs()),
        afterMs: afterOf(cursor),
        limit,
      })
      return { points, next: nextAfter(points, limit, (point) => point.ts) }
    },
  )
}

/** Checked by `requirePlant` and not here: an id that cannot exist is as unknown as one that does not. */
export const plantParams = z.object({ plant: z.string().meta(PARAMETERS.plant.meta() ?? {}) })

/** Throws the 404 for a plant that is not there. */
export function requirePlant(sources: Pick<ViewSources, 'hasPlant'>, plant: string): void {
  if (!sources.hasPlant(plant)) throw notFound(`There is no plant ${plant}; /api/v1/plants lists those there are.`)
}

/** The cursor behind a full page of a series; a page that is not full was the last. */
export function nextAfter<T>(points: readonly T[], limit: number, timeOf: (point: T) => string): string | null {
  const last = points.at(-1)
  return last === undefined || points.length < limit ? null : cursorOf(Date.parse(timeOf(last)))
}
