import { z } from 'zod'
import { compareText } from '../text-order.js'
import { day, words } from './statements.js'

/** Statements of a plant for the emissions report of a CBAM operator; part of its section `report`. */

const share = z.number().min(0).max(1)

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
  markup_pct: z
    .union([z.literal('by_year'), z.number().min(0).max(100)])
    .optional()
    .describe(
      'percent that is added to its default values; by_year adds 10 in 2026, 20 in 2027 and 30 from 2028, by the year in which the report begins. Absent where the values have it already',
    ),
  made_here: z.boolean().optional().describe('a production process of its own in this installation makes it'),
  operator: z.string().min(1).optional().describe('who runs the installation of origin'),
  registry_id: z.string().min(1).optional().describe('identifier of the installation of origin in the CBAM Registry'),
  period: z
    .strictObject({ from: day.describe('first day'), to: day.describe('the day after the last') })
    .optional()
    .describe('reporting period that its actual values are of'),
  period_basis: z
    .enum(['default_reporting_period', 'time_of_production'])
    .optional()
    .describe('how that period was chosen'),
  obtained_by: z
    .enum(['default_method', 'chosen_installations'])
    .optional()
    .describe(
      'with several installations of origin: method of Article 14(2), or installations chosen by Article 14(3)',
    ),
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
      .describe(
        'tonnes by weighing, where pieces are not counted; has to cover the period of the report; entries of which two share a day give no tonnes',
      ),
    direct_share: share.optional().describe('part of scope 1 that is attributed to it'),
    direct_devices: z.array(z.string()).optional().describe('or the devices whose scope 1 is all of it'),
    electricity_share: share.optional().describe('part of the electricity consumed that is attributed to it'),
    electricity_devices: z.array(z.string()).optional().describe('or the devices whose electricity is all of it'),
    precursors: z.array(precursor).default([]).describe('goods with embedded emissions that go into it'),
    process: z
      .string()
      .min(1)
      .optional()
      .describe(
        'production process that makes it, in English; goods that name the same are of one. Its own when absent',
      ),
    in_annex_ii: z
      .boolean()
      .optional()
      .describe(
        'listed in Annex II to Regulation (EU) 2023/956, where direct emissions alone count; by the chapter of the CN code when absent',
      ),
    heat_devices: z.array(z.string()).optional().describe('devices whose heat is all of it'),
    parameters: z
      .array(
        z.strictObject({
          name: words.describe('a sector-specific parameter'),
          value: z.union([z.number(), z.string().min(1)]).describe('what it is'),
          unit: z.string().min(1).optional().describe('of the value'),
          source: z.string().min(1).describe('where it can be looked up'),
        }),
      )
      .optional()
      .describe('sector-specific parameters of Annex IV, point 2'),
    free_allocation: z
      .strictObject({
        t_per_t: z.number().nonnegative().describe('specific embedded free allocation, tCO2e a tonne'),
        method: words.describe('benchmarks and methods that it was determined with'),
        benchmarks_confirmed: z.boolean().optional().describe('the applicable CBAM benchmarks were used'),
        source: z.string().min(1).describe('where it can be looked up'),
      })
      .optional()
      .describe('free allocation that is embedded in the good'),
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

/** Exchanges with other installations that a report names. */
const EXCHANGES = [
  ...['heat_in', 'heat_out', 'waste_gas_in', 'waste_gas_out'],
  ...['electricity_in', 'electricity_out', 'co2_in', 'co2_out'],
] as const

const partner = z.strictObject({
  name: z.string().min(1).describe('name of the installation, infrastructure or supplier, in English'),
  exchanges: z.array(z.enum(EXCHANGES)).min(1).describe('what comes from it (in) or goes to it (out)'),
  country: z.string().min(2).optional().describe('country of origin'),
  registry_id: z.string().min(1).optional().describe('identifier in the CBAM Registry'),
  contact: z.string().min(1).optional().describe('responsible person and contact data'),
})

export const cbam = z.strictObject({
  operator: words.optional().describe('who runs the installation; the organisation when absent'),
  registration_number: z
    .string()
    .min(1)
    .optional()
    .describe('corporate or activity registration number of the operator; credit_code when absent'),
  operator_address: words.optional().describe('full address of the operator'),
  registry_id: z.string().min(1).optional().describe('identifier of the installation in the CBAM Registry'),
  other_processes: z
    .array(words)
    .optional()
    .describe('production processes that make no CBAM goods; [] says that there are none'),
  other_goods: words.optional().describe('goods that CBAM does not know, by process, in words with amounts'),
  zero_rating: words.optional().describe('how zero-rating of fuels is demonstrated'),
  months_monitored: z
    .number()
    .int()
    .min(1)
    .max(12)
    .optional()
    .describe('of a new installation: months in which its emissions were monitored'),
  waste_gas_used: z.boolean().optional().describe('waste gases are produced and used in the installation'),
  co2_captured: z.boolean().optional().describe('CO2 is captured in the installation'),
  co2: words.optional().describe('CO2 that was received, transferred or captured, in words with amounts'),
  onsite_electricity: z
    .strictObject({
      cogeneration: z.boolean().optional().describe('some is made by co-generation'),
      separate: z.boolean().optional().describe('some is made by separate generation'),
      origin: z.enum(['fossil', 'renewable', 'both']).optional().describe('what it is made from'),
    })
    .optional()
    .describe('electricity that is made in the installation'),
  partners: z
    .array(partner)
    .optional()
    .describe(
      'installations and suppliers that heat, waste gases, electricity or CO2 come from or go to; [] says that there are none',
    ),
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
      criteria_met: z
        .boolean()
        .optional()
        .describe('criteria for actual values of point 6 of Annex IV to Regulation (EU) 2023/956 are met'),
      evidence_submitted: z
        .boolean()
        .optional()
        .describe('the evidence of point D.4.3 of Annex II was submitted to the verifier'),
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

export type CbamGood = z.output<typeof good>
export type CbamPrecursor = z.output<typeof precursor>
export type CbamExchange = z.output<typeof partner>['exchanges'][number]

interface DatedEntry {
  readonly from: string
  readonly to: string
}

/** Pairs of entries that both hold some day, the later one second: each entry with the one before that reaches furthest. */
export function overlapsOf<Entry extends DatedEntry>(entries: readonly Entry[]): readonly (readonly [Entry, Entry])[] {
  const found: (readonly [Entry, Entry])[] = []
  let furthest: Entry | null = null
  for (const one of entries.toSorted((a, b) => compareText(a.from, b.from))) {
    if (furthest !== null && one.from < furthest.to) found.push([furthest, one])
    if (furthest === null || one.to > furthest.to) furthest = one
  }
  return found
}
