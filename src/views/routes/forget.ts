import { z } from 'zod'
import type { ForgetQuery } from '../../base/forget.js'
import { actorOf } from '../guard.js'
import { PARAMETERS } from '../parameters.js'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import { type ForgetAnswer, forgetAnswer } from '../wire/forget.js'
import { type RemovalsAnswer, removalsAnswer } from '../wire/removals.js'
import { FORGET_ORDER, forgetNote, forgetNotTaken } from './forget-order.js'
import { plantParams, requirePlant } from './plants.js'

/** Names of devices in one request. */
const NAMED_MAX = 1000

export interface ForgetSources extends Pick<KnownPlants, 'hasPlant'> {
  /** Forgets devices of a plant; null when the journal takes too long for it, though it may still happen. */
  forgetDevices(query: ForgetQuery): Promise<ForgetAnswer | null>
  /** Orders to remove devices of a plant, which need not be there any more. */
  removals(plant: string): RemovalsAnswer | Promise<RemovalsAnswer>
}

/** Takes away devices that should not be there, and tells how far that is. */
export function forgetRoute(server: Server, sources: ForgetSources): void {
  server.get(
    '/api/v1/plants/:plant/removals',
    {
      config: { right: 'view' },
      schema: {
        tags: ['plants'],
        summary: 'How far orders to remove devices of a plant are, also of a plant that is gone by now',
        params: plantParams,
        response: { 200: removalsAnswer },
      },
    },
    ({ params }) => sources.removals(params.plant),
  )
  server.post(
    '/api/v1/plants/:plant/devices/forget',
    {
      config: { right: 'administer', act: 'devices_changed' },
      preValidation: readJson,
      schema: {
        tags: ['plants'],
        summary:
          'Remove devices that nobody has configured, with all that they sent: series, figures and places under `limits` go, and the ledger tells what went',
        params: plantParams,
        body: z.strictObject({
          devices: z
            .array(PARAMETERS.device)
            .min(1)
            .max(NAMED_MAX)
            .optional()
            .describe('which; every one that is neither configured nor registered when absent'),
          silent_since: PARAMETERS.from
            .optional()
            .meta({ description: 'only those of which nothing has come since, RFC 3339' }),
          dry_run: z.boolean().default(true).describe('say which it would be, and do nothing'),
          ...FORGET_ORDER,
        }),
        response: { 200: forgetAnswer, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const { plant } = request.params
      const { devices, silent_since, dry_run, by, why } = request.body
      requirePlant(sources, plant)
      const answer = await sources.forgetDevices({
        plant,
        devices: devices ?? null,
        silentSinceMs: silent_since ?? null,
        isDryRun: dry_run,
        by: actorOf(request, 'by', by),
        why: why ?? null,
      })
      if (answer === null) throw forgetNotTaken()
      const names = answer.devices.map(({ device }) => device)
      request.subject = forgetNote(dry_run, `devices of ${plant}`, names)
      return answer
    },
  )
}
