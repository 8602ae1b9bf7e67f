// @module-tag slow

import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REJECT_REASON_LIST, type RejectReason } from '../../src/base/reasons.js'
import type { QuarantineAnswer, QuarantineItem, Rejection } from '../../src/base/wire.js'
import {
  accounting,
  allReadings,
  getJson,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { CONNACK, connect, puback, publish } from '../unit/intake/packets.js'
import { RawClient } from '../unit/intake/raw-client.js'

const TOPIC = 'plants/hostile-1/press/main-1/energy'
const GOOD_TS = Date.UTC(2026, 0, 5)
const good = (n: number) => JSON.stringify({ ts: GOOD_TS + n * 1000, metrics: { elec_import_kwh: n } })
const withValue = (value: string) => `{"ts":${GOOD_TS},"metrics":{"elec_import_kwh":${value}}}`
const withTs = (ts: string) => `{"ts":${ts},"metrics":{"elec_import_kwh":1}}`
const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)},"metrics":{"elec_import_kwh":1}}`

interface Hostile {
  readonly name: string
  readonly topic?: string
  readonly payload: string | Buffer
  readonly reason: RejectReason
  /** Said in the detail, so that a person can mend it. */
  readonly says?: RegExp
}

const HOSTILE: readonly Hostile[] = [
  { name: 'a topic of another tree', topic: 'factory/press/1', payload: good(0), reason: 'bad_topic' },
  { name: 'an id in upper case', topic: 'plants/Hostile/press/main-1/energy', payload: good(0), reason: 'bad_topic' },
  { name: 'a level too few', topic: 'plants/hostile-1/main-1/energy', payload: good(0), reason: 'bad_topic' },
  { name: 'a class that is none', topic: 'plants/hostile-1/press/main-1/secrets', payload: '1', reason: 'bad_topic' },
  { name: 'an empty payload', payload: '', reason: 'bad_json' },
  { name: 'half a JSON', payload: '{"ts":', reason: 'bad_json' },
  { name: 'NaN', payload: withValue('NaN'), reason: 'bad_json' },
  { name: 'bytes that are no UTF-8', payload: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), reason: 'bad_json' },
  { name: '200,000 levels of brackets', payload: '['.repeat(200_000), reason: 'bad_json' },
  { name: '100,000 levels of brackets, closed', payload: nested(100_000), reason: 'bad_schema' },
  { name: '17 levels', payload: nested(17), reason: 'bad_schema' },
  { name: 'a number alone', payload: '42', reason: 'bad_schema' },
  { name: 'an empty array', payload: '[]', reason: 'bad_schema' },
  { name: '1,001 elements', payload: `[${Array(1001).fill(good(0)).join()}]`, reason: 'bad_schema' },
  { name: '1e999', payload: withValue('1e999'), reason: 'bad_value' },
  { name: '1e16', payload: withValue('1e16'), reason: 'bad_value' },
  { name: 'a negative register', payload: withValue('-1'), reason: 'bad_value' },
  {
    name: 'a unit that is none',
    payload: `{"metrics":{"elec_import_kwh":1},"units":{"elec_import_kwh":"ft"}}`,
    reason: 'bad_unit',
  },
  { name: 'a time in the next year', payload: withTs(String(Date.now() + 365 * 86_400_000)), reason: 'ts_future' },
  { name: 'a time in seconds', payload: withTs('1767571200'), reason: 'ts_too_old', says: /seconds/ },
  { name: 'a time without offset', payload: withTs('"2026-01-05T00:00:00"'), reason: 'bad_schema', says: /offset/ },
  { name: '__proto__ as a metric', payload: `{"metrics":{"__proto__":1}}`, reason: 'bad_schema' },
  { name: '__proto__ as a message', payload: `{"__proto__":{"metrics":{"elec_import_kwh":1}}}`, reason: 'bad_schema' },
  { name: '10 MB', payload: Buffer.alloc(10_000_000, 'x'), reason: 'too_large', says: /10000000 bytes/ },
]

let gateway: TestGateway
let device: MqttClient
let connections = 0
const notices: Rejection[] = []

beforeAll(async () => {
  gateway = await startGateway()
  device = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'hostile', reconnectPeriod: 0 })
  device.on('connect', () => connections++)
  device.on('message', (_topic, payload) => notices.push(JSON.parse(payload.toString()) as Rejection))
  await device.subscribeAsync('plants/hostile-1/press/main-1/rejected')
})

afterAll(async () => {
  await device.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function rejectedTotals(): Promise<Record<RejectReason, number>> {
  const page = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const total = (reason: RejectReason) =>
    Number(new RegExp(`^greengauge_messages_rejected_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(page)?.[1])
  return Object.fromEntries(REJECT_REASON_LIST.map((reason) => [reason, total(reason)])) as Record<RejectReason, number>
}

const quarantine = () => getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?limit=1')

async function isArchived(n: number): Promise<boolean> {
  const ts = new Date(GOOD_TS + n * 1000)
  const path = `/api/v1/plants/hostile-1/readings?device=main-1&metric=elec_import_kwh&from=${ts.toISOString()}`
  const answer = await fetch(`${gateway.httpUrl}${path}&to=${new Date(ts.getTime() + 1).toISOString()}`)
  return answer.ok && ((await answer.json()) as { points: unknown[] }).points.length === 1
}

describe('a hostile message is acknowledged, named, counted and kept, and its connection lives', () => {
  test.each(HOSTILE.map((hostile, i) => ({ ...hostile, n: i + 1 })))(
    '$name: $reason',
    async ({ n, topic = TOPIC, payload, reason, says = /./ }) => {
      const before = { metrics: await rejectedTotals(), counts: (await quarantine()).counts, notices: notices.length }
      await device.publishAsync(topic, payload, { qos: 1 })
      // On the same connection, behind it: when this one is archived, the other has been judged.
      await device.publishAsync(TOPIC, good(n), { qos: 1 })
      await until(() => isArchived(n))

      expect(await rejectedTotals()).toEqual({ ...before.metrics, [reason]: before.metrics[reason] + 1 })
      const after = await quarantine()
      expect(after.counts).toEqual({ ...before.counts, [reason]: before.counts[reason]! + 1 })
      const [item] = after.items as [QuarantineItem]
      expect(item).toMatchObject({ topic, client: 'hostile', reason, count: 1, size_bytes: Buffer.byteLength(payload) })
      expect(item.rejections[0]!.detail).toMatch(says)
      expect(item.sample.length).toBeLessThanOrEqual(4096)
      if (topic === TOPIC) {
        await until(() => notices.length > before.notices)
        expect(notices.at(-1)).toEqual(item.rejections[0])
      }
      const retried = await fetch(`${gateway.httpUrl}/api/v1/quarantine/${item.id}/retry`, { method: 'POST' })
      expect(await retried.json()).toMatchObject({ result: 'rejected', rejections: [{ reason }] })
    },
  )

  test('all on one connection, and nothing is missing in the accounts', async () => {
    expect(device.connected).toBe(true)
    expect(connections).toBe(0)
    const { messages, readings, elements_rejected, closes } = await settled(gateway)
    expect({ messages, elements_rejected, closes }).toEqual({
      messages: { received: 2 * HOSTILE.length, decoded: HOSTILE.length, rejected: HOSTILE.length, undecoded: 0 },
      elements_rejected: HOSTILE.length,
      closes: true,
    })
    expect(readings).toMatchObject({ decoded: HOSTILE.length, archived: HOSTILE.length })
    const archived = await allReadings(gateway, { plant: 'hostile-1', device: 'main-1', metric: 'elec_import_kwh' })
    expect(archived.map(({ value }) => value)).toEqual(HOSTILE.map((_, i) => i + 1))
  })
})

test('of an array the good elements are taken and the bad ones named by their place', async () => {
  const before = (await accounting(gateway)).elements_rejected
  const ts = GOOD_TS + 86_400_000
  const elements = [
    { ts, metrics: { elec_import_kwh: 1000 } },
    { ts },
    { ts: ts + 1000, metrics: { elec_import_kwh: 1001 } },
    7,
  ]
  await device.publishAsync(TOPIC, JSON.stringify(elements), { qos: 1 })
  await until(async () => (await quarantine()).items[0]?.count === 2)
  const [item] = (await quarantine()).items as [QuarantineItem]
  expect(item.rejections.map(({ index, reason }) => [index, reason])).toEqual([
    [1, 'bad_schema'],
    [3, 'bad_schema'],
  ])
  const { readings, elements_rejected, closes } = await settled(gateway)
  expect(elements_rejected).toBe(before + 2)
  expect(readings.archived).toBe(HOSTILE.length + 2)
  expect(closes).toBe(true)
})

test('hostile and good messages in one burst of bytes are all acknowledged, in order', async () => {
  const raw = await RawClient.dial(Number(new URL(gateway.mqttUrl).port))
  const payloads = HOSTILE.filter(({ name }) => name !== '10 MB')
  raw.send(connect({ id: 'burst' }))
  await raw.receives(CONNACK)
  raw.send(...payloads.map(({ topic = TOPIC, payload }, i) => publish({ topic, payload, id: i + 1 })))
  await raw.receives(Buffer.concat(payloads.map((_, i) => puback(i + 1))))
  expect((await settled(gateway)).closes).toBe(true)
  raw.socket.destroy()
})
