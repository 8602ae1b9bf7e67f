import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { alarmAnswer, alarmsActionAnswer, alarmsAnswer } from '../../base/wire/alarms.js'
import {
  ALARMS_BODY_BYTES_MAX,
  ackBody,
  ackManyBody,
  applyToAlarm,
  applyToAlarms,
  noteBody,
  requestedShelfEndMs,
  shelveBody,
  shelveManyBody,
} from '../alarm-actions.js'
import { alarmQuery, pageOf } from '../alarm-list.js'
import { actorOf } from '../guard.js'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { AlarmList } from '../sources/alarms.js'
import type { KnownPlants } from '../sources/plants.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['alarms']

export interface AlarmSources extends AlarmList, Pick<KnownPlants, 'hasPlant'> {
  readonly clock: Clock
}

const params = plantParams.extend({ id: z.string().describe('the id of an alarm') })

/** The list of alarms, and what a person does to one of them. */
export function alarmRoutes(server: Server, sources: AlarmSources): void {
  server.get(
    '/api/v1/plants/:plant/alarms',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Alarms of a plant, the newest first',
        params: plantParams,
        querystring: z.strictObject(alarmQuery),
        response: { 200: alarmsAnswer, 400: problem, 404: problem },
      },
    },
    ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      return pageOf(sources, plant, query)
    },
  )

  alarmActRoutes(server, sources)
}

/** Acts of a person on one alarm: to acknowledge it, put it aside, or note something. */
function alarmActRoutes(server: Server, sources: AlarmSources): void {
  const response = { 200: alarmAnswer, 400: problem, 403: problem, 404: problem, 503: problem }
  server.post(
    '/api/v1/plants/:plant/alarms/:id/ack',
    {
      config: { right: 'operate', act: 'alarm_act' },
      preValidation: readJson,
      schema: { tags, summary: 'Acknowledge an alarm', params, body: ackBody, response },
    },
    (request) => {
      const {
        params: { plant, id },
        body: { note = '', by },
      } = request
      requirePlant(sources, plant)
      return applyToAlarm(sources, plant, id, { what: 'ack', untilMs: null, note, by: actorOf(request, 'by', by) })
    },
  )
  server.post(
    '/api/v1/plants/:plant/alarms/:id/shelve',
    {
      config: { right: 'operate', act: 'alarm_act' },
      preValidation: readJson,
      schema: { tags, summary: 'Put an alarm aside for a time', params, body: shelveBody, response },
    },
    (request) => {
      const {
        params: { plant, id },
        body,
      } = request
      requirePlant(sources, plant)
      const { note = '', by } = body
      const untilMs = requestedShelfEndMs(body, sources.clock.nowMs())
      return applyToAlarm(sources, plant, id, { what: 'shelve', untilMs, note, by: actorOf(request, 'by', by) })
    },
  )
  server.post(
    '/api/v1/plants/:plant/alarms/:id/note',
    {
      config: { right: 'operate', act: 'alarm_act' },
      preValidation: readJson,
      schema: { tags, summary: 'Add a note to an alarm', params, body: noteBody, response },
    },
    (request) => {
      const {
        params: { plant, id },
        body: { note, by },
      } = request
      requirePlant(sources, plant)
      return applyToAlarm(sources, plant, id, { what: 'note', untilMs: null, note, by: actorOf(request, 'by', by) })
    },
  )
}

/** The alarms of all plants in one list, and what a person does to many of them at once. */
export function allAlarmRoutes(server: Server, sources: AlarmSources): void {
  server.get(
    '/api/v1/alarms',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Alarms of all plants, the newest first',
        querystring: z.strictObject(alarmQuery),
        response: { 200: alarmsAnswer, 400: problem },
      },
    },
    ({ query }) => pageOf(sources, null, query),
  )

  const response = { 200: alarmsActionAnswer, 400: problem, 403: problem, 503: problem }
  const many = { bodyLimit: ALARMS_BODY_BYTES_MAX, preValidation: readJson }
  server.post(
    '/api/v1/alarms/ack',
    {
      config: { right: 'operate', act: 'alarm_act' },
      ...many,
      schema: { tags, summary: 'Acknowledge several alarms', body: ackManyBody, response },
    },
    (request) => {
      const { alarms, note = '', by } = request.body
      request.subject = alarms.map(({ plant, id }) => `${plant} ${id}`).join(', ')
      return applyToAlarms(sources, alarms, { what: 'ack', untilMs: null, note, by: actorOf(request, 'by', by) })
    },
  )
  server.post(
    '/api/v1/alarms/shelve',
    {
      config: { right: 'operate', act: 'alarm_act' },
      ...many,
      schema: { tags, summary: 'Put several alarms aside for a time', body: shelveManyBody, response },
    },
    (request) => {
      const { alarms, note = '', by } = request.body
      request.subject = alarms.map(({ plant, id }) => `${plant} ${id}`).join(', ')
      const untilMs = requestedShelfEndMs(request.body, sources.clock.nowMs())
      return applyToAlarms(sources, alarms, { what: 'shelve', untilMs, note, by: actorOf(request, 'by', by) })
    },
  )
}
