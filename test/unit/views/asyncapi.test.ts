import asyncApiSpecs from '@asyncapi/specs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { METRIC_CLASSES } from '../../../src/base/metrics.js'
import { topicOf } from '../../../src/base/topic.js'
import { decode } from '../../../src/decode/decode.js'
import { resultPayload } from '../../../src/results/result-message.js'
import { plantStatusTopic, resultTopic } from '../../../src/results/topics.js'
import { asyncApiDocument } from '../../../src/views/asyncapi.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'
import { TestClient } from './feed-client.js'

/** The AsyncAPI document is one by the schema of its makers, and says what is sent and taken. */

const schema = asyncApiSpecs.schemasWithoutId['3.0.0'] as object
const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  views = await startViews(
    { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' },
    sources,
    pino({ level: 'silent' }),
  )
})
afterAll(() => views.close())

interface Document {
  readonly servers: Record<string, { readonly host: string; readonly protocol: string }>
  readonly channels: Record<
    string,
    { readonly address: string; readonly parameters?: Record<string, { enum?: string[] }> }
  >
  readonly operations: Record<string, { readonly bindings?: object }>
  readonly components: { readonly schemas: Record<string, object>; readonly messages: Record<string, object> }
}

const ajv = () => addFormats.default(new Ajv({ strict: false }))

async function served(): Promise<Document> {
  const answer = await fetch(`http://127.0.0.1:${views.port}/api/v1/asyncapi.json`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Document
}

function schemaOf(document: Document, message: string): ValidateFunction {
  const checks = ajv()
  checks.addSchema({ $id: 'document', ...document })
  return checks.compile({ $ref: `document#/components/schemas/${message}Payload` })
}

test.each([
  ['with both ports of MQTT', { mqttPort: 1883, mqttTlsPort: 8883 }],
  ['without MQTT', { mqttPort: null, mqttTlsPort: null }],
])('it is a document of AsyncAPI 3.0, %s', (_, ports) => {
  const document = asyncApiDocument({
    version: '1.2.3',
    httpHost: 'gauge.example.com',
    isTls: true,
    ...ports,
  }) as Document
  const check = ajv().compile(schema)
  expect(check(JSON.parse(JSON.stringify(document))), JSON.stringify(check.errors?.slice(0, 5))).toBe(true)
  expect(check({ ...document, channels: { feed: { addres: '/' } } })).toBe(false)
  const wanted = ports.mqttPort === null ? ['feed'] : ['feed', 'mqtt', 'mqtts']
  expect(Object.keys(document.servers)).toEqual(wanted)
})

test('every reference leads somewhere', async () => {
  const document = await served()
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!)
  expect(refs.length).toBeGreaterThan(30)
  for (const path of new Set(refs)) {
    const found = path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document)
    expect(found, path).toBeDefined()
  }
})

test('its addresses are those of the topics, and its servers are where they are', async () => {
  const { channels, servers } = await served()
  const filled = (name: string, values: Readonly<Record<string, string>>) =>
    channels[name]!.address.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? '?')
  const path = { plant: 'p', line: 'l', device: 'd' }
  for (const kind of METRIC_CLASSES) expect(filled('readings', { ...path, class: kind })).toBe(topicOf(path, kind))
  expect(filled('status', path)).toBe(topicOf(path, 'status'))
  expect(filled('rejected', path)).toBe(topicOf(path, 'rejected'))
  const figure = { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', window: '1h' } as const
  expect(filled('result', { ...figure, state: 'final' })).toBe(resultTopic(figure, 'final'))
  expect(filled('plantStatus', path)).toBe(plantStatusTopic('p'))
  expect(servers).toMatchObject({
    feed: { host: `127.0.0.1:${views.port}`, protocol: 'ws' },
    mqtt: { host: '127.0.0.1:1883', protocol: 'mqtt' },
  })
})

test('a status is a bare word, and figures of every state are not said to be retained', async () => {
  const { components, operations } = await served()
  expect(components.messages.status).toMatchObject({ contentType: 'text/plain' })
  expect(components.messages.readings).not.toHaveProperty('contentType')
  const payload = new TextEncoder().encode('"online"')
  const incoming = { topic: 'plants/p/l/d/status', payload, fullSizeBytes: null, arrivedAt: 0, retain: true }
  expect(decode(incoming, { registered: null }).rejected).toMatchObject([{ reason: 'bad_schema' }])
  expect(operations.publishResult!.bindings).toEqual({ mqtt: { qos: 1, bindingVersion: '0.2.0' } })
  expect(operations.publishPlantStatus!.bindings).toMatchObject({ mqtt: { retain: true } })
})

test('what the feed tells and what is published has the schemas that it says, and something else has not', async () => {
  const document = await served()
  const result = schemaOf(document, 'result')
  expect(result(JSON.parse(resultPayload(pointAt(1)))), JSON.stringify(result.errors)).toBe(true)
  expect(result({ ...pointAt(1) })).toBe(false)
  const client = await TestClient.connect(views.port)
  client.subscribe({ plants: ['*'] })
  sources.publish(pointAt(2))
  const isThere = () => client.all('snapshot').length > 0
  await expect.poll(isThere, { timeout: 60_000 }).toBe(true)
  for (const type of ['hello', 'snapshot'] as const) {
    const check = schemaOf(document, type)
    expect(check(client.all(type)[0]), JSON.stringify(check.errors)).toBe(true)
    expect(check({ type, seq: 'one' })).toBe(false)
  }
  await client.leave()
})

test.each([
  [true, { ts: '2026-11-24T08:00:00Z', metrics: { elec_import_kwh: 1.5 }, units: { elec_import_kwh: 'MWh' }, seq: 1 }],
  [true, [{ ts: 1_795_507_200_000, metrics: { state: 'running', nox_mgm3: 3 }, quality: { nox_mgm3: 'calibration' } }]],
  [true, { events: [{ id: 'e-1', type: 'comment', text: 'x' }] }],
  [false, { ts: '2026-11-24T08:00:00Z', metrics: [1] }],
  [false, { metrics: { elec_import_kwh: 1 }, quality: { elec_import_kwh: 'fine' } }],
  [false, 'no object'],
])('that devices may send this is %s', async (isRight, sent) => {
  expect(schemaOf(await served(), 'readings')(sent)).toBe(isRight)
})
