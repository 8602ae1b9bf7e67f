import { z } from 'zod'
import { ALARM_SEVERITIES } from '../alarm.js'
import { CHANNEL_STATES, CHANNEL_TYPES, LANGUAGES } from '../notify.js'
import { wire } from './wire.js'

/** Channels by which people are told of alarms. */

const instant = z.iso.datetime().describe('RFC 3339, UTC')
const count = z.number().int().min(0)

const delivery = wire(
  z.object({
    at: instant,
    alarms: count.describe('how many alarms it told of'),
    ids: z.array(z.string()).describe('of the first of them'),
    test: z.boolean(),
    ok: z.boolean(),
    detail: z.string().describe('what the other side said, without secrets'),
  }),
)
/** One message, or a row of tries that failed alike. */
export type ChannelDelivery = z.infer<typeof delivery>

const channel = wire(
  z
    .object({
      id: z.string(),
      type: z.enum(CHANNEL_TYPES),
      target: z.string().describe('where messages go, without secrets'),
      plants: z.array(z.string()).nullable().describe('null for all'),
      min_severity: z.enum(ALARM_SEVERITIES),
      language: z.enum(LANGUAGES),
      digest_s: z.number(),
      send_cleared: z.boolean(),
      state: z
        .enum(CHANNEL_STATES)
        .describe(
          'idle: nothing was sent yet; ok: the last message arrived; retrying: the other side is away or asks to wait; failed: it refuses, which is for a person to mend',
        ),
      reason: z.string().describe('why it is retrying or failed'),
      pending: count.describe('alarms that wait for a digest, the end of a shelving, or the other side'),
      dropped: count.describe('alarms never sent because too many waited'),
      last_sent_at: instant.nullable(),
      recent: z.array(delivery).describe('the last 50 messages, newest first; tries that failed alike are one'),
    })
    .meta({ id: 'AlarmChannel' }),
)
export type AlarmChannel = z.infer<typeof channel>

export const channelsAnswer = wire(z.object({ channels: z.array(channel) }))
export type AlarmChannelsAnswer = z.infer<typeof channelsAnswer>

export const channelTestAnswer = wire(
  z.object({
    ok: z.boolean(),
    detail: z.string().describe('what the other side said, without secrets'),
  }),
)
export type ChannelTestAnswer = z.infer<typeof channelTestAnswer>
