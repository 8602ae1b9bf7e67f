import { problem } from '../problem.js'
import { type PeakSources, readPeak } from '../read-peak.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KnownPlants } from '../sources/plants.js'
import { type PeakAnswer, peakAnswer } from '../wire/peak.js'
import { plantParams, requirePlant } from './plants.js'

/** Pages ask for the same plant at once, and a block lasts for 15 minutes. */
const SHARED = { keptMs: 5_000, keptMax: 64 }

export function peakRoute(server: Server, sources: PeakSources & KnownPlants): void {
  const shared = new SharedAnswers<PeakAnswer>(sources.clock, SHARED)
  server.get(
    '/api/v1/plants/:plant/peak',
    {
      config: { right: 'view' },
      schema: {
        tags: ['forecasts'],
        summary: 'The running block of demand and the rest of the day against the limit, and what runs that could wait',
        params: plantParams,
        response: { 200: peakAnswer, 404: problem },
      },
    },
    ({ params: { plant } }) => {
      requirePlant(sources, plant)
      return shared.get(plant, () => readPeak(sources, plant))
    },
  )
}
