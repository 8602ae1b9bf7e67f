import { z } from 'zod'
import { isId } from '../topic.js'
import { flowUnit } from './hj212.js'

/** Settings of a plant for the authorities that its stacks report to by HJ 212. */

const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')

/** Kinds of data that are reported, by the names that the commands of HJ 212 have. */
export const REPORTED = ['real_time', 'minute', 'hour', 'day'] as const
export type Reported = (typeof REPORTED)[number]

const stack = z.strictObject({
  id: id.describe('id of the device'),
  mn: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,24}$/, 'an MN has up to 24 letters and digits')
    .describe('MN under which the authority knows it: 24 characters since 2017, 14 in 2005'),
})

const authority = z.strictObject({
  id: id.describe('name of the authority in API, metrics and log; under it is kept what was sent'),
  host: z.string().min(1).describe('its computer'),
  port: z.int().min(1).max(65_535).describe('TCP port'),
  tls: z.boolean().default(false).describe('TLS from the first byte, where it asks for that'),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe('certificates that its own is checked with; those of the system when absent'),
  password: z
    .string()
    .regex(/^[^;=&\s]{1,9}$/, 'a password has up to 9 characters, none of them ; = & or a space')
    .optional()
    .describe('PW of the frames; better in a file'),
  password_file: z.string().min(1).optional().describe('file that holds it; read again for each connection'),
  st: z
    .string()
    .regex(/^\d\d$/, 'a system code has two digits, in quotes: "31"')
    .default('31')
    .describe('system code ST: 31 sources of air pollution'),
  edition: z.literal([2005, 2017, 2025]).default(2017).describe('of HJ 212: codes, and version bits of Flag'),
  stacks: z.array(stack).min(1).max(50).describe('which stacks report to it, each as a station of its own'),
  send: z
    .array(z.enum(REPORTED))
    .min(1)
    .default([...REPORTED])
    .describe('what is reported: commands 2011, 2051, 2061, 2031'),
  real_time_s: z
    .number()
    .min(1)
    .max(3600)
    .default(60)
    .describe('time between two frames of real-time data, RtdInterval'),
  minute_min: z
    .literal([1, 2, 3, 5, 6, 10, 12, 15, 20, 30])
    .default(10)
    .describe('length of what minute data are of, MinInterval'),
  flow_unit: flowUnit.optional().describe('unit of a00000 (B02); without it no flow is reported'),
  answer_timeout_s: z.number().min(1).max(300).default(10).describe('how long an answer is waited for, OverTime'),
  resend: z.int().min(0).max(20).default(3).describe('how often a frame without an answer is sent again, ReCount'),
  keep_days: z
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe('for how long minute, hour and day data wait for an answer, and the log of what was sent is kept'),
  restated: z
    .enum(['note', 'send'])
    .default('note')
    .describe(
      'what becomes of an hour or day whose figures change after they were sent: noted in the log, or sent again',
    ),
})

/** Keys of a plant; composed into its options. */
export const authorityOptions = {
  authorities: z.array(authority).max(10).default([]).describe('whom its stacks report to by HJ 212'),
}

export type AuthorityOptions = z.output<typeof authority>
