import { z } from 'zod'
import { count, instantField, next } from './fields.js'
import { wire } from './wire.js'

/** Stores and how they stand. */

const both = z.object({ readings: count, kpis: count })

/** @param types values of `type` in the settings of a store */
export function storeAnswerOf(types: readonly string[]) {
  return wire(
    z
      .object({
        name: z.string(),
        type: z.enum(types),
        /** Its history is what the API answers with. */
        answers_history: z.boolean(),
        /** `current`: it has everything; `behind`: it is being written. */
        state: z.enum(['current', 'behind', 'waiting']).describe('waiting: it takes nothing, and `reason` says why'),
        reason: z.string(),
        pending: both
          .extend({ provisional: count.optional().describe('points of windows that go on; `kpis` are final ones') })
          .describe('not given to it yet'),
        refused: both.describe('what it does not take; see /stores/{store}/refused'),
        refill: z
          .object({ from: instantField, to: instantField, readings: count, kpis: count, done: z.boolean() })
          .nullable()
          .describe('a time range that is being written again, or was last, and how much of it is there'),
      })
      .meta({ id: 'Store' }),
  )
}
export type StoreStatus = z.infer<ReturnType<typeof storeAnswerOf>>

export const storesAnswerOf = (store: z.ZodType<StoreStatus>) => wire(z.object({ stores: z.array(store) }))
export type StoresAnswer = z.infer<ReturnType<typeof storesAnswerOf>>

const refusedItem = wire(
  z
    .object({
      time: instantField.describe('event time of the reading, or start of the window'),
      refused_at: instantField,
      detail: z.string().describe("the server's own words"),
      plant: z.string(),
      device: z.string().exactOptional(),
      metric: z.string().exactOptional(),
      scope: z.string().exactOptional(),
      id: z.string().exactOptional(),
      kpi: z.string().exactOptional(),
      window: z.string().exactOptional(),
    })
    .meta({ id: 'Refused' }),
)
/** A reading or a KPI point that a store does not take, with the store's own words. */
export type RefusedItem = z.infer<typeof refusedItem>

export const refusedAnswer = wire(z.object({ items: z.array(refusedItem), next }))
export type RefusedAnswer = z.infer<typeof refusedAnswer>
