import { z } from 'zod'
import { serverOptions } from '../server-kind.js'

const RETENTION = /^(none|[1-9]\d{0,5}d)$/

export const influxdb1Options = z.strictObject({
  type: z.literal('influxdb1').describe('InfluxDB 1.x'),
  ...serverOptions,
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

export const influxdb2Options = z.strictObject({
  type: z.literal('influxdb2').describe('InfluxDB 2.x, Cloud, and 3.x'),
  ...serverOptions,
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

export type Influxdb1Options = z.output<typeof influxdb1Options>
export type Influxdb2Options = z.output<typeof influxdb2Options>
