import { z } from 'zod'

/** Settings of a plant that takes part in a carbon market: its months are put together, attested and watched. */

/** Emissions that allowances have to cover. */
export const COVERED_EMISSIONS = ['direct', 'direct_and_purchased'] as const
export type CoveredEmissions = (typeof COVERED_EMISSIONS)[number]

const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/

const ets = z.strictObject({
  from: z.string().regex(MONTH, 'a month is written like 2026-01').describe('first month that is attested and watched'),
  covered: z
    .enum(COVERED_EMISSIONS)
    .describe(
      'emissions that allowances have to cover, by the rules of the sector: direct is scope 1, direct_and_purchased has electricity and heat that are bought beside it, by location',
    ),
  attest_within_days: z
    .number()
    .int()
    .min(1)
    .max(366)
    .default(40)
    .describe('days after the end of a month within which somebody has to have attested it'),
})

/** Key of a plant; composed into its options. */
export const etsOptions = {
  ets: ets.optional().describe('present: the plant takes part in a carbon market'),
}

export type EtsOptions = z.output<typeof ets>

/** KPI that is covered by allowances. */
export function coveredKpi({ covered }: Pick<EtsOptions, 'covered'>): 'scope1_co2e' | 'carbon_total_lb' {
  return covered === 'direct' ? 'scope1_co2e' : 'carbon_total_lb'
}
