import { z } from 'zod'
import { loadPlanCsv } from '../load-plan-csv.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import type { Awaitable } from '../sources/soon.js'
import { type LoadPlanAnswer, loadPlanAnswer } from '../wire/load-plan.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['load plan']

export interface LoadPlanSources {
  /** The newest plan for the next day of a plant, or why there is none. */
  loadPlan(plant: string): Awaitable<LoadPlanAnswer>
}

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
        response: { 200: loadPlanAnswer, 404: problem },
      },
    },
    async ({ params: { plant } }) => {
      requirePlant(sources, plant)
      return await sources.loadPlan(plant)
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
        response: { 200: z.any().describe('the table'), 404: problem },
      },
    },
    async ({ params: { plant } }, reply) => {
      requirePlant(sources, plant)
      const answer = await sources.loadPlan(plant)
      const day = answer.start === null ? '' : `-${answer.start.slice(0, 10)}`
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="load-plan-${plant}${day}.csv"`)
        .send(loadPlanCsv(answer))
    },
  )
}
