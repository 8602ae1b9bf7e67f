import { z } from 'zod'

/** Statements of a plant about itself to the readers of its emissions reports. What is not said is printed as such. */

const day = z.iso.date('a day is written like 2026-01-31')
const words = z.union([
  z.string().min(1),
  z.strictObject({
    en: z.string().min(1).optional().describe('in English'),
    zh: z.string().min(1).optional().describe('in Chinese'),
  }),
])
const share = z.number().min(0).max(1)

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

const precursor = z.strictObject({
  name: words.describe('what goes into the good'),
  cn_code: z
    .string()
    .regex(/^\d{8}$/, 'a CN code has eight digits')
    .optional()
    .describe('its CN code'),
  installation: z.string().optional().describe('where it was made'),
  country: z.string().optional().describe('country of that installation'),
  t_per_t: z.number().positive().describe('tonnes of it in one tonne of the good'),
  see_direct: z.number().nonnegative().describe('its specific embedded emissions, tCO2e a tonne, direct'),
  see_indirect: z.number().nonnegative().default(0).describe('the same, of its electricity'),
  is_default: z.boolean().default(false).describe('its emissions are default values'),
  source: z.string().min(1).describe('where these can be looked up'),
})

const good = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
      .describe('named in figures'),
    name: words.optional().describe('as people call it'),
    cn_code: z
      .string()
      .regex(/^\d{8}$/, 'a CN code has eight digits')
      .describe('eight digits, without blanks'),
    category: words.describe('aggregated goods category, such as iron or steel products'),
    route: words.describe('production route'),
    counted_by: z.array(z.string()).optional().describe('devices whose good pieces are counted'),
    kg_per_piece: z.number().positive().optional().describe('mass of one of these pieces'),
    produced: z
      .array(
        z.strictObject({
          from: day.describe('first day'),
          to: day.describe('the day after the last'),
          t: z.number().nonnegative().describe('tonnes that were made'),
          source: z.string().min(1).describe('where it can be looked up'),
        }),
      )
      .default([])
      .describe('tonnes by weighing, where pieces are not counted; has to cover the period of the report'),
    direct_share: share.optional().describe('part of scope 1 that is attributed to it'),
    direct_devices: z.array(z.string()).optional().describe('or the devices whose scope 1 is all of it'),
    electricity_share: share.optional().describe('part of the electricity consumed that is attributed to it'),
    electricity_devices: z.array(z.string()).optional().describe('or the devices whose electricity is all of it'),
    precursors: z.array(precursor).default([]).describe('goods with embedded emissions that go into it'),
  })
  .refine((one) => one.direct_share === undefined || one.direct_devices === undefined, {
    path: ['direct_devices'],
    message: 'direct_share says it already: keep one of the two',
  })
  .refine((one) => one.electricity_share === undefined || one.electricity_devices === undefined, {
    path: ['electricity_devices'],
    message: 'electricity_share says it already: keep one of the two',
  })
  .refine((one) => (one.counted_by === undefined) === (one.kg_per_piece === undefined), {
    path: ['kg_per_piece'],
    message: 'counted_by and kg_per_piece belong together',
  })
  .refine((one) => one.counted_by === undefined || one.produced.length === 0, {
    path: ['produced'],
    message: 'pieces are counted already: keep counted_by or produced',
  })

const cbam = z.strictObject({
  operator: words.optional().describe('who runs the installation; the organisation when absent'),
  monitoring: z
    .enum(['calculation', 'measurement', 'both'])
    .optional()
    .describe('how emissions are determined; by carbon.method when absent'),
  electricity: z
    .strictObject({
      origin: z
        .enum(['power_purchase_agreement', 'direct_line', 'country_default'])
        .describe('where its factor comes from'),
      kg_per_kwh: z.number().nonnegative().describe('kgCO2e/kWh'),
      source: z.string().min(1).describe('where it can be looked up'),
    })
    .optional()
    .describe('factor of electricity; that of the location when absent'),
  goods: z.array(good).default([]).describe('what is exported to the EU'),
  heat: words.optional().describe('heat that came in or went out, in words with amounts'),
  waste_gas: words.optional().describe('waste gases that came in or went out, in words with amounts'),
  carbon_price: z
    .strictObject({
      amount: z.number().nonnegative().describe('due for each tCO2e'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'a currency is written like CNY')
        .describe('of the amount'),
      form: words.describe('tax, emissions trading, …'),
      rebate: words.optional().describe('what of it was given back'),
      source: z.string().min(1).describe('where it can be looked up'),
    })
    .optional()
    .describe('carbon price due in the country of origin'),
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
  latitude: z.number().min(-90).max(90).optional().describe('degrees, north is positive'),
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
  cbam: cbam.optional().describe('for the extract of a CBAM operator'),
})

/** Key of a plant; composed into its options. */
export const reportingOptions = { report: report.prefault({}).describe('who and what its emissions reports are about') }

export type CbamGood = z.output<typeof good>
/** A text that is the same in both languages, or each of them. */
export type ConfiguredText = z.output<typeof words>
