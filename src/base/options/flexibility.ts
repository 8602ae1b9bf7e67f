import { z } from 'zod'
import { isId } from '../topic.js'

/** Settings of a plant for what can be placed in a day: loads that can be shifted, storages and chargers. */

const id = z
  .string()
  .refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
  .describe('unique among loads, storages and chargers')
const quarter = z
  .string()
  .regex(/^([01]\d|2[0-3]):(00|15|30|45)$|^24:00$/, 'a plan goes by quarters of an hour, "08:00" or "08:15"')
const inForecast = z
  .boolean()
  .default(true)
  .describe('the electricity that is forecast has it at its usual time already; false for one that is new')

const load = z
  .strictObject({
    id,
    power_kw: z.number().positive().max(1e6),
    duration_h: z.number().positive().max(24).multipleOf(0.25, 'in quarters of an hour, such as 1.25'),
    earliest: quarter.describe("earliest start, in the plant's zone"),
    latest: quarter.describe('latest end, on the same day; 24:00 for midnight'),
    usual_start: quarter.describe('when it starts without a plan'),
    in_forecast: inForecast,
    may_pause: z.boolean().default(false).describe('it may be interrupted, and goes on later'),
    after: z.array(z.string()).max(20).default([]).describe('ids of loads that have to have ended before'),
    worth: z
      .number()
      .nonnegative()
      .optional()
      .describe(
        'of a run, in the currency of the tariff: it may be left out where it costs more; it has to run when absent',
      ),
  })
  .refine((one) => one.earliest < one.latest, {
    path: ['latest'],
    message: 'lies before earliest: a window lies in one day',
  })

const storage = z
  .strictObject({
    id,
    capacity_kwh: z.number().positive().max(1e7),
    charge_kw: z.number().positive().max(1e6),
    discharge_kw: z.number().positive().max(1e6),
    efficiency: z.number().min(0.1).max(0.999).default(0.88).describe('part of what is charged that comes out again'),
    reserve_pct: z.number().min(0).max(99).default(10).describe('% of the capacity that always stays in it'),
    start_pct: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('% that is in it at the start of the day, and again at its end: an assumption, nobody measures it'),
    wear_per_kwh: z
      .number()
      .nonnegative()
      .default(0)
      .describe('cost of a discharged kWh, in the currency of the tariff'),
    holds_demand: z
      .boolean()
      .default(false)
      .describe(
        'its controller follows the running quarter and can hold import below a power: a plan names that power, and keeps energy for it',
      ),
  })
  .refine((one) => one.start_pct >= one.reserve_pct, { path: ['start_pct'], message: 'is below reserve_pct' })

const charger = z
  .strictObject({
    id,
    power_kw: z.number().positive().max(1e6),
    energy_kwh: z.number().positive().max(1e7).describe('that vehicles need until they leave'),
    arrive: quarter.describe("when vehicles are there, in the plant's zone"),
    leave: quarter.describe('when they leave, on the same day; 24:00 for midnight'),
    in_forecast: inForecast,
  })
  .refine((one) => one.arrive < one.leave, {
    path: ['leave'],
    message: 'lies before arrive: they stay for a part of one day',
  })

/** Keys of a plant; composed into its options. A solver has to be done within seconds, so each list is short. */
export const flexibilityOptions = {
  shiftable_loads: z
    .array(load)
    .max(20)
    .default([])
    .describe('loads that can run earlier or later: a plan for tomorrow places them'),
  storages: z.array(storage).max(5).default([]).describe('batteries and the like that a plan charges and discharges'),
  chargers: z
    .array(charger)
    .max(20)
    .default([])
    .describe('charging points that a plan divides the charging of a day for'),
  carbon_price_per_t: z
    .number()
    .nonnegative()
    .default(0)
    .describe(
      'cost of a tCO2e that plans count, in the currency of the tariff; 0: emissions are told and play no part',
    ),
}

export type ShiftableLoadOptions = z.output<typeof load>
export type StorageOptions = z.output<typeof storage>
export type ChargerOptions = z.output<typeof charger>
