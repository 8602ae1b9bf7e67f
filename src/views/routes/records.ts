import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { cursorOf, instantOfCursor, positionIn } from '../cursor.js'
import { PARAMETERS, page, parameterFault, range, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import type { RecordPlace, RecordSources } from '../sources/records.js'
import { correctionsAnswer, eventsAnswer, restatementsAnswer } from '../wire/records.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['records']

export interface RecordRouteSources
  extends Pick<KnownPlants, 'hasPlant'>,
    Pick<RecordSources, 'events' | 'corrections' | 'restatements'> {
  readonly clock: Clock
}

/** Routes for what is on record of a plant beside readings and figures. */
export function recordRoutes(server: Server, sources: RecordRouteSources): void {
  server.get(
    '/api/v1/plants/:plant/events',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'What happened once, by event time: deliveries, orders, reasons of downtime, comments, calibrations',
        params: plantParams,
        querystring: z.strictObject({
          type: PARAMETERS.type.optional(),
          device: PARAMETERS.device.optional(),
          ...range,
          ...page,
        }),
        response: { 200: eventsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const { type = null, limit } = query
      const items = await sources.events({ ...recordQuery(plant, query, sources.clock.nowMs()), type })
      const last = items.at(-1)
      const isLast = last === undefined || items.length < limit
      return { items, next: isLast ? null : cursorAt({ ts: Date.parse(last.ts), device: last.device, id: last.id }) }
    },
  )
  server.get(
    '/api/v1/plants/:plant/corrections',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Corrections of readings of [from, to), and whether figures are made of them',
        params: plantParams,
        querystring: z.strictObject({ device: PARAMETERS.device.optional(), ...range, ...page }),
        response: { 200: correctionsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const found = await sources.corrections(recordQuery(plant, query, sources.clock.nowMs()))
      const last = found.at(-1)
      const isLast = last === undefined || found.length < query.limit
      return { items: found.map(({ item }) => item), next: isLast ? null : cursorAt(last.place) }
    },
  )
  restatementRoute(server, sources)
}

function restatementRoute(server: Server, sources: RecordRouteSources): void {
  server.get(
    '/api/v1/plants/:plant/restatements',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Final figures that changed in [from, to), long after their window was over, in that order',
        params: plantParams,
        querystring: z.strictObject({ kpi: PARAMETERS.kpi.optional(), ...range, ...page }),
        response: { 200: restatementsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const { kpi = null, cursor, limit } = query
      const afterNumber = cursor === undefined ? 0 : instantOfCursor(cursor)
      if (afterNumber === undefined) throw parameterFault('cursor', cursor)
      const asked = { plant, kpi, ...rangeOf(query, sources.clock.nowMs()), afterNumber, limit }
      const found = await sources.restatements(asked)
      const last = found.at(-1)
      const isLast = last === undefined || found.length < limit
      return { items: found.map(({ item }) => item), next: isLast ? null : cursorOf(last.number) }
    },
  )
}

function recordQuery(
  plant: string,
  query: {
    readonly device?: string | undefined
    readonly from?: number | undefined
    readonly to?: number | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
  nowMs: number,
) {
  const after = query.cursor === undefined ? null : placeIn(query.cursor)
  return { plant, device: query.device ?? null, ...rangeOf(query, nowMs), after, limit: query.limit }
}

function cursorAt({ ts, device, id }: RecordPlace): string {
  return cursorOf(`${ts} ${device} ${id}`)
}

/** Throws the 400 for a cursor that is not of these lists. */
function placeIn(cursor: string): RecordPlace {
  const [, ts, device, id] = /^(-?\d{1,16}) (\S+) (.+)$/s.exec(positionIn(cursor) ?? '') ?? []
  if (ts === undefined || device === undefined || id === undefined) throw parameterFault('cursor', cursor)
  return { ts: Number(ts), device, id }
}
