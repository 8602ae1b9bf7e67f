// @module-tag deep
/** Proves that messages fetched from another broker are archived once, whichever side ends. */
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { allReadings, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { startMosquitto } from '../support/mosquitto.js'
import { openMqttTap } from '../support/mqtt-tap.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import type { TestServer } from '../support/test-server.js'
import { MeteredClient } from './load.js'

const mosquitto = findServer('mosquitto')
/** Ends of one side in each test; KILLS asks for another number, such as 20. */
const KILLS = Number(process.env.KILLS ?? 1)
const timeout = 600_000 + KILLS * 60_000
const METERS = ['meter-1', 'meter-2']

let broker: TestServer
let gateway: TestGateway
let clients: MeteredClient[]

describe.skipIf(mosquitto === null)('messages that are fetched from a mosquitto', () => {
  beforeEach(async () => {
    broker = await startMosquitto(mosquitto!)
  })

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()))
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await broker.remove()
  })

  async function start(url = broker.url): Promise<void> {
    gateway = await startGateway({
      config: {
        mqtt: { enabled: false },
        brokers: [{ id: 'hall', url, client_id: 'greengauge-hall', in_flight_max: 200 }],
      },
    })
    // A session is made by the first connection: what comes before has nobody to be kept for.
    await until(() => gateway.log().includes('connected to the external broker'))
    await until(async () => (await metric('greengauge_broker_connected{broker="hall"}')) === 1)
    clients = METERS.map((device) => new MeteredClient({ mqttUrl: broker.url }, device))
  }

  async function metric(name: string): Promise<number> {
    const page = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
    const line = page.split('\n').find((one) => one.startsWith(`${name} `))
    return Number(line?.slice(name.length))
  }

  /** Each meter sends so many more that mosquitto acknowledges. */
  async function more(readings: number): Promise<void> {
    const before = clients.map(({ acknowledged }) => acknowledged.size)
    await until(() => clients.every(({ acknowledged }, i) => acknowledged.size >= before[i]! + readings))
  }

  /** Nothing new is sent, and all that was sent is acknowledged. */
  async function sent(): Promise<void> {
    for (const client of clients) client.stop()
    await until(() => clients.every(({ inFlight }) => inFlight === 0))
  }

  async function archived(device: string): Promise<(readonly [ts: number, value: number | string | null])[]> {
    const points = await allReadings(gateway, { plant: MeteredClient.plant, device, metric: MeteredClient.metric })
    return points.map(({ ts, value }) => [Date.parse(ts), value] as const)
  }

  const byTime = (readings: Iterable<readonly [number, number]>) => [...readings].sort(([a], [b]) => a - b)

  async function expectAllOnce(): Promise<void> {
    const isComplete = async () => {
      const counts = await Promise.all(clients.map(async ({ device }) => (await archived(device)).length))
      return counts.every((count, i) => count >= clients[i]!.acknowledged.size)
    }
    await until(isComplete, SOON_MS, 500)
    const { closes, readings } = await settled(gateway)
    expect(closes).toBe(true)
    expect(readings.conflict).toBe(0)
    for (const { device, acknowledged } of clients) expect(await archived(device)).toEqual(byTime(acknowledged))
  }

  test('the gateway is killed: what mosquitto acknowledged is archived once', { timeout }, async () => {
    await start()
    for (let kill = 0; kill < KILLS; kill++) {
      await more(300)
      await gateway.stop('SIGKILL')
      await more(300)
      gateway = await gateway.restart()
    }
    await sent()
    await expectAllOnce()
    await expect.poll(() => gateway.log()).toContain('its session goes on')
    expect(await metric('greengauge_broker_sessions_lost_total{broker="hall"}')).toBe(0)
  })

  test('mosquitto is stopped and started: what it acknowledged is archived once, and each loss is one line', {
    timeout,
  }, async () => {
    await start()
    for (let stop = 1; stop <= KILLS; stop++) {
      await more(300)
      await broker.kill('SIGTERM')
      await until(async () => (await metric('greengauge_broker_lost_total{broker="hall"}')) === stop)
      await broker.start()
      await until(async () => (await metric('greengauge_broker_connected{broker="hall"}')) === 1)
    }
    await sent()
    await expectAllOnce()
    await expect.poll(() => gateway.log().split('the external broker is lost')).toHaveLength(KILLS + 1)
  })

  test('mosquitto is killed: what it has our PUBACK for is archived, and a sender that sends again makes it whole', {
    timeout,
  }, async () => {
    // Each time it saves all that it has: too slow for the others, which do not need it.
    await broker.remove()
    broker = await startMosquitto(mosquitto!, { saveEvery: 'change' })
    const tap = await openMqttTap(broker.url)
    onTestFinished(() => tap.close())
    await start(tap.url)
    for (let kill = 0; kill < KILLS; kill++) {
      await more(300)
      await broker.kill('SIGKILL')
      await sleep(50)
      await broker.start()
      await until(async () => (await metric('greengauge_broker_connected{broker="hall"}')) === 1)
    }
    await sent()
    await settled(gateway)
    const kept = new Map(
      await Promise.all(METERS.map(async (device) => [device, new Map(await archived(device))] as const)),
    )
    const readings = tap.acknowledged.flatMap((payload) => [JSON.parse(payload)].flat() as Sent[])
    expect(readings.length).toBeGreaterThan(KILLS * 300)
    // The two meters send the same values at the same times.
    const isKept = ({ ts, metrics }: Sent) =>
      METERS.some((device) => kept.get(device)!.get(ts) === metrics[MeteredClient.metric])
    expect(readings.filter((reading) => !isKept(reading))).toEqual([])

    const sender = await mqtt.connectAsync(broker.url)
    for (const { device, acknowledged } of clients) {
      const all = [...acknowledged].map(([ts, value]) => ({ ts, metrics: { [MeteredClient.metric]: value } }))
      for (let i = 0; i < all.length; i += 500) {
        const topic = `plants/${MeteredClient.plant}/utilities/${device}/energy`
        await sender.publishAsync(topic, JSON.stringify(all.slice(i, i + 500)), { qos: 1 })
      }
    }
    await sender.endAsync()
    await expectAllOnce()
  })
})

interface Sent {
  readonly ts: number
  readonly metrics: Readonly<Record<string, number>>
}
