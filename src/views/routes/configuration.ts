import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { personOf } from '../guard.js'
import { readJson } from '../posted.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import {
  type ConfigAsk,
  type ConfigRefusal,
  type ConfigReply,
  type ConfigSaved,
  configAnswer,
  configPreview,
  configPreviewWish,
  configSaved,
  configSchemaAnswer,
  configVersionAnswer,
  configVersions,
  configWish,
} from '../wire/configuration.js'

export interface ConfigurationSources {
  /** Reads the configuration, previews a change of it, or reads its versions. */
  configuration(
    ask: Extract<ConfigAsk, { ask: 'read' | 'schema' | 'preview' | 'versions' | 'version' }>,
  ): Promise<ConfigReply>
  /** Changes it; answers when that is in force, or after ten seconds without. */
  changeConfiguration(ask: Extract<ConfigAsk, { ask: 'save' | 'undo' }>): Promise<ConfigSaved | ConfigRefusal>
}

const tags = ['configuration']
/** A whole file comes as JSON. */
const BODY_BYTES_MAX = 4 * 1024 * 1024
const refusals = { 400: problem, 404: problem, 409: problem, 412: problem, 428: problem, 503: problem }
const versionNumber = z.coerce.number().int().min(1).max(99_999_999)

/** Routes of the configuration file, which stays the truth: each of them reads it anew. */
export function configurationRoutes(server: Server, sources: ConfigurationSources): void {
  server.get(
    '/api/v1/config',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'The configuration file without its secrets, and whether it can be changed here; ETag is its hash',
        response: { 200: configAnswer, 503: problem },
      },
    },
    async (_request, reply) => {
      const answer = answered<z.output<typeof configAnswer>>(await sources.configuration({ ask: 'read' }))
      reply.header('etag', `"${answer.hash}"`)
      return answer
    },
  )
  server.get(
    '/api/v1/config/schema',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'JSON Schema of the configuration file, by which forms and editors know each setting',
        response: { 200: configSchemaAnswer, 503: problem },
      },
    },
    async () => answered<z.output<typeof configSchemaAnswer>>(await sources.configuration({ ask: 'schema' })),
  )
  server.post(
    '/api/v1/config/preview',
    {
      config: { right: 'administer' },
      bodyLimit: BODY_BYTES_MAX,
      preValidation: readJson,
      schema: {
        tags,
        summary: 'What edits, another text or an older version would make of the configuration, without doing it',
        body: configPreviewWish,
        response: { 200: configPreview, 400: problem, 404: problem, 503: problem },
      },
    },
    async ({ body }) =>
      answered<z.output<typeof configPreview>>(await sources.configuration({ ask: 'preview', wish: body })),
  )
  server.post(
    '/api/v1/config',
    {
      config: { right: 'administer' },
      bodyLimit: BODY_BYTES_MAX,
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Change the configuration by edits or by another text; If-Match names the hash that was read',
        body: configWish,
        response: { 200: configSaved, ...refusals },
      },
    },
    async (request) => {
      const change = { ask: 'save', wish: request.body, ...changer(request) } as const
      return answered<ConfigSaved>(await sources.changeConfiguration(change))
    },
  )
  versionRoutes(server, sources)
}

function versionRoutes(server: Server, sources: ConfigurationSources): void {
  server.get(
    '/api/v1/config/versions',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'The last 200 versions of the configuration that were made or found here, newest first',
        response: { 200: configVersions, 503: problem },
      },
    },
    async () => answered<z.output<typeof configVersions>>(await sources.configuration({ ask: 'versions' })),
  )
  server.get(
    '/api/v1/config/versions/:version',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'One version with its text and its difference from the one before it, without secrets',
        params: z.object({ version: versionNumber }),
        response: { 200: configVersionAnswer, 404: problem, 503: problem },
      },
    },
    async ({ params }) =>
      answered<z.output<typeof configVersionAnswer>>(await sources.configuration({ ask: 'version', ...params })),
  )
  server.post(
    '/api/v1/config/undo',
    {
      config: { right: 'administer' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Make a new version that equals an older one, byte by byte; If-Match names the hash that was read',
        body: z.strictObject({ version: versionNumber.describe('number of the older one') }),
        response: { 200: configSaved, ...refusals },
      },
    },
    async (request) => {
      const change = { ask: 'undo', version: request.body.version, ...changer(request) } as const
      return answered<ConfigSaved>(await sources.changeConfiguration(change))
    },
  )
}

/** The account that changes it, and the hash that its reader has seen. */
export function changer(request: FastifyRequest): { readonly by: string; readonly match: string } {
  const match = /^"([0-9a-f]{64})"$/.exec(request.headers['if-match'] ?? '')?.[1]
  if (match === undefined) {
    throw new ProblemError(
      428,
      'If-Match has to name the configuration that you have read: the ETag of GET /api/v1/config.',
    )
  }
  return { by: personOf(request).name, match }
}

/** The answer to a question; throws the problem of a refusal. */
export function answered<T>(reply: ConfigReply | ConfigSaved): T {
  if ('refused' in reply) throw new ProblemError(reply.refused, reply.detail)
  return reply as T
}
