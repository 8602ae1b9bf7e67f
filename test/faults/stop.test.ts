// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import type { DeviceState, PlantsAnswer } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { MeteredClient } from './load.js'

let gateway: TestGateway

afterEach(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('SIGTERM under load ends with code 0, and after the next start nothing is missing and nothing is there twice', async () => {
  gateway = await startGateway()
  const clients = ['meter-1', 'meter-2'].map((device) => new MeteredClient(gateway, device))
  for (let stop = 1; stop <= 3; stop++) {
    await acknowledgedBeyond(clients, stop * 200)
    expect(await gateway.stop('SIGTERM')).toBe(0)
    gateway = await gateway.restart()
  }
  for (const client of clients) client.stop()
  await until(() => clients.every((client) => client.inFlight === 0))
  const end = await settled(gateway)
  expect(end.closes).toBe(true)
  for (const client of clients) {
    const { device, acknowledged } = client
    const archived = await allReadings(gateway, { plant: MeteredClient.plant, device, metric: MeteredClient.metric })
    expect(archived.map(({ ts, value }) => [Date.parse(ts), value])).toEqual(
      [...acknowledged].sort(([a], [b]) => a - b),
    )
    await client.end()
  }
})

test('the will of a device that dies makes it offline; the stop of the gateway does not', async () => {
  gateway = await startGateway()
  const devices = await Promise.all(['dies', 'lives'].map((device) => deviceWithWill(gateway, device)))
  // Each sends by a connection of its own: nobody promises which of them is heard of first.
  for (const device of ['dies', 'lives']) await until(async () => (await stateOf(gateway, device)) === 'online')

  devices[0]!.stream.destroy()
  await until(async () => (await stateOf(gateway, 'dies')) === 'offline')
  expect(await stateOf(gateway, 'lives')).toBe('online')

  expect(await gateway.stop('SIGTERM')).toBe(0)
  gateway = await gateway.restart()
  expect(await stateOf(gateway, 'lives')).not.toBe('offline')
  expect(await stateOf(gateway, 'dies')).toBe('offline')
  await Promise.all(devices.map((device) => device.endAsync(true)))
})

test('a second gateway on the same data ends at once, and nothing of the first is lost', async () => {
  gateway = await startGateway()
  const client = new MeteredClient(gateway, 'meter-1')
  await until(() => client.acknowledged.size > 100)
  const second = gateway.relaunch()
  expect(await second.exited).toBe(69)
  await expect.poll(() => second.log()).toContain(`another gateway runs on ${gateway.dataDir}`)
  const before = client.acknowledged.size
  await until(() => client.acknowledged.size > before + 100)
  client.stop()
  await until(() => client.inFlight === 0)
  await client.end()

  // From the journal alone, which is what a second writer would have cut off.
  await gateway.stop()
  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  gateway = await gateway.restart()
  const { readings, closes } = await settled(gateway)
  expect(readings.archived).toBe(client.acknowledged.size)
  expect(closes).toBe(true)
})

/** A client that waits in vain was seen twice on a machine with far too much to do: then both sides say what they know. */
async function acknowledgedBeyond(clients: readonly MeteredClient[], readings: number): Promise<void> {
  try {
    await until(() => clients.every((client) => client.acknowledged.size > readings))
  } catch (error) {
    throw new Error(`${clients.join('\n')}\nThe gateway says:\n${gateway.log()}`, { cause: error })
  }
}

async function deviceWithWill(gateway: TestGateway, device: string) {
  const topic = (kind: string) => `plants/will-1/press/${device}/${kind}`
  const client = await mqtt.connectAsync(gateway.mqttUrl, {
    clientId: device,
    reconnectPeriod: 0,
    will: { topic: topic('status'), payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  client.on('error', () => undefined)
  await client.publishAsync(topic('status'), 'online', { qos: 1, retain: true })
  await client.publishAsync(topic('robot'), JSON.stringify({ metrics: { cycle_count: 1 } }), { qos: 1 })
  return client
}

async function stateOf(gateway: TestGateway, device: string): Promise<DeviceState | undefined> {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  const devices = plants.flatMap((plant) => plant.lines.flatMap((line) => line.devices))
  return devices.find(({ id }) => id === device)?.state
}
