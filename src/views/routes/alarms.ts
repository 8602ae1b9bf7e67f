import { z } from 'zod'
import type { AlarmAct, AlarmItem } from '../../base/alarm.js'
import { alarmAnswer, alarmsAnswer } from '../answers.js'
import { cursorOf, positionIn } from '../cursor.js'
import { faultOf, PARAMETERS, page } from '../parameters.js'
import { notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ViewSources } from '../sources.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['alarms']

type AlarmSources = Pick<ViewSources, 'clock' | 'hasPlant' | 'alarms' | 'alarm' | 'actOnAlarm'>

const SHELVE_MINUTES_MAX = 30 * 24 * 60

const said = {
  note: z
    .string('a text')
    .max(1_000, 'a text of at most 1000 characters')
    .optional()
    .describe('what is to be known of it'),
  by: z.string('a name').min(1, 'a name').max(64, 'a name of at most 64 characters').optional().describe('who says so'),
}
const ackBody = z.strictObject(said)
const shelveBody = z.strictObject({
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
  ...said,
})
const noteBody = z.strictObject({
  ...said,
  note: z.string('a text').min(1, 'a text').max(1_000, 'a text of at most 1000 characters'),
})

const params = plantParams.extend({ id: z.string().describe('the id of an alarm') })
const since = PARAMETERS.from
  .optional()
  .meta({ description: 'only alarms that were not over by then; all when absent' })
const until = PARAMETERS.to.optional().meta({ description: 'only alarms that were raised before; all when absent' })

/** The list of alarms, and what a person does to one of them. */
export function alarmRoutes(server: Server, sources: AlarmSources): void {
  server.get(
    '/api/v1/plants/:plant/alarms',
    {
      schema: {
        tags,
        summary: 'Alarms of a plant, the newest first',
        params: plantParams,
        querystring: z.strictObject({ state: PARAMETERS.state.optional(), from: since, to: until, ...page }),
        response: { 200: alarmsAnswer, 400: problem, 404: problem },
      },
    },
    ({ params: { plant }, query: { state, from, to, cursor, limit } }) => {
      requirePlant(sources, plant)
      const after = cursor === undefined ? null : placeIn(cursor)
      const found = sources
        .alarms(plant)
        .filter(
          (alarm) =>
            (state === undefined || alarm.state === state || (state === 'open' && alarm.state !== 'cleared_ack')) &&
            (to === undefined || Date.parse(alarm.raised_at) < to) &&
            (from === undefined || alarm.cleared_at === null || Date.parse(alarm.cleared_at) >= from) &&
            (after === null || isAfter(alarm, after)),
        )
      const items = found.slice(0, limit)
      const last = items.at(-1)
      return { items, next: last === undefined || found.length <= limit ? null : cursorOf(placeOf(last)) }
    },
  )

  const act = async (plant: string, id: string, what: Omit<AlarmAct, 'id' | 'plant' | 'alarm'>): Promise<AlarmItem> => {
    requirePlant(sources, plant)
    if (sources.alarm(plant, id) === null) throw unknown(plant, id)
    const isDone = await sources.actOnAlarm({ plant, alarm: id, ...what })
    if (!isDone) {
      throw new ProblemError(503, 'The journal does not take it now, it may still happen; /readyz?verbose says why.')
    }
    const alarm = sources.alarm(plant, id)
    if (alarm === null) throw unknown(plant, id)
    return alarm
  }
  const response = { 200: alarmAnswer, 400: problem, 403: problem, 404: problem, 503: problem }

  server.post(
    '/api/v1/plants/:plant/alarms/:id/ack',
    { preValidation: readJson, schema: { tags, summary: 'Acknowledge an alarm', params, body: ackBody, response } },
    ({ params: { plant, id }, body: { note = '', by = null } }) =>
      act(plant, id, { what: 'ack', untilMs: null, note, by }),
  )
  server.post(
    '/api/v1/plants/:plant/alarms/:id/shelve',
    {
      preValidation: readJson,
      schema: { tags, summary: 'Put an alarm aside for a time', params, body: shelveBody, response },
    },
    ({ params: { plant, id }, body: { until, minutes, note = '', by = null } }) => {
      if ((until === undefined) === (minutes === undefined)) {
        throw faultOf('minutes', minutes, 'either minutes or until', '60')
      }
      const nowMs = sources.clock.nowMs()
      const untilMs = until === undefined ? nowMs + (minutes ?? 0) * 60_000 : Date.parse(until)
      const lastMs = nowMs + SHELVE_MINUTES_MAX * 60_000
      if (untilMs > lastMs) throw faultOf('until', until, `an instant not after ${new Date(lastMs).toISOString()}`)
      return act(plant, id, { what: 'shelve', untilMs, note, by })
    },
  )
  server.post(
    '/api/v1/plants/:plant/alarms/:id/note',
    { preValidation: readJson, schema: { tags, summary: 'Add a note to an alarm', params, body: noteBody, response } },
    ({ params: { plant, id }, body: { note, by = null } }) => act(plant, id, { what: 'note', untilMs: null, note, by }),
  )
}

/** The body as JSON; none is an empty object. Throws the 400 for what is no JSON. */
async function readJson(request: { body: unknown }): Promise<void> {
  const text = Buffer.isBuffer(request.body) ? request.body.toString() : ''
  try {
    request.body = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new ProblemError(400, 'The body is not JSON.')
  }
}

function unknown(plant: string, id: string): ProblemError {
  return notFound(`There is no alarm ${id} in ${plant}; /api/v1/plants/${plant}/alarms lists those there are.`)
}

function placeOf({ raised_at, id }: AlarmItem): string {
  return `${Date.parse(raised_at)} ${id}`
}

function placeIn(cursor: string): { readonly raisedMs: number; readonly id: string } {
  const [, raised, id] = /^(-?\d{1,16}) (.+)$/.exec(positionIn(cursor) ?? '') ?? []
  if (raised === undefined || id === undefined) throw faultOf('cursor', cursor)
  return { raisedMs: Number(raised), id }
}

/** Whether an alarm comes behind a place in the list, newest first. */
function isAfter({ raised_at, id }: AlarmItem, after: { readonly raisedMs: number; readonly id: string }): boolean {
  const raisedMs = Date.parse(raised_at)
  return raisedMs < after.raisedMs || (raisedMs === after.raisedMs && id < after.id)
}
