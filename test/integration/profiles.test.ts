// @module-tag slow

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { QuarantineAnswer, RetryAnswer } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

/** Meters that send as their makers made them, to a gateway with profiles; 09:00 to 10:00 of a day that is over. */
const DAY = '2026-01-05'
const plants = [
  {
    id: 'p',
    name: { en: 'Plant' },
    timezone: 'Europe/Berlin',
    devices: [
      { id: 'grid', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 300 } } },
      { id: 'pump', line: 'l', role: 'sub' },
    ],
  },
]
const toGrid = { id: 'grid', metrics: { elec_submeter_kwh: 'elec_import_kwh' } }
const profiles = {
  dir: './own',
  use: [
    { profile: 'shelly/gen2', plant: 'p', line: 'l', devices: { 'shellypro3em-1': toGrid } },
    { profile: 'tasmota/energy', plant: 'p', line: 'l' },
    { profile: 'acme/meter', plant: 'p', line: 'l' },
  ],
}
const acme = (at: string) => ({
  name: { en: 'Acme' },
  source: { url: 'none', date: '2026-01-01' },
  messages: [
    {
      topic: 'acme/{device}',
      time: { at: 't', format: 'epoch_ms' },
      values: [{ metric: 'elec_submeter_kwh', at, unit: 'kWh' }],
    },
  ],
})

let gateway: TestGateway
let client: MqttClient
const own = () => join(gateway.dir, 'own', 'acme', 'meter.yaml')

beforeAll(async () => {
  // The own profile has to be there before the gateway reads its configuration: it is added while it runs.
  const before = { ...profiles, use: profiles.use.slice(0, 2) }
  gateway = await startGateway({ config: { plants, profiles: before } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const publish = (topic: string, payload: object | string) =>
  client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 })
const kept = () => getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?limit=1000')
const readingsOf = (device: string, metric: string) => allReadings(gateway, { plant: 'p', device, metric })

test('messages of Shelly and Tasmota become readings, in kWh and at the time of the plant', async () => {
  for (let minute = 0; minute <= 60; minute += 5) {
    const at = Date.parse(`${DAY}T08:00:00Z`) + minute * 60_000
    const params = { ts: at / 1000, 'emdata:0': { id: 0, total_act: 1_000_000 + minute * 1000, total_act_ret: 0 } }
    await publish('shellypro3em-1/events/rpc', { src: 'shellypro3em-1', method: 'NotifyStatus', params })
    const local = `${DAY}T${String(9 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`
    await publish('tele/pump/SENSOR', { Time: local, ENERGY: { Total: [10 + minute / 100, 5], Power: [700, 50] } })
  }
  await publish('tele/pump/LWT', 'Online')
  await publish('tele/pump/STATE', { Time: 'x' })
  const { messages, closes, ignored } = await settled(gateway)
  expect(messages).toEqual({ received: 28, decoded: 28, rejected: 0, undecoded: 0 })
  // The state of the plug is in order, and it is said who has left it.
  expect(ignored).toEqual([{ profile: 'tasmota/energy', rule: '{prefix}/{device}/+', messages: 1 }])
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  expect(metrics).toContain('messages_ignored_total{profile="tasmota/energy",rule="{prefix}/{device}/+"} 1')
  expect(closes).toBe(true)

  const grid = await readingsOf('grid', 'elec_import_kwh')
  expect(grid).toHaveLength(13)
  expect(grid.find(({ ts }) => ts === `${DAY}T08:05:00.000Z`)).toMatchObject({ value: 1005 })
  const pump = await readingsOf('pump', 'elec_submeter_kwh')
  expect(pump.find(({ ts }) => ts === `${DAY}T08:05:00.000Z`)!.value).toBeCloseTo(15.05, 9)
  expect((await readingsOf('pump', 'elec_import_kw'))[0]!.value).toBeCloseTo(0.75, 9)
})

test('and the energy of the plant for that hour is that of its main meter', async () => {
  const range = `from=${DAY}T08:00:00Z&to=${DAY}T09:00:00Z&window=1h`
  const path = `/api/v1/plants/p/kpis/energy_elec_import/series?${range}`
  interface Points {
    readonly points: readonly { readonly value: number | null }[]
  }
  await until(async () => (await getJson<Points>(gateway, path)).points[0]?.value === 60)
})

test('a profile that is added, changed and mended while messages come takes effect without a start, and loses none', async () => {
  mkdirSync(join(gateway.dir, 'own', 'acme'), { recursive: true })
  writeFileSync(own(), stringify(acme('old')))
  const file = join(gateway.dir, 'greengauge.yaml')
  writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8')), profiles }))
  gateway.process.kill('SIGHUP')
  await until(() => gateway.log().includes('changed: profiles.use, profiles.defined.acme/meter.'))

  let sent = 0
  let isOver = false
  const sending = (async () => {
    while (!isOver) {
      await publish('acme/m1', { t: Date.parse(DAY) + sent, new: ++sent })
      // All that is kept in quarantine has to fit on one page, however long the gateway takes to read the profile again.
      await sleep(5 + sent / 2)
    }
  })()
  await until(async () => (await kept()).items.length > 0)
  // A file that is wrong is refused, and the running one stays.
  writeFileSync(own(), stringify({ ...acme('new'), messages: [] }))
  await until(() => gateway.log().includes('profiles.defined.acme/meter.messages = (a list of 0) is too small'))
  // The file alone is changed: nobody sends a signal.
  writeFileSync(own(), stringify(acme('new')))
  await until(async () => (await readingsOf('m1', 'elec_submeter_kwh')).length > 0)
  isOver = true
  await sending

  const { messages, closes } = await settled(gateway)
  expect(closes).toBe(true)
  expect(messages.received).toBe(28 + sent)
  expect(messages.decoded + messages.rejected).toBe(28 + sent)
  expect(messages.rejected).toBeGreaterThan(0)
  const { items } = await kept()
  expect(items).toHaveLength(messages.rejected)
  expect(items[0]!.rejections[0]!).toMatchObject({
    reason: 'bad_profile',
    detail: 'profile acme/meter: none of its values is there: old',
  })
  for (const { id } of items) {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/quarantine/${id}/retry`, { method: 'POST' })
    expect((await answer.json()) as RetryAnswer).toMatchObject({ result: 'accepted', readings: 1 })
  }
  const values = (await readingsOf('m1', 'elec_submeter_kwh')).map(({ value }) => value as number)
  expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, index) => index + 1))
})

test('the will of a Shelly is that of its channels too, of those that sent before a kill as well', async () => {
  await publish('shellyplus2pm-1/status/switch:0', { id: 0, apower: 5, aenergy: { total: 123.585 } })
  await settled(gateway)
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  client = await mqtt.connectAsync(gateway.mqttUrl)
  await publish('shellyplus2pm-1/status/switch:1', { id: 1, apower: 5, aenergy: { total: 7 } })
  await publish('shellyplus2pm-1/online', 'false')
  await settled(gateway)
  for (const device of ['shellyplus2pm-1-switch-0', 'shellyplus2pm-1-switch-1']) {
    const { status } = await getJson<{ status: string | null }>(gateway, `/api/v1/plants/p/devices/${device}`)
    expect(status).toBe('offline')
  }
})
