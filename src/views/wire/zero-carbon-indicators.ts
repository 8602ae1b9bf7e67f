import { z } from 'zod'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/zero-carbon-indicators`. */

const localized = z.object({ en: z.string(), zh: z.string() })

const indicatorItem = wire(
  z
    .object({
      number: z.string().describe("in the self-assessments that were read; '–' for one that they do not have"),
      figure: z.string().describe('id of the figure in the report: its lineage is asked with it'),
      name: localized,
      value: z.string().nullable().describe('exact decimal; null where it is not known'),
      unit: z.string().describe("'1' for counts"),
      decimals: z.number().int().describe('that are shown'),
      reason: z.string().describe("why it is not known; '' otherwise"),
      basic: z.string().nullable().describe('value that a public document asks of everybody, such as <= 1.8 tCO2/tce'),
      leading: z.string().nullable().describe('value that it is to go to'),
    })
    .meta({ id: 'ZeroCarbonIndicator' }),
)
export type ZeroCarbonIndicatorItem = z.infer<typeof indicatorItem>

export const zeroCarbonIndicatorsAnswer = wire(
  z.object({
    report: z
      .object({
        id: z.string(),
        version: z.number().int(),
        status: z.string(),
        from: z.string().describe('first day'),
        to: z.string().describe('the day after the last'),
        outdated: z.boolean(),
      })
      .nullable()
      .describe('newest report of the form zero-carbon-factory that has the plant; null without one'),
    indicators: z.array(indicatorItem).describe('empty without a report'),
    references: z
      .array(z.object({ value: z.string(), holds_for: localized, source: localized }))
      .describe('sources of the values to compare with: secondary, to be checked against the original'),
  }),
)
export type ZeroCarbonIndicatorsAnswer = z.infer<typeof zeroCarbonIndicatorsAnswer>
