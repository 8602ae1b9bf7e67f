import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { plantsAnswer } from '../../base/wire/plants.js'
import { readingsAnswer } from '../../base/wire/readings.js'
import type { ReadingPoint } from '../../base/wire.js'
import { cursorOf } from '../cursor.js'
import { pageOfPlants } from '../pages.js'
import { afterOf, PARAMETERS, page, pageOrAll, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'

const tags = ['plants']

/** Readings of one series whose ts lies in [fromMs, toMs). */
export interface ReadingsQuery {
  readonly plant: string
  readonly device: string
  readonly metric: string
  readonly fromMs: number
  readonly toMs: number
  /** Only times later than this; null on the first page. */
  readonly afterMs: number | null
  readonly limit: number
}

export interface PlantSources extends KnownPlants {
  readonly clock: Clock
  /** Ascending by time, at most `limit`. */
  readings(query: ReadingsQuery): Promise<readonly ReadingPoint[]>
}

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
export function requirePlant(sources: Pick<KnownPlants, 'hasPlant'>, plant: string): void {
  if (!sources.hasPlant(plant)) throw notFound(`There is no plant ${plant}; /api/v1/plants lists those there are.`)
}

/** The cursor behind a full page of a series; a page that is not full was the last. */
export function nextAfter<T>(points: readonly T[], limit: number, timeOf: (point: T) => string): string | null {
  const last = points.at(-1)
  return last === undefined || points.length < limit ? null : cursorOf(Date.parse(timeOf(last)))
}
