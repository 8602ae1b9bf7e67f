// @module-tag slow

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditLogAnswer } from '../../src/base/wire/audit-log.js'
import type { ConfigVersions } from '../../src/views/wire/configuration.js'
import type { DeviceTableAnswer } from '../../src/views/wire/device-table.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'

/** Devices of the configuration as a table, out of a gateway that runs and in again. */

const plants = [
  {
    ...{ id: 'wuxi', name: { en: 'Wuxi' }, timezone: 'Asia/Shanghai', lines: [{ id: 'hall', name: { en: 'Hall' } }] },
    devices: [
      { id: 'main-1', role: 'main', metrics: { elec_import_kwh: { period_s: 60, multiplier: 40 } } },
      { id: 'robot-1', line: 'hall', role: 'robot', on_change: true },
    ],
  },
  { id: 'dresden', name: { en: 'Dresden' }, timezone: 'Europe/Berlin' },
]
const HEAD = 'plant,id,line,role,on_change,period_s\n'
let gateway: TestGateway
let file: string

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
  file = join(gateway.dir, 'greengauge.yaml')
  writeFileSync(file, `# by hand\n${readFileSync(file, 'utf8')}`)
})
afterAll(async () => {
  await gateway.stop()
  removeData(gateway)
})

const url = () => `${gateway.httpUrl}/api/v1/config/devices.csv`
const out = async (query = '') => fetch(`${url()}${query}`)
async function put<T = DeviceTableAnswer>(body: string, hash?: string): Promise<{ status: number; body: T }> {
  const match = hash === undefined ? {} : { 'if-match': `"${hash}"` }
  const query = hash === undefined ? '' : '?dry_run=false'
  const headers = { 'content-type': 'text/csv', ...match }
  const answer = await fetch(`${url()}${query}`, { method: 'POST', headers, body })
  return { status: answer.status, body: (await answer.json()) as T }
}
const versions = async () => (await getJson<ConfigVersions>(gateway, '/api/v1/config/versions')).versions.length

test('goes out as a file, of all plants or of one', async () => {
  const answer = await out()
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="devices.csv"')
  expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{64}"$/)
  expect(await answer.text()).toBe(
    `${HEAD}wuxi,main-1,,main,,elec_import_kwh=60\nwuxi,robot-1,hall,robot,true,\n`.replaceAll('\n', '\r\n'),
  )
  expect(await (await out('?plant=dresden')).text()).toBe(HEAD.replace('\n', '\r\n'))
  expect((await out('?plant=nowhere')).status).toBe(404)
})

test('comes back as it went, and no byte changes', async () => {
  const before = readFileSync(file)
  const table = await (await out()).text()
  const seen = await put(table)
  expect(seen.body).toMatchObject({ added: [], changed: [], unchanged: 2, untouched: 0, problems: [], saved: null })
  const taken = await put(table, seen.body.hash)
  expect(taken).toMatchObject({ status: 200, body: { saved: null } })
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(await versions()).toBe(0)
})

test('says what is wrong at its row and column, in the words of the rules, and writes nothing', async () => {
  const before = readFileSync(file)
  const table = `${HEAD}wuxi,sub-1,yard,sub,,\nwuxi,sub-2,hall,sub,,elec_import_kwh=0\neast,sub-3,,,,\n`
  const { body } = await put(table)
  const said = body.problems.map(({ row, column, problem, remedy }) => `${row} ${column}: ${problem}; ${remedy}`)
  expect(said).toContainEqual(expect.stringMatching(/^4 plant: is not a plant of the configuration; /))
  expect(said).toContainEqual(expect.stringMatching(/^3 period_s: /))
  const lines = (await put(`${HEAD}wuxi,sub-1,yard,sub,,\n`)).body
  expect(lines.problems).toEqual([])
  expect(lines.warnings).toEqual([
    expect.objectContaining({ ...{ row: 2, column: 'line' }, problem: 'is not among the lines of wuxi' }),
  ])
  expect(await put(table, body.hash)).toMatchObject({ status: 200, body: { saved: null } })
  expect((await put<{ detail: string }>('plant;name\nwuxi;a\n')).body.detail).toContain('has no column id')
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('is taken as one version and one entry of the audit log, in force when the answer comes', async () => {
  const before = readFileSync(file, 'utf8')
  const entries = (await getJson<AuditLogAnswer>(gateway, '/api/v1/trail')).items.length
  const many = Array.from({ length: 1000 }, (_, i) => `dresden,m-${i},,sub,,elec_import_kwh=900\n`)
  const table = `${HEAD}${many.slice(1).join('')}wuxi,robot-1,,robot,true,\n`
  const seen = await put(table)
  expect(seen.body).toMatchObject({ untouched: 1, problems: [], saved: null })
  expect(seen.body.added).toHaveLength(999)
  expect(seen.body.changed).toEqual([
    { row: 1001, plant: 'wuxi', id: 'robot-1', settings: [{ setting: 'line', from: 'hall', to: '' }] },
  ])
  expect(readFileSync(file, 'utf8')).toBe(before)
  const taken = await put(table, seen.body.hash)
  expect(taken.body.saved).toMatchObject({ in_force: true })
  expect(readFileSync(file, 'utf8')).toMatch(/^# by hand\n/)
  expect(await versions()).toBe(2)
  await expect
    .poll(async () => (await getJson<AuditLogAnswer>(gateway, '/api/v1/trail')).items.length)
    .toBe(entries + 1)
  expect(await put(await (await out('?plant=dresden')).text())).toMatchObject({
    body: { added: [], changed: [], unchanged: 999, untouched: 2 },
  })
})

test('needs the version that its reader has seen', async () => {
  const table = `${HEAD}wuxi,late-1,hall,sub,,\n`
  const { hash } = (await put(table)).body
  writeFileSync(file, `${readFileSync(file, 'utf8')}# once more\n`)
  expect((await put(table, hash)).status).toBe(412)
  const answer = await fetch(`${url()}?dry_run=false`, { method: 'POST', body: table })
  expect(answer.status).toBe(428)
})

test('has the text to put there where the file is read only', async () => {
  chmodSync(file, 0o444)
  const table = `${HEAD}wuxi,late-1,hall,sub,,\n`
  const seen = await put(table)
  const { body } = await put(table, seen.body.hash)
  expect(body).toMatchObject({ saved: null, read_only: expect.stringContaining('is read only') })
  expect(body.text).toContain('id: late-1')
  chmodSync(file, 0o644)
})
