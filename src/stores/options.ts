import { z } from 'zod'
import { sizeOption } from '../journal/options.js'

const RETENTION = /^(none|[1-9]\d{0,5}d)$/

/** Settings of every server: how it is called, and how it is written to. */
const delivered = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'lower case letters, digits, "_" and "-"')
    .optional()
    .describe('its name in the API, in metrics and for refill; without one its type'),
  url: z.url({ protocol: /^https?$/ }).describe('address of the server, such as http://127.0.0.1:8086'),
  timeout_s: z.number().min(0.1).max(600).default(30).describe('an answer that takes longer is none'),
  batch_bytes: sizeOption
    .default(1024 * 1024)
    .describe('most bytes of one write, before compression; 1 MiB when absent'),
  batch_age_s: z.number().min(0.05).max(60).default(1).describe('how long a reading waits for others at most'),
  in_flight: z.int().min(1).max(16).default(2).describe('writes under way at once'),
  gzip: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('compress what is written: auto does unless the server is on this machine'),
  series_max: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe('budget of series; what would be one more is refused and counted'),
}

const influxdb1 = z.strictObject({
  type: z.literal('influxdb1').describe('InfluxDB 1.x'),
  ...delivered,
  database: z.string().min(1).max(255).describe('database; created when it is missing'),
  username: z.string().min(1).optional().describe('user, where the server asks for one'),
  password: z.string().optional().describe('password; better in a file'),
  password_file: z.string().min(1).optional().describe('file that holds the password; read again after a refusal'),
  readings_retention: z
    .string()
    .regex(RETENTION, 'write none or a number of days such as 90d')
    .default('none')
    .describe('retention policy of readings, made when missing; none uses the database’s default'),
  kpi_retention: z
    .string()
    .regex(RETENTION, 'write none or a number of days such as 3650d')
    .default('none')
    .describe('the same of KPI points'),
})

const influxdb2 = z.strictObject({
  type: z.literal('influxdb2').describe('InfluxDB 2.x, Cloud, and 3.x'),
  ...delivered,
  org: z.string().default('').describe('organization; 3.x has none'),
  bucket: z.string().min(1).describe('bucket (2.x) or database (3.x) of readings and KPI points'),
  kpi_bucket: z.string().min(1).optional().describe('another one for KPI points, where they are kept longer'),
  token: z.string().optional().describe('API token; better in a file'),
  token_file: z
    .string()
    .min(1)
    .optional()
    .describe('file that holds the token; read again after a refusal, so that a new one needs no restart'),
})

const duckdb = z.strictObject({
  type: z
    .literal('duckdb')
    .describe('the embedded store; it keeps everything in any case, and answers history when it stands first'),
})

/** Config section `store`: where results go and history is read from. */
export const storeOptions = z
  .array(z.discriminatedUnion('type', [duckdb, influxdb1, influxdb2]))
  .min(1)
  .max(8)
  .default([{ type: 'duckdb' }])
  .describe('where readings and KPI points go; the first answers history')

export type StoreOptions = z.output<typeof storeOptions>
export type Influxdb1Options = z.output<typeof influxdb1>
export type Influxdb2Options = z.output<typeof influxdb2>
