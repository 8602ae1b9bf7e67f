import { z } from 'zod'
import { isId } from '../topic.js'

/** Settings of a plant for the limits its stacks have to keep. */

const day = z.iso.date('a day is written like 2026-01-31')

/** Pollutants that figures and limits are of. */
export const POLLUTANTS = ['nox', 'so2', 'pm', 'co'] as const
export type Pollutant = (typeof POLLUTANTS)[number]

/** Regimes whose rule says when an hour has enough data. */
export const REGIMES = ['cn', 'us', 'eu'] as const
export type Regime = (typeof REGIMES)[number]

/** Standards whose limits the gateway knows; any other name is that of a permit, with a number beside it. */
export const STACK_STANDARDS = [
  'gb13223-coal-new',
  'gb13223-coal-special',
  'gb13271-coal-new',
  'gb13271-coal-special',
  'gb13271-oil-new',
  'gb13271-oil-special',
  'gb13271-gas-new',
  'gb13271-gas-special',
  'ultra-low-coal',
] as const
export type StackStandard = (typeof STACK_STANDARDS)[number]

const limit = z
  .strictObject({
    stack: z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}').describe('id of the device'),
    pollutant: z.enum(POLLUTANTS).describe('of which pollutant; NOx counts as NO2'),
    standard: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'a name is [a-z0-9][a-z0-9._-]{0,63}, such as gb13271-coal-new')
      .describe(
        'a standard of the table in docs/reference/metrics.md, which gives limit and o2_ref, or the name of a permit; named in every figure it is used for',
      )
      .meta({ examples: [...STACK_STANDARDS] }),
    limit: z
      .number()
      .positive()
      .optional()
      .describe('mg/Nm3 at o2_ref, of a clock hour; that of the standard when absent'),
    o2_ref: z
      .number()
      .min(0)
      .lt(21)
      .optional()
      .describe('reference oxygen, % by volume; that of the standard when absent. Without either nothing is corrected'),
    valid_from: day.optional().describe("first day it holds, in the plant's zone"),
    valid_to: day.optional().describe('last day, itself included; until further notice when absent'),
    regime: z
      .enum(REGIMES)
      .default('cn')
      .describe(
        'when an hour is valid: cn with 45 good minutes, and a day with 20 of its hours (HJ 75); us with a good reading in each quarter, in two where the analyser was checked (40 CFR 60.13), and air of 20.9 % oxygen in place of 21; eu with 80 % of its readings (MRR Art. 44)',
      ),
  })
  .refine((l) => l.valid_from === undefined || l.valid_to === undefined || l.valid_to >= l.valid_from, {
    path: ['valid_to'],
    message: 'it lies before valid_from: swap the two, or leave it out',
  })

/** Keys of a plant; composed into its options. */
export const limitOptions = { limits: z.array(limit).default([]) }

export type LimitOptions = z.output<typeof limit>
