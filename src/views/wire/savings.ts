import { z } from 'zod'
import { count } from '../../base/wire/fields.js'
import { wire } from './wire.js'

const model = z.object({
  outputs: z.array(z.string()).describe('KPIs of what was made that the energy goes by'),
  calendar: z
    .enum(['none', 'kinds', 'weekdays', 'shifts'])
    .describe(
      'kinds: working days and others; weekdays: each day of the week has its own level; shifts: by the hours of its shifts',
    ),
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

/** Claims alone have degree days: nobody measures the temperature otherwise. */
const degreeDays = {
  heating_base_c: z.number().nullable().describe('degree days below this mean temperature, °C; null for none'),
  cooling_base_c: z.number().nullable().describe('degree days above this mean temperature, °C; null for none'),
}
const claimModel = model.extend(degreeDays)

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

const reason = z
  .enum(['', 'low_sample', 'no_energy', 'no_model', 'no_variable', 'no_data'])
  .describe(
    'why something is null: low_sample, fewer known days than a baseline needs; no_energy, nothing was used; no_model, the days tell no model from another; no_variable, too few days of the baseline have an output or the temperature that the claim names; no_data, no day after the change is known',
  )

export const savingsAnswer = wire(
  z.object({
    energy: z.string(),
    reason,
    baseline: baseline.nullable(),
    saving: saving.nullable(),
  }),
)
/** The energy that a plant saved against a baseline of several variables, kWh, with its bounds. */
export type SavingsAnswer = z.infer<typeof savingsAnswer>

const claimBaseline = baseline.extend({
  model: claimModel,
  next: z.array(claimModel.extend({ worse_by: z.number() })).describe('the models that came next'),
  coefficients: z
    .array(z.object({ term: z.string(), kwh: z.number() }))
    .describe('kWh of a day, and for one more of each term of the model'),
})

const day = z.iso.date()

const event = z.object({
  from: day,
  to: day.nullable().describe('last day, itself included; null until further notice'),
  kwh_per_day: z.number().describe('energy of a day that is there because of it; negative when it took energy away'),
  reason: z.string(),
  author: z.string(),
})

export const savingClaimItem = wire(
  z
    .object({
      id: z.string(),
      measure: z.string().describe('what was done'),
      line: z.string().nullable(),
      meter: z.string().nullable().describe('line and meter are null for the whole plant'),
      energy: z.string(),
      baseline_from: day,
      baseline_to: day,
      from: day,
      to: day.nullable().describe('last day of reporting that is over; null when none is'),
      reason,
      baseline: claimBaseline.nullable(),
      saving: saving.nullable(),
      saved_cost: z.number().nullable().describe("by the mean price of the plant's import on those days; null without"),
      currency: z.string().nullable(),
      saved_kgco2e: z
        .number()
        .nullable()
        .describe('by the mean location-based factor of the import on those days; null without'),
      left_out: z
        .array(
          z.object({
            day,
            period: z.enum(['baseline', 'reporting']),
            why: z.enum(['no_energy', 'no_output', 'no_temperature']),
          }),
        )
        .describe('days that count for nothing, and what was not known of them'),
      events: z.array(event).describe('what changed the use of energy and is no saving'),
    })
    .meta({ id: 'SavingClaim' }),
)
/** A saving that a plant claims, with what its days show. */
export type SavingClaimItem = z.infer<typeof savingClaimItem>

export const savingClaimsAnswer = wire(z.object({ items: z.array(savingClaimItem) }))
export type SavingClaimsAnswer = z.infer<typeof savingClaimsAnswer>
