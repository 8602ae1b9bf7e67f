import { z } from 'zod'
import { HORIZONS } from '../../base/forecast.js'
import { nullReasons } from '../../base/wire/fields.js'
import { FORECAST_REASONS } from './forecasts.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/peak`. */

const instant = z.iso.datetime()
const known = z.number().nullable()

const blockFields = {
  start: instant,
  end: instant,
  expected_kw: z
    .number()
    .describe('mean power of the block; where demand slides that of the highest fifteen minutes that end in it'),
  low_50_kw: z.number().describe('the outcome lies between low_50_kw and high_50_kw in half of all cases'),
  high_50_kw: z.number(),
  low_90_kw: z.number().describe('the outcome lies between low_90_kw and high_90_kw in nine of ten cases'),
  high_90_kw: z.number(),
  chance_over: known.describe(
    'chance that the block is above the limit; 0.05 stands for at most and 0.95 for at least so much, 1 when it is above already; null without a limit',
  ),
}
const demandBlock = wire(z.object(blockFields).meta({ id: 'DemandBlock' }))
export type DemandBlockItem = z.infer<typeof demandBlock>

const peakReason = z
  .enum([...FORECAST_REASONS, 'no_forecast'])
  .describe('why nothing is expected: as of forecasts; no_forecast when the electricity of the plant is not forecast')
/** Nothing is expected for one of these reasons; '' when something is. */
export type PeakReason = z.infer<typeof peakReason>

const running = z.object({
  start: instant,
  end: instant,
  measured_until: instant
    .nullable()
    .describe('end of the last minute that all main meters are past; null when there is none'),
  measured_kwh: known.describe('energy of the block up to measured_until'),
  measured_kw: known.describe('mean power from the start of the block up to measured_until'),
  last_15_min_kw: known.describe(
    'mean power of the newest fifteen minutes that are known, where demand slides; null else, and after a gap',
  ),
  is_over: z
    .boolean()
    .nullable()
    .describe(
      'the energy so far is more than the limit allows the whole block, or where demand slides fifteen minutes have passed it',
    ),
  expected: demandBlock.nullable().describe('the block at its end'),
  horizon: z.enum(HORIZONS).nullable().describe('forecast that it is made of'),
  reason: peakReason,
})

const month = z.object({
  demand_kw: known.describe('highest demand of the month so far, as it is billed'),
  reason: z.enum(['', ...nullReasons]).describe('why demand_kw is null'),
  cost: known.describe('what it costs, in the currency of the tariff; null without a demand price'),
  extra_cost: known.describe('what the highest expected block adds to it; 0 when it is no new highest'),
})

const waitingMeter = z.object({
  device: z.string(),
  line: z.string(),
  power_kw: z.number().describe('mean over the newest final quarter of an hour'),
  share: known.describe("part of the plant's import in that time"),
})
export type WaitingMeterItem = z.infer<typeof waitingMeter>

export const peakAnswer = wire(
  z.object({
    limit_kw: known.describe('`max` of the target of peak_demand_15, else of peak_demand_15_sliding'),
    chance_reason: z
      .enum(['', 'no_limit', 'no_forecast'])
      .describe('why chances are null: no target of peak_demand_15 has a max, or nothing is expected'),
    is_sliding: z
      .boolean()
      .describe(
        'demand is billed by fifteen minutes that end with any minute: expected power and chances are of the highest of those that end in a block',
      ),
    sliding_ratio: known.describe(
      'highest demand of the month over that of its blocks, 1 at least: blocks to come are taken to be exceeded as much; null where demand goes by blocks',
    ),
    running,
    later: z.array(demandBlock).describe('rest of the day by its forecast, ascending'),
    later_reason: peakReason.describe(
      "why later is empty; '' also in the last block of a day. While it is not '', highest and extra_cost are of the running block alone",
    ),
    highest: demandBlock.nullable().describe('the block with the highest expected power, of the running one and later'),
    first_over: z
      .object({ ...blockFields, lead_s: z.number().describe('time until it begins; 0 for the running block') })
      .nullable()
      .describe('the first block that is expected above the limit'),
    month,
    could_wait: z.object({
      start: instant.nullable().describe('of that quarter of an hour; null when the power of no submeter is known'),
      end: instant.nullable(),
      meters: z.array(waitingMeter).describe('submeters with the largest power; one may stand behind another'),
    }),
  }),
)
export type PeakAnswer = z.infer<typeof peakAnswer>
