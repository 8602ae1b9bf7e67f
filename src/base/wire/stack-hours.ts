import { z } from 'zod'
import { count, instantField, next, nullReasons } from './fields.js'
import { wire } from './wire.js'

/** Hours of a stack as a report has them. */

const stackHourRow = wire(
  z
    .object({
      start: instantField,
      end: instantField,
      cause: z
        .enum(['measured', 'stopped', 'out_of_control', 'invalid'])
        .describe(
          'measured: its concentration counts as it is, its mass is filled where the flow is missing; stopped: the source stood still; the other two are filled',
        ),
      kg: z.number().nullable().describe('what counts: measured or filled; null when the operator has to decide'),
      measured_kg: z.number().nullable().describe('the live figure, whether it counts or not'),
      concentration: z.number().nullable().describe('mg/Nm3 as measured; null where the hour is not valid'),
      reference: z.number().nullable().describe('mg/Nm3 at reference oxygen'),
      above_limit: z
        .boolean()
        .nullable()
        .describe('null where no concentration was measured: an hour that is filled for that is never above'),
      substitution: z
        .object({
          kg: z.number().nullable(),
          method: z.string().nullable(),
          reason: z.enum(['', ...nullReasons]).describe('why nothing was put in'),
          gap_hours: count.describe('missing hours of the gap that this one belongs to'),
          from_hours: count.describe('measured hours that the value was taken from'),
        })
        .nullable(),
    })
    .meta({ id: 'StackHour' }),
)
/** An hour of a stack as a report has it: what was measured, what counts, and how what is missing was put in. */
export type StackHourRow = z.infer<typeof stackHourRow>

export const stackHoursAnswer = wire(
  z.object({
    hours: z.array(stackHourRow),
    calibrations: z
      .array(
        z.object({
          time: instantField,
          metric: z.string(),
          passed: z.boolean(),
          zero_drift_pct: z.number().nullable(),
          span_drift_pct: z.number().nullable(),
        }),
      )
      .describe('checks of the analyser: a good one ends the look-back, a failed one puts hours in doubt'),
    captures: z
      .array(
        z.object({
          start: instantField,
          end: instantField,
          hours: count,
          stopped: count,
          invalid: count,
          capture: z.number().nullable().describe('0..1; null when the source never ran'),
        }),
      )
      .describe(
        'of the quarters (hj75) or years (mrr) by which hours are filled; hj75 goes by the hours that have a mass',
      ),
    next,
  }),
)
export type StackHoursAnswer = z.infer<typeof stackHoursAnswer>
