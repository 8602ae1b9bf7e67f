import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KnownPlants } from '../sources/plants.js'
import type { Awaitable } from '../sources/soon.js'
import { type SavingClaimItem, savingClaimItem, savingClaimsAnswer } from '../wire/savings.js'
import { plantParams, requirePlant } from './plants.js'

export interface SavingClaimSources {
  /** The savings that a plant claims, in the order of its configuration, up to the last day that is over. */
  savingClaims(plant: string): Awaitable<readonly SavingClaimItem[]>
}

/** Pages ask for the same plant at once, and days become final once a day. */
const SHARED = { keptMs: 5000, keptMax: 16 }
const tags = ['kpis']

export function savingClaimRoutes(
  server: Server,
  sources: SavingClaimSources & KnownPlants & { readonly clock: Clock },
): void {
  const shared = new SharedAnswers<readonly SavingClaimItem[]>(sources.clock, SHARED)
  const claimsOf = (plant: string) => {
    requirePlant(sources, plant)
    return shared.get(plant, async () => sources.savingClaims(plant))
  }
  server.get(
    '/api/v1/plants/:plant/savings/claims',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'The savings that a plant claims in its configuration, each with its bounds, its model and its events',
        params: plantParams,
        response: { 200: savingClaimsAnswer, 404: problem },
      },
    },
    async ({ params: { plant } }) => ({ items: [...(await claimsOf(plant))] }),
  )
  server.get(
    '/api/v1/plants/:plant/savings/claims/:claim',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'One saving that a plant claims',
        params: plantParams.extend({ claim: z.string().min(1).max(64) }),
        response: { 200: savingClaimItem, 404: problem },
      },
    },
    async ({ params: { plant, claim } }) => {
      const found = (await claimsOf(plant)).find(({ id }) => id === claim)
      if (found !== undefined) return found
      throw notFound(
        `${plant} claims no saving ${claim}; /api/v1/plants/${plant}/savings/claims lists those it claims.`,
      )
    },
  )
}
