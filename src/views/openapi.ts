import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifySchema } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { asyncApiDocument } from './asyncapi.js'
import { API_PAGE_POLICY } from './policy.js'
import { problem } from './problem.js'
import type { Server } from './server.js'
import type { GatewayState } from './sources/gateway.js'

/** Collects the schemas of the routes that are added after it. */
export async function documentRoutes(server: Server, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Greengauge',
        version,
        description:
          'Times are RFC 3339, ranges half-open [from, to). Errors are problem documents (RFC 9457). ' +
          'The live feed is a WebSocket at /ws/v1, subprotocol greengauge.v1.',
      },
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'gg_session',
            description: 'of POST /api/v1/session; over TLS it is called __Host-gg_session',
          },
          token: { type: 'http', scheme: 'bearer', description: 'of greengauge user token add' },
        },
      },
      tags: [
        { name: 'plants', description: 'Plants, devices and raw readings' },
        { name: 'kpis', description: 'Figures with their basis' },
        { name: 'forecasts', description: 'What is expected, with its interval and its record of errors' },
        {
          name: 'projections',
          description: 'How month and year will probably end, against budget, target and allowance',
        },
        {
          name: 'load plan',
          description: 'What should run when tomorrow, and what that saves: advice, nothing is switched',
        },
        {
          name: 'centre functions',
          description: 'Functions of an energy and carbon management centre: which are in use, and what proves it',
        },
        { name: 'anomalies', description: 'What is not as it was, why, and what people say of it' },
        { name: 'alarms', description: 'What is outside its limits, and what was done about it' },
        { name: 'stacks', description: 'Hours of stacks as reports have them, with what was not measured filled' },
        { name: 'authorities', description: 'Whom stacks report to by HJ 212, and what was sent with which answer' },
        { name: 'records', description: 'What happened, what was corrected, and what was restated' },
        { name: 'entries', description: 'What people put on record, and certificates of green electricity' },
        {
          name: 'reports',
          description: 'Emissions reports: drafts, frozen versions, evidence, and where a figure comes from',
        },
        { name: 'ledger', description: 'The signed, chained record of what is archived, configured and reported' },
        { name: 'quarantine', description: 'What could not be used, and why' },
        { name: 'stores', description: 'Where readings and KPI points go' },
        { name: 'gateway', description: 'The gateway and its books' },
        { name: 'configuration', description: 'The configuration file: read, previewed, changed, undone' },
        { name: 'opcua', description: 'Servers of OPC UA: how they stand, whom is trusted, and what they have' },
        { name: 'access', description: 'Who signs in, and tickets for the feed' },
        { name: 'assistants', description: 'For programs that speak with people: MCP, read only' },
        {
          name: 'i3x',
          description: 'i3X 1.0 of CESMII: the same plants and figures for programs that speak it, read only',
        },
        { name: 'health', description: 'For probes and monitoring' },
      ],
    },
    transform: withRight,
    transformObject: jsonSchemaTransformObject,
  })
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: API_PAGE_POLICY })
}

/** Documents of the API: of HTTP, and of feed and topics. */
export function documentRoute(server: Server, { version, mqtt }: Pick<GatewayState, 'version' | 'mqtt'>): void {
  server.get(
    '/api/v1/asyncapi.json',
    {
      config: { right: 'view' },
      schema: { tags: ['gateway'], summary: 'AsyncAPI 3.0 document of the live feed and of the topics of MQTT' },
    },
    ({ host, protocol }) =>
      asyncApiDocument({
        version: version.version,
        httpHost: host,
        isTls: protocol === 'https',
        mqttPort: mqtt.port,
        mqttTlsPort: mqtt.tls_port,
      }),
  )
  server.get(
    '/api/v1/openapi.json',
    { config: { right: 'view' }, schema: { tags: ['gateway'], summary: 'This document' } },
    () => server.swagger(),
  )
}

/** Says of each route which right it needs, and what it answers without: `x-right` is its name, absent where nobody is asked who they are. */
function withRight(input: Parameters<typeof jsonSchemaTransform>[0]): ReturnType<typeof jsonSchemaTransform> {
  const { right } = (input.route.config ?? {}) as FastifyContextConfig
  const schema = input.schema as FastifySchema | undefined
  if (schema === undefined || right === undefined || right === null) {
    const open = jsonSchemaTransform(input)
    return { ...open, schema: { ...open.schema, security: [] } }
  }
  const response = { 401: problem, 403: problem, ...(schema.response as object | undefined) }
  const guarded = jsonSchemaTransform({ ...input, schema: { ...schema, response } as typeof input.schema })
  const said = { 'x-right': right, security: [{ session: [] }, { token: [] }] }
  return { ...guarded, schema: { ...guarded.schema, ...said } }
}
