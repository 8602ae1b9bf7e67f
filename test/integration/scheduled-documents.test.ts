// @module-tag slow

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportsOptions } from '../../src/audit/reports/options.js'
import { scheduleKey } from '../../src/audit/reports/schedule.js'
import { DAY_MS } from '../../src/base/durations.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import { UNFINISHED } from '../../src/program/durable-file.js'
import type { ConfigAnswer, ConfigPreview, ConfigSaved } from '../../src/views/wire/configuration.js'
import { getJson, readiness, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { MailServer } from '../support/mail-server.js'

/**
 * Proves with a real gateway and a real mail server that schedules taken over the API are in force at once, that a run that was missed is made up
 * for once, that figures are files, that a draft asks whoever signs, and that its files go out when that person has frozen it.
 */

const PASSWORD = 'a-password-5f4e3d2c'
const PLANT = 'scheduled-1'

let gateway: TestGateway
let server: MailServer
let config: Record<string, unknown>

/** Half a day from now: no run is due while the tests go on. */
const CRON = `0 ${(new Date().getUTCHours() + 12) % 24} * * *`

const schedules = [
  {
    id: 'figures-daily',
    plants: [PLANT],
    cron: CRON,
    period: 'day',
    figures: { kpis: ['energy_elec_import'], window: '1h' },
    formats: ['csv', 'xlsx'],
    folder: 'out',
  },
  {
    id: 'to-sign',
    plants: [PLANT],
    cron: CRON,
    period: 'day',
    languages: ['en'],
    formats: ['pdf', 'json'],
    folder: 'out',
    mail: { channel: 'office' },
    approver: 'Zhang Min',
  },
]

/** Files that have gone out; one that is being written has another name. */
const out = () => {
  const dir = join(gateway.dataDir, 'out')
  return existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => !name.endsWith(UNFINISHED))
        .sort()
    : []
}

/** Stages of what schedules have made, as a gateway that starts finds them. */
const stages = () => {
  const text = readFileSync(join(gateway.dataDir, 'reports', 'scheduled-documents.json'), 'utf8')
  return (JSON.parse(text) as { stage: string }[]).map(({ stage }) => stage)
}

async function post<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(gateway.httpUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  expect(answer.ok, text).toBe(true)
  return JSON.parse(text) as T
}

beforeAll(async () => {
  server = await MailServer.start('gauge', PASSWORD)
  const office = {
    ...{ id: 'office', type: 'mail', host: '127.0.0.1', port: server.port, starttls: 'off', username: 'gauge' },
    ...{ password: PASSWORD, from: 'gauge@example.com', to: ['energy@example.com'], min_severity: 'critical' },
  }
  const devices = [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }]
  const plant = { id: PLANT, name: {}, timezone: 'UTC', grid_region: 'CN-JS', devices }
  config = { archive: { delta_s: 1 }, plants: [plant], notify: { channels: [office] } }
  gateway = await startGateway({ config })
  const quarters = 3 * 96
  const from = Math.floor(Date.now() / 900_000) * 900_000 - quarters * 900_000
  const samples = Array.from({ length: quarters }, (_, i) => ({
    ts: from + i * 900_000,
    metrics: { elec_import_kwh: 1000 + i },
  }))
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  await client.publishAsync(`plants/${PLANT}/hall/main-1/energy`, JSON.stringify(samples), { qos: 1 })
  await client.endAsync()
  await settled(gateway)
})
afterAll(async () => {
  await gateway?.stop('SIGKILL')
  await server?.close()
  if (gateway !== undefined) removeData(gateway)
})

test('a schedule that nobody would get anything of is refused at its setting', async () => {
  const edit = (value: object) => ({ edits: [{ op: 'set', path: ['reports', 'schedules'], value: [value] }] })
  const problems = async (more: object) => {
    const wish = edit({ plants: [PLANT], cron: '0 6 * * *', ...more })
    const preview = await post<ConfigPreview>('/api/v1/config/preview', wish)
    return preview.problems.map(({ path, problem }) => `${path} ${problem}`)
  }
  const at = 'reports.schedules[0]'
  expect(await problems({ approver: 'Li' })).toEqual([`${at}.approver is asked by mail, and there is none`])
  expect(await problems({ formats: ['pdf'] })).toEqual([`${at}.formats go nowhere`])
  expect(await problems({ formats: ['zip'], folder: 'x' })).toEqual([`${at}.formats[0] is of a frozen report alone`])
  expect(await problems({ mail: { channel: 'lead' } })).toEqual([
    `${at}.mail.channel is no notification channel of type mail`,
  ])
  expect(await problems({ folder: 'x', figures: { kpis: ['oeee', 'enpi'], window: '1h' } })).toEqual([
    `${at}.figures.kpis[0] is not a KPI of this version`,
    `${at}.figures.kpis[1] is not computed for that window and scope`,
  ])
  expect(await problems({ cron: '0 6 * *' })).toEqual([expect.stringContaining(`${at}.cron`)])
})

test('schedules are in force at once, and begin with their next run', async () => {
  const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  const edits = [{ op: 'set', path: ['reports', 'schedules'], value: schedules }]
  const saved = await post<ConfigSaved>('/api/v1/config', { edits }, { 'if-match': `"${hash}"` })
  expect(saved).toMatchObject({ in_force: true, changes: [{ when: 'now' }] })
  expect(await getJson<ConfigAnswer>(gateway, '/api/v1/config')).toMatchObject({ waiting: [] })
  expect(out()).toEqual([])
})

test('runs that were missed are made up for by one, files of figures are there, and whoever signs is asked', async () => {
  await gateway.stop()
  // As a gateway leaves it that was stopped more than two days ago.
  const keys = reportsOptions.parse({ schedules }).schedules.map(scheduleKey)
  const noted = Object.fromEntries(keys.map((key) => [key, Date.now() - 2.5 * DAY_MS]))
  writeFileSync(join(gateway.dataDir, 'reports', 'schedules.json'), JSON.stringify(noted))
  gateway = await gateway.restart({ reports: { schedules } })
  await until(() => out().length === 2 && server.mails.length === 1)
  const [csv] = out()
  const [, day] = /^figures-daily\.figures\.(\d{4}-\d\d-\d\d)\.\d{4}-\d\d-\d\d\.csv$/.exec(csv!) ?? []
  const rows = readFileSync(join(gateway.dataDir, 'out', csv!), 'utf8')
    .trim()
    .split('\r\n')
  expect(rows).toHaveLength(1 + 24)
  expect(rows[1]).toContain(`${day}T00:00:00`)
  const [mail] = server.mails
  expect(mail!.headers.get('subject')).toMatch(/^To be frozen: to-sign: scheduled-1, /)
  expect(mail!.text).toContain('draft.en.pdf')
  await expect
    .poll(() => gateway.log())
    .toMatch(/missed of schedule to-sign since .*: the last one alone is made up for/)
  const { items } = await getJson<ReportsAnswer>(gateway, '/api/v1/reports')
  expect(items.map(({ status }) => status)).toEqual(['draft'])
})

test('files go out when a person has frozen it, and once', async () => {
  const { items } = await getJson<ReportsAnswer>(gateway, '/api/v1/reports')
  await post(`/api/v1/reports/${items[0]!.id}/freeze`, { by: 'Zhang Min' })
  await until(() => server.mails.length === 2 && out().length === 4)
  expect(out().slice(2)).toEqual([`${items[0]!.id}.v1.en.pdf`, `${items[0]!.id}.v1.json`])
  expect(server.mails[1]!.headers.get('subject')).toContain('(frozen report)')
  // A gateway that is stopped before it has noted that a mail was taken sends it once more.
  await expect.poll(stages).toEqual(['done', 'done'])
  await gateway.stop()
  gateway = await gateway.restart({ reports: { schedules } })
  await settled(gateway)
  expect(server.mails).toHaveLength(2)
  expect((await readiness(gateway)).checks.filter(({ name, ok }) => name === 'reports' && !ok)).toEqual([])
})
