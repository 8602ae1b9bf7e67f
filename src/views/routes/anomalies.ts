import { z } from 'zod'
import type { AnomalyAction, AnomalyVerdict } from '../../base/anomaly.js'
import { ackBody } from '../alarm-actions.js'
import { cursorOf, positionIn } from '../cursor.js'
import { actorOf } from '../guard.js'
import { page, parameterFault } from '../parameters.js'
import { notTaken, readJson } from '../posted.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import {
  ANOMALY_STATES,
  type AnomaliesAnswer,
  type AnomalyItem,
  anomaliesAnswer,
  anomalyAnswer,
} from '../wire/anomalies.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['anomalies']

/** A place in the list: newest found first, of one instant by id. */
export interface AnomalyPlace {
  readonly foundMs: number
  readonly id: string
}

export interface AnomaliesQuery {
  readonly plant: string
  readonly state?: AnomalyItem['state'] | undefined
  /** Null for the first page. */
  readonly after: AnomalyPlace | null
  readonly limit: number
}

export interface AnomalySources {
  /** Findings of a plant, the newest first, at most `limit`. */
  anomalies(query: AnomaliesQuery): Omit<AnomaliesAnswer, 'next'> | Promise<Omit<AnomaliesAnswer, 'next'>>
  /** Null when there is no such finding, or no longer. */
  anomaly(plant: string, id: string): AnomalyItem | null | Promise<AnomalyItem | null>
  /** True when the verdict is on the disk and counts; false when that takes too long, though it may still happen. */
  decideAnomaly(act: Omit<AnomalyAction, 'id'>): Promise<boolean>
}

/** Findings of a page: each has figures to draw. */
const PAGE_MAX = 50

const state = z.enum(ANOMALY_STATES).meta({ description: `one of ${ANOMALY_STATES.join(', ')}`, examples: ['open'] })
const params = plantParams.extend({ id: z.string().describe('the id of a finding') })

/** Routes of what is not as it was, and of what people say of it. */
export function anomalyRoutes(server: Server, sources: AnomalySources & Pick<KnownPlants, 'hasPlant'>): void {
  server.get(
    '/api/v1/plants/:plant/anomalies',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Meters and machines that are not as they were, since when, how much, and the figures to draw',
        params: plantParams,
        querystring: z.strictObject({ state: state.optional(), ...page }),
        response: { 200: anomaliesAnswer, 400: problem, 404: problem, 503: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const limit = Math.min(query.limit, PAGE_MAX)
      const after = query.cursor === undefined ? null : placeIn(query.cursor)
      const answer = await sources.anomalies({ plant, state: query.state, after, limit: limit + 1 })
      const anomalies = answer.anomalies.slice(0, limit)
      const last = anomalies.at(-1)
      const isMore = answer.anomalies.length > limit && last !== undefined
      return { ...answer, anomalies, next: isMore ? cursorOf(`${Date.parse(last.found_at)} ${last.id}`) : null }
    },
  )
  verdictRoute(server, sources, {
    path: '/api/v1/plants/:plant/anomalies/:id/confirm',
    verdict: 'confirmed',
    summary: 'Confirm a finding: it stays until it ends',
  })
  verdictRoute(server, sources, {
    path: '/api/v1/plants/:plant/anomalies/:id/dismiss',
    verdict: 'dismissed',
    summary: 'Dismiss a finding: the same of this device does not come again as long as it lasts',
  })
}

function verdictRoute<Path extends string>(
  server: Server,
  sources: AnomalySources & Pick<KnownPlants, 'hasPlant'>,
  { path, verdict, summary }: { readonly path: Path; readonly verdict: AnomalyVerdict; readonly summary: string },
): void {
  server.post(
    path,
    {
      config: { right: 'operate', act: 'anomaly_act' },
      preValidation: readJson,
      schema: {
        tags,
        summary,
        params,
        body: ackBody,
        response: { 200: anomalyAnswer, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const { plant, id } = request.params
      const { note = '', by } = request.body
      requirePlant(sources, plant)
      const before = await known(sources, plant, id)
      const { kind, device, other, since, until } = before
      const [sinceMs, untilMs] = [Date.parse(since), until === null ? null : Date.parse(until)]
      const of = { plant, anomaly: id, kind, device, other, sinceMs, untilMs }
      const isTaken = await sources.decideAnomaly({
        what: 'anomaly',
        verdict,
        ...of,
        note,
        by: actorOf(request, 'by', by),
      })
      if (!isTaken) throw notTaken()
      return known(sources, plant, id)
    },
  )
}

/** Throws the 404 for a finding that is not there. */
async function known(sources: AnomalySources, plant: string, id: string): Promise<AnomalyItem> {
  const item = await sources.anomaly(plant, id)
  if (item !== null) return item
  throw notFound(`There is no anomaly ${id} in ${plant}; /api/v1/plants/${plant}/anomalies lists those there are.`)
}

function placeIn(cursor: string): AnomalyPlace {
  const [, found, id] = /^(-?\d{1,16}) (.+)$/.exec(positionIn(cursor) ?? '') ?? []
  if (found === undefined || id === undefined) throw parameterFault('cursor', cursor)
  return { foundMs: Number(found), id }
}
