import { problem } from '../problem.js'
import { type CentreSources, readCentreFunctions } from '../read-centre-functions.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import { type CentreFunctionsAnswer, centreFunctionsAnswer } from '../wire/centre-functions.js'
import { plantParams, requirePlant } from './plants.js'

/** It reads a month of days of twenty figures, which change once a day. */
const SHARED = { keptMs: 30_000, keptMax: 64 }

export function centreFunctionsRoute(server: Server, sources: CentreSources): void {
  const shared = new SharedAnswers<CentreFunctionsAnswer>(sources.clock, SHARED)
  server.get(
    '/api/v1/plants/:plant/centre-functions',
    {
      config: { right: 'view' },
      schema: {
        tags: ['centre functions'],
        summary:
          'The twelve functions of a digital energy and carbon management centre: which are in use in a plant, and what proves it',
        params: plantParams,
        response: { 200: centreFunctionsAnswer, 404: problem },
      },
    },
    ({ params: { plant } }) => {
      requirePlant(sources, plant)
      return shared.get(plant, () => readCentreFunctions(sources, plant))
    },
  )
}
