import { z } from 'zod'
import { EVENT_PIECES } from './event-pieces.js'
import { isMoneyMeasure, isNoneMeasure, PERIOD_MEASURES } from './period-statements.js'

/** Events with amounts of a period that no meter counts; people alone say them. */

const { papers } = EVENT_PIECES
const day = z.iso.date('a day such as 2026-10-01')

export const PERIOD_EVENT_FIELDS = {
  period_statement: z
    .looseObject({
      measure: z.enum(PERIOD_MEASURES).describe('what is stated'),
      amount: z
        .number()
        .min(0)
        .max(1e15)
        .describe(
          'how much: money as it stands in the books, in units of the currency; else a count; 0 of direct_sources, which says that there are none',
        ),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'a currency of ISO 4217, such as CNY')
        .optional()
        .describe('ISO 4217, such as CNY; of money alone'),
      from: day.describe('first day that it is of, in the plant’s zone'),
      to: day.describe('the day after the last one'),
      ...papers,
    })
    .refine((one) => one.from < one.to, { path: ['to'], error: 'a day after from' })
    .refine((one) => isMoneyMeasure(one.measure) === (one.currency !== undefined), {
      path: ['currency'],
      error: 'a currency of ISO 4217 with money, and none with a count,',
    })
    .refine((one) => isMoneyMeasure(one.measure) || Number.isInteger(one.amount), {
      path: ['amount'],
      error: 'a whole number of what is counted',
    })
    .refine((one) => !isNoneMeasure(one.measure) || one.amount === 0, {
      path: ['amount'],
      error: '0, which says that there are none; sources that there are come from meters and other entries',
    })
    .describe(
      'value added, output value or a count of a period, as books or papers have it, or that the plant has no direct source of emissions; of people alone',
    ),
} as const
