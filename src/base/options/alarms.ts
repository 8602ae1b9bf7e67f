import { z } from 'zod'
import { ALARM_SEVERITIES } from '../alarm.js'
import { SCOPES, WINDOWS } from '../kpi.js'
import { isId } from '../topic.js'

/** Configuration of alarms: `alarms`, `alarm_defaults` and the severity of a target of a plant. */

const DAY_S = 86_400

export const alarmSeverity = z.enum(ALARM_SEVERITIES)

const delay = z.number().min(0).max(DAY_S)

const rule = z
  .strictObject({
    id: z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}').describe('name of the rule; unique in the plant'),
    kpi: z.string().describe('id in the catalogue'),
    window: z.enum(WINDOWS).describe('size of the windows that are judged'),
    scope: z.enum(SCOPES).default('plant').describe('whose figures'),
    of: z
      .string()
      .refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')
      .optional()
      .describe('the one line or device; each of the scope when absent'),
    above: z.number().optional().describe('raised when a figure is above it'),
    below: z.number().optional().describe('raised when a figure is below it'),
    hysteresis: z.number().min(0).default(0).describe('how far back inside the limit it clears'),
    on_delay_s: delay.default(0).describe('how long windows without a gap have to be outside before it is raised'),
    off_delay_s: delay.default(0).describe('the same inside before it clears'),
    severity: alarmSeverity.default('major').describe('how bad it is'),
    text: z
      .strictObject({ en: z.string().optional(), zh: z.string().optional() })
      .default({})
      .describe('what it says, in English and Chinese; made from the rule when absent'),
  })
  .refine((one) => (one.above === undefined) !== (one.below === undefined), {
    path: ['above'],
    message: 'give either above or below',
  })

const silence = z
  .strictObject({
    enabled: z.boolean().default(true).describe('alarms on configured devices that are stale or offline'),
    delay_s: delay.default(300).describe('how long a device has to be stale or offline'),
    severity: alarmSeverity.default('major').describe('how bad it is'),
  })
  .prefault({})

const completeness = z
  .strictObject({
    enabled: z.boolean().default(true).describe('an alarm on `data_completeness` of the plant'),
    window: z.enum(WINDOWS).default('1h').describe('size of the windows that are judged'),
    below: z.number().min(0).max(1).default(0.75).describe('raised below this share'),
    hysteresis: z.number().min(0).max(1).default(0.05).describe('it clears that much above'),
    delay_s: delay
      .default(120)
      .describe('how long nothing more has to come for a window before it is judged: devices send what they have kept'),
    severity: alarmSeverity.default('minor').describe('how bad it is'),
  })
  .prefault({})

const clock = z
  .strictObject({
    enabled: z.boolean().default(true).describe('alarms on configured devices whose clock is ahead or behind'),
    delay_s: delay.default(900).describe('how long the clock has to be wrong; a back-fill looks like one behind'),
    severity: alarmSeverity.default('warning').describe('how bad it is'),
  })
  .prefault({})

const tooMany = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('an alarm while names or events are refused because one of `limits` is reached'),
    severity: alarmSeverity.default('major').describe('how bad it is'),
  })
  .prefault({})

const demand = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('an alarm before demand is above its limit, where there is one: max of the target of peak_demand_15'),
    chance: z
      .number()
      .min(0.3)
      .max(0.95)
      .default(0.7)
      .describe('raised when a block is above the limit with this chance'),
    ahead_h: z.number().min(0.25).max(24).default(3).describe('blocks that begin within so many hours are looked at'),
    severity: alarmSeverity.default('minor').describe('how bad it is'),
  })
  .prefault({})
const attestation = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('an alarm while a month of a carbon market is not attested by its deadline, where the plant has `ets`'),
    severity: alarmSeverity.default('major').describe('how bad it is'),
  })
  .prefault({})

/** Settings of the alarm before a peak. */
export type DemandAlarmOptions = z.output<typeof demand>

/** The keys that a plant has for alarms. */
export const alarmSettings = {
  alarms: z
    .array(rule)
    .max(200)
    .default([])
    .describe('limits on figures, beside those that targets make by themselves'),
  alarm_defaults: z.strictObject({ silence, completeness, clock, too_many: tooMany, demand, attestation }).prefault({}),
}
