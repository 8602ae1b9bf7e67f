import { z } from 'zod'
import { cursorOf, positionIn } from '../cursor.js'
import { actorOf } from '../guard.js'
import { PARAMETERS } from '../parameters.js'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import type { Awaitable } from '../sources/soon.js'
import { ignoreAnswer, type UnknownDevicesAnswer, unknownDevicesAnswer } from '../wire/unknown-devices.js'
import { requirePlant } from './plants.js'

/** Rows of one page: each is looked at when it is asked for. */
const ROWS_MAX = 50
const ROWS_DEFAULT = 20
/** Names of one request, and in one line of the audit log. */
const NAMED_MAX = 500
const NOTED_MAX = 10
const TOPIC_CHARS_MAX = 1000

export interface UnknownDevicesQuery {
  /** null: of all plants. */
  readonly plant: string | null
  /** `plant/device` behind which the page begins; null for the first. */
  readonly after: string | null
  readonly limit: number
  readonly withIgnored: boolean
}

export interface IgnoreRequest {
  readonly devices: readonly { readonly plant: string; readonly device: string }[]
  /** Topics as the list shows them. */
  readonly topics: readonly string[]
  /** False: they are listed again. */
  readonly isIgnored: boolean
  readonly by: string | null
}

export interface UnknownDeviceSources extends Pick<KnownPlants, 'hasPlant'> {
  unknownDevices(query: UnknownDevicesQuery): Promise<UnknownDevicesAnswer>
  /** Gives how many were named. */
  ignoreUnknown(request: IgnoreRequest): Awaitable<number>
}

/** Devices that send and that nobody has configured or registered, with proposals. */
export function unknownDeviceRoutes(server: Server, sources: UnknownDeviceSources): void {
  server.get(
    '/api/v1/devices/unknown',
    {
      config: { right: 'view' },
      schema: {
        tags: ['plants'],
        summary:
          'Devices that send and that nobody has configured or registered, with a proposal for each and its reasons; topics that no profile in use takes',
        querystring: z.strictObject({
          plant: PARAMETERS.plant.optional(),
          ignored: z.stringbool().default(false).describe('those that somebody ignores too'),
          cursor: PARAMETERS.cursor.optional(),
          limit: z.coerce.number().int().min(1).max(ROWS_MAX).default(ROWS_DEFAULT).describe(`1 to ${ROWS_MAX}`),
        }),
        response: { 200: unknownDevicesAnswer, 400: problem, 404: problem },
      },
    },
    async ({ query: { plant, ignored, cursor, limit } }) => {
      if (plant !== undefined) requirePlant(sources, plant)
      const after = cursor === undefined ? null : (positionIn(cursor) ?? null)
      const answer = await sources.unknownDevices({ plant: plant ?? null, after, limit, withIgnored: ignored })
      return { ...answer, next: answer.next === null ? null : cursorOf(answer.next) }
    },
  )
  ignoreRoute(server, sources)
}

/** A person ignores devices and topics: they are no longer listed as new, whatever they send. Nothing else changes. */
function ignoreRoute(server: Server, sources: UnknownDeviceSources): void {
  server.post(
    '/api/v1/devices/ignore',
    {
      config: { right: 'operate', act: 'devices_changed' },
      preValidation: readJson,
      schema: {
        tags: ['plants'],
        summary: 'Ignore devices and topics among the new ones, or list them again; what they send is kept as before',
        body: z
          .strictObject({
            devices: z
              .array(z.strictObject({ plant: PARAMETERS.plant, device: PARAMETERS.device }))
              .max(NAMED_MAX)
              .default([])
              .describe(`at most ${NAMED_MAX}`),
            topics: z
              .array(z.string().min(1).max(TOPIC_CHARS_MAX))
              .max(NAMED_MAX)
              .default([])
              .describe('as the list shows them'),
            ignored: z.boolean().default(true).describe('false lists them again'),
            by: z.string().min(1).max(64).optional().describe('who does it'),
          })
          .refine(({ devices, topics }) => devices.length + topics.length > 0, {
            path: ['devices'],
            message: 'name a device or a topic',
          }),
        response: { 200: ignoreAnswer, 400: problem, 403: problem },
      },
    },
    async (request) => {
      const { devices, topics, ignored, by } = request.body
      const named = [...devices.map(({ plant, device }) => `${plant}/${device}`), ...topics]
      const more = named.length > NOTED_MAX ? ', …' : ''
      request.subject = `${ignored ? 'ignored' : 'listed again'}: ${named.slice(0, NOTED_MAX).join(', ')}${more}`
      const count = await sources.ignoreUnknown({ devices, topics, isIgnored: ignored, by: actorOf(request, 'by', by) })
      return { ignored, count }
    },
  )
}
