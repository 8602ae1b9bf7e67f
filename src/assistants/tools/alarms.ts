import { z } from 'zod'
import { ALARM_STATES } from '../../base/alarm.js'
import type { AlarmsAnswer } from '../../base/wire/alarms.js'
import { apiPath } from '../api.js'
import { ARGUMENTS, limitOf, optionalRange, rangeIn } from '../arguments.js'
import { tool } from '../tool.js'

/** Tools for what is outside its limits, what is not as it was, and what people and devices put on record. */

const alarms = tool({
  name: 'alarms',
  title: 'Alarms',
  description:
    'Alarms, newest first: state open (all but over and acknowledged) unless another is named. value is the figure with which it was raised, current the newest of the same (null: not known now), limit and unit belong to both. watched false: a gap in the data hides whether it lasts.',
  input: z.strictObject({
    plant: ARGUMENTS.plant.optional().describe('id of a plant; of all plants when absent'),
    state: z.enum([...ALARM_STATES, 'open', 'any']).default('open'),
    ...optionalRange,
    limit: limitOf(30, 50),
    cursor: ARGUMENTS.cursor.optional(),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { plant, state, lang, ...asked }) {
    const range = plant === undefined ? asked : await rangeIn(call, plant, asked)
    const query = { ...range, state: state === 'any' ? undefined : state }
    const answer = await call.read<AlarmsAnswer>(
      apiPath(plant === undefined ? ['alarms'] : ['plants', plant, 'alarms'], query),
    )
    return inLanguage(answer, lang)
  },
})

const anomalies = tool({
  name: 'anomalies',
  title: 'Anomalies',
  description:
    'Meters and machines that are not as they were: since when, how much (excess, kwh, money, kgco2e; null with a reason), confidence 0 to 1, verdict of a person. `look` says how far data were looked at, `reason` why nothing can have been found. With evidence: the measured and expected values.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    state: z.enum(['open', 'over', 'dismissed']).optional(),
    evidence: z.boolean().default(false),
    limit: limitOf(10, 20),
    cursor: ARGUMENTS.cursor.optional(),
    lang: ARGUMENTS.lang,
  }),
  async answer(call, { plant, evidence, lang, ...query }) {
    const answer = await call.read<{ anomalies: readonly Record<string, unknown>[] }>(
      apiPath(['plants', plant, 'anomalies'], query),
    )
    const found = answer.anomalies.map(({ evidence: shown, ...item }) =>
      evidence ? { ...item, evidence: shown } : item,
    )
    return inLanguage({ ...answer, anomalies: found }, lang)
  },
})

const records = tool({
  name: 'records',
  title: 'Events, corrections and restatements',
  description:
    'What is on record of a plant, by time; the last 24 h when no range is given. events: deliveries, orders, reasons of downtime, comments, calibrations. corrections: readings that people corrected, with author and reason. restatements: final figures that changed later, before and after.',
  input: z.strictObject({
    plant: ARGUMENTS.plant,
    what: z.enum(['events', 'corrections', 'restatements']),
    device: ARGUMENTS.device.optional().describe('for events and corrections'),
    type: z.string().max(64).optional().describe('a type of events, such as downtime_reason'),
    kpi: ARGUMENTS.kpi.optional().describe('for restatements'),
    ...optionalRange,
    limit: limitOf(50, 100),
    cursor: ARGUMENTS.cursor.optional(),
  }),
  async answer(call, { plant, what, ...asked }) {
    return call.read<object>(apiPath(['plants', plant, what], await rangeIn(call, plant, asked)))
  },
})

/** The answer with each `text` in one language. */
function inLanguage<T>(answer: T, lang: 'en' | 'zh'): object {
  return JSON.parse(JSON.stringify(answer), (key, value) => (key === 'text' && value?.[lang] ? value[lang] : value))
}

export const ALARM_TOOLS = [alarms, anomalies, records]
