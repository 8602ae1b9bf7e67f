import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlarmItem } from '../../src/base/alarm.js'
import type { AlarmChannel, AlarmChannelsAnswer, ChannelTestAnswer } from '../../src/base/wire/channels.js'
import type { ConfigAnswer, ConfigSaved } from '../../src/views/wire/configuration.js'
import { freePort, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { RobotServer } from '../support/robot-server.js'

/** Proves that channels changed over the API are in force at once in a gateway that runs, and that nothing that waits is lost. */

const TOKEN = 'a-token-9f8e7d6c5b4a'
const MINUTE = 60_000
const PLANT = {
  id: 'tell-1',
  name: {},
  timezone: 'UTC',
  devices: [{ id: 'm-1', line: 'press', role: 'sub', metrics: { elec_import_kwh: { period_s: 60 } } }],
  alarms: [{ id: 'load', kpi: 'energy_elec_import', window: '1m', scope: 'device', of: 'm-1', above: 5 }],
  alarm_defaults: { completeness: { enabled: false }, silence: { enabled: false }, clock: { enabled: false } },
}
let robots: RobotServer
let gateway: TestGateway

beforeAll(async () => {
  robots = await RobotServer.start({ secret: 'SEC', token: TOKEN })
  const away = `http://127.0.0.1:${await freePort()}/hook`
  const lead = { id: 'lead', type: 'webhook', url: away, token: TOKEN, digest_s: 0 }
  gateway = await startGateway({ config: { plants: [PLANT], notify: { channels: [lead] } } })
})
afterAll(async () => {
  await gateway.stop()
  await robots.close()
  removeData(gateway)
})

async function post<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(gateway.httpUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}

async function save(edit: object): Promise<ConfigSaved> {
  const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  return post<ConfigSaved>('/api/v1/config', { edits: [edit] }, { 'if-match': `"${hash}"` })
}

async function channel(id: string): Promise<AlarmChannel | undefined> {
  const { channels } = await getJson<AlarmChannelsAnswer>(gateway, '/api/v1/alarms/channels')
  return channels.find((one) => one.id === id)
}

test('an alarm that waits in a channel that fails is told as soon as its address is mended', async () => {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const beginMs = Math.floor(Date.now() / MINUTE - 5) * MINUTE
  const samples = [0, 9, 18].map((kwh, i) => ({ ts: beginMs + i * MINUTE, metrics: { elec_import_kwh: 1000 + kwh } }))
  await client.publishAsync('plants/tell-1/press/m-1/energy', JSON.stringify(samples), { qos: 1 })
  await client.endAsync()
  await until(async () => (await channel('lead'))?.state === 'retrying')
  expect(await channel('lead')).toMatchObject({ pending: 1 })
  const url = `http://127.0.0.1:${robots.port}/hook`
  const saved = await save({ op: 'set', path: ['notify', 'channels', 'lead', 'url'], value: url })
  expect(saved).toMatchObject({ in_force: true, changes: [{ path: 'notify.channels[lead].url', when: 'now' }] })
  await until(() => robots.at('/hook').length > 0)
  expect(robots.at('/hook')[0]!.body.alarms.map((one: { alarm: AlarmItem }) => one.alarm.scope_id)).toEqual(['m-1'])
  await until(async () => (await channel('lead'))?.pending === 0)
  expect(await getJson<ConfigAnswer>(gateway, '/api/v1/config')).toMatchObject({ waiting: [] })
})

test('a channel that is added is tested without a start, and one that is taken out is gone', async () => {
  const value = { id: 'second', type: 'webhook', url: `http://127.0.0.1:${robots.port}/hook`, token: TOKEN }
  await save({ op: 'add', path: ['notify', 'channels'], value })
  const answer = await post<ChannelTestAnswer>('/api/v1/alarms/channels/second/test', {})
  expect(answer).toMatchObject({ ok: true })
  expect(robots.at('/hook').at(-1)!.body).toMatchObject({ test: true, channel: 'second' })
  await save({ op: 'remove', path: ['notify', 'channels', 'second'] })
  await until(async () => (await channel('second')) === undefined)
})
