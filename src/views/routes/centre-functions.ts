import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { approvedId } from '../../audit/entries.js'
import { OFFICE } from '../../base/entries.js'
import { entryAnswer } from '../../base/wire/entries.js'
import { centreLookId, centreLookOf } from '../centre-functions.js'
import { type EntrySources, entries, found, personOrigin, say } from '../entries-on-record.js'
import { namedActor } from '../guard.js'
import { readJson } from '../posted.js'
import { ProblemError, problem } from '../problem.js'
import { type CentreSources, readCentreFunctions } from '../read-centre-functions.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import { type CentreFunctionsAnswer, centreFunctionsAnswer } from '../wire/centre-functions.js'
import { plantParams, requirePlant } from './plants.js'

/** It reads a month of days of twenty figures, which change once a day. */
const SHARED = { keptMs: 30_000, keptMax: 64 }

const LOOK = z.strictObject({
  by: z.string().min(1).max(64).optional().describe('who says so; whoever has signed in when absent'),
  id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,48}$/)
    .optional()
    .describe(
      'of its own among the entries; sent again with it, it is the same entry; when absent, what the same person finds unchanged on the same day is the same entry',
    ),
})

export type CentreRouteSources = CentreSources & EntrySources

/** Functions of a management centre: which are in use, and that on record for documents. */
export function centreFunctionsRoutes(server: Server, sources: CentreRouteSources): void {
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
  server.post(
    '/api/v1/plants/:plant/centre-functions',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags: ['centre functions'],
        summary:
          'Put on record which functions are in use, as they are found now; documents of the forms centre-declaration and zero-carbon-factory have the last one',
        params: plantParams,
        body: LOOK,
        response: { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const {
        params: { plant },
        body: { by, id: named },
      } = request
      requirePlant(sources, plant)
      const author = namedActor(request, 'by', by)
      const look = centreLookOf(await readCentreFunctions(sources, plant))
      const fields = { ...look, author }
      const id = named ?? (await lookId(sources, plant, centreLookId(look, { author, nowMs: sources.clock.nowMs() })))
      request.subject = `centre_look ${id}`
      const { fourEyes } = sources.entryRules(plant)
      const event = fourEyes ? { of: 'centre_look', said: fields, author } : fields
      const place = { plant, device: OFFICE, id, ts: sources.clock.nowMs() }
      await say(sources, place, fourEyes ? 'proposal' : 'centre_look', event, personOrigin(request))
      const entry = await found(sources, plant, id)
      if (entry.type !== 'centre_look') throw new ProblemError(409, `The entry ${id} is another one: give another id.`)
      return entry
    },
  )
}

/** One of its own where somebody has taken that entry back. */
async function lookId(sources: EntrySources, plant: string, id: string): Promise<string> {
  const known = (await entries(sources, plant)).filter((one) => one.id === id || one.id === approvedId(id))
  return known.some(({ refused }) => refused !== null) ? randomUUID() : id
}
