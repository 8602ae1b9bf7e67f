import { z } from 'zod'

/** Properties of a stack and its analysers, where their readings do not say them. */
const stack = z.strictObject({
  area_m2: z
    .number()
    .positive()
    .optional()
    .describe('cross-section where the velocity is measured; makes a flow of stack_velocity_ms where no flow is sent'),
  moisture_pct: z
    .number()
    .min(0)
    .lt(100)
    .optional()
    .describe('water in the gas, % by volume, where stack_moisture_pct is not sent; figures made with it are approx'),
  barometric_kpa: z.number().min(50).max(120).default(101.325).describe('air pressure at the stack'),
  basis: z
    .enum(['dry', 'wet'])
    .default('dry')
    .describe('gas in which concentrations are measured; wet ones are brought to dry gas by the moisture'),
  o2_basis: z.enum(['dry', 'wet']).default('dry').describe('gas in which oxygen is measured'),
  nox_as: z
    .enum(['no2', 'no'])
    .default('no2')
    .describe(
      'what the mg/Nm3 of nox_mgm3 are of: no for an analyser of NO, which counts × 46/30; leave it out for ppm, of which one of NO is one of NO2',
    ),
})

/** Keys of a device; composed into its options. */
export const stackOptions = { stack: stack.prefault({}).describe('of a stack') }

export type StackOptions = z.output<typeof stack>
