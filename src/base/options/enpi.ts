import { z } from 'zod'

/** Settings of a plant for the energy it should need. */

const day = z.iso.date('a day is written like 2026-01-31')

/** KPIs of a day that a baseline may go by. */
export const ENPI_VARIABLES = ['good_units', 'cycles'] as const
export const ENPI_ENERGIES = ['energy_elec_consumed', 'energy_elec_import'] as const

/** Energy baseline: expected kWh of a day = a + b · output of the day. Source: ISO 50006 (from memory). */
const baseline = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id is [a-z0-9][a-z0-9._-]{0,63}, such as baseline-2025')
      .describe('named in every figure it is used for, as enpi.<id>'),
    valid_from: day.optional().describe("first day it is compared with, in the plant's zone; always when absent"),
    valid_to: day.optional().describe('last day, itself included; until further notice when absent'),
    baseline: z
      .strictObject({ from: day.describe('first day'), to: day.describe('last day, itself included') })
      .refine((b) => b.to >= b.from, { path: ['to'], message: 'it lies before from: swap the two' })
      .describe('the days that a, b and r2 were calculated from, for auditors'),
    window: z.literal('1d').default('1d').describe('the period of the baseline: a day'),
    variable: z.enum(ENPI_VARIABLES).default('good_units').describe('what the energy goes by: x of the line'),
    energy: z.enum(ENPI_ENERGIES).default('energy_elec_consumed').describe('what is compared'),
    a: z
      .number()
      .describe(
        'kWh of a day without output; GET /api/v1/plants/{plant}/enpi/baseline calculates a, b and r2 from stored days, with the lines for this file',
      ),
    b: z.number().describe('kWh for one more of the variable'),
    r2: z.number().min(0).max(1).optional().describe('share of the variation that the line explains, for auditors'),
    source: z.string().min(1).describe('where a and b come from, for auditors'),
  })
  .refine((e) => e.valid_from === undefined || e.valid_to === undefined || e.valid_to >= e.valid_from, {
    path: ['valid_to'],
    message: 'it lies before valid_from: swap the two, or leave it out',
  })

/** Keys of a plant; composed into its options. */
export const enpiOptions = {
  enpi: z
    .array(baseline)
    .default([])
    .describe('energy baselines, one after the other in time: what energy is compared with'),
}

export type BaselineOptions = z.output<typeof baseline>
export type EnpiVariable = (typeof ENPI_VARIABLES)[number]
export type EnpiEnergy = (typeof ENPI_ENERGIES)[number]
