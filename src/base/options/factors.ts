import { z } from 'zod'
import { sourceOptions } from './carbon.js'

/** Settings of a plant for its emission factors, its electricity contracts and how its carbon is computed. */

const day = z.iso.date('a day is written like 2026-01-31')

/** A factor that only this plant has. It stands beside those of the tables and changes none of them. */
const ownFactor = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id is [a-z0-9][a-z0-9._-]{0,63}, such as own.grid.2026')
      .describe('named in every figure it is used for; not one of the tables (`greengauge factors list`)'),
    activity: z
      .string()
      .describe(
        'what it is for: grid_electricity, grid_electricity_residual, supplier_electricity, heat, fuel.natural_gas.ncv, coal_equivalent.electricity_primary and more; `greengauge factors check` names all',
      ),
    value: z.number().nonnegative().describe('in its unit'),
    unit: z.string().describe('such as kgCO2/kWh; with CO2e where it counts all greenhouse gases'),
    region: z
      .string()
      .optional()
      .describe('used where grid_region is this region or lies in it; absent: for this plant, before all others'),
    valid_from: day.describe("first day of consumption it holds for, in the plant's zone"),
    valid_to: day.optional().describe('last day, itself included; until further notice when absent'),
    published: day.describe('day from which it was known; the year policy asks for it'),
    source: z.string().min(1).describe('where it can be looked up, for auditors'),
    param_source: z
      .enum(['measured', 'supplier'])
      .optional()
      .describe('where the value is from; reports say "not stated" when absent'),
    uncertainty_pct: z.number().positive().max(1000).optional().describe('% uncertainty of the value'),
  })
  .refine((f) => f.valid_to === undefined || f.valid_to >= f.valid_from, {
    path: ['valid_to'],
    message: 'it lies before valid_from: swap the two, or leave it out',
  })

/** Registers that may count what is generated for a contract. */
const GENERATION_METRICS = ['renew_onsite_kwh', 'elec_export_kwh', 'elec_import_kwh', 'elec_submeter_kwh'] as const

/** The meter of a generator that stands elsewhere and sends as a device of the plant. */
const contractGeneration = z.strictObject({
  device: z
    .string()
    .describe(
      'a device of the plant that stands elsewhere: as long as a contract names it, nothing of it counts as import or generation on site',
    ),
  metric: z
    .enum(GENERATION_METRICS)
    .default('renew_onsite_kwh')
    .describe('its register of what is generated, named under the metrics of the device'),
})

/** Instrument that was bought to cover consumption of electricity. Source: KPI specification §2.3, GHG Protocol scope 2 (market-based). */
const contract = z
  .strictObject({
    id: z
      .string()
      .regex(/^[^,]+$/, 'an id has no comma')
      .describe('each once: an instrument covers consumption only once; figures name it as contract/ID'),
    kwh: z.number().positive().describe('electricity it covers, over its vintage year or the days below'),
    factor: z.number().nonnegative().describe('kgCO2e/kWh of what was bought; 0 for non-fossil with proof'),
    vintage: z.number().int().min(2000).max(2100).describe('year of generation; it covers consumption of that year'),
    valid_from: day
      .optional()
      .describe("first day of delivery in the plant's zone; that of the vintage year when absent"),
    valid_to: day.optional().describe('last day, itself included; that of the vintage year when absent'),
    market: z.string().optional().describe('where it was issued, such as CN; has to be that of grid_region when given'),
    technology: z
      .string()
      .optional()
      .describe(
        'such as wind or solar; with hourly matching a word of the sun delivers by day alone, any other evenly; nuclear, atom, Kernkraft, 核电 and 核能 are no renewables',
      ),
    generation: contractGeneration
      .optional()
      .describe(
        'the meter that counts what is generated for it: with hourly matching an hour is covered with what it counted then, as it is; by technology when absent',
      ),
    registry: z.string().optional().describe('that keeps the certificates; for auditors'),
    retired_on: day.optional().describe('day on which its certificates were retired; for auditors'),
    certificates: z.array(z.string().min(1)).optional().describe('their ids; each may stand in one contract only'),
  })
  .refine((c) => [c.valid_from, c.valid_to].every((one) => one === undefined || one.startsWith(`${c.vintage}-`)), {
    path: ['vintage'],
    message: 'valid_from and valid_to have to lie in it: a contract over two years is two contracts',
  })
  .refine((c) => c.valid_from === undefined || c.valid_to === undefined || c.valid_to >= c.valid_from, {
    path: ['valid_to'],
    message: 'it lies before valid_from: swap the two, or leave it out',
  })

/** Choices by which greenhouse gases and coal equivalents are computed; recorded with every report. Source: KPI specification §2. */
const carbon = z.strictObject({
  year_policy: z
    .enum(['latest_at_close', 'match_year'])
    .default('latest_at_close')
    .describe(
      'which year of grid factors: the newest published by the last day of the calendar year, or that of the consumption, so that figures change when it is published',
    ),
  matching: z
    .enum(['annual', 'hourly'])
    .default('annual')
    .describe(
      'how contracts cover consumption: over their whole period, a year at most, or hour by hour with what was generated in it; each is a figure of its own beside',
    ),
  gwp: z.enum(['AR4', 'AR5', 'AR6']).default('AR6').describe('set of global warming potentials, one for all gases'),
  combustion: z
    .enum(['cn', 'ipcc'])
    .default('cn')
    .describe(
      'where fuel factors come from: GB/T 32150 (heating value × carbon content × oxidation, CO2 alone) or IPCC 2006 (CO2, CH4, N2O); never both',
    ),
  method: z
    .enum(['calculation', 'measurement'])
    .default('calculation')
    .describe(
      'of CO2 from stationary combustion: from fuel, or as measured in every stack that sends co2_pct; never both',
    ),
  coal: z
    .enum(['anthracite', 'bituminous_coal', 'lignite', 'washed_coal', 'other_washed_coal', 'briquette', 'coke'])
    .optional()
    .describe('what coal_mass_t counts; without it the CO2 of coal is null, for there is no average coal'),
  electricity_basis: z
    .enum(['equivalent', 'primary'])
    .default('equivalent')
    .describe(
      'of electricity in coal equivalents: 0.1229 kgce/kWh, or the coal rate of thermal power, which has no default and is an own factor coal_equivalent.electricity_primary',
    ),
  regional_grid: z
    .enum(['CN-GRID-N', 'CN-GRID-NE'])
    .optional()
    .describe('grid of a plant in Inner Mongolia (CN-NM), whose west and east belong to two'),
  hourly_grid: z
    .strictObject({ device: z.string().describe('a device of the plant that sends grid_carbon_kg_kwh') })
    .optional()
    .describe(
      'carbon of the grid by the hour, as its operator or a service publishes it: scope 2 by it is a figure of its own, scope2_lb_hourly, and changes no other',
    ),
  ...sourceOptions,
})

/** Keys of a plant; composed into its options. */
export const factorOptions = {
  factors: z.array(ownFactor).default([]),
  contracts: z.array(contract).default([]),
  carbon: carbon.prefault({}),
}

export type OwnFactorOptions = z.output<typeof ownFactor>
export type ContractOptions = z.output<typeof contract>
export type CarbonOptions = z.output<typeof carbon>
