import { z } from 'zod'
import { isId } from '../../base/topic.js'
import { topicFilter } from '../options.js'
import { topicProblem } from '../packet-rules.js'
import { urlProblem } from './url.js'

/** A text whose fault a function says in a sentence, or null. */
const checked = (problemOf: (text: string) => string | null) =>
  z.string().superRefine((text, context) => {
    const problem = problemOf(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

const file = (what: string) => z.string().min(1).optional().describe(`file with ${what}; read again at each connection`)

const tls = z.strictObject({
  ca_file: file('the certificates (PEM) that the broker’s is checked against; those of the system when absent'),
  cert_file: file('our certificate (PEM), where the broker asks for one'),
  key_file: file('its key (PEM)'),
  server_name: z.string().min(1).optional().describe('name in the broker’s certificate, where it is not that of url'),
})

const broker = z.strictObject({
  id: z
    .string()
    .refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
    .describe('name of the broker in log, metrics and health; its messages have the client broker:{id}'),
  url: checked(urlProblem).describe('mqtt://, mqtts://, ws:// or wss://, host and port'),
  client_id: z
    .string()
    .min(1)
    .max(256)
    .describe('the broker keeps our session under this name: no other client may have it, nor a second gateway'),
  version: z.literal([5, 4]).default(5).describe('of MQTT: 5, or 4 for MQTT 3.1.1 (its protocol level)'),
  username: z.string().min(1).optional().describe('user, where the broker asks for one'),
  password: z.string().min(1).optional().describe('password; better in a file'),
  password_file: file('the password'),
  topics: z
    .array(topicFilter)
    .min(1)
    .max(100)
    .default(['plants/#'])
    .describe('topic filters that are subscribed to, such as spBv1.0/# for Sparkplug'),
  share: z
    .string()
    .regex(/^[^/+#]+$/, 'a name without "/", "+" and "#"')
    .optional()
    .describe('name of a shared subscription ($share/NAME/…): several gateways, each message to one of them'),
  qos: z
    .literal([0, 1])
    .default(1)
    .describe('1: what the broker holds is not lost; 0: what is under way is, when the connection breaks'),
  session_expiry_s: z
    .int()
    .min(0)
    .max(0xffff_ffff)
    .default(604_800)
    .describe(
      'how long the broker is asked to keep messages for us while we are away (MQTT 5); its own bounds hold too',
    ),
  in_flight_max: z
    .int()
    .min(1)
    .max(65_535)
    .default(4096)
    .describe('messages that the broker sends before we acknowledged the first of them (MQTT 5 receive maximum)'),
  keep_alive_s: z
    .int()
    .min(1)
    .max(65_535)
    .default(30)
    .describe('a broker that is silent for one and a half of these is taken for gone'),
  status_topic: checked((topic) => topicProblem(Buffer.from(topic), 0, Buffer.byteLength(topic)))
    .optional()
    .describe(
      'where `online` is kept (retained) while we are connected, and `offline`, also as last will, when not; none where a Sparkplug host says so',
    ),
  tls: tls.optional().describe('for mqtts:// and wss://'),
})

const BROKERS_MAX = 20

/** The section `brokers` of the configuration: existing MQTT brokers that messages are fetched from. */
export const brokersOptions = z
  .array(broker)
  .max(BROKERS_MAX)
  .default([])
  .describe('existing MQTT brokers or clusters that messages are fetched from, beside our own or instead of it')

export type BrokerOptions = z.output<typeof broker>
