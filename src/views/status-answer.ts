import { z } from 'zod'
import type { GatewayStatus } from '../base/gateway-status.js'
import { healthCheck, storeAnswer } from './answers.js'

/** Answer of the route of the gateway's status, proved against `base/gateway-status.ts`. */

const instant = z.iso.datetime()
const count = z.number().int().min(0)

export const statusAnswer: z.ZodType<GatewayStatus> = z.object({
  version: z.string(),
  commit: z.string(),
  node: z.string(),
  started_at: instant,
  uptime_s: z.number(),
  mqtt: z.object({
    host: z.string(),
    port: z
      .number()
      .int()
      .nullable()
      .describe('null when the broker of the gateway is switched off, or takes TLS alone'),
    tls_port: z.number().int().nullable().describe('port for MQTT over TLS; null without'),
    clients: count,
  }),
  feed: z.object({ clients: count, dropped_updates: count }),
  intake: z.object({
    messages_total: count.describe('since the data directory was made'),
    messages_per_s: z.number().nullable().describe('mean over the last minute'),
    bytes_total: count.nullable().describe('payloads and topics, since the start'),
    ack_ms: z
      .object({ p50: z.number(), p99: z.number() })
      .nullable()
      .describe('from PUBLISH to PUBACK, over the last five minutes; null when there was none'),
  }),
  pipeline: z.object({ lag_s: z.number() }),
  journal: z.object({
    bytes: count,
    bytes_max: count,
    oldest_at: instant.nullable().describe('arrival of the oldest record'),
    records_per_s: z.number().nullable().describe('mean over the last minute; what came together is one record'),
  }),
  archive: z.object({
    bytes: count.nullable().describe('database and files'),
    oldest_at: instant.nullable().describe('time of the oldest reading'),
    days: z.number().nullable().describe('from there to now'),
  }),
  stores: z.array(storeAnswer),
  process: z.object({
    rss_bytes: count,
    cpu_share: z.number().nullable().describe('of one core, mean over the last minute'),
    heap_bytes: count.describe('of the thread of pipeline and views'),
  }),
  rates: z
    .array(z.object({ at: instant, messages_per_s: z.number(), ack_p99_ms: z.number().nullable() }))
    .describe('one for each ten seconds, oldest first, at most 90'),
  checks: z.array(healthCheck).describe('all of /readyz, well or not'),
})
