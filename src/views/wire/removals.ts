import { z } from 'zod'
import { count, instantField } from '../../base/wire/fields.js'
import { wire } from './wire.js'

const steps = {
  at: instantField.nullable().describe('arrival of the order; null where an earlier program took it'),
  days: count.describe('days of one kind of rows that it has been through'),
  readings: count.describe('readings that stood in files of the archive and are gone'),
}

export const removalsAnswer = wire(
  z.object({
    going: z
      .array(
        z.object({
          ...steps,
          devices: count,
          metrics: z
            .array(z.string())
            .optional()
            .describe('metrics that go alone; absent where all goes that the devices sent'),
          waits: z.string().nullable().describe('why it cannot go on for now; null while it goes on'),
        }),
      )
      .describe('orders that are being carried out, oldest first'),
    failed: z
      .array(z.object({ ...steps, reason: z.string().describe('why something stayed, or all of it without days') }))
      .describe('of the last week, oldest first'),
  }),
)
/** Orders to remove devices of a plant that go on, and those that failed of late. */
export type RemovalsAnswer = z.infer<typeof removalsAnswer>
