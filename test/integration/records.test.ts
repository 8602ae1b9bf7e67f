// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceAnswer, PlantsAnswer, QuarantineAnswer, SeriesAnswer } from '../../src/base/wire.js'
import type { CorrectionsAnswer, EventsAnswer, RestatementsAnswer } from '../../src/views/wire/records.js'
import {
  allReadings,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

const PLANT = 'records-1'
const MINUTE_MS = 60_000
/** Four days ago at noon: what changes there now is long over. */
const NOON = Math.floor(Date.now() / 86_400_000 - 4) * 86_400_000 + 12 * 3_600_000
const time = (minute: number) => new Date(NOON + minute * MINUTE_MS).toISOString()
const RANGE = `from=${time(-60)}&to=${time(240)}`
const METER = { plant: PLANT, device: 'main-1', metric: 'elec_import_kwh' }

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      archive: { delta_s: 1 },
      plants: [{ id: PLANT, name: {}, timezone: 'UTC', devices: [{ id: 'main-1', line: 'utilities', role: 'main' }] }],
    },
  })
  client = await mqtt.connectAsync(gateway.mqttUrl)
})
afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

function send(message: object): Promise<unknown> {
  return client.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, JSON.stringify(message), { qos: 1 })
}

/** 60 kWh an hour from noon to four, a reading every five minutes, but for the one at 12:30. */
const readings = Array.from({ length: 49 }, (_, i) => ({
  ts: time(i * 5),
  metrics: { elec_import_kwh: 1000 + i * 5 },
  seq: i + 1,
})).filter((_, i) => i !== 6)

function ask<T>(path: string): Promise<T> {
  return getJson<T>(gateway, `/api/v1/plants/${PLANT}/${path}`)
}

async function energyByHour(): Promise<readonly (number | null)[]> {
  const { points } = await ask<SeriesAnswer>(`kpis/energy_elec_import/series?window=1h&${RANGE}`)
  return points.map(({ value }) => value)
}

const correct = (id: string, before: number) =>
  putOnRecord(gateway, PLANT, {
    ...{ id, type: 'correction', device: 'main-1', metric: 'elec_import_kwh', at: time(120), before, after: 1125 },
    ...{ author: 'li', reason: 'read off again' },
  })

test('events, a correction and late data change the figures that they should, and all of it can be read back', async () => {
  await send(readings)
  await send({ ts: new Date().toISOString(), metrics: { elec_import_kwh: 1300 }, seq: 52 })
  await settled(gateway)
  expect(await energyByHour()).toEqual([60, 60, 60, 60])

  await send({ ts: time(30), metrics: { elec_import_kwh: 1030 }, seq: 7 })
  await send({ ts: time(60), metrics: { elec_import_kwh: 1060 } })
  await send({
    ts: time(130),
    events: [
      { id: 'd-1', type: 'downtime_reason', code: 'tool_worn', from: time(100) },
      { id: 'n-1', type: 'comment', text: 'tool changed' },
    ],
  })
  await correct('c-1', 1120)
  await correct('c-2', 1121)
  await send({ ts: time(131), events: [{ id: 'f-1', type: 'fuel_used', fuel: 'diesel' }] })
  await settled(gateway)

  expect(await energyByHour()).toEqual([60, 65, 55, 60])
  expect((await allReadings(gateway, METER)).find(({ ts }) => ts === time(120))).toMatchObject({
    value: 1120,
    quality: 'good',
  })
  const events = await ask<EventsAnswer>(`events?${RANGE}`)
  expect(events.items.map(({ id }) => id)).toEqual(['c-1', 'c-2', 'd-1', 'n-1'])
  expect((await ask<EventsAnswer>(`events?type=comment&${RANGE}`)).items[0]?.fields).toEqual({ text: 'tool changed' })
  const { items } = await ask<CorrectionsAnswer>(`corrections?device=main-1&${RANGE}`)
  expect(items.map(({ id, applied, why }) => [id, applied, why])).toEqual([
    ['c-1', true, ''],
    ['c-2', false, 'before_differs'],
  ])
  const quarantine = await getJson<QuarantineAnswer>(gateway, `/api/v1/quarantine?plant=${PLANT}`)
  expect(quarantine.items.map(({ rejections }) => rejections[0]?.detail)).toEqual([
    'events[0]: amount of fuel_used is missing; a number is expected',
  ])
})

test('what changed long after its hour was over is restated, with the reason', async () => {
  const { items } = await ask<RestatementsAnswer>('restatements?kpi=energy_elec_import')
  const hours = items.filter(({ scope, window }) => scope === 'plant' && window === '1h')
  expect(hours.map(({ start, before, after, reason }) => [start, before.value, after.value, reason])).toEqual([
    [time(60), 60, 65, 'correction'],
    [time(120), 60, 55, 'correction'],
  ])
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  expect(Number(/^greengauge_restatements_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(items.length)
})

test('the device shows its last message, its counter and its clock', async () => {
  const device = await ask<DeviceAnswer>('devices/main-1')
  expect(device).toMatchObject({
    role: 'main',
    line: 'utilities',
    session: { state: 'open' },
    sequence: { last: 52, gaps: 2, missing: 3 },
    last_message: { readings: 0, events: 0, rejections: [{ reason: 'bad_schema' }] },
  })
  expect(JSON.parse(device.last_message!.sample)).toMatchObject({ events: [{ id: 'f-1' }] })
  expect(device.clock_series.length).toBeGreaterThan(0)
  // The list has it too, so that it needs no request for each device.
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  const listed = plants[0]!.lines.flatMap(({ devices }) => devices)
  expect(listed).toMatchObject([{ id: 'main-1', sequence_gaps: 2, sequence_missing: 3 }])
  expect(listed[0]!.rate_per_min).toBeGreaterThanOrEqual(0)
})

test('after a kill, and after a rebuild from the lasting record, the correction still counts', async () => {
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  await settled(gateway)
  expect(await energyByHour()).toEqual([60, 65, 55, 60])
  expect((await ask<DeviceAnswer>('devices/main-1')).sequence).toEqual({ last: 52, gaps: 2, missing: 3 })

  await gateway.stop()
  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  gateway = await gateway.restart()
  // While it is rebuilt a small server answers, then for a moment none.
  await until(async () => (await readiness(gateway).catch(() => ({ status: 0 }))).status === 200)
  await settled(gateway)
  expect(await energyByHour()).toEqual([60, 65, 55, 60])
  expect((await ask<CorrectionsAnswer>(`corrections?${RANGE}`)).items.map(({ applied }) => applied)).toEqual([
    true,
    false,
  ])
})
