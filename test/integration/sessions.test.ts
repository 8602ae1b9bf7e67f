// @module-tag slow

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeviceNode, PlantsAnswer } from '../../src/base/wire.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { TestClient } from '../unit/views/feed-client.js'

const PLANT = {
  id: 'links-1',
  name: { en: 'Links' },
  timezone: 'UTC',
  devices: [
    { id: 'robot', line: 'press', role: 'robot', on_change: true },
    { id: 'meter', line: 'press', role: 'main', metrics: { elec_import_kwh: { period_s: 600 } } },
  ],
}

let gateway: TestGateway
let clients: MqttClient[] = []

beforeEach(async () => {
  gateway = await startGateway({ config: { plants: [PLANT] } })
})

afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)))
  clients = []
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** A client of its own name that sends one sample of a device, again at each connection. */
async function sender(device: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: device, reconnectPeriod: 50, ...options })
  clients.push(client)
  client.on('error', () => undefined)
  client.on('connect', () => void client.publishAsync(...sampleOf(device)).catch(() => undefined))
  await client.publishAsync(...sampleOf(device))
  return client
}

function sampleOf(device: string): [string, string, { qos: 1 }] {
  return [`plants/links-1/press/${device}/robot`, JSON.stringify({ metrics: { state: 'Execute' } }), { qos: 1 }]
}

async function device(id: string): Promise<DeviceNode | undefined> {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  return plants.flatMap((plant) => plant.lines.flatMap((line) => line.devices)).find((one) => one.id === id)
}

const isState = (id: string, state: string) => async () => (await device(id))?.state === state

async function feed(): Promise<TestClient> {
  const client = await TestClient.connect(Number(new URL(gateway.httpUrl).port))
  client.subscribe()
  await until(() => client.all('snapshot').length === 1)
  return client
}

const told = (client: TestClient) => client.all('device').map(({ device, state }) => `${device} ${state}`)

test('a client that dies takes its devices offline, on the feed and in /plants, until it is back', async () => {
  const dashboard = await feed()
  const robot = await sender('robot', { reconnectPeriod: 0 })
  await until(() => told(dashboard).includes('robot online'))
  robot.stream.destroy()
  await until(() => told(dashboard).includes('robot offline'))
  expect((await device('robot'))?.state).toBe('offline')
  robot.reconnect()
  await until(() => told(dashboard).at(-1) === 'robot online')
  expect(told(dashboard)).toEqual(['robot online', 'robot offline', 'robot online'])
  await dashboard.leave()
})

test('a status says offline and online for its device alone', async () => {
  const robot = await sender('robot')
  await robot.publishAsync(...sampleOf('meter'))
  await until(isState('meter', 'online'))
  const status = 'plants/links-1/press/robot/status'
  await robot.publishAsync(status, 'offline', { qos: 1, retain: true })
  await until(isState('robot', 'offline'))
  expect((await device('meter'))?.state).toBe('online')
  await robot.publishAsync(status, 'online', { qos: 1, retain: true })
  await until(isState('robot', 'online'))
})

test('a stop and a start of the gateway tell no device anything: those that come back were never away', async () => {
  const will = { topic: 'plants/links-1/press/robot/status', payload: Buffer.from('offline'), qos: 1 as const }
  const robot = await sender('robot', { will })
  const meter = await sender('meter')
  await until(isState('robot', 'online'))
  await until(isState('meter', 'online'))
  expect(await gateway.stop('SIGTERM')).toBe(0)

  gateway = await gateway.restart()
  const dashboard = await feed()
  await until(() => robot.connected && meter.connected)
  await settled(gateway)
  expect((await device('robot'))?.state).toBe('online')
  expect((await device('meter'))?.state).toBe('online')
  await sender('marker')
  await until(() => told(dashboard).includes('marker online'))
  expect(told(dashboard)).toEqual(['marker online'])
  await dashboard.leave()
})

test('nor is one offline that does not come back: nobody knows why', async () => {
  await sender('robot', { reconnectPeriod: 0 })
  await sender('meter', { reconnectPeriod: 0 })
  await until(isState('meter', 'online'))
  expect(await gateway.stop('SIGTERM')).toBe(0)
  gateway = await gateway.restart()
  await settled(gateway)
  expect((await device('robot'))?.state).toBe('online')
  expect((await device('meter'))?.state).toBe('online')
})

test('the connections of on_change devices are a function of the journal: kills, restarts and a rebuild change no row', {
  tags: ['deep'],
}, async () => {
  const robot = await sender('robot')
  const meter = await sender('meter')
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
    await until(isState('robot', 'online'))
    const broken = new Promise<void>((resolve) => robot.once('close', () => resolve()))
    robot.stream.destroy()
    await broken
    await robot.publishAsync(...sampleOf('robot'))
    await gateway.stop(signal)
    gateway = await gateway.restart()
    await until(() => robot.connected && meter.connected)
    await robot.publishAsync('plants/links-1/press/robot/status', 'offline', { qos: 1 })
    await until(isState('robot', 'offline'))
    await robot.publishAsync('plants/links-1/press/robot/status', 'online', { qos: 1 })
  }
  await Promise.all([robot.endAsync(), meter.endAsync()])
  await until(isState('robot', 'offline'))
  await settled(gateway)
  expect(await gateway.stop('SIGTERM')).toBe(0)
  const written = await rows(gateway)
  // Down and up by each broken connection, start and status of three rounds, between the first sample and the end.
  expect(written.links.map(([, , , isUp]) => isUp)).toEqual(written.links.map((_, i) => i % 2 === 0))
  expect(written.links.length).toBe(2 + 3 * 6)
  expect(written.configs).toHaveLength(1)

  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  gateway = await gateway.restart()
  await settled(gateway)
  await gateway.stop('SIGTERM')
  expect(existsSync(join(gateway.dataDir, 'archive.duckdb'))).toBe(true)
  expect(await rows(gateway)).toEqual(written)
})

/** Rows that a stopped gateway has written of connections, configurations and senders. */
async function rows({ dataDir }: TestGateway) {
  const instance = await DuckDBInstance.create(join(dataDir, 'archive.duckdb'), { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const select = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()
  const found = {
    links: await select('SELECT plant, device, at_ms, is_up, position FROM link ORDER BY position, rowid'),
    configs: await select('SELECT * FROM config ORDER BY position, rowid'),
    senders: await select('SELECT * FROM sender ORDER BY plant, device'),
  }
  connection.closeSync()
  instance.closeSync()
  return found
}
