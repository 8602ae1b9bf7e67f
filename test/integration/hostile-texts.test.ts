// @module-tag slow

import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { greengauge } from '../support/cli.js'
import { freePort, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { MailServer } from '../support/mail-server.js'
import { pagesOf } from '../support/pages.js'
import { findServer } from '../support/servers.js'

/** Proves that texts of devices, people and settings stay texts in every output that there is, as its real readers take it. */

const TEXTS = [
  `'; DROP TABLE readings; --`,
  `" OR "1"="1`,
  'back\\slash \\" \\n',
  'two\nlines\r\nBcc: thief@example.com\r\n\r\nbody',
  '=HYPERLINK("http://127.0.0.1:1/","x")',
  `+cmd|' /C calc'!A0`,
  '@SUM(1+1)',
  '<script>window.taken=1</script><img src=x onerror="window.taken=1"><svg onload="window.taken=1">',
  ']]></text><evil/><!--',
  'javascript:window.taken=1',
  '%0aSet-Cookie:%20a=b',
  'x,y=1 z="a" 5\nevil value=1',
  '\x1b[2J\x1b]0;owned\x07\x9b31m',
  'admin\u202enimda\u200b\u2066',
  'nul\0byte',
  '{{constructor.constructor("window.taken=1")()}} `id` $(id)',
] as const
const ALL = TEXTS.join(' | ')
/** Characters that a terminal would obey, but for the ends of lines and columns that a program writes itself. */
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const PASSWORD = 'mail-pass-2718'
const influxdPath = findServer('influxd')
const TODAY = new Date(systemClock.nowMs()).toISOString().slice(0, 10)
const TOMORROW = new Date(systemClock.nowMs() + 86_400_000).toISOString().slice(0, 10)

let gateway: TestGateway
let influxd: Influxd | null = null
let mails: MailServer
let hooks: Server
const posted: string[] = []

beforeAll(async () => {
  if (influxdPath !== null) influxd = await startInfluxd(influxdPath)
  mails = await MailServer.start('greengauge', PASSWORD)
  const hookPort = await freePort()
  hooks = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      posted.push(body)
      response.writeHead(500, { 'content-type': 'text/plain' }).end(ALL)
    })
  }).listen(hookPort, '127.0.0.1')
  gateway = await startGateway({
    config: {
      plants: [
        {
          id: 'works',
          name: { en: ALL, zh: `=${ALL}` },
          timezone: 'UTC',
          grid_region: 'CN-JS',
          lines: [{ id: 'hall', name: { en: `+${ALL}`, zh: ALL } }],
          devices: [
            { id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
            { id: 'robot-1', line: 'hall', role: 'robot', on_change: true },
          ],
          alarms: [
            {
              id: 'load',
              kpi: 'energy_elec_import',
              window: '1m',
              scope: 'device',
              of: 'main-1',
              above: 5,
              severity: 'critical',
              text: { en: `-${ALL}`, zh: ALL },
            },
          ],
        },
      ],
      notify: {
        channels: [
          { id: 'hook', type: 'webhook', url: `http://127.0.0.1:${hookPort}/x`, digest_s: 0 },
          {
            id: 'mail',
            type: 'mail',
            host: '127.0.0.1',
            port: mails.port,
            starttls: 'off',
            username: 'greengauge',
            password: PASSWORD,
            from: 'gateway@example.com',
            to: ['shift@example.com'],
            digest_s: 0,
          },
        ],
      },
      ...(influxd === null
        ? {}
        : { store: [{ type: 'duckdb' }, { type: 'influxdb1', url: influxd.url, database: 'hostile' }] }),
    },
  })
  await fill()
})

afterAll(async () => {
  await gateway?.stop('SIGKILL')
  await influxd?.remove()
  await mails?.close()
  hooks?.closeAllConnections()
  hooks?.close()
  if (gateway !== undefined) removeData(gateway)
})

async function post(path: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
    .status
}

async function fill(): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'all-1' })
  const nowMs = Math.floor(systemClock.nowMs() / 60_000) * 60_000
  const send = (topic: string, payload: object | string) =>
    client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 })
  const series = Array.from({ length: 20 }, (_, i) => ({
    ts: nowMs - (20 - i) * 60_000,
    metrics: { elec_import_kwh: 1000 + 9 * i },
  }))
  await send('plants/works/hall/main-1/energy', series)
  for (const [i, text] of TEXTS.entries()) {
    const short = text.slice(0, 64)
    const ts = nowMs - 600_000 + i * 1000
    const events = [
      { id: `c${i}`, type: 'comment', ts, text },
      { id: `d${i}`, type: 'downtime_reason', ts, from: ts, to: ts + 500, reason: short, text },
      { id: `s${i}`, type: 'serial_result', ts, serial: short, op: short, result: 'pass', first_attempt: true },
      { id: `o${i}`, type: 'order', ts, status: 'start', product: short, order: short },
      { id: text, type: short, ts, [text]: text },
      { id: `u${i}`, type: 'unheard_of', ts, [text]: text, note: text },
    ]
    for (const event of events)
      await send('plants/works/hall/robot-1/robot', { ts, metrics: { state: 'Execute' }, events: [event] })
    await send('plants/works/hall/robot-1/robot', {
      ts,
      metrics: { state: text.slice(0, 256), program: text.slice(0, 256) },
    })
    await send('plants/works/hall/main-1/energy', {
      ts,
      metrics: { elec_import_kw: 1, [text]: 1 },
      units: { elec_import_kw: text },
    })
    await send('plants/works/hall/main-1/status', text)
    await send('makers/unknown/telemetry', { value: i, mode: text, [text]: 1 })
    const entry = { type: 'fuel_used', at: new Date(ts).toISOString(), fuel: 'diesel' }
    expect(
      await post('/plants/works/entries', {
        ...entry,
        amount: 1,
        unit: 't',
        document: text.slice(0, 200),
        author: short,
      }),
      text,
    ).toBe(200)
  }
  await client.endAsync()
  await settled(gateway)
  await until(async () => (await alarmIds()).length > 0)
  for (const id of await alarmIds())
    expect(await post(`/plants/works/alarms/${id}/ack`, { note: ALL.slice(0, 500), by: 'somebody' })).toBe(200)
}

async function alarmIds(): Promise<readonly string[]> {
  const { items } = await getJson<{ items: readonly { id: string }[] }>(gateway, '/api/v1/plants/works/alarms')
  return items.map(({ id }) => id)
}

test('commands show no control character, and their JSON says what was said', { tags: ['deep'] }, async () => {
  const config = ['--config', join(gateway.dir, 'greengauge.yaml')]
  const topic = join(gateway.dir, 'payload.json')
  writeFileSync(topic, ALL)
  for (const args of [
    ['entry', 'list', '--plant', 'works'],
    ['entry', 'bills', '--plant', 'works'],
    ['ledger', 'show'],
    ['ledger', 'check'],
    ['audit-log', 'list'],
    ['audit-log', 'check'],
    ['profile', 'learn', '--topic', 'makers/#'],
    ['device', 'list'],
    ['user', 'list'],
    ['report', 'list'],
    ['doctor'],
    ['explain', ALL],
    ['explain', 'plants/works/hall/main-1/energy', '--payload', ALL],
    ['factors', 'check', join(gateway.dir, 'greengauge.yaml')],
    [`unknown ${ALL.replaceAll('\0', '')}`],
  ]) {
    const [first = '', ...more] = args.map((one) => one.replaceAll('\0', ''))
    for (const json of [[], ['--json']]) {
      const { stdout, stderr, code } = await greengauge(first, ...more, ...config, ...json)
      const where = `${first} ${more[0] ?? ''} ${json} ${code}`
      expect(stdout.match(CONTROLS), `${where}: ${stdout.slice(0, 2000)}`).toBeNull()
      expect(stderr.match(CONTROLS), `${where}: ${stderr.slice(0, 2000)}`).toBeNull()
      expect(stderr, where).not.toMatch(/^\s+at .*\.c?js:/m)
    }
  }
  const { stdout } = await greengauge('entry', 'list', '--plant', 'works', ...config, '--json')
  const { items } = JSON.parse(stdout) as { items: readonly { document: string }[] }
  expect(items.map(({ document }) => document).sort()).toEqual(TEXTS.map((text) => text.slice(0, 200)).sort())
  const lines = (await greengauge('entry', 'list', '--plant', 'works', ...config)).stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(items.length)
})

test('the log shows no control character, and each of its lines is JSON', () => {
  expect(gateway.log().match(CONTROLS)).toBeNull()
  const lines = wholeLinesOf(gateway.log())
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow()
  for (const line of lines)
    expect(
      Object.values(JSON.parse(line) as object)
        .join(' ')
        .match(CONTROLS),
      line,
    ).toBeNull()
})

/** Lines of a log of which the end is kept: the first of them may lack its beginning, and the last one is perhaps still being written. */
function wholeLinesOf(log: string): readonly string[] {
  const lines = log
    .slice(0, log.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
  return lines[0]?.startsWith('{"level"') === true ? lines : lines.slice(1)
}

test('the metrics are such as Prometheus reads', async () => {
  const text = await (await gateway.fetch(`${gateway.httpUrl}/metrics`)).text()
  const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
  const sample = new RegExp(`^[a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{${label}(?:,${label})*\\})? (?:[-+0-9.eE]+|NaN|[-+]?Inf)$`)
  for (const line of text.trimEnd().split('\n')) if (!line.startsWith('#') && line !== '') expect(line).toMatch(sample)
})

test('ids in queries find nothing, and nothing breaks', async () => {
  for (const text of TEXTS) {
    const id = encodeURIComponent(text)
    for (const path of [
      `/plants/${id}/readings?device=main-1&metric=elec_import_kwh`,
      `/plants/works/readings?device=${id}&metric=${id}&from=${TODAY}T00:00:00Z&to=${TOMORROW}T00:00:00Z`,
      `/plants/works/kpis/${id}/series?window=1h&from=${TODAY}T00:00:00Z&to=${TOMORROW}T00:00:00Z`,
      `/plants/works/kpis/energy_elec_import/series?window=1h&scope=device&id=${id}&from=${TODAY}T00:00:00Z&to=${TOMORROW}T00:00:00Z`,
      `/plants/works/devices/${id}`,
      `/quarantine?reason=${id}`,
      `/reports/${id}.csv`,
      `/lineage?report=${id}&figure=${id}`,
    ]) {
      const answer = await gateway.fetch(`${gateway.httpUrl}/api/v1${path}`)
      expect(answer.status, path).toBeLessThan(500)
      expect(answer.headers.get('content-type'), path).toMatch(/^application\/(problem\+)?json/)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      await answer.text()
    }
  }
})

test('mails have the headers and the receiver of the settings, and hooks get JSON', async () => {
  await until(() => mails.mails.length > 0 && posted.length > 0)
  for (const { to, headers } of mails.mails) {
    expect(to).toEqual(['shift@example.com'])
    expect(headers.get('bcc')).toBeUndefined()
    expect(headers.get('set-cookie')).toBeUndefined()
    expect(headers.get('to')).toBe('shift@example.com')
    expect(headers.get('subject')).not.toMatch(/[\r\n]/)
  }
  for (const body of posted) expect(() => JSON.parse(body)).not.toThrow()
})

test('the tables of a report have no formulas', async () => {
  expect(await post('/reports', { plants: ['works'], from: TODAY, to: TOMORROW })).toBe(202)
  const items = async () =>
    (await getJson<{ items: readonly { id: string }[] }>(gateway, '/api/v1/reports')).items.map(({ id }) => id)
  await until(async () => (await items()).length > 0)
  const [id = ''] = await items()
  const file = async (kind: string) => {
    const answer = await gateway.fetch(`${gateway.httpUrl}/api/v1/reports/${id}.${kind}?version=1`)
    expect(answer.status, kind).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }
  const rows = parse(await file('csv'), { relax_column_count: true, bom: true }) as string[][]
  for (const cell of rows.flat()) expect(cell).toMatch(/^(?![=+@\t\r])(?!-\D)/)
  expect((await file('xlsx')).subarray(0, 2).toString()).toBe('PK')
  expect((await file('pdf')).subarray(0, 5).toString()).toBe('%PDF-')
})

describe.skipIf(influxdPath === null)('InfluxDB', () => {
  test('takes every point as it is, and has no measurement and no field that nobody meant', async () => {
    await until(async () => {
      const { stores } = await getJson<{ stores: Record<string, { readings: { pending: number } }> }>(
        gateway,
        '/api/v1/accounting',
      )
      return stores.influxdb1?.readings.pending === 0
    })
    const [answer] = await influxd!.query('SHOW MEASUREMENTS', 'hostile')
    const names = answer?.[0]?.values.map(([name]) => String(name)) ?? []
    for (const name of names)
      expect(name).toMatch(/^(energy|emissions|robot|production|alarm|kpi_\w+|greengauge_store)$/)
    const notes = async () => {
      const [alarms] = await influxd!.query('SELECT * FROM alarm', 'hostile')
      const { columns = [], values = [] } = alarms?.[0] ?? {}
      return values.map((row) => row[columns.indexOf('note')])
    }
    const isAcknowledged = (note: unknown) => String(note).startsWith('acknowledged')
    await until(async () => (await notes()).some(isAcknowledged))
    expect((await notes()).find(isAcknowledged)).toBe(`acknowledged: ${ALL.slice(0, 500)} (somebody)`)
    const [states] = await influxd!.query('SELECT program FROM robot', 'hostile')
    const found = new Set(states?.[0]?.values.map(([, state]) => state))
    for (const text of found) expect(TEXTS.map((one) => one.slice(0, 256))).toContain(text)
  })
})

describe.runIf(chromiumPath !== null)('a browser', () => {
  test('runs nothing of it on any page, and breaks no policy', async () => {
    const browser = await launchBrowser()
    try {
      const { page, complaints } = await openPage(browser)
      const { items } = await getJson<{ items: readonly { id: string }[] }>(gateway, '/api/v1/reports')
      const pages = pagesOf('works', 'hall', 'robot-1', items[0]?.id ?? null)
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(gateway.httpUrl + path)
        await page.waitForTimeout(1500)
        expect(await page.evaluate('window.taken'), name).toBeUndefined()
        expect(await page.locator('img[src="x"], evil, svg[onload]').count(), name).toBe(0)
        expect(await page.locator('a[href^="javascript:" i]').count(), name).toBe(0)
      }
      expect(complaints.filter((one) => /policy|script/i.test(one))).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
