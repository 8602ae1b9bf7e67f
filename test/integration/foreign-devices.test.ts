// @module-tag slow

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DeviceAnswer, QuarantineAnswer } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { bdSeq, encoded, type SentMetric, TYPE } from '../support/sparkplug.js'

/** Clients that speak for devices of others, by what their messages become and not by the topic they stand under. */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const PLANT = 'hall-a'

let gateway: TestGateway
let thief: MqttClient
let plc: MqttClient
let edge: MqttClient

const connect = (clientId: string, options: IClientOptions = {}) =>
  mqtt.connectAsync(gateway.mqttUrl, { clientId, reconnectPeriod: 0, ...options })

async function register(device: string, client: string, ...more: readonly string[]): Promise<string> {
  const said = await command('add', `${PLANT}/press/${device}`, '--client', client, ...more)
  return (said as { token: string }[])[0]!.token
}

/** One of `greengauge device`, which the gateway has taken over when it resolves. */
async function command(...args: readonly string[]): Promise<unknown> {
  const before = gateway.log().length
  const file = join(gateway.dir, 'greengauge.yaml')
  const all = [CLI, 'device', ...args, '--json', '--config', file]
  const { stdout } = await promisify(execFile)(process.execPath, all)
  await until(() => /changed: .*(devices|clients)\./.test(gateway.log().slice(before)))
  return JSON.parse(stdout)
}

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      plants: [{ id: PLANT, name: {}, timezone: 'UTC', lines: [{ id: 'press' }] }],
      sparkplug: { groups: { 'Hall A': PLANT }, rebirth_requests: true },
      profiles: { use: [{ profile: 'tasmota/energy', plant: PLANT, line: 'l' }] },
      auth: { speaks_for: [{ client: 'bridge', devices: [`${PLANT}/robot-*`] }] },
    },
  })
  const token = await register('robot-7', 'plc-7')
  thief = await connect('thief')
  edge = await connect('edge-1')
  plc = await connect('plc-7', { username: 'plc-7', password: token })
  await publish(plc, `plants/${PLANT}/press/robot-7/energy`, JSON.stringify({ metrics: { elec_import_kw: 5 } }))
  await publish(edge, 'spBv1.0/Hall A/NBIRTH/e1', sparkplug(0, bdSeq(1), power(1)))
  await publish(edge, 'spBv1.0/Hall A/DBIRTH/e1/m', sparkplug(1, power(2)))
  await settled(gateway)
})
afterAll(async () => {
  for (const client of [thief, plc, edge]) await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const power = (kw: number): SentMetric => ({ name: 'elec_import_kw', type: TYPE.Double, value: { double: kw } })
const publish = (client: MqttClient, topic: string, payload: string | Uint8Array) =>
  client.publishAsync(topic, typeof payload === 'string' ? payload : Buffer.from(payload), { qos: 1 })
let sampledMs = 0
/** Each message is of a later moment than the one before: two samples of one moment are one sample. */
function sparkplug(seq: number, ...metrics: SentMetric[]): Uint8Array {
  sampledMs = Math.max(sampledMs + 1, Date.now())
  return encoded({ ts: sampledMs, seq, metrics })
}
const sensor = JSON.stringify({ Time: new Date().toISOString().slice(0, 19), ENERGY: { Total: 1, Power: 666_000 } })
const readingsOf = async (device: string) =>
  (await allReadings(gateway, { plant: PLANT, device, metric: 'elec_import_kw' })).map(({ value }) => value)
const device = (id: string) => getJson<DeviceAnswer>(gateway, `/api/v1/plants/${PLANT}/devices/${id}`)
const kept = async () => (await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')).items

const DEVICES = ['robot-7', 'e1', 'e1-m']
async function standing() {
  const all = await Promise.all(DEVICES.map(device))
  const readings = await Promise.all(DEVICES.map(readingsOf))
  return all.map(({ line, status, session, sequence, metrics, last_message }, i) => ({
    ...{ line, status, session, sequence, metrics, last_message },
    readings: readings[i],
  }))
}

const ATTACKS: readonly (readonly [name: string, topic: string, payload: () => string | Uint8Array])[] = [
  [
    'a node whose name makes it the device of another client',
    'spBv1.0/Hall A/NBIRTH/robot-7',
    () => sparkplug(0, bdSeq(0), power(666)),
  ],
  ['data of such a node', 'spBv1.0/Hall A/NDATA/robot-7', () => sparkplug(1, power(666))],
  ['the death of such a node', 'spBv1.0/Hall A/NDEATH/robot-7', () => sparkplug(0, bdSeq(0))],
  ['a device of a node that would be it', 'spBv1.0/Hall A/DBIRTH/robot/7', () => sparkplug(1, power(666))],
  ['a birth of a node that is connected', 'spBv1.0/Hall A/NBIRTH/e1', () => sparkplug(0, bdSeq(1), power(666))],
  ['data in the name of a node', 'spBv1.0/Hall A/NDATA/e1', () => sparkplug(2, power(666))],
  ['data in the name of its device', 'spBv1.0/Hall A/DDATA/e1/m', () => sparkplug(2, power(666))],
  ['another device of a node', 'spBv1.0/Hall A/DBIRTH/e1/new', () => sparkplug(2, power(666))],
  ['the death of a device', 'spBv1.0/Hall A/DDEATH/e1/m', () => sparkplug(2)],
  ['the death of a node', 'spBv1.0/Hall A/NDEATH/e1', () => sparkplug(0, bdSeq(1))],
  ['a meter of a profile with its name', 'tele/robot-7/SENSOR', () => sensor],
  ['the last will of such a meter', 'tele/robot-7/LWT', () => 'Offline'],
]

describe('another client changes nothing of a device and a node', () => {
  let before: Awaited<ReturnType<typeof standing>>
  beforeEach(async () => {
    before = await standing()
  })

  for (const [name, topic, payload] of ATTACKS) {
    test(name, async () => {
      await publish(thief, topic, payload())
      await settled(gateway)
      expect((await kept())[0]).toMatchObject({ topic, client: 'thief', reason: 'foreign_device' })
      expect(await standing()).toEqual(before)
    })
  }

  test('by its last will', async () => {
    const topic = 'spBv1.0/Hall A/NDEATH/e1'
    const will = { topic, payload: Buffer.from(sparkplug(0, bdSeq(1))), qos: 1, retain: false } as const
    const dying = await connect('dying', { will })
    dying.stream.destroy()
    await until(async () => (await kept())[0]?.client === 'dying')
    expect(await standing()).toEqual(before)
  })

  test('nor by the topic of its status, where the broker ends the connection', async () => {
    const lost = await connect('lost')
    const closed = new Promise<void>((resolve) => lost.once('close', () => resolve()))
    lost.on('error', () => {})
    lost.publish(`plants/${PLANT}/press/robot-7/status`, 'offline', { qos: 1 })
    await closed
    await settled(gateway)
    expect(await standing()).toEqual(before)
  })

  test('nobody hears a rejection that the gateway has not made', async () => {
    const heard: string[] = []
    const listener = await connect('listener')
    listener.on('message', (_, payload) => heard.push(payload.toString()))
    await listener.subscribeAsync(`plants/${PLANT}/+/+/rejected`)
    await publish(thief, `plants/${PLANT}/l/other/rejected`, '{"reason":"bad_value","detail":"stop sending"}')
    await publish(thief, `plants/${PLANT}/l/other/energy`, '{"metrics":{"elec_import_kwh":-1}}')
    await until(() => heard.length > 0)
    expect(heard.map((text) => JSON.parse(text).detail)).toEqual([expect.stringContaining('elec_import_kwh is -1')])
    await listener.endAsync()
  })
})

test('the node itself goes on, and whoever is granted the device may speak for it', async () => {
  await publish(edge, 'spBv1.0/Hall A/DDATA/e1/m', sparkplug(2, power(3)))
  const bridge = await connect('bridge')
  await publish(bridge, 'tele/robot-7/SENSOR', sensor)
  await settled(gateway)
  expect(await readingsOf('e1-m')).toEqual([2, 3])
  expect((await readingsOf('robot-7')).toSorted()).toEqual([5, 666])
  await bridge.endAsync()
})

test('a node that another client gave birth to is asked for its births when its client has left, and is taken over then', async () => {
  const asked: string[] = []
  thief.on('message', (topic) => asked.push(topic))
  await thief.subscribeAsync('spBv1.0/Hall A/NCMD/e1')
  await edge.endAsync(true)
  await until(() => asked.length > 0)
  await publish(thief, 'spBv1.0/Hall A/NBIRTH/e1', sparkplug(0, bdSeq(7), power(9)))
  await settled(gateway)
  expect((await readingsOf('e1')).at(-1)).toBe(9)
})

describe('a node that draws a new client id each time', () => {
  const birth = (session: number) => sparkplug(0, bdSeq(session), power(session))
  const roams = (token: string, id: string) => connect(id, { username: 'edge-5', password: token })
  let token: string
  beforeAll(async () => {
    token = await register('e5', 'edge-5', '--topic', 'spBv1.0/Hall A/+/e5/#')
    await command('client', 'any-id', 'edge-5')
  })

  test('takes itself over by its credential, although its old connection is not found dead', async () => {
    const before = await roams(token, 'random-1')
    const isEnded = new Promise<void>((resolve) => before.once('close', () => resolve()))
    await publish(before, 'spBv1.0/Hall A/NBIRTH/e5', birth(1))
    const now = await roams(token, 'random-2')
    await isEnded
    await publish(now, 'spBv1.0/Hall A/NBIRTH/e5', birth(2))
    await publish(now, 'spBv1.0/Hall A/NDATA/e5', sparkplug(1, power(3)))
    await settled(gateway)
    expect(await readingsOf('e5')).toEqual([1, 2, 3])
    expect(await device('e5')).toMatchObject({ status: 'online' })
    await now.endAsync(true)
  })

  test('somebody else does not, whatever name and client id it takes', async () => {
    const now = await roams(token, 'random-3')
    await publish(now, 'spBv1.0/Hall A/NBIRTH/e5', birth(4))
    await expect(connect('random-4', { username: 'edge-5', password: 'guessed' })).rejects.toThrow(/Bad username/)
    await expect(connect('edge-5')).rejects.toThrow(/Bad username/)
    const other = await connect('random-5')
    const isEnded = new Promise<void>((resolve) => other.once('close', () => resolve()))
    other.on('error', () => {})
    other.publish('spBv1.0/Hall A/NBIRTH/e5', Buffer.from(birth(666)), { qos: 1 })
    await isEnded
    await publish(now, 'spBv1.0/Hall A/NDATA/e5', sparkplug(1, power(5)))
    await settled(gateway)
    expect(await readingsOf('e5')).toEqual([1, 2, 3, 4, 5])
    await now.endAsync(true)
  })
})
