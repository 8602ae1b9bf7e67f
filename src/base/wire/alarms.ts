import { z } from 'zod'
import { ALARM_SEVERITIES, ALARM_STATES, type AlarmCause, type AlarmItem } from '../alarm.js'
import { SCOPES, WINDOWS } from '../kpi.js'
import { count, instantField, next } from './fields.js'
import { wire } from './wire.js'

/** Answers about alarms, whose items the engine makes. */

export const alarmAnswer: z.ZodType<AlarmItem> = z
  .object({
    id: z.string(),
    plant: z.string(),
    rule: z.string(),
    scope: z.enum(SCOPES),
    scope_id: z.string().describe('id of the plant, line or device'),
    line: z.string().nullable().describe('of a device: the line that it sends as a part of'),
    client: z.string().nullable().describe('of a device: the client that brings what it sends'),
    kpi: z.string().nullable().describe("null for an alarm on a device's silence or clock"),
    window: z.enum(WINDOWS).nullable(),
    severity: z.enum(ALARM_SEVERITIES),
    state: z.enum(ALARM_STATES),
    text: z.object({ en: z.string(), zh: z.string() }),
    value: z.number().describe('the figure with which it was raised'),
    current: z
      .number()
      .nullable()
      .describe(
        'the newest figure of the same, of a window that may still run; of a silence the seconds it has lasted',
      ),
    current_at: instantField.nullable().describe('end of its window; null when it is over or nothing was measured'),
    limit: z.number(),
    unit: z.string(),
    raised_at: instantField.describe('event time'),
    cleared_at: instantField.nullable().describe('event time; null while it is active'),
    acked_at: instantField.nullable(),
    acked_by: z.string().nullable(),
    shelved_until: instantField.nullable().describe('null when it is not shelved'),
    watched: z.boolean().describe('false while a gap in the data hides whether it still is'),
    notes: z.array(z.object({ at: instantField, by: z.string().nullable(), text: z.string() })),
  })
  .meta({ id: 'Alarm' })
const alarmCause: z.ZodType<AlarmCause> = z
  .object({
    plant: z.string(),
    scope: z.enum(SCOPES),
    scope_id: z.string(),
    text: z.object({ en: z.string(), zh: z.string() }),
    alarms: z.array(z.string()).describe('ids'),
  })
  .meta({ id: 'AlarmCause' })
export const alarmsAnswer = wire(
  z.object({
    items: z.array(alarmAnswer),
    causes: z.array(alarmCause).describe('alarms of this page that have one cause: devices that fell silent together'),
    next,
  }),
)
export type AlarmsAnswer = z.infer<typeof alarmsAnswer>

export const alarmsActionAnswer = wire(
  z.object({
    done: count.describe('alarms on which it is done'),
    alarms: z.array(alarmAnswer).describe('those, as they are now'),
  }),
)
/** Result of one act on many alarms; those that are no longer there are in neither. */
export type AlarmsActionAnswer = z.infer<typeof alarmsActionAnswer>
