import { z } from 'zod'
import type { AlarmAction, AlarmItem } from '../base/alarm.js'
import type { AlarmsActionAnswer } from '../base/wire/alarms.js'
import { parameterFault } from './parameters.js'
import { notTaken } from './posted.js'
import { notFound, type ProblemError } from './problem.js'
import type { AlarmList } from './sources/alarms.js'

/** Acts of a person on alarms: the words of a request, and how it is done. */

const SHELVE_MINUTES_MAX = 30 * 24 * 60
/** Alarms of one request: as many as a person sees on a page. */
const ALARMS_MAX = 200
/** Room for a body that names `ALARMS_MAX` alarms with ids as long as they can be. */
export const ALARMS_BODY_BYTES_MAX = 96 * 1024

const said = {
  note: z
    .string('a text')
    .max(1_000, 'a text of at most 1000 characters')
    .optional()
    .describe('what is to be known of it'),
  by: z.string('a name').min(1, 'a name').max(64, 'a name of at most 64 characters').optional().describe('who says so'),
}
const shelving = {
  until: z.iso
    .datetime({ offset: true, error: 'an instant, RFC 3339 with offset' })
    .optional()
    .describe('when it is shown again; one that is past ends a shelving'),
  minutes: z
    .number('a number of minutes')
    .min(0, 'a number of minutes, 0 ends a shelving')
    .max(SHELVE_MINUTES_MAX, `at most ${SHELVE_MINUTES_MAX} minutes`)
    .optional()
    .describe('the same, from now on'),
}
const MANY = `a list of 1 to ${ALARMS_MAX} {plant, id}`
const alarms = z
  .array(z.strictObject({ plant: z.string(MANY).max(64, MANY), id: z.string(MANY).max(300, MANY) }, MANY), MANY)
  .min(1, MANY)
  .max(ALARMS_MAX, MANY)
  .describe('which ones; one that is not there, or no longer, is left out')

export const ackBody = z.strictObject(said)
export const shelveBody = z.strictObject({ ...shelving, ...said })
export const noteBody = z.strictObject({
  ...said,
  note: z.string('a text').min(1, 'a text').max(1_000, 'a text of at most 1000 characters'),
})
export const ackManyBody = z.strictObject({ alarms, ...said })
export const shelveManyBody = z.strictObject({ alarms, ...shelving, ...said })

/** Act without the alarm that it is done to. */
export type AlarmActionRequest = Omit<AlarmAction, 'id' | 'plant' | 'alarm'>
export type AlarmActionSources = Pick<AlarmList, 'alarm' | 'actOnAlarm'>

/** Until when a request shelves, epoch ms. Throws the 400 when it says neither or both, or too late an instant. */
export function requestedShelfEndMs(
  { until, minutes }: { readonly until?: string | undefined; readonly minutes?: number | undefined },
  nowMs: number,
): number {
  if ((until === undefined) === (minutes === undefined)) {
    throw parameterFault('minutes', minutes, 'either minutes or until', '60')
  }
  const untilMs = until === undefined ? nowMs + (minutes ?? 0) * 60_000 : Date.parse(until)
  const lastMs = nowMs + SHELVE_MINUTES_MAX * 60_000
  if (untilMs > lastMs) throw parameterFault('until', until, `an instant not after ${new Date(lastMs).toISOString()}`)
  return untilMs
}

/** Does it to one alarm; answers the alarm as it is then. */
export async function applyToAlarm(
  sources: AlarmActionSources,
  plant: string,
  id: string,
  act: AlarmActionRequest,
): Promise<AlarmItem> {
  if (sources.alarm(plant, id) === null) throw unknown(plant, id)
  if (!(await sources.actOnAlarm({ plant, alarm: id, ...act }))) throw notTaken()
  const alarm = sources.alarm(plant, id)
  if (alarm === null) throw unknown(plant, id)
  return alarm
}

/** Does it to many, side by side; answers those on which it is done. Throws when it could be done on none. */
export async function applyToAlarms(
  sources: AlarmActionSources,
  named: readonly { readonly plant: string; readonly id: string }[],
  act: AlarmActionRequest,
): Promise<AlarmsActionAnswer> {
  const distinct = [...new Map(named.map((one) => [`${one.plant} ${one.id}`, one])).values()]
  const known = distinct.filter(({ plant, id }) => sources.alarm(plant, id) !== null)
  const outcomes = await Promise.all(
    known.map(async ({ plant, id }) => {
      const isDone = await sources.actOnAlarm({ plant, alarm: id, ...act })
      return isDone ? sources.alarm(plant, id) : null
    }),
  )
  const alarms = outcomes.filter((alarm) => alarm !== null)
  if (known.length > 0 && alarms.length === 0) throw notTaken()
  return { done: alarms.length, alarms }
}

function unknown(plant: string, id: string): ProblemError {
  return notFound(`There is no alarm ${id} in ${plant}; /api/v1/plants/${plant}/alarms lists those there are.`)
}
