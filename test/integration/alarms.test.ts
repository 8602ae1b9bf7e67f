// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlarmItem } from '../../src/base/alarm.js'
import type { AlarmsActionAnswer, AlarmsAnswer } from '../../src/base/wire/alarms.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { TestClient } from '../unit/views/feed-client.js'

const PLANT = 'alarm-1'
const T0 = Date.UTC(2026, 0, 5, 10)
const MINUTE = 60_000
const iso = (minute: number) => new Date(T0 + minute * MINUTE).toISOString()
const CONFIG = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: PLANT,
      name: { en: 'Alarms' },
      timezone: 'UTC',
      devices: [
        { id: 'main-1', line: 'utilities', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
        { id: 'boiler-1', line: 'utilities', role: 'stack', metrics: { nox_mgm3: { period_s: 60 } } },
      ],
      targets: [{ kpi: 'energy_elec_import', window: '1h', budget: 90 }],
      alarms: [{ id: 'nox', kpi: 'pollutant_mean_nox', window: '1h', scope: 'device', above: 150 }],
      alarm_defaults: { completeness: { enabled: false }, silence: { enabled: false }, clock: { enabled: false } },
    },
    {
      id: 'alarm-2',
      name: {},
      timezone: 'UTC',
      devices: [{ id: 'robot-1', line: 'press', role: 'robot', on_change: true }],
      alarm_defaults: { silence: { delay_s: 0, severity: 'critical' } },
    },
  ],
}

let gateway: TestGateway
let client: MqttClient
let register = 0

beforeAll(async () => {
  gateway = await startGateway({ config: CONFIG })
  client = await mqtt.connectAsync(gateway.mqttUrl)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** One message with a sample a minute in [from, to). */
async function send(device: string, cls: string, from: number, to: number, metrics: (minute: number) => object) {
  const samples = Array.from({ length: to - from }, (_, i) => ({
    ts: T0 + (from + i) * MINUTE,
    metrics: metrics(from + i),
  }))
  await client.publishAsync(`plants/${PLANT}/utilities/${device}/${cls}`, JSON.stringify(samples), { qos: 1 })
}

/** The meter runs at so many kWh a minute. */
async function run(from: number, to: number, kwh: number): Promise<void> {
  await send('main-1', 'energy', from, to, () => {
    register += kwh
    return { elec_import_kwh: register }
  })
}

async function alarms(query = '', plant = PLANT): Promise<readonly AlarmItem[]> {
  return (await getJson<AlarmsAnswer>(gateway, `/api/v1/plants/${plant}/alarms${query}`)).items
}

async function post(alarm: AlarmItem, what: string, body: object): Promise<AlarmItem> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/plants/${PLANT}/alarms/${alarm.id}/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as AlarmItem
}

async function feed(): Promise<TestClient> {
  const feed = await TestClient.connect(Number(new URL(gateway.httpUrl).port))
  feed.subscribe({ plants: [PLANT] })
  await until(() => feed.all('snapshot').length === 1)
  return feed
}

test('a budget that is used up is an alarm on the feed and in the list while its hour still runs', async () => {
  const dashboard = await feed()
  // 3 kWh a minute: 90 are used after 30 minutes of the hour, and the next one is too much.
  await run(0, 31, 3)
  await send('boiler-1', 'emissions', 0, 10, () => ({ nox_mgm3: 900 }))
  await until(
    async () =>
      (await getJson<{ points: unknown[] }>(gateway, `/api/v1/plants/${PLANT}/kpis/latest`)).points.length > 0,
  )
  expect(await alarms()).toEqual([])
  await run(31, 33, 3)
  await until(() => dashboard.all('alarm').length > 0)
  const [alarm] = await alarms('?state=active_unack')
  expect(alarm).toMatchObject({ rule: 'energy_elec_import-1h-budget', limit: 90, severity: 'minor', watched: true })
  expect(alarm!.value).toBeGreaterThan(90)
  expect(dashboard.all('alarm')[0]!.alarm.id).toBe(alarm!.id)
  await dashboard.leave()
})

test('an acknowledgement that was answered survives a kill at once', async () => {
  const [alarm] = await alarms()
  const acked = await post(alarm!, 'ack', { by: 'Li', note: 'furnace 2' })
  expect(acked).toMatchObject({ state: 'active_ack', acked_by: 'Li' })
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  await expect.poll(() => alarms()).toMatchObject([{ id: alarm!.id, state: 'active_ack', acked_at: acked.acked_at }])
  client = await mqtt.connectAsync(gateway.mqttUrl)
})

test('the list of all plants has it, and many are shelved at once', async () => {
  const [alarm] = (await getJson<AlarmsAnswer>(gateway, '/api/v1/alarms?state=active_ack')).items
  expect(alarm).toEqual((await alarms())[0])
  const body = JSON.stringify({ alarms: [{ plant: PLANT, id: alarm!.id }], minutes: 5, note: 'one of many' })
  const answer = await fetch(`${gateway.httpUrl}/api/v1/alarms/shelve`, { method: 'POST', body })
  const { done, alarms: shelved } = (await answer.json()) as AlarmsActionAnswer
  expect(done).toBe(1)
  expect(shelved[0]!.shelved_until).not.toBeNull()
  expect(await alarms()).toEqual(shelved)
})

test('it clears with the first whole hour inside the budget; ten minutes of a stack far above its limit raise nothing', async () => {
  const dashboard = await feed()
  await run(33, 60, 3)
  await run(60, 122, 1)
  await send('boiler-1', 'emissions', 121, 122, () => ({ nox_mgm3: 100 }))
  await until(async () => (await alarms())[0]?.state === 'cleared_ack')
  expect(await alarms()).toMatchObject([{ rule: 'energy_elec_import-1h-budget', cleared_at: iso(120) }])
  await until(() => dashboard.all('alarm').some(({ alarm }) => alarm.state === 'cleared_ack'))
  await dashboard.leave()
})

test('a database that is lost and rebuilt has the alarm again, and who acknowledged it', async () => {
  const [before] = await alarms()
  const noted = await post(before!, 'note', { note: 'valve replaced' })
  expect(noted.notes.at(-1)!.text).toBe('valve replaced')
  expect(await gateway.stop('SIGTERM')).toBe(0)
  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  gateway = await gateway.restart()
  const { id, state, cleared_at, acked_by, acked_at } = noted
  // It comes to be again by and by: raised, acknowledged, cleared.
  await expect.poll(() => alarms().catch(() => [])).toMatchObject([{ id, state, cleared_at, acked_by, acked_at }])
  const texts = async () => (await alarms())[0]?.notes.map(({ text }) => text)
  await expect.poll(texts).toEqual(expect.arrayContaining(['furnace 2', 'valve replaced']))
})

test('a robot whose session ends is an alarm until it is back, and one alarm over a kill', async () => {
  const robot = async () => {
    const connected = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'robot-1' })
    await connected.publishAsync('plants/alarm-2/press/robot-1/robot', '{"metrics":{"state":"running"}}', { qos: 1 })
    return connected
  }
  await (await robot()).endAsync(true)
  const silence = async () => (await alarms('', 'alarm-2')).filter(({ rule }) => rule === 'device-silence')
  await until(async () => (await silence()).length > 0)
  expect(await silence()).toMatchObject([{ state: 'active_unack', severity: 'critical', scope_id: 'robot-1' }])
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  const back = await robot()
  await until(async () => (await silence())[0]?.state === 'cleared_unack')
  expect(await silence()).toHaveLength(1)
  await back.endAsync(true)
})
