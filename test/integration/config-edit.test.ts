// @module-tag slow

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { AuditLogAnswer } from '../../src/base/wire/audit-log.js'
import type { PlantsAnswer, SeriesAnswer } from '../../src/base/wire.js'
import type {
  ConfigAnswer,
  ConfigPreview,
  ConfigSaved,
  ConfigVersionAnswer,
  ConfigVersions,
} from '../../src/views/wire/configuration.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

/** The configuration changed over the API of a gateway that runs: what is in the file is what is in force. */

const PLANT = { id: 'wuxi', name: { en: 'Wuxi' }, timezone: 'Asia/Shanghai', devices: [{ id: 'main-1', role: 'main' }] }
const FLAT = {
  ...{ id: 'flat', valid_from: '2026-01-01', currency: 'CNY' },
  periods: [{ name: 'flat', price_per_kwh: 0.7, from: '00:00', to: '24:00' }],
}
const SECRET = 'a-token-that-nobody-may-see'
let gateway: TestGateway
let file: string

beforeAll(async () => {
  const store = [
    { type: 'duckdb' },
    { type: 'influxdb2', url: 'http://127.0.0.1:1', org: 'o', bucket: 'b', token: SECRET },
  ]
  gateway = await startGateway({ config: { plants: [PLANT], store } })
  file = join(gateway.dir, 'greengauge.yaml')
  writeFileSync(file, `# by hand\n${readFileSync(file, 'utf8')}`)
})
afterAll(async () => {
  await gateway.stop()
  removeData(gateway)
})

const read = () => getJson<ConfigAnswer>(gateway, '/api/v1/config')

async function post<T>(path: string, body: unknown, hash?: string): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/config${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(hash === undefined ? {} : { 'if-match': `"${hash}"` }) },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}

const addDevice = (id: string) => ({ op: 'add', path: ['plants', 'wuxi', 'devices'], value: { id, role: 'sub' } })
const devices = async () => {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  return plants[0]!.lines.flatMap((line) => line.devices.map(({ id }) => id))
}

describe('the configuration over the API', () => {
  test('shows the file without its secrets', async () => {
    const { text, writable, problems } = await read()
    expect(text).toContain('# by hand')
    expect(text).toContain('token: (secret)')
    expect(text).not.toContain(SECRET)
    expect({ writable, problems }).toEqual({ writable: true, problems: [] })
  })
  test('previews what edits change, and from when', async () => {
    const edits = [addDevice('sub-1'), { op: 'set', path: ['log', 'format'], value: 'json' }]
    const { body } = await post<ConfigPreview>('/preview', { edits })
    expect(body.changes).toEqual([
      { path: 'log.format', when: 'restart', by: '' },
      { path: 'plants[wuxi].devices[sub-1]', when: 'now', by: '' },
    ])
    expect(body.difference.filter(({ kind }) => kind !== 'same').map(({ kind }) => kind)).toContain('added')
    expect(JSON.stringify(body)).not.toContain(SECRET)
  })
  test('says in the words of the rule what is wrong, at the setting and its line', async () => {
    const edits = [{ op: 'set', path: ['plants', 'wuxi', 'timezone'], value: 'Mars/Base' }]
    const { body } = await post<ConfigPreview>('/preview', { edits })
    expect(body.problems).toEqual([
      expect.objectContaining({ path: 'plants[0].timezone', remedy: expect.stringContaining('an IANA zone') }),
    ])
    expect(body.text.split('\n')[body.problems[0]!.line! - 1]).toContain('Mars/Base')
    const { hash } = await read()
    expect((await post('', { edits }, hash)).status).toBe(400)
  })
  test('is in force when the change is answered, keeps comments, and is undone to the same bytes', async () => {
    const before = readFileSync(file, 'utf8')
    const { hash } = await read()
    const saved = await post<ConfigSaved>('', { edits: [addDevice('sub-1')] }, hash)
    expect(saved.body).toMatchObject({
      in_force: true,
      changes: [{ path: 'plants[wuxi].devices[sub-1]', when: 'now' }],
    })
    expect(await devices()).toEqual(['main-1', 'sub-1'])
    expect(readFileSync(file, 'utf8')).toMatch(/^# by hand\n/)
    expect(readFileSync(file, 'utf8')).toContain(SECRET)
    const { versions } = await getJson<ConfigVersions>(gateway, '/api/v1/config/versions')
    expect(versions.map(({ version, how, current }) => ({ version, how, current }))).toEqual([
      { version: 2, how: 'edit', current: true },
      { version: 1, how: 'hand', current: false },
    ])
    const shown = await getJson<ConfigVersionAnswer>(gateway, '/api/v1/config/versions/2')
    expect(shown.text).not.toContain(SECRET)
    expect(shown.difference.some(({ kind, text }) => kind === 'added' && text.includes('sub-1'))).toBe(true)
    const undo = await post<ConfigSaved>('/undo', { version: 1 }, saved.body.hash)
    expect(undo.body).toMatchObject({ version: 3, in_force: true })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(await devices()).toEqual(['main-1'])
  })
  test('tells the second of two what the first has changed', async () => {
    const { hash } = await read()
    const edits = [{ op: 'set', path: ['plants', 'wuxi', 'name', 'zh'], value: '无锡' }]
    expect((await post('', { edits }, hash)).status).toBe(200)
    const second = await post<{ detail: string }>('', { edits: [addDevice('sub-2')] }, hash)
    expect(second.status).toBe(412)
    expect(second.body.detail).toContain('plants[wuxi].name.zh')
    expect((await post('', { edits: [addDevice('sub-2')] })).status).toBe(428)
  })
  test('takes a whole text, with marks for its secrets', async () => {
    const { text, hash } = await read()
    const { status } = await post('', { text: `${text!}# at the end\n` }, hash)
    expect(status).toBe(200)
    expect(readFileSync(file, 'utf8')).toMatch(/# at the end\n$/)
    expect(parse(readFileSync(file, 'utf8')).store[1].token).toBe(SECRET)
  })
  test('edits that are undone leave the same bytes, and the same figures of days that are over', async () => {
    const client = await mqtt.connectAsync(gateway.mqttUrl)
    const samples = Array.from({ length: 96 }, (_, i) => ({
      ts: Date.parse('2026-10-05T00:00:00+08:00') + i * 900_000,
      metrics: { elec_import_kwh: 1000 + i * i },
    }))
    await client.publishAsync('plants/wuxi/hall/main-1/energy', JSON.stringify(samples), { qos: 1 })
    await client.endAsync()
    const figures = async () => {
      await settled(gateway)
      const span = 'from=2026-10-04T16:00:00Z&to=2026-10-05T16:00:00Z'
      return getJson<SeriesAnswer>(gateway, `/api/v1/plants/wuxi/kpis/energy_elec_import/series?window=1h&${span}`)
    }
    const before = { text: readFileSync(file, 'utf8'), figures: await figures() }
    expect(before.figures.points).toHaveLength(24)
    const path = ['plants', 'wuxi']
    const edits = [
      { op: 'set', path: [...path, 'name', 'zh'], value: '无锡' },
      { op: 'add', path: [...path, 'tariffs'], value: FLAT },
      { op: 'set', path: [...path, 'grid_region'], value: 'CN-JS' },
      { op: 'add', path: [...path, 'targets'], value: { kpi: 'oee', window: '1d', min: 0.6 } },
      addDevice('sub-9'),
      { op: 'set', path: [...path, 'devices', 'main-1', 'role'], value: 'sub' },
      { op: 'set', path: [...path, 'timezone'], value: 'Europe/Berlin' },
    ]
    let { hash } = await read()
    const versions: number[] = []
    for (const edit of edits) {
      const { versions: known } = await getJson<ConfigVersions>(gateway, '/api/v1/config/versions')
      versions.push(known.find(({ current }) => current)!.version)
      const saved = await post<ConfigSaved>('', { edits: [edit] }, hash)
      expect(saved).toMatchObject({ status: 200, body: { in_force: true } })
      hash = saved.body.hash
    }
    for (const version of versions.reverse()) {
      hash = (await post<ConfigSaved>('/undo', { version }, hash)).body.hash
    }
    expect(readFileSync(file, 'utf8')).toBe(before.text)
    expect((await figures()).points).toEqual(before.figures.points)
  })

  test('stands in the audit log', async () => {
    const { items } = await getJson<AuditLogAnswer>(gateway, '/api/v1/trail')
    expect(items.map(({ subject }) => subject).join('\n')).toContain('plants[wuxi].devices[sub-1]')
  })
  test('keeps its versions from others', () => {
    const folder = join(gateway.dataDir, 'configurations')
    expect(statSync(join(folder, '00000001.json')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, '00000002.json'), 'utf8')).toContain('sub-1')
  })
})

describe('a configuration that cannot be changed here', () => {
  test('says so, and shows the text to put there', async () => {
    const away = await startGateway({ config: { plants: [PLANT] } })
    try {
      chmodSync(join(away.dir, 'greengauge.yaml'), 0o444)
      const answer = await getJson<ConfigAnswer>(away, '/api/v1/config')
      expect(answer.writable).toBe(false)
      expect(answer.reason).toContain('is read only')
      const body = JSON.stringify({ edits: [addDevice('sub-1')] })
      const headers = { 'content-type': 'application/json', 'if-match': `"${answer.hash}"` }
      const asked = (path: string) => fetch(`${away.httpUrl}/api/v1/config${path}`, { method: 'POST', headers, body })
      expect((await asked('')).status).toBe(409)
      const preview = (await (await asked('/preview')).json()) as ConfigPreview
      expect(preview.text).toContain('id: sub-1')
    } finally {
      await away.stop()
      removeData(away)
    }
  })
})

describe('a kill between save and answer', () => {
  test('leaves the old or the new file, whole', async () => {
    const victim = await startGateway({ config: { plants: [PLANT] } })
    const path = join(victim.dir, 'greengauge.yaml')
    let one = victim
    try {
      for (let round = 0; round < 6; round++) {
        const before = readFileSync(path, 'utf8')
        const { hash } = await getJson<ConfigAnswer>(one, '/api/v1/config')
        const id = `sub-${round}`
        const asked = fetch(`${one.httpUrl}/api/v1/config`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
          body: JSON.stringify({ edits: [addDevice(id)] }),
        }).catch(() => null)
        await new Promise((resolve) => setTimeout(resolve, round * 4))
        await one.stop('SIGKILL')
        await asked
        const now = readFileSync(path, 'utf8')
        if (now !== before) expect(parse(now).plants[0].devices.at(-1)).toEqual({ id, role: 'sub' })
        // The same port and data, without writing the file anew as a restart of the test would.
        const again = one.relaunch()
        writeFileSync(path, now)
        await again.up()
        one = again
      }
    } finally {
      await one.stop()
      removeData(victim)
    }
  })
})
