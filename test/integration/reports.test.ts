// @module-tag slow

import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditJob, Report, ReportItem } from '../../src/base/report.js'
import type { LedgerAnswer, LineageAnswer, ReportsAnswer } from '../../src/base/wire/audit.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { TestClient } from '../unit/views/feed-client.js'

/** A day of one meter whose figures can be reckoned by head, from the gateway to the verifier. */

const PLANT = 'report-1'
const DAY = Date.UTC(2026, 9, 5)
const QUARTER_MS = 15 * 60_000
const ID = `${PLANT}.ghg.2026-10-05.2026-10-06`
const CONFIG = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: PLANT,
      name: { en: 'Reports', zh: '报告' },
      timezone: 'UTC',
      grid_region: 'CN-JS',
      devices: [{ id: 'main-1', line: 'utilities', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
    },
  ],
}

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({ config: CONFIG })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  // 1 kWh a quarter of an hour; from 20:00 of the day to 04:00 of the next nothing comes, and the register is up by 16.
  const before = Array.from({ length: 96 + 81 }, (_, i) => [DAY + (i - 96) * QUARTER_MS, 1000 + i] as const)
  const after = Array.from({ length: 80 }, (_, i) => [DAY + (112 + i) * QUARTER_MS, 1192 + i] as const)
  await send([...before, ...after])
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function send(readings: readonly (readonly [ts: number, kwh: number])[]): Promise<void> {
  const samples = readings.map(([ts, elec_import_kwh]) => ({ ts, metrics: { elec_import_kwh } }))
  await client.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, JSON.stringify(samples), { qos: 1 })
}

async function post(path: string, body: object = {}): Promise<AuditJob> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect([answer.status, answer.status === 202 ? '' : await answer.text()]).toEqual([202, ''])
  return (await answer.json()) as AuditJob
}

/** Waits until a job is done or has failed, and gives it as it is then. */
async function ended({ id }: AuditJob): Promise<AuditJob> {
  let job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)
  await until(async () => {
    job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${id}`)
    return job.state === 'done' || job.state === 'failed'
  })
  return job
}

async function versions(id = ID): Promise<readonly ReportItem[]> {
  const all = await getJson<ReportsAnswer>(gateway, `/api/v1/reports?plant=${PLANT}`)
  return all.items.filter((item) => item.id === id)
}

function report(version: number): Promise<Report> {
  return getJson(gateway, `/api/v1/reports/${ID}.json?version=${version}`)
}

/** SHA-256 of every file of a frozen version but its state, by name. */
function hashesOf(version: number): Record<string, string> {
  const dir = join(gateway.dataDir, 'reports', ID, `v${version}`)
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  // Its state is written anew under another name first.
  const lasting = files.filter(({ name }) => !name.startsWith('state.json'))
  const paths = lasting.map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    paths.map((path) => [relative(dir, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )
}

/** The day is over, and computed. */
async function isComputed(): Promise<boolean> {
  const query = `window=1d&from=2026-10-05T00:00:00Z&to=2026-10-06T00:00:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?${query}`
  const answer = await fetch(gateway.httpUrl + path)
  const { points = [] } = (await answer.json()) as {
    points?: readonly { value: number | null; provisional: boolean }[]
  }
  return points.length === 1 && points[0]?.value === 88 && !points[0].provisional
}

test('a draft adds up the day, and a figure leads down to the readings around midnight', async () => {
  await until(isComputed)
  const job = await ended(await post('/reports', { plants: [PLANT], from: '2026-10-05', to: '2026-10-06' }))
  expect(job).toMatchObject({ state: 'done', report: { id: ID, version: 1 } })
  const { figures } = await report(1)
  // 80 kWh up to 20:00, then half of the 16 that went by without a reading.
  const [id, figure] = Object.entries(figures).find(([, { made }]) => {
    return made.by === 'days' && made.kpi === 'energy_elec_import' && made.scope === 'plant'
  })!
  expect([id, figure.value]).toEqual([id, '88'])
  const lineage = await getJson<LineageAnswer>(gateway, `/api/v1/lineage?report=${ID}&figure=${encodeURIComponent(id)}`)
  expect(lineage.days).toHaveLength(1)
  expect(lineage.readings).toMatchObject([{ device: 'main-1', metric: 'elec_import_kwh', count: 81 }])
  expect(lineage.readings[0]!.around_end.map(({ value }) => value)).toEqual([1175, 1176, 1192, 1193])
})

test('a frozen report has a bundle that the verifier finds right, without the gateway', async () => {
  const frozen = await ended(await post(`/reports/${ID}/freeze`, { by: 'Wang', languages: ['en', 'zh'] }))
  expect(frozen).toMatchObject({ state: 'done', report: { id: ID, version: 1 } })
  expect((await fetch(`${gateway.httpUrl}/api/v1/reports/${ID}.zip`)).status).toBe(409)
  const checked = await ended(await post(`/reports/${ID}/check`))
  expect(checked.findings.filter(({ ok }) => !ok)).toEqual([])
  expect(checked.state).toBe('done')
  const path = join(gateway.dir, 'evidence.zip')
  for (const end of ['', '.sig']) {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/reports/${ID}.zip${end}`)
    writeFileSync(path + end, Buffer.from(await answer.arrayBuffer()))
  }
  // Without a stop of this process, which would not see meanwhile that the gateway closes a connection nobody asks on.
  await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, '../../dist/verify/greengauge-verify.mjs'),
    path,
  ])
  const { entries, trouble } = await getJson<LedgerAnswer>(gateway, '/api/v1/ledger')
  expect([entries.report, trouble]).toEqual([1, ''])
})

test('every format of a frozen report comes as it was frozen, with a name of its own', async () => {
  for (const [name, type] of [
    ['json', 'application/json'],
    ['csv', 'text/csv; charset=utf-8'],
    ['pdf?language=zh', 'application/pdf'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['pdf?language=both', 'application/pdf'],
  ] as const) {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/reports/${ID}.${name}`)
    expect([name, answer.status, answer.headers.get('content-type')]).toEqual([name, 200, type])
    expect(answer.headers.get('content-disposition')).toContain(`${ID}.v1`)
    const etag = answer.headers.get('etag')!
    await answer.arrayBuffer()
    const again = await fetch(`${gateway.httpUrl}/api/v1/reports/${ID}.${name}`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
  }
})

test('a late reading leaves the frozen files as they are and makes the draft of version 2, told on the feed', async () => {
  const before = hashesOf(1)
  const feed = await TestClient.connect(Number(new URL(gateway.httpUrl).port))
  feed.subscribe({ plants: [PLANT] })
  await until(() => feed.all('snapshot').length === 1)
  // At midnight the register was up by 14 and not by 8.
  await send([[DAY + 96 * QUARTER_MS, 1190]])
  await until(() => feed.all('report').some(({ item }) => item.version === 1 && item.outdated))
  await feed.leave()
  const [draft, frozen] = await versions()
  expect(draft).toMatchObject({ version: 2, status: 'draft' })
  expect(frozen).toMatchObject({ version: 1, status: 'frozen', outdated: true, must_reissue: true })
  const { previous, figures } = await report(2)
  const day = previous?.differences.find(({ figure }) => {
    const { made } = figures[figure]!
    return made.by === 'days' && made.kpi === 'energy_elec_import' && made.scope === 'plant'
  })
  expect(day).toMatchObject({ before: '88', after: '94', delta: '6', reasons: ['late_data'] })
  expect(hashesOf(1)).toEqual(before)
})

test('version 2 supersedes the first, and the bundle of the first still holds', async () => {
  expect(await ended(await post(`/reports/${ID}/freeze`, { by: 'Li' }))).toMatchObject({ state: 'done' })
  expect((await versions()).map(({ version, status }) => [version, status])).toEqual([
    [2, 'frozen'],
    [1, 'superseded'],
  ])
  for (const version of [1, 2]) {
    const { findings, state } = await ended(await post(`/reports/${ID}/check?version=${version}`))
    expect([state, findings.filter(({ ok }) => !ok)]).toEqual(['done', []])
  }
})

test('a kill during a freeze leaves nothing of it, or all', async () => {
  const id = `${PLANT}.gbt32150.2026-10-05.2026-10-06`
  const before = hashesOf(2)
  for (const waitMs of [150, 700]) {
    await post(`/reports/${id}/freeze`, { by: 'Wang', languages: ['en'] })
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    await gateway.stop('SIGKILL')
    gateway = await gateway.restart()
    const found = await versions(id)
    const { entries } = await getJson<LedgerAnswer>(gateway, '/api/v1/ledger')
    expect(found.every(({ status }) => status === 'frozen')).toBe(true)
    if (found.length > 0)
      await until(async () => (await getJson<LedgerAnswer>(gateway, '/api/v1/ledger')).entries.report! >= 4)
    else expect(entries.report).toBe(3)
    expect(
      readdirSync(join(gateway.dataDir, 'reports')).flatMap((one) =>
        readdirSync(join(gateway.dataDir, 'reports', one)),
      ),
    ).not.toContain('v1.unfinished')
    if (found.length > 0) break
  }
  expect(hashesOf(2)).toEqual(before)
  const checked = spawnSync(process.execPath, [
    join(import.meta.dirname, '../../dist/src/cli.js'),
    'verify',
    join(gateway.dataDir, 'reports', ID, 'v2', 'bundle.zip'),
  ])
  expect(checked.status).toBe(0)
})
