import { z } from 'zod'
import { certificateOptions, clientCertificateOptions } from '../access/tls-options.js'
import { filterProblem } from './topic-filter.js'

/** A well-formed topic filter. */
export const topicFilter = z.string().superRefine((text, context) => {
  const problem = filterProblem(text)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

const aclRule = z.strictObject({
  deny: z.enum(['subscribe', 'publish']).describe('what is not allowed'),
  topic: topicFilter.describe('the topics it concerns, as an MQTT topic filter such as test/#'),
})

/** A bound that keeps a client from taking what all share; what happens beyond it stands in its text. */
const bound = (least: number, most: number, preset: number) => z.int().min(least).max(most).default(preset)

const limits = z.strictObject({
  connections: bound(1, 100_000, 10_000).describe(
    'clients connected at once; who comes beyond gets CONNACK 3, but one that proves itself takes the place of one that does not',
  ),
  unproved: bound(10, 100_000, 2000).describe(
    'connections besides whose CONNECT is not accepted yet; beyond, the oldest is closed of the address (IPv6: /64) with the most, of the network (/24, IPv6: /48) with the most',
  ),
  sessions: bound(0, 1_000_000, 1000).describe(
    'sessions kept for clients that are away (clean session 0); beyond, the one whose client is away longest is dropped',
  ),
  session_messages: bound(0, 65_535, 1000).describe(
    'messages of QoS 1 and 2 kept for one session; beyond, the newest is not kept: who is away never gets it',
  ),
  session_bytes: bound(0, 2 ** 30, 4_194_304).describe('bytes of topics and payloads kept for one session; likewise'),
  sessions_bytes: bound(0, 2 ** 33, 67_108_864).describe('bytes kept for all sessions together; likewise'),
  retained: bound(0, 1_000_000, 10_000).describe(
    'topics with a retained message; beyond, a message for another topic is delivered but not retained',
  ),
  retained_bytes: bound(0, 2 ** 33, 16_777_216).describe('bytes of retained topics and payloads; likewise'),
  subscriptions: bound(1, 100_000, 100).describe('topic filters a client; beyond, SUBACK 0x80'),
  subscriptions_total: bound(1, 10_000_000, 50_000).describe('topic filters of all clients; beyond, SUBACK 0x80'),
  topic_levels: bound(5, 100, 16).describe(
    'levels of a topic filter, else SUBACK 0x80; a message with more is journaled but neither delivered nor retained',
  ),
  topic_bytes: bound(256, 65_535, 1024).describe('bytes of a topic filter or topic; likewise'),
  client_id_bytes: bound(23, 4096, 256).describe('length of a client id; a longer one gets CONNACK 2'),
  messages_per_s: bound(0, 10_000_000, 20_000).describe(
    'messages that one client may send in a second, 0 for no bound; beyond, it is read more slowly and nothing is lost',
  ),
  bytes_per_s: bound(0, 2 ** 33, 67_108_864).describe('bytes that one client may send in a second; likewise'),
  retained_per_s: bound(0, 10_000_000, 2000).describe(
    'retained messages that one client may send in a second; likewise. Each of them goes through the broker, whoever wants it',
  ),
  figures_late_s: bound(0, 3600, 1).describe(
    'seconds that what is acknowledged may wait for its figures, 0 for no bound; beyond, clients and data loggers that send their past (more than two minutes old, over 50 messages a second of it) are read as fast as figures follow, what is live is not held, and nothing is lost',
  ),
  unread_s: bound(1, 3600, 60).describe(
    'a client that leaves 1 MiB unread loses messages; after so many seconds without taking anything of what waits for it its connection',
  ),
})

const port = z.int().min(0).max(65_535)

const tls = z.strictObject({
  port: port.nullable().default(8883).describe('port for MQTT over TLS; null for none, 0 takes any free one'),
  ws_port: port
    .nullable()
    .default(null)
    .describe('port for MQTT over WebSocket and TLS; null for none, 0 takes any free one'),
  ...certificateOptions,
  ...clientCertificateOptions,
})

/** The section `mqtt` of the configuration. */
export const mqttOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('false: no broker of our own; messages come from the external brokers of `brokers` or by other doors'),
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0 or :: for every interface'),
  port: port.nullable().default(1883).describe('TCP port; null for none, 0 takes any free one'),
  ws_port: port
    .nullable()
    .default(null)
    .describe('port for MQTT over WebSocket on the same host, 8083 by custom; null for none, 0 takes any free one'),
  tls: tls.nullable().default(null).describe('the same over TLS, on ports of its own; null for none'),
  ws_origins: z
    .array(
      z
        .string()
        .regex(/^https?:\/\/[^/]+$/, 'such as https://scada.example:8443, without a path')
        .describe('scheme, host and port as the browser says them'),
    )
    .default([])
    .describe('pages that may connect by WebSocket besides those of this host, by origin'),
  max_packet_bytes: z
    .int()
    .min(1024)
    .max(8 * 1024 * 1024) // a journal record is at most 16 MiB
    .default(1_048_576)
    .describe('largest payload that is kept whole; of a larger one the first 4 KiB are kept and it is acknowledged'),
  acl: z.array(aclRule).default([]).describe('what clients may not do; everything else is allowed'),
  limits: limits.prefault({}),
})

export type MqttOptions = z.output<typeof mqttOptions>
export type MqttLimits = MqttOptions['limits']
export type AclRule = MqttOptions['acl'][number]
