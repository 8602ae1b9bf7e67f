// @module-tag slow

import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { LatestAnswer, PlantsAnswer, QuarantineAnswer, SeriesAnswer } from '../../src/base/wire.js'
import { accounting, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const MINUTE_MS = 60_000
const PLANT = {
  id: 'p',
  name: { en: 'Plant' },
  timezone: 'UTC',
  devices: [
    { id: 'meter', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 60, idle_s: 5 } } },
    { id: 'old', line: 'l', metrics: { renew_onsite_kwh: { period_s: 60, idle_s: 5 } } },
  ],
}

let gateway: TestGateway
let client: MqttClient
/** A whole minute that was over when the test began. */
let now: number

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: [PLANT] } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  now = Math.floor(Date.now() / MINUTE_MS - 2) * MINUTE_MS
})
afterAll(async () => {
  await client.endAsync()
  await gateway.stop()
  removeData(gateway)
})

function send(device: string, metric: string, ts: number, value: number): Promise<unknown> {
  const message = JSON.stringify({ ts, metrics: { [metric]: value } })
  return client.publishAsync(`plants/p/l/${device}/energy`, message, { qos: 1 })
}

/** Minute windows of the live meter: start, value, if it is still provisional, and revision. */
async function labels(): Promise<string[]> {
  const { points } = await getJson<SeriesAnswer>(
    gateway,
    `/api/v1/plants/p/kpis/energy_elec_import/series?window=1m&scope=device&id=meter&from=${new Date(now - 30 * MINUTE_MS).toISOString()}&to=${new Date(now + MINUTE_MS).toISOString()}`,
  )
  return points.map((point: KpiPoint) => `${point.start} ${point.value} ${point.provisional} ${point.rev}`)
}

describe('clocks of devices in a live plant', () => {
  test('a device that sends its history of 2018 changes no label of now', async () => {
    for (let i = 20; i >= 0; i--) await send('meter', 'elec_import_kwh', now - i * MINUTE_MS, 100 - i)
    await settled(gateway)
    await until(async () => (await labels()).length >= 20)
    const before = await labels()
    const from2018 = Date.UTC(2018, 0, 1)
    for (let i = 0; i < 100; i++) await send('old', 'renew_onsite_kwh', from2018 + i * MINUTE_MS, i)
    await settled(gateway)
    const { points } = await getJson<SeriesAnswer>(
      gateway,
      '/api/v1/plants/p/kpis/data_completeness/series?window=1h&scope=device&id=old&from=2018-01-01T00:00:00Z&to=2018-01-01T01:00:00Z',
    )
    expect(points).toHaveLength(1)
    // All that was final is as it was; silence may have made final what was open.
    const after = await labels()
    expect(after.map((label) => label.replace('true', 'false'))).toEqual(
      before.map((label) => label.replace('true', 'false')),
    )
    const wasFinal = before.filter((label) => label.includes('false'))
    expect(wasFinal.length).toBeGreaterThanOrEqual(19)
    expect(after.filter((label) => label.includes('false')).slice(0, wasFinal.length)).toEqual(wasFinal)
  })

  test('a device whose clock is a day ahead is refused as ts_future, and nobody else notices', async () => {
    const before = await labels()
    const { readings } = await accounting(gateway)
    for (let i = 0; i < 5; i++) await send('old', 'renew_onsite_kwh', Date.now() + 86_400_000, i)
    await settled(gateway)
    const { counts } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?limit=1')
    expect(counts.ts_future).toBe(5)
    expect((await accounting(gateway)).readings).toEqual(readings)
    expect((await labels()).map((label) => label.replace('true', 'false'))).toEqual(
      before.map((label) => label.replace('true', 'false')),
    )
  })

  test('when a device stops, everything of it is final after its idle_s, and it is stale', async () => {
    const isOver = ({ end }: KpiPoint) => Date.parse(end) + 35_000 < Date.now()
    const open = async () => {
      const { points } = await getJson<LatestAnswer>(
        gateway,
        '/api/v1/plants/p/kpis/latest?scope=device&id=meter&window=1m',
      )
      return points.filter((point) => point.provisional && isOver(point))
    }
    await until(async () => (await open()).length === 0)
    expect(await labels().then((all) => all.filter((label) => label.includes('true')))).toEqual([])
    await until(async () => {
      const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
      const devices = plants[0]?.lines.flatMap((line) => line.devices) ?? []
      return devices.find((device) => device.id === 'meter')?.state === 'stale'
    })
  })
})
