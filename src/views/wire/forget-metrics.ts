import { z } from 'zod'
import { count, instantField } from '../../base/wire/fields.js'
import { wire } from './wire.js'

export const forgetMetricsAnswer = wire(
  z.object({
    metrics: z
      .array(
        z.object({
          metric: z.string(),
          unit: z.string(),
          readings: count.describe('readings that are there'),
          first_reading: instantField.nullable().describe('event time of the oldest of them; null without any'),
          last_reading: instantField.nullable().describe('event time of the newest of them; null without any'),
        }),
      )
      .describe('metrics that go, or would'),
    refused: z
      .array(
        z.object({
          metric: z.string(),
          reason: z.enum(['unknown', 'configured', 'merged', 'reported', 'freezing']),
          with: z
            .array(z.string())
            .optional()
            .describe('metrics of the device that figures are made of together with it, where the reason is merged'),
          report: z.string().optional().describe('the frozen report that rests on it, with its version'),
        }),
      )
      .describe('metrics that stay: never sent, named in the configuration, or on days that a frozen report rests on'),
    dry_run: z.boolean(),
  }),
)
/** Metrics of a device that are forgotten, or would be, and those that stay. */
export type ForgetMetricsAnswer = z.infer<typeof forgetMetricsAnswer>
