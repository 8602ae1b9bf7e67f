import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { withOrigin } from '../../base/entry-origin.js'
import { accountOf, actorOf } from '../guard.js'
import { type OperatorEvent, operatorEventBody } from '../operator-event.js'
import { PARAMETERS, parameterFault } from '../parameters.js'
import { notTaken, readJson } from '../posted.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import type { RecordSources } from '../sources/records.js'
import { eventAnswer } from '../wire/records.js'
import { plantParams, requirePlant } from './plants.js'

/** As far ahead as the clock of a device may be. */
const AHEAD_MAX_MS = 300_000
/** Earliest time of an event: what happened before was said by nobody. */
const OLDEST_MS = Date.UTC(2000, 0, 1)

export interface SaidSources extends KnownPlants, Pick<RecordSources, 'say'> {
  readonly clock: Clock
}

/** Route by which those who were there say why a machine stood, or comment on it. */
export function operatorEventRoute(server: Server, sources: SaidSources): void {
  server.post(
    '/api/v1/plants/:plant/devices/:device/events',
    {
      config: { right: 'operate', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags: ['records'],
        summary: 'Say why a machine stood, or comment on it: the event as it is then on record',
        params: plantParams.extend({ device: z.string().meta(PARAMETERS.device.meta() ?? {}) }),
        body: operatorEventBody,
        response: { 200: eventAnswer, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const {
        params: { plant, device },
        body,
      } = request
      const by = actorOf(request, 'by', body.by) ?? undefined
      const line = lineOfDevice(sources, plant, device)
      const { id = randomUUID(), type, ...said } = body
      const ts = timeOf(body, sources.clock.nowMs())
      request.subject = `${type} ${id}`
      const fields = withOrigin(fieldsOf({ ...said, by }), { kind: 'person', account: accountOf(request) })
      const event = await sources.say({ plant, line, device, id, type, ts, fields })
      if (event === null) throw notTaken()
      return event
    },
  )
}

/** Id of the line of a device. Throws the 404 where there is no such plant or device. */
export function lineOfDevice(sources: KnownPlants, plant: string, device: string): string {
  requirePlant(sources, plant)
  const lines = sources.plants().find(({ id }) => id === plant)?.lines ?? []
  const line = lines.find(({ devices }) => devices.some(({ id }) => id === device))
  if (line === undefined) {
    throw notFound(`There is no device ${device} in ${plant}; /api/v1/plants lists those there are.`)
  }
  return line.id
}

/** Throws the 400 for a time of an event that cannot be. @param ts epoch ms, as `text` says it */
export function notAhead(member: string, text: string | undefined, ts: number, nowMs: number): void {
  const latestMs = nowMs + AHEAD_MAX_MS
  if (ts > latestMs) throw parameterFault(member, text, `an instant not after ${new Date(latestMs).toISOString()}`)
  if (ts < OLDEST_MS) throw parameterFault(member, text, `an instant from ${new Date(OLDEST_MS).toISOString()} on`)
}

/** Event time: from when on, or of when. Throws the 400 for one that cannot be. */
function timeOf(body: OperatorEvent, nowMs: number): number {
  const [member, text] = body.type === 'comment' ? (['at', body.at] as const) : (['from', body.from] as const)
  const ts = text === undefined ? nowMs : Date.parse(text)
  notAhead(member, text, ts, nowMs)
  if (body.type === 'downtime_reason' && body.to !== undefined && Date.parse(body.to) < ts) {
    throw parameterFault('to', body.to, `an instant not before from, ${body.from}`)
  }
  return ts
}

/** As a device would have said it: the time of a comment is that of the event. */
function fieldsOf({ at: _, ...fields }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return fields
}
