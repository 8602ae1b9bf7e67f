import { z } from 'zod'
import { cbam } from './cbam.js'
import { day, words } from './statements.js'

/** Statements of a plant about itself to the readers of its emissions reports. What is not said is printed as such. */

/** Approaches to counting subsidiaries and shared plants. Source: GHG Protocol, chapter 3 (from memory). */
export const CONSOLIDATIONS = ['operational_control', 'financial_control', 'equity_share'] as const

const baseYear = z.strictObject({
  year: z.number().int().min(1990).max(2100).describe('what later years are compared with'),
  scope1_t: z.number().nonnegative().optional().describe('tCO2e of that year'),
  scope2_lb_t: z.number().nonnegative().optional().describe('tCO2e, location-based'),
  scope2_mb_t: z.number().nonnegative().optional().describe('tCO2e, market-based'),
  policy: words.optional().describe('when it is calculated again'),
  changes: z
    .array(
      z.strictObject({ on: day.describe('day of the change'), reason: words.describe('what was changed, and why') }),
    )
    .default([])
    .describe('when it was calculated again'),
})

const report = z.strictObject({
  organisation: words.optional().describe('who reports'),
  credit_code: z
    .string()
    .regex(/^[0-9A-Z]{18}$/, 'a unified social credit code has 18 digits and capital letters')
    .optional()
    .describe('unified social credit code, in China'),
  site: words.optional().describe('name of the site; that of the plant when absent'),
  address: words.optional().describe('postal address'),
  latitude: z
    .number()
    .min(-90)
    .max(90)
    .optional()
    .describe('degrees, north is positive; forecasts look at the sun where both are said'),
  longitude: z.number().min(-180).max(180).optional().describe('degrees, east is positive'),
  unlocode: z
    .string()
    .regex(/^[A-Z]{2}[A-Z2-9]{3}$/, 'a UN/LOCODE is written like CNSZV')
    .optional()
    .describe('UN/LOCODE of the place'),
  industry: words.optional().describe('branch, such as machinery manufacturing'),
  responsible: words.optional().describe('person who answers for the report'),
  verifier: words.optional().describe('body that verifies it'),
  consolidation: z.enum(CONSOLIDATIONS).optional().describe('approach to the boundary of the organisation'),
  equity_pct: z.number().positive().max(100).optional().describe('% held, with equity_share'),
  excluded: z
    .array(
      z.strictObject({
        source: words.describe('what is left out'),
        reason: words.describe('why'),
      }),
    )
    .default([])
    .describe('sources that are left out'),
  base_year: baseYear.optional(),
  calibrations: z
    .array(
      z.strictObject({
        device: z.string().describe('id of the meter'),
        on: day.describe('day of the calibration'),
        certificate: z.string().optional().describe('its number'),
      }),
    )
    .default([])
    .describe('when meters were calibrated last'),
  substitution: z
    .enum(['hj75', 'mrr'])
    .default('hj75')
    .describe('how hours of stacks that were not measured are put in: HJ 75, or Article 45 of the EU'),
  verify_url: z
    .url({ protocol: /^https?$/, message: 'an address such as https://example.com/check' })
    .max(300)
    .optional()
    .describe(
      'page that tells others how to check reports, with the fingerprint of the key: the code on a saving for a bank leads there',
    ),
  cbam: cbam.optional().describe('for the extract of a CBAM operator'),
})

/** Key of a plant; composed into its options. */
export const reportingOptions = { report: report.prefault({}).describe('who and what its emissions reports are about') }
