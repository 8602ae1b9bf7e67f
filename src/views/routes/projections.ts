import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { afterOf, page, range, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import type { Awaitable } from '../sources/soon.js'
import {
  type ProjectionRecord,
  type ProjectionsAnswer,
  projectionRecordsAnswer,
  projectionsAnswer,
} from '../wire/projections.js'
import { nextAfter, plantParams, requirePlant } from './plants.js'

const tags = ['projections']
/** A record has a hundred numbers a KPI. */
const RECORDS_MAX = 100

/** Projections of a plant that were issued in [fromMs, toMs). */
export interface ProjectionRecordsQuery {
  readonly plant: string
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

export interface ProjectionSources {
  /** The newest projection of a plant beside what is configured now. */
  projections(plant: string): Awaitable<ProjectionsAnswer>
  /** Ascending by the time of issue, at most `limit`. */
  projectionRecords(query: ProjectionRecordsQuery): Awaitable<readonly ProjectionRecord[]>
}

export function projectionRoutes(
  server: Server,
  sources: ProjectionSources & KnownPlants & { readonly clock: Clock },
): void {
  server.get(
    '/api/v1/plants/:plant/projections',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'How month and year of a plant will probably end, with bounds, against budget, target and allowance',
        params: plantParams,
        response: { 200: projectionsAnswer, 404: problem },
      },
    },
    async ({ params: { plant } }) => {
      requirePlant(sources, plant)
      return await sources.projections(plant)
    },
  )
  server.get(
    '/api/v1/plants/:plant/projections/records',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Projections of a plant as they were issued, one a day',
        params: plantParams,
        querystring: z.strictObject({ ...range, ...page }),
        response: { 200: projectionRecordsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const limit = Math.min(query.limit, RECORDS_MAX)
      const { fromMs, toMs } = rangeOf(query, sources.clock.nowMs())
      const after = afterOf(query.cursor)
      const beginMs = after === null ? fromMs : Math.max(fromMs, after + 1)
      const records = await sources.projectionRecords({ plant, fromMs: beginMs, toMs, limit })
      return { records: [...records], next: nextAfter(records, limit, ({ issued_at }) => issued_at) }
    },
  )
}
