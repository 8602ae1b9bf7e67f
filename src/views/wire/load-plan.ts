import { z } from 'zod'
import { count } from '../../base/wire/fields.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/load-plan`. */

const instant = z.iso.datetime()
const known = z.number().nullable()

const broken = z.object({
  constraint: z.enum(['window', 'run', 'order', 'power', 'energy', 'charge', 'demand_limit', 'feed_in']),
  id: z.string().describe("load, storage or charger; '' for the plant"),
})

const cost = z.object({
  energy: z.number().describe('of what is bought'),
  exported: z.number().describe('earned by what is fed in'),
  demand: z
    .number()
    .describe('that the day adds to the demand of its month, if power comes by the margin above what is expected'),
  wear: z.number().describe('of storages'),
  left_out: z.number().describe('worth of loads that do not run'),
  carbon: z.number().describe('emissions at carbon_price_per_t'),
  total: z.number(),
  peak_kw: z.number().describe('highest expected import of a quarter of an hour'),
  kgco2e: known.describe('emissions of what is bought; null without a factor'),
})

const run = z.object({
  start: instant,
  end: instant,
  power_kw: z.number(),
  kwh: z.number().describe('of this run; below 0 a storage gives it'),
})

const placed = wire(
  z
    .object({
      id: z.string(),
      kind: z.enum(['load', 'storage', 'charger']),
      kwh: z.number().describe('that it takes in the day, with the plan'),
      runs: z
        .array(run)
        .describe('times at one power, ascending; below 0 a storage gives; empty for a load that is left out'),
      power_kw: z.array(z.number()).describe('by step'),
      usual_kw: z.array(z.number()).describe('the same without a plan'),
      usual_runs: z.array(run).describe('times at one power without a plan; empty for a storage, which rests'),
    })
    .meta({ id: 'PlacedLoad' }),
)
export type PlacedLoadItem = z.infer<typeof placed>

export const loadPlanAnswer = wire(
  z.object({
    start: instant.nullable().describe('of the day that is planned; null before a plan was tried'),
    end: instant.nullable(),
    made_at: instant.nullable(),
    version: z.string().describe('version of the rules of plans'),
    reason: z
      .enum([
        '',
        'off',
        'pending',
        'nothing_to_shift',
        'no_tariff',
        'no_forecast',
        'infeasible',
        'nothing_to_gain',
        'too_hard',
        'not_kept',
      ])
      .describe(
        'why there is no plan: off (insight.enabled), pending, nothing_to_shift (none configured), no_tariff (a quarter without a price), no_forecast (too little known), infeasible (see impossible), nothing_to_gain, too_hard (for the solver within its bounds), not_kept (no plan of the day that was asked for is on record)',
      ),
    impossible: z.array(broken).describe('constraints that cannot be kept, when the reason is infeasible'),
    currency: z.string().describe("'' without a tariff"),
    usual: cost.nullable().describe('the day without a plan'),
    usual_breaks: z.array(broken).describe('constraints that the day without a plan would break'),
    with_plan: cost.nullable(),
    saved: known.describe(
      'total of usual less with_plan; below 0 only where the usual day breaks a constraint, or storages keep energy to hold demand',
    ),
    saved_kgco2e: known,
    placed: z.array(placed),
    steps: z.array(
      z.object({
        start: instant,
        end: instant,
        price: z.number().describe('of a bought kWh'),
        expected_kw: z.number().describe('import less export without a plan'),
        plan_kw: z.number().describe('the same with the plan'),
        margin_kw: z
          .number()
          .describe(
            'how far above what is expected the demand is planned for: by the highest power of the last four weeks around that time',
          ),
      }),
    ),
    assumed: z
      .object({
        model: z.string().describe('of the expected power: similar_days (mean of the last four) or last_similar_day'),
        rmse_kw: known.describe('error of that over the last four weeks, each day by those before it'),
        naive_rmse_kw: known.describe('the same of the last similar day'),
        judged_days: count,
        demand_reached_kw: z
          .number()
          .describe(
            'highest demand of this month, or nine tenths of that of the one before, on days that are final: the month is taken to reach it anyway; of everything but the storages where hold_kw is not null',
          ),
        demand_price_per_kw: z.number(),
        limit_kw: known.describe('contract demand'),
        hold_kw: known.describe(
          'power below which storages with holds_demand keep import: they give what the running quarter has above it, and take no more than there is room for; null where none holds',
        ),
        sliding_ratio: z
          .number()
          .describe(
            'where demand slides by the minute, the highest of this month and the one before over that of quarters of an hour, which the steps are; else 1',
          ),
        kgco2e_per_kwh: known.describe('mean of the last 28 days, the same for all of the day'),
      })
      .nullable(),
  }),
)
export type LoadPlanAnswer = z.infer<typeof loadPlanAnswer>
export type LoadPlanReason = LoadPlanAnswer['reason']
