// @module-tag slow

import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceAnswer, QuarantineAnswer, RetryAnswer } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const TS = Date.UTC(2026, 0, 5)
const plants = (...ids: string[]) => [
  { id: 'retry-1', name: { en: 'Retry' }, timezone: 'UTC', devices: ids.map((id) => ({ id, line: 'press' })) },
]

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config: { auth: { devices: 'registered' }, plants: plants('known') } })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const kept = (query = '') => getJson<QuarantineAnswer>(gateway, `/api/v1/quarantine${query}`)
const deviceIs = (id: string) => getJson<DeviceAnswer>(gateway, `/api/v1/plants/retry-1/devices/${id}`)
const readingsOf = (device: string) => allReadings(gateway, { plant: 'retry-1', device, metric: 'elec_import_kwh' })

async function retry(id: string): Promise<{ status: number } & Partial<RetryAnswer>> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/quarantine/${id}/retry`, { method: 'POST' })
  return { status: answer.status, ...((await answer.json()) as object) }
}

async function send(device: string, value: number, ts = TS): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const payload = JSON.stringify({ ts, metrics: { elec_import_kwh: value } })
  await client.publishAsync(`plants/retry-1/press/${device}/energy`, payload, { qos: 1 })
  await client.endAsync()
}

test('what was refused is still there after a kill, and goes through once the cause is mended', async () => {
  await send('known', 1)
  await send('newcomer', 2)
  await until(async () => (await kept()).items.length === 1)
  const [item] = (await kept('?device=newcomer')).items
  const refused = await getJson<DeviceAnswer>(gateway, '/api/v1/plants/retry-1/devices/newcomer')
  const seen = { last_seen: item!.received_at, rejected_reason: 'unknown_device', readings: 0 }
  expect(refused).toMatchObject({ ...seen, configured: false, state: 'stale' })
  expect(item).toMatchObject({ reason: 'unknown_device', topic: 'plants/retry-1/press/newcomer/energy', count: 1 })
  expect(await retry(item!.id)).toMatchObject({
    status: 200,
    result: 'rejected',
    readings: 0,
    rejections: [{ reason: 'unknown_device' }],
  })
  await gateway.stop('SIGKILL')

  gateway = await gateway.restart({ plants: plants('known', 'newcomer') })
  await until(async () => (await deviceIs('newcomer')).configured)
  expect((await kept()).items).toEqual([item])
  expect(await retry(item!.id)).toMatchObject({ status: 200, result: 'accepted', readings: 1, rejections: [] })
  expect(await readingsOf('newcomer')).toMatchObject([{ ts: new Date(TS).toISOString(), value: 2 }])
  expect((await kept()).items).toEqual([])
  expect((await retry(item!.id)).status).toBe(404)
  const device = await getJson<DeviceAnswer>(gateway, '/api/v1/plants/retry-1/devices/newcomer')
  expect(device).toMatchObject({ state: 'online', last_seen: item!.received_at, readings: 1, rejected_reason: null })
  expect(device.last_message).toMatchObject({ received_at: item!.received_at, readings: 1, rejections: [] })
  expect(device.metrics).toEqual(['elec_import_kwh'])
  const { messages, closes } = await settled(gateway)
  expect(messages).toEqual({ received: 2, decoded: 2, rejected: 0, undecoded: 0 })
  expect(closes).toBe(true)
})

test('what has gone through stays so after a kill', async () => {
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  expect((await kept()).items).toEqual([])
  expect(await readingsOf('newcomer')).toHaveLength(1)
  expect((await settled(gateway)).closes).toBe(true)
})

test('pages go from the newest to the oldest, by reason and device, each item once', async () => {
  for (let i = 0; i < 7; i++) await send(i % 2 === 0 ? 'stranger-a' : 'stranger-b', i, TS + i)
  await until(async () => (await kept()).items.length === 7)
  const samples: number[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: QuarantineAnswer = await kept(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)
    samples.push(...page.items.map(({ sample }) => JSON.parse(sample).metrics.elec_import_kwh))
    cursor = page.next
  }
  expect(samples).toEqual([6, 5, 4, 3, 2, 1, 0])
  expect((await kept('?device=stranger-b')).items).toHaveLength(3)
  expect((await kept('?reason=bad_json')).items).toEqual([])
})

test('what is no id is answered with 404', async () => {
  for (const id of ['1-0', 'x', '..%2F..', '99999999999999999999-1']) expect((await retry(id)).status).toBe(404)
})

test('what is still wrong for another reason is kept under that one, in its place', async () => {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  await client.publishAsync('plants/retry-1/press/late/energy', '{"metrics": {"elec_import_kwh": "9"}}', { qos: 1 })
  await client.endAsync()
  await send('stranger-a', 9)
  await until(async () => (await kept()).items.length === 9)
  const before = (await kept()).items
  await gateway.stop()
  gateway = await gateway.restart({ plants: plants('known', 'newcomer', 'late') })
  // A configuration holds from its place in the journal on, and that is read after the start.
  await until(async () => (await deviceIs('late')).configured)
  expect(await retry(before[1]!.id)).toMatchObject({ result: 'rejected', rejections: [{ reason: 'bad_value' }] })
  for (const wasKilled of [false, true]) {
    if (wasKilled) {
      await gateway.stop('SIGKILL')
      gateway = await gateway.restart()
    }
    const { items, waiting } = await kept()
    expect(items.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    expect(items[1]).toMatchObject({ reason: 'bad_value', rejections: [{ reason: 'bad_value' }] })
    expect(waiting).toEqual({ unknown_device: 8, bad_value: 1 })
  }
  expect((await kept('?device=late&reason=unknown_device')).waiting).toEqual({ bad_value: 1 })
})
