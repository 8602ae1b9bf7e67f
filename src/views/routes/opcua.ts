import type { z } from 'zod'
import { readJson } from '../posted.js'
import { notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { ConfigRefusal } from '../wire/configuration.js'
import {
  type OpcuaAnswer,
  type OpcuaBrowseAnswer,
  type OpcuaBrowseWish,
  type OpcuaEndpointsAnswer,
  type OpcuaEndpointsWish,
  type OpcuaTrustWish,
  opcuaAnswer,
  opcuaBrowseAnswer,
  opcuaBrowseWish,
  opcuaEndpointsAnswer,
  opcuaEndpointsWish,
  opcuaTrustAnswer,
  opcuaTrustWish,
} from '../wire/opcua.js'

const tags = ['opcua']
const refusals = { 400: problem, 403: problem, 409: problem, 503: problem }
const BROWSE_SUMMARY =
  'List the variables of a server with type, unit and value, and a proposal for each; nothing is written'
const post = { bodyLimit: 16 * 1024, preValidation: readJson } as const

export interface OpcuaSources {
  opcua(): OpcuaAnswer | ConfigRefusal
  /** Trusts a certificate of a server, or no longer; null when there is none with this SHA-256. */
  trustOpcua(wish: OpcuaTrustWish): z.output<typeof opcuaTrustAnswer> | ConfigRefusal | null
  /** Asks a server for its endpoints. Throws the 503 while another is asked. */
  opcuaEndpoints(wish: OpcuaEndpointsWish): Promise<OpcuaEndpointsAnswer | ConfigRefusal>
  /** Lists variables of a server. Throws the 503 while another is asked. */
  browseOpcua(wish: OpcuaBrowseWish): Promise<OpcuaBrowseAnswer | ConfigRefusal>
}

/** Servers of OPC UA: how they stand, whom is trusted, and what there is to subscribe to. */
export function opcuaRoutes(server: Server, sources: OpcuaSources): void {
  server.get(
    '/api/v1/opcua',
    {
      config: { right: 'administer' },
      schema: {
        tags,
        summary: 'Servers of OPC UA and how they stand, with their certificates',
        response: { 200: opcuaAnswer, 403: problem, 409: problem },
      },
    },
    () => answered(sources.opcua()),
  )
  server.post(
    '/api/v1/opcua/certificates',
    {
      ...post,
      config: { right: 'administer', act: 'certificate_trusted' },
      schema: {
        tags,
        summary: 'Trust the certificate of a server, or no longer; it holds from the next connection on',
        body: opcuaTrustWish,
        response: { 200: opcuaTrustAnswer, ...refusals, 404: problem },
      },
    },
    (request) => {
      const { sha256, trust } = request.body
      request.subject = `${trust === 'trusted' ? 'trusted' : 'no longer trusted'}: ${sha256}`
      const moved = sources.trustOpcua(request.body)
      if (moved === null) throw notFound('There is no certificate of a server with this SHA-256.')
      return answered(moved)
    },
  )
  server.post(
    '/api/v1/opcua/endpoints',
    {
      ...post,
      config: { right: 'administer', act: 'server_asked' },
      schema: {
        tags,
        summary: 'Ask a server for its endpoints; a certificate that nobody has seen yet is put among the rejected',
        body: opcuaEndpointsWish,
        response: { 200: opcuaEndpointsAnswer, ...refusals },
      },
    },
    async (request) => {
      const answer = answered(await sources.opcuaEndpoints(request.body))
      request.subject = askedText(request.body, answer)
      return answer
    },
  )
  server.post(
    '/api/v1/opcua/browse',
    {
      ...post,
      config: { right: 'administer', act: 'server_asked' },
      schema: {
        tags,
        summary: BROWSE_SUMMARY,
        body: opcuaBrowseWish,
        response: { 200: opcuaBrowseAnswer, ...refusals },
      },
    },
    async (request) => {
      const answer = answered(await sources.browseOpcua(request.body))
      request.subject = askedText(request.body, answer)
      return answer
    },
  )
}

/** Whom somebody had the gateway connect to, for the audit log: it reaches networks that they may not. */
function askedText({ endpoint }: OpcuaEndpointsWish, { fault }: Pick<OpcuaEndpointsAnswer, 'fault'>): string {
  return `${endpoint}: ${fault === null ? 'it answers' : fault.result}`
}

function answered<T extends object>(answer: T | ConfigRefusal): T {
  if ('refused' in answer) throw new ProblemError(answer.refused, answer.detail)
  return answer as T
}
