import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'
import { TestClient } from '../unit/views/feed-client.js'

const PLANT = 'feed-1'
const DAY = Date.UTC(2026, 0, 5)
/** Between two samples a machine that is busy may take longer than the minute after which it would be idle, and its windows final. */
const METER = { period_s: 15, idle_s: 3600 }
const METERED = {
  id: PLANT,
  name: { en: 'Feed' },
  timezone: 'UTC',
  devices: [{ id: 'main-1', line: 'utilities', role: 'main', metrics: { elec_import_kwh: METER } }],
}
const WANTED = { plants: [PLANT], kpis: ['energy_elec_import'], windows: ['1m' as const] }
/** An update comes within about two seconds; of several, some may meet a busy machine. */
const UPDATE_MS_MAX = 2500
const SECONDS = [15, 30, 45]
/** Looked at besides while all have met one; their kWh are exact. */
const MORE_SECONDS = Array.from({ length: 7 }, (_, i) => 46.875 + 1.875 * i)

let gateway: TestGateway
let device: MqttClient
let seen: { epoch: string; seq: number }

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: [METERED] } })
  device = await mqtt.connectAsync(gateway.mqttUrl)
})

afterAll(async () => {
  await device.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** Sends the register of a meter that runs at 60 kW, one kWh a minute, at `second` seconds after midnight. */
async function sendAt(second: number): Promise<void> {
  const payload = JSON.stringify({ ts: DAY + second * 1000, metrics: { elec_import_kwh: 100 + second / 60 } })
  await device.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, payload, { qos: 1 })
}

async function dashboard(since?: { epoch: string; seq: number }): Promise<TestClient> {
  const client = await TestClient.connect(Number(new URL(gateway.httpUrl).port))
  await until(() => client.all('hello').length === 1)
  client.subscribe({ ...WANTED, ...(since === undefined ? {} : { since }) })
  return client
}

const minuteOf = (point: KpiPoint) => (Date.parse(point.start) - DAY) / 60_000
const finals = (client: TestClient) => client.updated.filter((point) => !point.provisional)
/** Minute and value of each final point. */
const finalValues = (client: TestClient) => finals(client).map((point) => [minuteOf(point), point.value])

test('a sample is seen on the dashboard within about two seconds, as a provisional point', async () => {
  const client = await dashboard()
  await until(() => client.all('snapshot').length === 1)
  await sendAt(0)
  const delaysMs: number[] = []
  for (const second of [...SECONDS, ...MORE_SECONDS]) {
    if (delaysMs.length >= SECONDS.length && Math.min(...delaysMs) < UPDATE_MS_MAX) break
    const before = client.updated.length
    const sentMs = performance.now()
    await sendAt(second)
    await until(() => client.updated.slice(before).some((point) => point.numerator === second / 60), SOON_MS, 10)
    delaysMs.push(performance.now() - sentMs)
    const newest = client.updated.at(-1)!
    expect(newest).toMatchObject({ plant: PLANT, scope: 'plant', kpi: 'energy_elec_import', window: '1m' })
    expect(newest).toMatchObject({ provisional: true, value: second / 60, unit: 'kWh' })
  }
  expect(Math.min(...delaysMs)).toBeLessThan(UPDATE_MS_MAX)
  await client.leave()
})

test('a window that is over comes once more, as a final point, and the same is in the history', async () => {
  const client = await dashboard()
  await until(() => client.all('snapshot').length === 1)
  // The watermark is 30 s behind the newest sample: this one ends minutes 0 and 1.
  for (const second of [60, 90, 120, 150]) await sendAt(second)
  await until(() => finals(client).length >= 2)
  expect(finalValues(client)).toEqual([
    [0, 1],
    [1, 1],
  ])
  expect(finals(client)[0]).toMatchObject({ coverage: 1, estimated_share: 0, reason: '', rev: 0 })
  const history = await getJson<SeriesAnswer>(
    gateway,
    `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=1m&from=2026-01-05T00:00:00Z&to=2026-01-05T00:02:00Z`,
  )
  expect(history.points).toEqual(finals(client))

  seen = { epoch: client.all('hello')[0]!.epoch, seq: client.all('update').at(-1)!.seq }
  await client.leave()
})

test('a dashboard that was away gets what it missed, and nothing twice', async () => {
  const witness = await dashboard()
  await until(() => witness.all('snapshot').length === 1)
  for (const second of [180, 240, 300, 330]) await sendAt(second)
  await until(() => finals(witness).length >= 3)

  const client = await dashboard(seen)
  await until(() => finals(client).length >= 3)
  expect(finalValues(client)).toEqual([
    [2, 1],
    [3, 1],
    [4, 1],
  ])
  expect(client.all('hello')[0]!.epoch).toBe(seen.epoch)
  expect(client.all('gap')).toEqual([])
  expect(client.all('snapshot')).toEqual([])
  expect(Math.min(...client.all('update').map(({ seq }) => seq))).toBeGreaterThan(seen.seq)
  await Promise.all([client.leave(), witness.leave()])
})

test('behind a restart the epoch is another: a gap is told, and a snapshot follows', async () => {
  await gateway.stop()
  gateway = await gateway.restart()
  const client = await dashboard(seen)
  await until(() => client.all('snapshot').length === 1)
  expect(client.all('hello')[0]!.epoch).not.toBe(seen.epoch)
  expect(client.all('gap')).toHaveLength(1)
  // The open minute goes on where it was: in the snapshot, or behind it as soon as it is computed again.
  const shown = () => [...client.all('snapshot')[0]!.points, ...client.updated]
  await until(() => shown().some((point) => minuteOf(point) === 5))
  expect(shown().at(-1)).toMatchObject({ provisional: true, value: 0.5 })
  await client.leave()
})
