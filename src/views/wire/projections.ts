import { z } from 'zod'
import { BUDGET_KINDS } from '../../base/options/budgets.js'
import { count } from '../../base/wire/fields.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/projections` and its records. */

const instant = z.iso.datetime()
const known = z.number().nullable()

export const PROJECTION_REASONS = ['', 'no_data', 'too_short', 'gaps'] as const
/** A sum is not projected for one of these reasons; '' when it is. */
export type ProjectionReason = (typeof PROJECTION_REASONS)[number]

const compared = z.object({
  kind: z
    .enum([...BUDGET_KINDS, 'baseline'])
    .describe('budget, target and allowance as configured; baseline: nothing saved against the energy baseline'),
  amount: z.number(),
  missed: z
    .enum(['above', 'below'])
    .describe(
      'above: the amount is missed by a sum above it; below: by one below it, as good units, revenue or a saving',
    ),
  difference: known.describe('value less amount'),
  chance_missed: known.describe(
    'chance to end on the side of the amount that `missed` names; 0.05 stands for at most, 0.95 for at least so much',
  ),
})

const projectionFields = {
  kpi: z.string(),
  unit: z.string(),
  data_up_to: instant.nullable().describe('end of the newest day that was known'),
  period: z.enum(['month', 'year']),
  start: instant,
  end: instant,
  measured: known.describe('sum of the days that were known'),
  days_known: count,
  days_unknown: count.describe('days that were over and not known: they are expected like those that are left'),
  days_left: count,
  reason: z
    .enum(PROJECTION_REASONS)
    .describe(
      'why there is no value: no_data, no day is known; too_short, too few are known to say how far such a projection is off; gaps, more than a tenth of the period is over and not known',
    ),
  value: known.describe('sum at the end of the period, in the unit of the KPI'),
  low_50: known.describe('the sum ends between low_50 and high_50 in half of all cases'),
  high_50: known,
  low_90: known.describe('the sum ends between low_90 and high_90 in nine of ten cases'),
  high_90: known,
  model: z
    .string()
    .describe(
      'day_profile: days like those that are left; day_profile_season: with the season of the year before; mean_28_days: the naive one, where no other was better; empty without a value',
    ),
  block_days: count.nullable().describe('length of the blocks of days by whose errors the bounds were made'),
  tried: count.nullable().describe('such blocks of the past that were tried'),
  rmse: known.describe('root mean squared error of the sum of a block'),
  naive_rmse: known.describe('the same of the naive model'),
}

const projectionItem = wire(
  z.object({ ...projectionFields, compared: z.array(compared) }).meta({ id: 'ProjectionItem' }),
)
export type ProjectionItem = z.infer<typeof projectionItem>

export const projectionsAnswer = wire(
  z.object({
    issued_at: instant.nullable(),
    known_until: instant.nullable().describe('start of the day on which it was issued: nothing of that day is in it'),
    version: z.string().describe('version of the rules'),
    reason: z
      .enum(['', 'off', 'pending'])
      .describe('why there is nothing: off, insight.enabled is false; pending, not made yet'),
    projections: z.array(projectionItem),
  }),
)
export type ProjectionsAnswer = z.infer<typeof projectionsAnswer>

const projectionRecord = wire(
  z
    .object({
      issued_at: instant,
      known_until: instant,
      version: z.string(),
      projections: z.array(z.object(projectionFields)),
    })
    .meta({ id: 'ProjectionRecord' }),
)
export type ProjectionRecord = z.infer<typeof projectionRecord>

export const projectionRecordsAnswer = wire(
  z.object({
    records: z.array(projectionRecord).describe('ascending by the time of issue, never changed'),
    next: z.string().nullable().describe('cursor of the next page; null on the last'),
  }),
)
