import { z } from 'zod'
import { SCOPES, WINDOWS } from '../base/kpi.js'
import { METRIC_CLASSES } from '../base/metrics.js'
import { kpiPoint } from '../base/wire/points.js'
import { toldRejection } from '../base/wire/quarantine.js'
import { FEED_SUBPROTOCOL } from '../base/wire.js'
import { messageShape } from '../decode/message.js'
import { FEED_MESSAGES } from './feed/messages.js'
import { subscribeMessage } from './feed/subscription.js'

/**
 * The AsyncAPI 3.0 document of what is no HTTP: the live feed, what devices send over MQTT, and results that are published there.
 * Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0. Schemas are those by which messages are read and typed.
 */

export interface AsyncPlaces {
  readonly version: string
  /** Host and port of the pages, as whoever asks names them. */
  readonly httpHost: string
  readonly isTls: boolean
  /** Port of the embedded broker; null without. */
  readonly mqttPort: number | null
  readonly mqttTlsPort: number | null
}

const SCHEMAS = '#/components/schemas/'

const status = z.enum(['online', 'offline']).describe('the bare word, without quotation marks; retained')
const sent = z.union([messageShape, z.array(messageShape).max(1000)])
const result = z.intersection(
  kpiPoint,
  z.object({ lineage: z.string().describe('path of the answer of the API that holds this figure') }),
)

/** All messages by the names of their schemas. */
const MESSAGES: Readonly<Record<string, z.ZodType>> = {
  subscribe: subscribeMessage,
  ...FEED_MESSAGES,
  readings: sent,
  status,
  rejected: toldRejection,
  result,
}

const PLAIN = { contentType: 'text/plain' } as const

const FROM_FEED = Object.keys(FEED_MESSAGES)

const id = (of: string) => ({ description: `id of a ${of}, [a-z0-9][a-z0-9_-]{0,63}` })
const PLACE = { plant: id('plant'), line: id('line'), device: id('device') }

export function asyncApiDocument(places: AsyncPlaces): object {
  const hasMqtt = places.mqttPort !== null || places.mqttTlsPort !== null
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Greengauge',
      version: places.version,
      description:
        'The live feed (WebSocket) and the topics of the embedded MQTT broker. Results are published where results.enabled says so. ' +
        'The HTTP API is in /api/v1/openapi.json.',
    },
    defaultContentType: 'application/json',
    servers: serversOf(places),
    channels: hasMqtt ? { ...feedChannel(), ...mqttChannels() } : feedChannel(),
    operations: hasMqtt ? { ...FEED_OPERATIONS, ...MQTT_OPERATIONS } : FEED_OPERATIONS,
    components: {
      messages: Object.fromEntries(
        Object.keys(MESSAGES).map((name) => [
          name,
          { name, ...(name === 'status' ? PLAIN : {}), payload: { $ref: SCHEMAS + schemaName(name) } },
        ]),
      ),
      schemas: schemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'of greengauge user token add; browsers send a ticket' },
        client: { type: 'userPassword', description: 'client id and token of greengauge device client add' },
      },
    },
  }
}

function serversOf({ httpHost, isTls, mqttPort, mqttTlsPort }: AsyncPlaces) {
  const hostname = httpHost.replace(/:\d+$/, '')
  const mqtt = (port: number | null, protocol: string) => {
    if (port === null) return {}
    const security = [{ $ref: '#/components/securitySchemes/client' }]
    return { [protocol]: { host: `${hostname}:${port}`, protocol, protocolVersion: '5.0, 3.1.1', security } }
  }
  return {
    feed: {
      host: httpHost,
      protocol: isTls ? 'wss' : 'ws',
      security: [{ $ref: '#/components/securitySchemes/token' }],
    },
    ...mqtt(mqttPort, 'mqtt'),
    ...mqtt(mqttTlsPort, 'mqtts'),
  }
}

const messages = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]))

function feedChannel() {
  const ticket = { type: 'string', description: 'of POST /api/v1/tickets, for browsers' }
  return {
    feed: {
      address: '/ws/v1',
      title: 'The live feed',
      description: `WebSocket of the subprotocol ${FEED_SUBPROTOCOL}: a client subscribes once, and is told what changes`,
      servers: [{ $ref: '#/servers/feed' }],
      messages: messages('subscribe', ...FROM_FEED),
      bindings: { ws: { method: 'GET', query: { type: 'object', properties: { ticket } } } },
    },
  }
}

function mqttChannels() {
  const device = 'plants/{plant}/{line}/{device}'
  return {
    readings: {
      address: `${device}/{class}`,
      title: 'What devices send',
      parameters: { ...PLACE, class: { enum: METRIC_CLASSES } },
      messages: messages('readings'),
    },
    status: {
      address: `${device}/status`,
      title: 'Whether a device is there',
      parameters: PLACE,
      messages: messages('status'),
    },
    rejected: {
      address: `${device}/rejected`,
      title: 'What was not taken of what a device has sent',
      parameters: PLACE,
      messages: messages('rejected'),
    },
    result: {
      address: 'results/{plant}/{scope}/{id}/{kpi}/{window}/{state}',
      title: 'Figures',
      description:
        'running: the window that goes on; final: the newest that is over; earlier: one before it, which is not retained as the others are',
      parameters: {
        plant: PLACE.plant,
        scope: { enum: SCOPES },
        id: { description: 'id of the plant, line or device' },
        kpi: { description: 'id of a KPI of the catalogue' },
        window: { enum: WINDOWS },
        state: { enum: ['running', 'final', 'earlier'] },
      },
      messages: messages('result'),
    },
    plantStatus: {
      address: 'results/{plant}/status',
      title: 'Whether the figures of a plant are up to date',
      parameters: { plant: PLACE.plant },
      messages: messages('status'),
    },
  }
}

function operation(action: 'send' | 'receive', channel: string, names: readonly string[], mqtt?: object) {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
    ...(mqtt === undefined ? {} : { bindings: { mqtt: { ...mqtt, bindingVersion: '0.2.0' } } }),
  }
}

/** Actions are those of the gateway: it receives what others send. */
const FEED_OPERATIONS = {
  subscribe: operation('receive', 'feed', ['subscribe']),
  tell: operation('send', 'feed', FROM_FEED),
}
const MQTT_OPERATIONS = {
  takeReadings: operation('receive', 'readings', ['readings'], { qos: 1 }),
  takeStatus: operation('receive', 'status', ['status'], { qos: 1, retain: true }),
  tellRejected: operation('send', 'rejected', ['rejected'], { qos: 1 }),
  publishResult: operation('send', 'result', ['result'], { qos: 1 }),
  publishPlantStatus: operation('send', 'plantStatus', ['status'], { qos: 1, retain: true }),
}

const schemaName = (message: string) => `${message}Payload`

/** JSON Schemas of all messages, and of what they have in common. */
function schemas(): Record<string, object> {
  const own = z.registry<{ id: string }>()
  for (const [name, schema] of Object.entries(MESSAGES)) own.add(schema, { id: schemaName(name) })
  const { schemas } = z.toJSONSchema(own, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    uri: (name) => SCHEMAS + name,
  })
  const { __shared: shared, ...named } = schemas as Record<string, { definitions?: Record<string, object> }>
  const text = JSON.stringify({ ...named, ...shared?.definitions })
  const all = JSON.parse(text.replaceAll(`${SCHEMAS}__shared#/definitions/`, SCHEMAS)) as Record<string, object>
  return Object.fromEntries(
    Object.entries(all).map(([name, schema]) => {
      const { $id: _id, $schema: _schema, ...bare } = schema as { $id?: string; $schema?: string }
      return [name, bare]
    }),
  )
}
