import { z } from 'zod'
import { count } from '../../base/wire/fields.js'
import { wire } from './wire.js'

const model = z.object({
  outputs: z.array(z.string()).describe('KPIs of what was made that the energy goes by'),
  calendar: z
    .enum(['none', 'kinds', 'weekdays'])
    .describe('kinds: Monday to Friday and other days; weekdays: each day of the week has its own level'),
})

const baseline = z.object({
  model,
  days: count.describe('days that it rests on'),
  left_out: count.describe('days of which something is not known, or not final'),
  r2: z.number().nullable().describe('share of the variation that the model explains; null when there was none'),
  cv_rmse: z.number().describe('root of the mean square error by mean energy'),
  nmbe: z.number().describe('sum of the errors by the sum of energy'),
  persistence: z.number().describe("share of a day's error that is there on the next day, 0 to 1"),
  next: z
    .array(model.extend({ worse_by: z.number() }))
    .describe('the models that came next, and by how much their BIC was greater'),
})

const saving = z.object({
  expected_kwh: z.number(),
  actual_kwh: z.number(),
  saved_kwh: z.number().describe('expected less actual; negative when more was used'),
  lower90_kwh: z.number(),
  upper90_kwh: z.number().describe('the two bounds hold the saving nine times of ten'),
  is_shown: z.boolean().describe('true when the lower bound is above 0: a saving that chance does not explain'),
  days: count,
  left_out: count.describe('days of which something is not known: nothing is saved or wasted on them'),
  outside_range: count.describe('days on which something was beyond what the baseline has seen'),
  cusum: z.array(z.object({ day: z.iso.date(), saved_kwh: z.number() })).describe('sum of the savings up to each day'),
})

export const savingsAnswer = wire(
  z.object({
    energy: z.string(),
    reason: z
      .enum(['', 'low_sample', 'no_energy', 'no_model', 'no_data'])
      .describe(
        'why something is null: low_sample, fewer known days than a baseline needs; no_energy, nothing was used; no_model, the days tell no model from another; no_data, no day after the change is known',
      ),
    baseline: baseline.nullable(),
    saving: saving.nullable(),
  }),
)
/** The energy that a plant saved against a baseline of several variables, kWh, with its bounds. */
export type SavingsAnswer = z.infer<typeof savingsAnswer>
