// @module-tag slow

import mqtt, { type MqttClient } from 'mqtt'
import { newClient, type UPayload } from 'sparkplug-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceAnswer, QuarantineAnswer } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { encoded } from '../support/sparkplug.js'

/** A real edge node, a library that knows nothing of us, at a gateway that is its host application. */

const STATE = 'spBv1.0/STATE/greengauge'
let gateway: TestGateway
/** Client that hears what anybody hears who subscribes to everything of Sparkplug. */
let listener: MqttClient
const heard: { topic: string; payload: Buffer; qos: number; retain: boolean }[] = []

async function listen(): Promise<void> {
  listener = await mqtt.connectAsync(gateway.mqttUrl, { reconnectPeriod: 0 })
  listener.on('message', (topic, payload, { qos, retain }) => heard.push({ topic, payload, qos, retain }))
  await listener.subscribeAsync('spBv1.0/#', { qos: 1 })
}

const devices = ['e1', 'e1-meter', 'e2'].map((id) => ({ id, line: id.slice(0, 2) }))

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      plants: [{ id: 'hall-a', name: { en: 'Hall A' }, timezone: 'UTC', devices }],
      sparkplug: {
        host_id: 'greengauge',
        reorder_timeout_s: 1,
        groups: { 'Hall A': 'hall-a' },
        metrics: [{ match: 'Energy/Total', metric: 'elec_import_kwh' }],
      },
    },
  })
  await listen()
})

afterAll(async () => {
  await listener.endAsync()
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

type EdgeNode = ReturnType<typeof newClient>

const edge = (edgeNode: string) =>
  newClient({
    serverUrl: gateway.mqttUrl,
    username: 'edge',
    password: 'edge',
    groupId: 'Hall A',
    edgeNode,
    clientId: `edge-${edgeNode}`,
    mqttOptions: { reconnectPeriod: 0 },
  })

const nodeBirth = (): UPayload => ({
  timestamp: Date.now(),
  metrics: [
    { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
    { name: 'Load', alias: 1, type: 'Float', value: 0.5 },
    { name: 'Hardware', type: 'String', value: 'box 7' },
  ],
})
const deviceBirth = (kwh: number): UPayload => ({
  timestamp: Date.now(),
  metrics: [
    { name: 'Energy/Total', alias: 2, type: 'Double', value: kwh },
    { name: 'Pieces', alias: 3, type: 'Int32', value: 7 },
  ],
})

/** A node whose births follow its connection, and whatever asks for them. */
function bear(node: EdgeNode, kwh: number): { births: number } {
  const count = { births: 0 }
  const born = () => {
    count.births++
    node.publishNodeBirth(nodeBirth())
    node.publishDeviceBirth('Meter', deviceBirth(kwh))
  }
  node.on('birth', born)
  node.on('ncmd', (payload) => {
    const isRebirth = payload.metrics?.some(({ name, value }) => name === 'Node Control/Rebirth' && value === true)
    if (isRebirth) born()
  })
  return count
}

const values = async (device: string, metric: string) =>
  (await allReadings(gateway, { plant: 'hall-a', device, metric })).map(({ value }) => value)
const isThere = async (device: string, metric: string, value: number) => (await values(device, metric)).includes(value)
const stateOf = async (device: string) =>
  (await getJson<DeviceAnswer>(gateway, `/api/v1/plants/hall-a/devices/${device}`)).state
const requests = (node: string) => heard.filter(({ topic }) => topic === `spBv1.0/Hall A/NCMD/${node}`).length
/** The client of the library: a node is spoken for by the client that gave birth to it. */
const clientOf = (node: EdgeNode) => (node as unknown as { client: MqttClient }).client
/** The underlying connection of the library's client is torn: as when the process is killed. */
const tear = (node: EdgeNode) => clientOf(node).stream.destroy()

test('a library as edge node: births, data, data built by hand without types, a lost message, a restart, a death', async () => {
  const node = edge('e1')
  const born = bear(node, 100)
  await until(() => isThere('e1-meter', 'elec_import_kwh', 100))
  expect(await values('e1-meter', 'pieces')).toEqual([7])
  expect(await values('e1', 'load')).toEqual([0.5])
  expect(await stateOf('e1-meter')).toBe('online')

  node.publishDeviceData('Meter', {
    timestamp: Date.now(),
    metrics: [{ name: 'Energy/Total', type: 'Double', value: 101 }],
  })
  await until(() => isThere('e1-meter', 'elec_import_kwh', 101))

  // The library would have sent 3 next; it sends 3 later, when that has been there already.
  const byHand = (seq: number, kwh: number) =>
    encoded({ ts: Date.now(), seq, metrics: [{ alias: 2, value: { double: kwh } }] })
  clientOf(node).publish('spBv1.0/Hall A/DDATA/e1/Meter', Buffer.from(byHand(3, 102)))
  await until(() => isThere('e1-meter', 'elec_import_kwh', 102))
  expect({ asked: requests('e1'), births: born.births }).toEqual({ asked: 0, births: 1 })

  // Number 4 is lost: the node is asked, and does as it is asked.
  clientOf(node).publish('spBv1.0/Hall A/DDATA/e1/Meter', Buffer.from(byHand(5, 103)))
  await until(() => born.births === 2)
  await until(() => isThere('e1-meter', 'elec_import_kwh', 103))
  expect(requests('e1')).toBe(1)

  await settled(gateway)
  await gateway.stop('SIGKILL')
  await listener.endAsync(true)
  gateway = await gateway.restart()
  await listen()
  // No birth since the start: what is known is what was saved.
  const same = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'edge-e1', reconnectPeriod: 0 })
  await same.publishAsync('spBv1.0/Hall A/DDATA/e1/Meter', Buffer.from(byHand(2, 104)))
  await until(() => isThere('e1-meter', 'elec_import_kwh', 104))

  const again = edge('e1')
  bear(again, 105)
  await until(() => isThere('e1-meter', 'elec_import_kwh', 105))
  expect(await stateOf('e1-meter')).toBe('online')
  tear(again)
  await until(async () => (await stateOf('e1-meter')) === 'offline')
  expect(await stateOf('e1')).toBe('offline')
  expect((await settled(gateway)).closes).toBe(true)
})

test('data before any birth are kept apart, and their node is asked', async () => {
  const before = requests('e2')
  const data = encoded({ ts: Date.now(), seq: 9, metrics: [{ alias: 1, value: { float: 1 } }] })
  await listener.publishAsync('spBv1.0/Hall A/NDATA/e2', Buffer.from(data))
  await until(() => requests('e2') > before)
  const { items } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?reason=bad_sparkplug')
  expect(items[0]).toMatchObject({ topic: 'spBv1.0/Hall A/NDATA/e2', reason: 'bad_sparkplug' })
})

test('the gateway says as host that it is there, says so again when somebody denies it, and says when it goes', async () => {
  const said = () => heard.filter(({ topic }) => topic === STATE).map(({ payload }) => JSON.parse(payload.toString()))
  await until(() => said().some(({ online }) => online === true))
  const birth = said().findLast(({ online }) => online)
  // The listener came after it: it has been retained.
  expect(heard.find(({ topic }) => topic === STATE)).toMatchObject({ qos: 1, retain: true })
  const before = said().length
  await listener.publishAsync(STATE, JSON.stringify({ online: false, timestamp: 1 }), { qos: 1, retain: true })
  await until(() => said().length >= before + 2)
  expect(said().slice(before)).toEqual([{ online: false, timestamp: 1 }, birth])
  const stoppedMs = Date.now()
  await gateway.stop()
  await until(() => said().length >= before + 3)
  const last = said().at(-1)
  expect(last.online).toBe(false)
  expect(last.timestamp).toBeGreaterThanOrEqual(stoppedMs)
  gateway = await gateway.restart()
})
