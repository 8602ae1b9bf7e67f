import { z } from 'zod'
import { CRC_LETTERS, SEGMENT_BYTES_MAX } from '../hj212/frame.js'
import { isMetricName } from '../metrics.js'
import { isId } from '../topic.js'

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
const metric = z.string().refine(isMetricName, 'a metric is named [a-z][a-z0-9_]{0,63}')

/** Units of a flow on the wire, each with ours: the gas is taken as dry and in the normal state, as a CEMS reports it. */
export const NORMAL_FLOW_UNITS = { 'm3/s': 'Nm3/s', 'm3/h': 'Nm3/h', 'L/s': 'NL/s' } as const
export type FlowUnit = keyof typeof NORMAL_FLOW_UNITS

/** Unit of a flow on the wire: the editions of HJ 212 say m³/s, stations differ. */
export const flowUnit = z.enum(Object.keys(NORMAL_FLOW_UNITS) as [FlowUnit, ...FlowUnit[]])

/** The place of a value that a code of our own list does not have, or not so. */
const codePlace = z.strictObject({
  metric: metric.describe('where its values belong'),
  unit: z.string().max(32).optional().describe('on the wire; that of the metric when absent'),
})

const station = z.strictObject({
  mn: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,40}$/, 'letters, digits, - and _, at most 40')
    .describe('MN, the identity that the data logger sends'),
  plant: id.describe('plant to which its readings belong'),
  line: id.describe('line of the plant'),
  device: id.describe('device, usually the stack'),
  password: z.string().min(1).max(40).optional().describe('PW that it has to send; not looked at when absent'),
  password_file: z.string().min(1).optional().describe('file that holds PW; read again when another one comes'),
  flow_unit: flowUnit
    .optional()
    .describe('of a00000 (B02) on the wire; without it the flow is rejected, as devices differ'),
  pressure_unit: z
    .enum(['kPa', 'Pa', 'hPa', 'MPa'])
    .optional()
    .describe('of a01013 or S08 on the wire; for a01013 kPa when absent, for S08, the code of 2005, it has to be said'),
  take: z
    .enum(['real_time', 'minute'])
    .default('real_time')
    .describe(
      'which of its figures are the readings: those of 2011, or the averages of 2051; the others are kept aside',
    ),
  crc: z.enum(CRC_LETTERS).default('upper').describe('case of the letters of its check sums'),
  codes: z
    .record(z.string().regex(/^[0-9A-Za-z-]{1,20}$/, 'a pollutant code such as a05001'), codePlace.nullable())
    .default({})
    .describe('codes that it uses otherwise, or besides; null leaves one out'),
})

/** The section `hj212` of the configuration: the listener for data loggers of stacks, and what they send. */
export const hj212Options = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0 or :: for every interface'),
  port: z.int().min(0).max(65_535).nullable().default(null).describe('TCP port; null for none, 0 takes any free one'),
  connections: z
    .int()
    .min(1)
    .max(100_000)
    .default(2000)
    .describe('data loggers connected at once of which a frame was taken; of more one is closed'),
  unproved: z
    .int()
    .min(10)
    .max(100_000)
    .default(1000)
    .describe(
      'connections besides of which no frame was taken yet, at least as many as there are stations; beyond, the oldest is closed of the address (IPv6: /64) with the most, of the network (/24, IPv6: /48) with the most',
    ),
  idle_s: z
    .number()
    .min(1)
    .max(86_400)
    .default(900)
    .describe('a connection on which nothing comes for so long is closed'),
  frame_s: z
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe('a frame that has begun has to be whole after so long; else its connection is closed'),
  frame_bytes_max: z
    .int()
    .min(64)
    .max(SEGMENT_BYTES_MAX)
    .default(SEGMENT_BYTES_MAX)
    .describe('largest data segment; a frame that declares more is a bad one'),
  refused_max: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe(
      'frames in a row that were not taken (bad, of no station, with a wrong PW), after which a connection is closed',
    ),
  stations: z.array(station).max(10_000).default([]).describe('the data loggers, and where their readings belong'),
})

export type Hj212Options = z.output<typeof hj212Options>
export type Hj212Station = Hj212Options['stations'][number]
