import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UnknownDevicesAnswer } from '../../src/views/wire/unknown-devices.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'

/** Whoever sends and is neither configured nor registered is listed with a proposal, by a gateway that really took it. */

let gateway: TestGateway
const plants = [
  {
    id: 'p',
    name: { en: 'P' },
    timezone: 'UTC',
    lines: [{ id: 'press' }],
    devices: [{ id: 'main-1', line: 'press', role: 'main' }],
  },
]

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
  const client = await connectAsync(gateway.mqttUrl)
  const begin = Date.now() - 600_000
  for (let i = 0; i < 8; i++) {
    const ts = new Date(begin + i * 60_000).toISOString()
    const send = (device: string, metrics: object) =>
      client.publishAsync(`plants/p/press/${device}/energy`, JSON.stringify({ ts, metrics }), { qos: 1 })
    await send('main-1', { elec_import_kwh: 100 + i })
    await send('oven', { elec_import_kwh: 5 + i, elec_import_kw: 60 })
    await client.publishAsync(`zigbee2mqtt/plug-${i % 2}`, JSON.stringify({ energy: i, power: 3 }), { qos: 1 })
  }
  await client.endAsync()
}, 60_000)

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const listed = (asked = '') => getJson<UnknownDevicesAnswer>(gateway, `/api/v1/devices/unknown${asked}`)

test('the list has the device and the topic, each with a proposal', async () => {
  // Counted is before kept.
  await until(async () => (await listed()).items[0]?.metrics[0]?.values === 8, 20_000)
  const { items, topics, total, next } = await listed()
  expect({ total, next }).toEqual({ total: 1, next: null })
  expect(items).toMatchObject([
    {
      plant: 'p',
      device: 'oven',
      messages: 8,
      proposal: { role: { value: 'sub' }, line: { value: 'press' }, adoptable: true },
      doubts: [],
    },
  ])
  expect(items[0]!.since).not.toBeNull()
  const energy = items[0]!.metrics.find(({ metric }) => metric === 'elec_import_kwh')
  expect(energy).toMatchObject({ last: 12, behaviour: { value: 'cumulative' }, period_s: { value: 60 } })
  expect(topics).toMatchObject([{ messages: 8, profile: { value: 'zigbee2mqtt/plug' } }])
})

test('a device that somebody ignores is listed no more, until it is taken back', async () => {
  const ignore = (ignored: boolean) =>
    fetch(`${gateway.httpUrl}/api/v1/devices/ignore`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ devices: [{ plant: 'p', device: 'oven' }], topics: ['zigbee2mqtt/plug-1'], ignored }),
    })
  expect((await ignore(true)).status).toBe(200)
  expect(await listed()).toMatchObject({ items: [], topics: [], total: 0, ignored: 2 })
  expect((await listed('?ignored=true')).items).toMatchObject([{ device: 'oven', ignored: { by: null } }])
  await ignore(false)
  expect((await listed()).items).toHaveLength(1)
})
