// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlarmItem } from '../../src/base/alarm.js'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import type { AlarmChannel, AlarmChannelsAnswer, ChannelTestAnswer } from '../../src/base/wire/channels.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { MailServer } from '../support/mail-server.js'
import { RobotServer, TOO_FAST } from '../support/robot-server.js'

const PLANT = 'tell-1'
const SECRET = 'SECf2a9c0d1e7b54e3c'
const TOKEN = 'a-token-9f8e7d6c5b4a'
const PASSWORD = 'mail-pass-31415'
const MINUTE = 60_000
/** A meter for each case, so that none has an alarm of another. */
const METERS = Array.from({ length: 16 }, (_, i) => `m-${i + 1}`)
const minorMeters = METERS.slice(0, 10)
const criticalMeters = METERS.slice(10)
const CRITICAL = new Set(criticalMeters)

let robots: RobotServer
let mails: MailServer
let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  robots = await RobotServer.start({ secret: SECRET, token: TOKEN })
  mails = await MailServer.start('greengauge', PASSWORD)
  const at = `http://127.0.0.1:${robots.port}`
  const hook = { type: 'webhook', url: `${at}/hook`, token: TOKEN }
  gateway = await startGateway({
    config: {
      plants: [
        {
          id: PLANT,
          name: { en: 'Suzhou', zh: '苏州厂' },
          timezone: 'Asia/Shanghai',
          devices: METERS.map((id) => ({
            id,
            line: 'press',
            role: 'sub',
            metrics: { elec_import_kwh: { period_s: 60 } },
          })),
          alarms: METERS.map((id) => ({
            id: `load-${id}`,
            kpi: 'energy_elec_import',
            window: '1m',
            scope: 'device',
            of: id,
            above: 5,
            severity: CRITICAL.has(id) ? 'critical' : 'minor',
            text: { en: `Load of ${id} is too high`, zh: `${id} 负荷过高` },
          })),
          alarm_defaults: { completeness: { enabled: false }, silence: { enabled: false }, clock: { enabled: false } },
        },
        { id: 'other-1', name: {}, timezone: 'UTC' },
      ],
      notify: {
        public_url: 'https://energy.example.com/',
        channels: [
          {
            id: 'group',
            type: 'dingtalk',
            url: `${at}/robot/send?access_token=${TOKEN}`,
            secret: SECRET,
            language: 'zh',
            digest_s: 1,
          },
          { id: 'hook', ...hook, digest_s: 1, send_cleared: true },
          { id: 'worst', ...hook, url: `${at}/hook?key=${TOKEN}`, min_severity: 'critical', digest_s: 3600 },
          { id: 'elsewhere', ...hook, plants: ['other-1'], digest_s: 0 },
          { id: 'wecom', type: 'wecom', url: `${at}/cgi-bin/webhook/send?key=${TOKEN}`, digest_s: 1 },
          {
            id: 'wrong',
            type: 'dingtalk',
            url: `${at}/robot/send/2?access_token=${TOKEN}`,
            secret: 'SEC-not-this-one',
            min_severity: 'critical',
          },
          {
            id: 'mail',
            type: 'mail',
            host: '127.0.0.1',
            port: mails.port,
            starttls: 'off',
            username: 'greengauge',
            password: PASSWORD,
            from: 'Greengauge <greengauge@example.com>',
            to: ['ops@example.com', 'night@example.com'],
            digest_s: 1,
          },
        ],
      },
    },
  })
  client = await mqtt.connectAsync(gateway.mqttUrl)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  await Promise.all([robots.close(), mails.close()])
  removeData(gateway)
})

/** A meter that has done nothing yet. */
function nextMeter(isCritical = false): string {
  return (isCritical ? criticalMeters : minorMeters).shift()!
}

/** Last sample of the register of each meter, by the id of the meter. */
const registers = new Map<string, { readonly atMs: number; readonly kwh: number }>()

/** A sample a minute, on the minute; the first begins five minutes ago, so that there is time for more. */
async function run(meter: string, kwhByMinute: readonly number[]): Promise<void> {
  const begin = { atMs: Math.floor(Date.now() / MINUTE - 5) * MINUTE, kwh: 1000 }
  let last = registers.get(meter) ?? begin
  const samples = registers.has(meter) ? [] : [last]
  for (const kwh of kwhByMinute) {
    last = { atMs: last.atMs + MINUTE, kwh: last.kwh + kwh }
    samples.push(last)
  }
  registers.set(meter, last)
  const body = samples.map(({ atMs, kwh }) => ({ ts: atMs, metrics: { elec_import_kwh: kwh } }))
  await client.publishAsync(`plants/${PLANT}/press/${meter}/energy`, JSON.stringify(body), { qos: 1 })
}

async function alarmOf(meter: string): Promise<AlarmItem> {
  const find = async () =>
    (await getJson<AlarmsAnswer>(gateway, `/api/v1/plants/${PLANT}/alarms`)).items.find(
      ({ scope_id }) => scope_id === meter,
    )
  await until(async () => (await find()) !== undefined)
  return (await find())!
}

async function raise(...meters: readonly string[]): Promise<void> {
  // None waits for another to be acknowledged: those that are to be told together have to come together.
  await Promise.all(meters.map((meter) => run(meter, [9, 9])))
  for (const meter of meters) await alarmOf(meter)
}

async function act(meter: string, what: string, body: object): Promise<void> {
  await post(`/api/v1/plants/${PLANT}/alarms/${(await alarmOf(meter)).id}/${what}`, body)
}

async function channel(id: string): Promise<AlarmChannel> {
  const { channels } = await getJson<AlarmChannelsAnswer>(gateway, '/api/v1/alarms/channels')
  return channels.find((one) => one.id === id)!
}

async function post<T>(path: string, body: object = {}): Promise<T> {
  const answer = await fetch(gateway.httpUrl + path, { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  return (await answer.json()) as T
}

/** Meters that the webhook was told of by one channel, in order. */
function told(id: string, event = 'raised'): string[] {
  return robots
    .at('/hook')
    .filter(({ body }) => body.channel === id)
    .flatMap(({ body }) => body.alarms.filter((one: { event: string }) => one.event === event))
    .map(({ alarm }) => alarm.scope_id)
}

test('two alarms that come together are one message in the group, in its language and the time of the plant', async () => {
  const meters = [nextMeter(), nextMeter()]
  await raise(...meters)
  await until(() => robots.at('/robot/send').length > 0 && robots.at('/cgi-bin/webhook/send').length > 0)
  const { body } = robots.at('/robot/send')[0]!
  expect(body.markdown.title).toBe('Greengauge · 2 条报警：次要 2 条')
  for (const meter of meters) {
    const { raised_at, id } = await alarmOf(meter)
    const local = new Date(Date.parse(raised_at) + 8 * 60 * MINUTE).toISOString().slice(0, 16).replace('T', ' ')
    const link = `https://energy.example.com/#/alarms?plant=${PLANT}&alarm=${id}`
    expect(body.markdown.text).toContain(`次要：${meter} 负荷过高：9 kWh（苏州厂，${meter}）](${link})`)
    expect(body.markdown.text).toContain(`报警值 9 kWh，限值 5 kWh`)
    expect(body.markdown.text).toContain(`发生时间 ${local} (GMT+8)`)
  }
  expect(robots.at('/cgi-bin/webhook/send')[0]!.body.markdown.content).toContain('Greengauge · 2 alarms: 2 minor')
})

test('the same goes by mail, and as JSON to a program', async () => {
  await until(() => mails.mails.length > 0 && told('hook').length === 2)
  const [mail] = mails.mails
  expect(mail).toMatchObject({ from: 'greengauge@example.com', to: ['ops@example.com', 'night@example.com'] })
  expect(mail!.headers.get('subject')).toBe('Greengauge · 2 alarms: 2 minor')
  expect(mail!.text).toContain('Minor: Load of m-1 is too high: 9 kWh (Suzhou, m-1)')
  const { body } = robots.at('/hook')[0]!
  expect(body).toMatchObject({
    type: 'greengauge.alarms',
    version: 1,
    test: false,
    total: 2,
    by_severity: { minor: 2 },
  })
  expect((body.alarms as { alarm: AlarmItem }[]).map(({ alarm }) => alarm.id)).toContain((await alarmOf('m-1')).id)
})

test('a critical alarm goes at once however long a digest is, and to no channel of other plants', async () => {
  const meter = nextMeter(true)
  await raise(meter)
  await until(() => told('worst').length > 0)
  expect(told('worst')).toEqual([meter])
  await until(() => told('hook').includes(meter))
  expect(told('elsewhere')).toEqual([])
  // The other side has it before the gateway has its answer.
  await expect.poll(() => channel('worst')).toMatchObject({ state: 'ok', pending: 0, dropped: 0 })
})

test('a robot whose secret is wrong is a fault of the settings: said once in the log, shown, and kept', async () => {
  await until(async () => (await channel('wrong')).state === 'failed')
  expect(await channel('wrong')).toMatchObject({
    reason: 'errcode 310000: sign not match',
    pending: 1,
    last_sent_at: null,
  })
  await expect.poll(() => gateway.log().match(/alarm channel wrong is refused/g)).toHaveLength(1)
  expect(robots.at('/robot/send/2')).toEqual([])
})

test('who is not there, or asks to wait, gets it later, once', async () => {
  const meter = nextMeter()
  await until(async () => (await channel('hook')).pending === 0)
  await robots.close()
  robots.instead.set('/hook', [
    { status: 429, headers: { 'retry-after': '1' }, body: {} },
    { status: 503, body: {} },
  ])
  robots.instead.set('/robot/send', [TOO_FAST])
  await raise(meter)
  await until(async () => (await channel('hook')).reason.includes('ECONNREFUSED'))
  expect(await channel('hook')).toMatchObject({ state: 'retrying', pending: 1 })
  await robots.open()
  // A robot that is too fast says so for a minute.
  const tooFast = 'errcode 130101: send too fast, exceed 20 times per minute'
  await Promise.all([
    until(() => told('hook').includes(meter)),
    until(async () => (await channel('group')).reason === tooFast),
  ])
  expect(robots.instead.get('/hook')).toEqual([])
  expect(told('hook').filter((one) => one === meter)).toHaveLength(1)
  await until(async () => (await channel('hook')).state === 'ok')
})

test('what waits survives a kill; what was acknowledged or put aside before its turn is not sent, nothing is sent twice', async () => {
  const [acked, shelved, waiting] = [nextMeter(), nextMeter(), nextMeter()]
  await robots.close()
  await raise(acked, shelved, waiting)
  await act(acked, 'ack', { by: 'Li' })
  await act(shelved, 'shelve', { minutes: 60 })
  await until(async () => (await channel('hook')).state === 'retrying')
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  gateway = await gateway.restart()
  client = await mqtt.connectAsync(gateway.mqttUrl)
  await robots.open()
  await until(() => told('hook').includes(waiting))
  expect(told('hook')).not.toContain(acked)
  expect(told('hook')).not.toContain(shelved)
  await act(shelved, 'shelve', { minutes: 0 })
  await run('m-1', [1, 1])
  await until(() => told('hook').includes(shelved) && told('hook', 'cleared').includes('m-1'))
  expect(told('hook')).not.toContain(acked)
  for (const id of ['hook', 'worst']) expect(new Set(told(id)).size).toBe(told(id).length)
})

test('a database that is made again tells nobody again', async () => {
  await until(async () => (await channel('hook')).pending === 0)
  const before = told('hook').length
  await client.endAsync(true)
  expect(await gateway.stop('SIGTERM')).toBe(0)
  rmSync(join(gateway.dataDir, 'archive.duckdb'))
  gateway = await gateway.restart()
  client = await mqtt.connectAsync(gateway.mqttUrl)
  const marker = nextMeter(true)
  await raise(marker)
  await alarmOf('m-1')
  await until(() => told('hook').includes(marker))
  expect(told('hook').slice(before)).toEqual([marker])
})

test('the test button says what the other side says', async () => {
  const sent = await post<ChannelTestAnswer>('/api/v1/alarms/channels/wecom/test')
  expect(sent).toEqual({ ok: true, detail: 'errcode 0: ok' })
  expect(robots.at('/cgi-bin/webhook/send').at(-1)!.body.markdown.content).toContain('Greengauge · Test')
  const refused = await post<ChannelTestAnswer>('/api/v1/alarms/channels/wrong/test')
  expect(refused).toEqual({ ok: false, detail: 'errcode 310000: sign not match' })
  const mailed = await post<ChannelTestAnswer>('/api/v1/alarms/channels/mail/test')
  expect(mailed.ok).toBe(true)
  expect(mails.mails.at(-1)!.headers.get('subject')).toBe('Greengauge · Test')
  const unknown = await fetch(`${gateway.httpUrl}/api/v1/alarms/channels/nobody/test`, { method: 'POST' })
  expect(unknown.status).toBe(404)
  expect((await channel('wecom')).recent[0]).toMatchObject({ test: true, ok: true, alarms: 0 })
})

test('no secret stands in an answer, in the log, in metrics or in the journal', async () => {
  robots.instead.set('/hook', [{ status: 401, body: { error: `Bearer ${TOKEN} is not allowed` } }])
  const refused = await post<ChannelTestAnswer>('/api/v1/alarms/channels/hook/test')
  expect(refused.detail).toContain('HTTP 401: {"error":"Bearer (secret) is not allowed"}')
  const shown = await (await fetch(`${gateway.httpUrl}/api/v1/alarms/channels`)).text()
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  expect(metrics).toMatch(/greengauge_alarm_messages_total\{channel="hook",result="sent"\} [1-9]/)
  for (const secret of [SECRET, TOKEN, PASSWORD, 'SEC-not-this-one']) {
    for (const text of [shown, metrics, gateway.log()]) expect(text).not.toContain(secret)
  }
  expect((await channel('group')).target).toBe(`http://127.0.0.1:${robots.port}/…`)
})
