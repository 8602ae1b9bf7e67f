import { z } from 'zod'
import { MQTT_VERSIONS } from '../mqtt-version.js'
import { count } from './fields.js'
import { deviceFields } from './plants.js'
import { rejection } from './quarantine.js'
import { wire } from './wire.js'

/** One device in full. */

const instant = z.iso.datetime()

const lastMessage = wire(
  z
    .object({
      topic: z.string(),
      client: z.string(),
      /** Arrival. */
      received_at: instant,
      size_bytes: count,
      sample: z.string().describe('the first KiB as text; bytes that are no text like `hex: 08 ff …`'),
      readings: count.describe('decoded from it'),
      events: count,
      rejections: z.array(rejection).describe('at most 20'),
    })
    .meta({ id: 'LastMessage' }),
)
/** The last message of a device as it came, and what became of it. */
export type LastMessage = z.infer<typeof lastMessage>

export const deviceAnswer = wire(
  z
    .object({
      ...deviceFields,
      plant: z.string(),
      line: z.string(),
      /** null before the first. */
      status: z.enum(['online', 'offline']).nullable().describe('its last status message'),
      /** `lost` when the gateway itself was stopped. */
      session: z
        .object({
          client: z.string(),
          state: z.enum(['open', 'ended', 'lost']).nullable(),
          mqtt: z
            .enum(Object.values(MQTT_VERSIONS))
            .nullable()
            .describe('version of MQTT that the client speaks or last spoke; null where that is not known'),
        })
        .nullable()
        .describe('of the client that published its last sample'),
      /** Smallest and largest offset of the clock in the last ten minutes with readings. */
      clock_bounds: z.object({ min_ms: z.number(), max_ms: z.number() }).nullable(),
      clock_series: z
        .array(z.object({ at: instant, offset_ms: z.number() }))
        .describe('device minus gateway by minute of arrival, oldest first, at most 60'),
      /** Its counter `seq`: the last value, how often values were left out, and how many. */
      sequence: z.object({ last: z.number().nullable(), gaps: count, missing: count }),
      metrics: z.array(z.string()).describe('of which it has readings, those with the newest ones first, at most 100'),
      last_message: lastMessage.nullable().describe('null before the first one since the gateway was started'),
    })
    .meta({ id: 'DeviceInFull' }),
)
/** All that is known of one device. */
export type DeviceAnswer = z.infer<typeof deviceAnswer>
