import { z } from 'zod'
import { QUALITIES } from '../../base/quality.js'

/** First levels of topics, which stand for `{prefix}` in a profile. */
export const topicPrefix = z
  .string()
  .max(128)
  .regex(/^[^{}+#]+$/, 'levels of a topic, without + # { }')

/** A message as its maker published it, and what it becomes. */
export const profileCase = z.strictObject({
  name: z.string().describe('what it shows'),
  source: z.string().describe('where it was published: document and place'),
  topic: z.string().min(1).describe('it came under'),
  prefix: topicPrefix.optional().describe('where the profile is used with another one'),
  payload: z.string().describe('as it came'),
  received_at: z.iso
    .datetime({ offset: true, error: 'a time is written like 2026-11-24T08:00:00Z' })
    .optional()
    .describe('when it came; some time after its own time when absent'),
  timezone: z.string().default('UTC').describe('of the plant'),
  readings: z
    .array(
      z.strictObject({
        device: z.string().describe('id it becomes'),
        metric: z.string(),
        value: z.union([z.number(), z.string()]).describe('in the unit of the metric'),
        unit: z.string().optional().describe('as it is stored'),
        ts: z.iso.datetime({ offset: true }).optional().describe('time of the reading; the arrival when absent'),
        quality: z.enum(QUALITIES).default('good'),
      }),
    )
    .default([])
    .describe('what it becomes, in order'),
  status: z.enum(['online', 'offline']).optional().describe('what it says of the device'),
  rejected: z.array(z.string()).optional().describe('reasons, in order'),
})
