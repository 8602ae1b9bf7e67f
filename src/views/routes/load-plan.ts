import { z } from 'zod'
import { dayInZone } from '../../base/days-in-zone.js'
import { loadPlanCsv } from '../load-plan-csv.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import type { Awaitable } from '../sources/soon.js'
import { type LoadPlanAnswer, loadPlanAnswer } from '../wire/load-plan.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['load plan']

export interface LoadPlanSources {
  /** The newest plan for the next day of a plant, or the last one that was made for a date before it began (null: the next day), or why there is none. */
  loadPlan(plant: string, date: string | null): Awaitable<LoadPlanAnswer>
}

const query = z.strictObject({
  day: z.iso
    .date()
    .optional()
    .describe(
      'date by the clock of the plant, such as today: the last plan that was made for it before it began; without it tomorrow',
    ),
})

export function loadPlanRoutes(server: Server, sources: LoadPlanSources & KnownPlants): void {
  server.get(
    '/api/v1/plants/:plant/load-plan',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary:
          'The cheapest plan for tomorrow of loads, storages and chargers, with what it saves; it is advice, and nothing is switched',
        params: plantParams,
        querystring: query,
        response: { 200: loadPlanAnswer, 404: problem },
      },
    },
    async ({ params: { plant }, query: { day } }) => {
      requirePlant(sources, plant)
      return await sources.loadPlan(plant, day ?? null)
    },
  )
  server.get(
    '/api/v1/plants/:plant/load-plan.csv',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'The same plan as a table (CSV, UTF-8), by quarters of an hour; its head alone when there is none',
        params: plantParams,
        querystring: query,
        response: { 200: z.any().describe('the table'), 404: problem },
      },
    },
    async ({ params: { plant }, query: { day: date } }, reply) => {
      requirePlant(sources, plant)
      const answer = await sources.loadPlan(plant, date ?? null)
      const zone = sources.plants().find(({ id }) => id === plant)?.timezone ?? 'UTC'
      const day = answer.start === null ? '' : `-${dayInZone(zone, Date.parse(answer.start))}`
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="load-plan-${plant}${day}.csv"`)
        .send(loadPlanCsv(answer))
    },
  )
}
