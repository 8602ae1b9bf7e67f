import { z } from 'zod'
import type { DeviceAnswer, LastMessage } from '../base/device.js'
import { deviceFields, rejection } from './answers.js'

/** Answer of the route of one device, proved against `base/device.ts`. */

const instant = z.iso.datetime()
const count = z.number().int().min(0)

const lastMessage: z.ZodType<LastMessage> = z
  .object({
    topic: z.string(),
    client: z.string(),
    received_at: instant,
    size_bytes: count,
    sample: z.string().describe('the first KiB as text; bytes that are no text like `hex: 08 ff …`'),
    readings: count.describe('decoded from it'),
    events: count,
    rejections: z.array(rejection).describe('at most 20'),
  })
  .meta({ id: 'LastMessage' })

export const deviceAnswer: z.ZodType<DeviceAnswer> = z
  .object({
    ...deviceFields,
    plant: z.string(),
    line: z.string(),
    status: z.enum(['online', 'offline']).nullable().describe('its last status message'),
    session: z
      .object({ client: z.string(), state: z.enum(['open', 'ended', 'lost']).nullable() })
      .nullable()
      .describe('of the client that published its last sample'),
    clock_bounds: z.object({ min_ms: z.number(), max_ms: z.number() }).nullable(),
    clock_series: z
      .array(z.object({ at: instant, offset_ms: z.number() }))
      .describe('device minus gateway by minute of arrival, oldest first, at most 60'),
    sequence: z.object({ last: z.number().nullable(), gaps: count, missing: count }),
    metrics: z.array(z.string()).describe('of which it has readings, those with the newest ones first, at most 100'),
    last_message: lastMessage.nullable().describe('null before the first one since the gateway was started'),
  })
  .meta({ id: 'DeviceInFull' })
