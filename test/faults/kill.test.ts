import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { randomStream } from '../../simulators/random.js'
import {
  accounting,
  allReadings,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { MeteredClient } from './load.js'

const KILLS = 20
/** Every third kill hits a gateway that is still starting. */
const STARTING_EVERY = 3
const STARTING_MS_MAX = 900
const RUNNING_MS_MAX = 1200

let gateway: TestGateway
let clients: MeteredClient[] = []

afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test(`killed ${KILLS} times under load, the gateway has every acknowledged reading exactly once`, async () => {
  const random = randomStream('kill', 20261124)
  gateway = await startGateway()
  clients = ['meter-1', 'meter-2', 'meter-3', 'meter-4'].map((device) => new MeteredClient(gateway, device))
  let cameUp = 0
  let wasCut = 0

  for (let kill = 0; kill < KILLS; kill++) {
    if (kill % STARTING_EVERY === 1) await sleep(random() * STARTING_MS_MAX)
    else {
      await gateway.up()
      const before = acknowledgedBy(clients)
      expect((await accounting(gateway)).closes, `accounting after restart ${kill}`).toBe(true)
      await until(() => acknowledgedBy(clients) > before)
      await sleep(random() * RUNNING_MS_MAX)
      expect((await accounting(gateway)).closes, `accounting under load before kill ${kill}`).toBe(true)
      await until(() => clients.some((client) => client.inFlight > 0))
      cameUp++
    }
    if (clients.some((client) => client.inFlight > 0)) wasCut++
    await gateway.stop('SIGKILL')
    gateway = gateway.relaunch()
  }

  await gateway.up()
  for (const client of clients) client.stop()
  await until(() => clients.every((client) => client.inFlight === 0), 30_000)
  const end = await settled(gateway)
  // The test has tested something: the gateway was running most times, and mostly with messages in flight.
  expect(cameUp).toBeGreaterThanOrEqual(KILLS / 2)
  expect(wasCut).toBeGreaterThanOrEqual(KILLS / 2)
  expect(end.closes).toBe(true)
  expect(end.readings.conflict).toBe(0)
  for (const { device, acknowledged, sent } of clients) {
    const archived = await allReadings(gateway, { plant: MeteredClient.plant, device, metric: MeteredClient.metric })
    const values = new Map(archived.map(({ ts, value }) => [Date.parse(ts), value]))
    const lost = [...acknowledged].filter(([ts, value]) => values.get(ts) !== value)
    expect(lost, `${device}: acknowledged and not archived`).toEqual([])
    expect(values.size, `${device}: archived once`).toBe(archived.length)
    // A message whose answer a kill cut off may be in the journal all the same; nothing is there that was not sent.
    expect(archived.length).toBeLessThanOrEqual(sent)
  }
})

function acknowledgedBy(clients: readonly MeteredClient[]): number {
  return clients.reduce((sum, client) => sum + client.acknowledged.size, 0)
}
