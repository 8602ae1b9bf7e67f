import { z } from 'zod'
import { REJECT_REASON_LIST } from '../reasons.js'
import { count, instantField, next } from './fields.js'
import { wire } from './wire.js'

/** Messages that were rejected, as a whole or in part. */

const reason = z.enum(REJECT_REASON_LIST)

const fields = z.object({
  reason,
  detail: z.string(),
  /** Position of the element in an array, 0 for a single message. */
  index: count,
  /** The metric, when only that one was rejected. */
  metric: z.string().optional(),
  /** Event time of the element where it has one, RFC 3339. */
  ts: z.string().optional(),
})
export const rejection = wire(fields.meta({ id: 'Rejection' }))
export type Rejection = z.infer<typeof rejection>

/** A rejection as a device is told of it. */
export const toldRejection = wire(
  fields.extend({
    /** It stands for so many of a short time, of which it is the first; left out where it stands for itself alone. */
    count: count.optional(),
  }),
)
export type ToldRejection = z.infer<typeof toldRejection>

const dismissal = wire(z.object({ by: z.string(), at: instantField, note: z.string() }))
/** A person has put a rejected message aside. */
export type Dismissal = z.infer<typeof dismissal>

export const quarantineItem = wire(
  z
    .object({
      id: z.string(),
      received_at: instantField,
      topic: z.string(),
      client: z.string(),
      /** Bytes of the payload as it came. */
      size_bytes: count,
      sample: z
        .string()
        .describe('the first 4 KiB as text; of bytes that are no text the first KiB, like `hex: 08 ff …`'),
      reason,
      rejections: z.array(rejection).describe('at most 20; `count` says how many there were'),
      count,
      content_type: z
        .string()
        .optional()
        .describe('what its sender said that it is (MQTT 5); absent where nothing was said'),
      user_properties: z
        .array(z.tuple([z.string(), z.string()]))
        .optional()
        .describe('of MQTT 5, by name, at most 16; absent without any'),
      dismissed: dismissal
        .optional()
        .describe('who has decided that nothing is to be done about it, when and why; absent of what waits'),
    })
    .meta({ id: 'QuarantineItem' }),
)
export type QuarantineItem = z.infer<typeof quarantineItem>

const byReason = z.partialRecord(reason, count)

export const quarantineAnswer = wire(
  z.object({
    items: z.array(quarantineItem),
    next,
    counts: byReason.describe('rejected elements and metrics since the data directory was made'),
    waiting: byReason.describe('messages that wait, of the plant and device asked for, on all pages'),
    dismissed: byReason.optional().describe('messages that were dismissed and are still kept, likewise'),
  }),
)
export type QuarantineAnswer = z.infer<typeof quarantineAnswer>

export const dismissedAnswer = wire(
  z.object({
    dismissed: count.describe('messages that no longer wait'),
    waiting: count.describe('messages of the same reason, plant and device that have arrived since'),
  }),
)
export type DismissedAnswer = z.infer<typeof dismissedAnswer>

export const retryAnswer = wire(
  z.object({
    result: z.enum(['accepted', 'rejected']),
    readings: count.describe('decoded from it, and archived; 0 when it was rejected again'),
    events: count,
    rejections: z.array(rejection).describe('what is still wrong, at most 20'),
  }),
)
/** Outcome of a message in quarantine that was decoded again. */
export type RetryAnswer = z.infer<typeof retryAnswer>
