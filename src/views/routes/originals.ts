import { createReadStream } from 'node:fs'
import { z } from 'zod'
import type { KeptOriginal, OriginalRefusal } from '../../audit/originals/store.js'
import { givesBodyTime } from '../body-time.js'
import { notFound, ProblemError, problem } from '../problem.js'
import { type Server, UPLOAD_MS_MAX } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import { keptOriginalAnswer } from '../wire/originals.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['entries']

export interface OriginalSources {
  /** Keeps a file under its SHA-256. */
  keepOriginal(plant: string, content: Uint8Array): Promise<KeptOriginal | OriginalRefusal>
  /** The path of a file that is kept; null when there is none, `damaged` when it is not what was handed in any more. */
  original(plant: string, sha256: string): Promise<string | 'damaged' | null>
}

/** No setting allows more. */
const ORIGINAL_BYTES_MAX = 64 * 2 ** 20

const params = plantParams.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex, 64 characters') })

/** Routes of the originals that entries rest on: scans of bills, reports of laboratories. */
export function originalRoutes(server: Server, sources: OriginalSources & KnownPlants): void {
  server.post(
    '/api/v1/plants/:plant/originals',
    {
      config: { right: 'audit', act: 'entry_made' },
      bodyLimit: ORIGINAL_BYTES_MAX,
      onRequest: givesBodyTime(UPLOAD_MS_MAX),
      schema: {
        tags,
        summary: 'Keep the original of an entry under its SHA-256, for good; the body is the file as it is',
        params: plantParams,
        response: {
          201: keptOriginalAnswer,
          400: problem,
          403: problem,
          404: problem,
          409: problem,
          413: problem,
          507: problem,
        },
      },
    },
    async (request, reply) => {
      const { plant } = request.params
      requirePlant(sources, plant)
      const body = request.body as unknown
      const answer = await sources.keepOriginal(plant, Buffer.isBuffer(body) ? body : Buffer.alloc(0))
      if ('refused' in answer) throw refusal(answer)
      request.subject = `original ${answer.sha256}`
      return reply.code(201).send(answer)
    },
  )
  server.get(
    '/api/v1/plants/:plant/originals/:sha256',
    {
      config: { right: 'audit' },
      schema: {
        tags,
        summary: 'The original that is kept under a SHA-256, as it was handed in',
        params,
        response: { 200: z.unknown(), 400: problem, 403: problem, 404: problem, 409: problem },
      },
    },
    async ({ params: { plant, sha256 } }, reply) => {
      requirePlant(sources, plant)
      const path = await sources.original(plant, sha256)
      if (path === null) throw notFound(`No original is kept under ${sha256}.`)
      if (path === 'damaged')
        throw new ProblemError(
          409,
          `The original ${sha256} is damaged on the disk: hand it in again, or take it from a backup.`,
        )
      reply.type('application/octet-stream').header('content-disposition', `attachment; filename="${sha256}"`)
      reply.serializer((payload) => payload)
      return reply.send(createReadStream(path))
    },
  )
}

function refusal({ refused, bytesMax }: OriginalRefusal): ProblemError {
  const mib = Math.floor(bytesMax / 2 ** 20)
  if (refused === 'disk')
    return new ProblemError(507, `The disk has less than ${mib} MiB left beside this one, which readings need.`)
  if (refused === 'empty') return new ProblemError(400, 'The body is the file, as application/octet-stream.')
  if (refused === 'too_large')
    return new ProblemError(413, `An original has at most ${mib} MiB; reports.original_max_mib allows more.`)
  return new ProblemError(
    507,
    `All originals together may have ${mib} MiB, and this one has no room left: raise reports.originals_max_gib.`,
  )
}
