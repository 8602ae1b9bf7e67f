import { z } from 'zod'
import { WEEKDAYS } from '../weekdays.js'

/** Settings of a plant for the price of its electricity. */

const day = z.iso.date('a day is written like 2026-01-31')
const quarter = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):(00|15|30|45)$|^24:00$/,
    'a price changes on a quarter of an hour, "08:00" or "08:15": meters are read by quarters',
  )

const period = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}$/, 'a period is [a-z][a-z0-9_]{0,31}, such as peak')
    .describe('sharp, peak, flat, valley or deep_valley have figures of their own; any other name counts in the cost'),
  price_per_kwh: z.number().describe('all in, in the currency; may be negative'),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS])
    .describe('weekdays, each from midnight to midnight; every day when absent'),
  months: z
    .array(z.number().int().min(1).max(12))
    .min(1)
    .default([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    .describe('1 for January; every month when absent'),
  from: quarter.describe("in the plant's zone"),
  to: quarter.describe('at or before from means: up to midnight, and from midnight on, of each of the days'),
})

const tariff = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id is [a-z0-9][a-z0-9._-]{0,63}, such as js.35kv.2026')
      .describe('named in every figure it is used for, as tariff.<id>'),
    valid_from: day.describe("first day it holds for, in the plant's zone"),
    valid_to: day.optional().describe('last day, itself included; until further notice when absent'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'a currency is written like CNY')
      .describe('of all its prices'),
    periods: z.array(period).min(1).describe('what a kWh costs when; they may not overlap'),
    demand_price_per_kw_month: z
      .number()
      .nonnegative()
      .optional()
      .describe('for the highest 15 minutes of a month; without it demand_cost is null'),
    export_price_per_kwh: z.number().optional().describe('paid for what is fed into the grid'),
  })
  .refine((t) => t.valid_to === undefined || t.valid_to >= t.valid_from, {
    path: ['valid_to'],
    message: 'it lies before valid_from: swap the two, or leave it out',
  })

/** Keys of a plant; composed into its options. */
export const tariffOptions = {
  tariffs: z.array(tariff).default([]).describe('prices of electricity, one after the other in time'),
}

export type TariffOptions = z.output<typeof tariff>
export type PeriodOptions = z.output<typeof period>
