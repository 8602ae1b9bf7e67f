import { z } from 'zod'
import { HORIZONS, MODEL_FAULTS } from '../../base/forecast.js'
import { SCOPES } from '../../base/kpi.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/forecasts` and its records. */

const instant = z.iso.datetime()
const known = z.number().nullable()

export const forecastValue = wire(
  z
    .object({
      start: instant,
      end: instant,
      value: known.describe('in the unit of the series; null when the forecast is not shown or not known'),
      low_50: known.describe('the outcome lies between low_50 and high_50 in half of all cases'),
      high_50: known,
      low_90: known.describe('the outcome lies between low_90 and high_90 in nine of ten cases'),
      high_90: known,
    })
    .meta({ id: 'ForecastValue' }),
)
export type ForecastValueItem = z.infer<typeof forecastValue>

export const FORECAST_REASONS = ['', 'pending', 'too_short', 'not_better_than_naive'] as const
/** A forecast is not shown for one of these reasons; '' when it is shown. */
export type ForecastReason = (typeof FORECAST_REASONS)[number]
const reason = z
  .enum(FORECAST_REASONS)
  .describe(
    'why it is not shown: pending (not made yet), too_short (too little history), not_better_than_naive (over its last 28 days)',
  )

const forecastIssue = wire(
  z
    .object({
      issued_at: instant,
      known_until: instant.describe('nothing that became known later is in it'),
      data_up_to: instant.nullable().describe('end of the newest interval that was known'),
      model: z.string().describe('models and their weights'),
      version: z.string().describe('version of the rules of forecasts'),
      seed: z.number().int(),
      chain: z.number().int().describe('number of the chain of learning that it belongs to'),
      model_file: z
        .string()
        .nullable()
        .describe('SHA-256 of the model file that was among the models it was blended from; null without one'),
      reason,
      total: known.describe('sum of the values; null when one of them is, and of mean power'),
      sum: known.describe('the same in the unit of the KPI, whatever the values are told as'),
      values: z.array(forecastValue),
    })
    .meta({ id: 'ForecastIssue' }),
)
export type ForecastIssue = z.infer<typeof forecastIssue>

const forecastScore = wire(
  z
    .object({
      days: z.number().int().describe('days that were judged, 28 at most'),
      rehearsed_days: z
        .number()
        .int()
        .describe(
          'days of these whose forecasts were made afterwards, from figures known at the end of their interval',
        ),
      intervals: z.number().int(),
      mae: known.describe('mean absolute error, in the unit of the series'),
      rmse: known.describe('root mean squared error'),
      mase: known.describe('mean absolute error beside that of the first naive model: below 1 is better than it'),
      bias: known.describe('mean of forecast less measured'),
      coverage_50: known.describe('share of the intervals that held what came, 0..1'),
      coverage_90: known,
      naive: z
        .array(z.object({ model: z.string(), rmse: known, mae: known }))
        .describe('the same intervals by naive models'),
    })
    .meta({ id: 'ForecastScore' }),
)
export type ForecastScoreItem = z.infer<typeof forecastScore>

const modelFile = wire(
  z
    .object({
      file: z.string().describe('its name, of insight.model_file'),
      sha256: z.string().nullable().describe('null while it could not be loaded'),
      reason: z
        .enum(['', ...MODEL_FAULTS])
        .describe("why it gave no forecast; '' while it gives them. docs/use/forecasts.md says what each means"),
      detail: z.string().describe('the reason in words'),
    })
    .meta({ id: 'ForecastModelFile' }),
)
export type ForecastModelFile = z.infer<typeof modelFile>

const forecastItem = wire(
  z
    .object({
      plant: z.string(),
      scope: z.enum(SCOPES),
      id: z.string(),
      kpi: z.string(),
      unit: z.string().describe('of values and errors; kW as power'),
      kpi_unit: z.string().describe('unit of the KPI'),
      window: z.literal('15m'),
      horizon: z
        .enum(HORIZONS)
        .describe(
          'next_interval: the one that goes on; day_ahead: the day that goes on, as of its start; next_hours: eight hours from the last full hour on',
        ),
      reason,
      known_days: z.number().nullable().describe('days of known intervals; 28 are needed'),
      damaged_lines: z
        .number()
        .int()
        .describe('lines of its log and records that cannot be read: they are left out, and the others go on'),
      newest: forecastIssue.nullable().describe('the one that was issued last; null before the first'),
      model_file: modelFile.nullable().describe('model file of the operator; null without one'),
      score: forecastScore.nullable().describe('errors of the last 28 days; null before any was judged'),
    })
    .meta({ id: 'ForecastItem' }),
)
export type ForecastItem = z.infer<typeof forecastItem>

export const forecastsAnswer = wire(
  z.object({
    forecasts: z.array(forecastItem),
    left_out: z.number().int().describe('series beyond insight.series_max, of all plants'),
  }),
)
export type ForecastsAnswer = z.infer<typeof forecastsAnswer>

export const forecastRecordsAnswer = wire(
  z.object({
    unit: z.string().describe('of the values: that of the KPI, kW as power'),
    records: z.array(forecastIssue).describe('ascending by the start of their first interval'),
    next: z.string().nullable().describe('cursor of the next page; null on the last'),
  }),
)
export type ForecastRecordsAnswer = z.infer<typeof forecastRecordsAnswer>
