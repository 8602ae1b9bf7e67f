import { z } from 'zod'
import { TRIAL_STEPS } from '../../base/store-trial.js'
import { configEdit } from './configuration.js'

/** A test of a store that writes: its settings may be in no file yet. */

const EDITS_MAX = 20

export const storeTestWish = z
  .strictObject({
    store: z.string().min(1).max(64).describe('its name; its type where it has none'),
    edits: z
      .array(configEdit)
      .max(EDITS_MAX)
      .optional()
      .describe(
        'of the configuration, as for POST /api/v1/config: the settings are taken as they would be, nothing is saved',
      ),
  })
  .meta({ id: 'StoreTestWish' })
export type StoreTestWish = z.output<typeof storeTestWish>

const step = z.object({
  step: z
    .enum(TRIAL_STEPS)
    .describe('reach: it answers, lets us in, and has the database; then a point is written, read and removed'),
  result: z.enum(['done', 'failed', 'unable']).describe('unable: the server has no way to do it'),
  detail: z.string().describe('why it failed, with the words of the server, without secrets; empty where it is done'),
})

export const storeTestAnswer = z
  .object({
    ok: z.boolean().describe('the point was written'),
    address: z.string().describe('host and port that were asked'),
    server: z.string().nullable().describe('product and version of what answers; null when it does not say'),
    made: z.boolean().describe('the database was missing and has been made, as the first write would have'),
    steps: z.array(step).describe('in order; it ends with the first that does not allow another'),
  })
  .meta({ id: 'StoreTest' })
export type StoreTestAnswer = z.output<typeof storeTestAnswer>
