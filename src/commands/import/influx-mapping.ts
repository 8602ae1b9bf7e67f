import { z } from 'zod'
import { HOUR_MS } from '../../base/durations.js'

/** Section `influxdb` of a mapping: what is asked of a database that runs, in slices of time. */

const instant = z.iso.datetime({ offset: true, error: 'an instant such as 2023-01-01T00:00:00Z' })
/** Questions of one import; a range that needs more has longer slices. */
const SLICES_MAX = 100_000

export const influxSection = z
  .strictObject({
    version: z.union([z.literal(1), z.literal(2)], '1 or 2').describe('1 asks by InfluxQL, 2 by Flux'),
    database: z.string().min(1).optional().describe('of InfluxDB 1.x'),
    retention_policy: z.string().min(1).optional().describe('of InfluxDB 1.x; the default of the database when absent'),
    username: z
      .string()
      .min(1)
      .optional()
      .describe(
        'of InfluxDB 1.x; the password is GREENGAUGE_INFLUX_PASSWORD, or in the file of GREENGAUGE_INFLUX_PASSWORD_FILE',
      ),
    org: z
      .string()
      .min(1)
      .optional()
      .describe(
        'of InfluxDB 2.x; the token is GREENGAUGE_INFLUX_TOKEN, or in the file of GREENGAUGE_INFLUX_TOKEN_FILE',
      ),
    bucket: z.string().min(1).optional().describe('of InfluxDB 2.x'),
    measurements: z
      .array(z.string().min(1))
      .min(1)
      .max(1000)
      .describe('measurements that are asked for, one after the other'),
    from: instant.describe('first instant, RFC 3339'),
    to: instant.describe('end, itself not included, RFC 3339'),
    slice_h: z.number().min(0.01).max(8784).default(24).describe('hours that one question asks for'),
  })
  .superRefine(({ version, database, bucket, org, from, to, slice_h, measurements }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (version === 1 && database === undefined) wrong('database', 'say the database')
    if (version === 2 && bucket === undefined) wrong('bucket', 'say the bucket')
    if (version === 2 && org === undefined) wrong('org', 'say the organization')
    const slices = ((Date.parse(to) - Date.parse(from)) / (slice_h * HOUR_MS)) * measurements.length
    if (!(slices > 0)) wrong('to', 'is not behind from')
    if (slices > SLICES_MAX) wrong('slice_h', `would be ${Math.ceil(slices)} questions: make it longer`)
  })

export type InfluxSection = z.output<typeof influxSection>
