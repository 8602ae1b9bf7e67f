// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventItem } from '../../src/base/records.js'
import type { GatewayStatus, PlantsAnswer, SeriesAnswer } from '../../src/base/wire.js'
import type { EventsAnswer } from '../../src/views/wire/records.js'
import type { PlantStatesAnswer } from '../../src/views/wire/states.js'
import { accounting, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

/** People see and say things of a machine, on a real gateway. */

const MINUTE_MS = 60_000
/** The day before yesterday: it is over. */
const DAY = Math.floor(Date.now() / 86_400_000 - 2) * 86_400_000
const time = (minute: number) => new Date(DAY + minute * MINUTE_MS).toISOString()
const DAY_RANGE = `from=${time(0)}&to=${time(1440)}`
const PLANT = {
  id: 'p',
  name: {},
  timezone: 'UTC',
  devices: [
    { id: 'press-1', line: 'press', role: 'machine', metrics: { state: { period_s: 60, idle_s: 2 } } },
    { id: 'main-1', line: 'utilities', role: 'main' },
  ],
}

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({ config: { archive: { delta_s: 1 }, plants: [PLANT] } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
})
afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function comeBack(): Promise<void> {
  gateway = await gateway.restart()
  client = await mqtt.connectAsync(gateway.mqttUrl)
}

async function say(body: object): Promise<EventItem> {
  const path = '/api/v1/plants/p/devices/press-1/events'
  const answer = await fetch(gateway.httpUrl + path, { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as EventItem
}

async function events(): Promise<readonly EventItem[]> {
  return (await getJson<EventsAnswer>(gateway, `/api/v1/plants/p/events?device=press-1&${DAY_RANGE}`)).items
}

const REASON = {
  type: 'downtime_reason',
  code: 'jam',
  comment: '卡料',
  from: time(3),
  to: time(6),
  by: 'Li',
  id: 'r-1',
}

test('the stretches of a day are its time account, for all machines in one answer', async () => {
  const words = ['Execute', 'Execute', 'Execute', 'Aborted', 'Aborted', 'Aborted', 'Execute', 'Held', 'Execute']
  const samples = words.map((state, i) => ({ ts: time(i), metrics: { state } }))
  await client.publishAsync('plants/p/press/press-1/production', JSON.stringify(samples), { qos: 1 })
  await client.publishAsync('plants/p/utilities/main-1/energy', '{"metrics":{"elec_import_kwh":1}}', { qos: 1 })
  await settled(gateway)
  const { devices } = await getJson<PlantStatesAnswer>(gateway, `/api/v1/plants/p/states?${DAY_RANGE}`)
  expect(devices).toMatchObject([{ device: 'press-1', line: 'press', truncated: false }])
  const { segments } = devices[0]!
  expect(segments.map(({ from, state }) => `${from.slice(14, 16)} ${state}`)).toEqual([
    '00 PRODUCING',
    '03 DOWN_FAULT',
    '06 PRODUCING',
    '07 HELD',
    '08 PRODUCING',
    '13 UNKNOWN',
  ])
  expect(await getJson(gateway, `/api/v1/plants/p/devices/press-1/states?${DAY_RANGE}`)).toEqual({
    segments,
    truncated: false,
  })
  for (const state of ['PRODUCING', 'DOWN_FAULT', 'HELD']) {
    const path = `/api/v1/plants/p/kpis/time_${state.toLowerCase()}/series?window=1d&scope=device&id=press-1&${DAY_RANGE}`
    let point: SeriesAnswer['points'][number] | undefined
    await until(async () => {
      point = (await getJson<SeriesAnswer>(gateway, path)).points[0]
      return point?.provisional === false
    })
    const own = segments.filter((segment) => segment.state === state)
    const seconds = own.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 1000, 0)
    expect(point?.value, state).toBe(seconds)
  }
})

test('a reason that was answered is there after a kill at once, and said again it is still one', async () => {
  const before = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  const said = await say(REASON)
  const { id: _, type: __, ...fields } = REASON
  expect(said).toMatchObject({ id: 'r-1', line: 'press', device: 'press-1', ts: time(3), fields })
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  await comeBack()
  expect(await events()).toEqual([said])
  expect(await say({ ...REASON, comment: 'twice' })).toEqual(said)
  expect(await events()).toEqual([said])
  expect(await accounting(gateway)).toMatchObject({ closes: true })
  // An entry of a person is no sign of life of the machine.
  const seen = ({ plants }: PlantsAnswer) =>
    plants[0]!.lines.flatMap(({ devices }) =>
      devices.map(({ id, messages, last_seen }) => ({ id, messages, last_seen })),
    )
  expect(seen(await getJson<PlantsAnswer>(gateway, '/api/v1/plants'))).toEqual(seen(before))
})

test('a database that is lost and rebuilt has what was said', async () => {
  await say({ type: 'comment', text: 'belt changed', at: time(9) })
  const before = await events()
  expect(before.map(({ type }) => type)).toEqual(['downtime_reason', 'comment'])
  await client.endAsync(true)
  expect(await gateway.stop('SIGTERM')).toBe(0)
  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  await comeBack()
  await until(async () => (await events().catch(() => [])).length === before.length)
  expect(await events()).toEqual(before)
  await settled(gateway)
  expect(await accounting(gateway)).toMatchObject({ closes: true })
})

test('the status of the gateway says what came in, and how fast it was acknowledged', async () => {
  for (let i = 0; i < 50; i++) {
    await client.publishAsync('plants/p/utilities/main-1/energy', `{"metrics":{"elec_import_kwh":${i + 2}}}`, {
      qos: 1,
    })
  }
  const { messages } = await accounting(gateway)
  const askedMs = Date.now()
  const status = await getJson<GatewayStatus>(gateway, '/api/v1/gateway/status')
  expect(status.intake.messages_total).toBe(messages.received)
  expect(status.intake.bytes_total).toBeGreaterThan(50 * 60)
  expect(status.intake.ack_ms!.p50).toBeGreaterThan(0)
  expect(status.intake.ack_ms!.p99).toBeGreaterThanOrEqual(status.intake.ack_ms!.p50)
  expect(status.mqtt).toMatchObject({ port: Number(new URL(gateway.mqttUrl).port), clients: 1 })
  expect(status.archive).toMatchObject({ oldest_at: time(0) })
  expect(status.archive.days).toBeGreaterThan(2)
  expect(status.archive.bytes).toBeGreaterThan(10_000)
  expect(status.journal.bytes).toBeGreaterThan(0)
  expect(status.process.rss_bytes).toBeGreaterThan(status.process.heap_bytes)
  expect(status.checks.every(({ ok }) => ok)).toBe(true)
  expect(Date.parse(status.started_at) + 1000 * status.uptime_s).toBeGreaterThan(askedMs - 10_000)
})
