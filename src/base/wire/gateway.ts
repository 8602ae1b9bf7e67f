import { z } from 'zod'
import { count } from './fields.js'
import type { StoreStatus } from './stores.js'
import { wire } from './wire.js'

/** The gateway itself, as its page and whoever watches over it see it. */

const instant = z.iso.datetime()

export const healthCheck = wire(
  z
    .object({
      name: z.string(),
      ok: z.boolean(),
      /** Says what is wrong and what to do; '' when nothing is wrong. */
      reason: z.string(),
    })
    .meta({ id: 'HealthCheck' }),
)
/** One thing that must be well for the gateway to be ready. */
export type HealthCheck = z.infer<typeof healthCheck>

const intakeRate = wire(
  z.object({
    /** End of the ten seconds. */
    at: instant,
    messages_per_s: z.number(),
    /** Time from PUBLISH to PUBACK, ms; null when nothing was acknowledged. */
    ack_p99_ms: z.number().nullable(),
  }),
)
export type IntakeRate = z.infer<typeof intakeRate>

/** @param store schema of a store, with the types that there are */
export function statusAnswerOf(store: z.ZodType<StoreStatus>) {
  return wire(
    z.object({
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
        /** null in the very first second. */
        messages_per_s: z.number().nullable().describe('mean over the last minute'),
        bytes_total: count.nullable().describe('payloads and topics, since the start'),
        ack_ms: z
          .object({ p50: z.number(), p99: z.number() })
          .nullable()
          .describe('from PUBLISH to PUBACK, over the last five minutes; null when there was none'),
      }),
      pipeline: z.object({
        lag_s: z.number().describe('how far figures are behind what has arrived, with the past that came late'),
        live_lag_s: z.number().describe('the same without it'),
      }),
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
      stores: z.array(store),
      process: z.object({
        rss_bytes: count,
        /** null in the very first second. */
        cpu_share: z.number().nullable().describe('of one core, mean over the last minute'),
        heap_bytes: count.describe('of the thread of pipeline and views'),
      }),
      rates: z.array(intakeRate).describe('one for each ten seconds, oldest first, at most 90'),
      checks: z.array(healthCheck).describe('all of /readyz, well or not'),
    }),
  )
}
/** Times are RFC 3339, UTC; what is not known is null. */
export type GatewayStatus = z.infer<ReturnType<typeof statusAnswerOf>>

export const gatewayAnswer = z.object({
  version: z.string(),
  commit: z.string(),
  node: z.string(),
  mqtt: z.object({
    host: z.string(),
    port: z.number().int().nullable().describe('null when it is switched off, or takes TLS alone'),
    tls_port: z.number().int().nullable().describe('port for MQTT over TLS; null without'),
  }),
  mqtt_certificate: z
    .object({
      valid_to: instant.describe('end of the certificate that the broker shows'),
      sha256: z.string().describe('its fingerprint'),
      trusted_by: z
        .enum(['file', 'public', 'unknown'])
        .describe(
          'file: devices need /api/v1/gateway/ca.pem; public: they have what they need; unknown: whoever signed it has what they need',
        ),
      issuer: z.string().describe('whoever has signed the last certificate that is known of the chain'),
      ca: z
        .object({ subject: z.string(), sha256: z.string(), valid_to: instant })
        .nullable()
        .describe('the certificate in ca.pem; null where there is none'),
    })
    .nullable()
    .describe('null without TLS'),
  simulated: z
    .array(z.string())
    .optional()
    .describe('plants for which the program was started with simulated devices; absent without'),
  simulators_ended: z
    .number()
    .int()
    .optional()
    .describe(
      'exit code with which the simulated devices have ended while the gateway goes on, 128 and the number of the signal that ended them; absent while they send',
    ),
})
export type MqttCertificate = NonNullable<z.infer<typeof gatewayAnswer>['mqtt_certificate']>
export const livenessAnswer = z.object({ status: z.literal('alive') })
export const readinessAnswer = z.object({
  status: z.enum(['ready', 'not_ready']),
  lag_s: z
    .number()
    .min(0)
    .nullable()
    .describe(
      'how far figures are behind what has arrived, with the past that came late, s; null while the database is rebuilt',
    ),
  live_lag_s: z.number().min(0).nullable().describe('the same without that past; above 30 not ready'),
  checks: z.array(healthCheck).describe('those that are not well; with `verbose` all'),
})
