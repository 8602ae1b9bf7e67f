import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { AuditLogAnswer } from '../../src/base/wire/audit-log.js'
import { configJsonSchema } from '../../src/config/config.js'
import { isSecret } from '../../src/config/problems.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'

/** One gateway whose every secret is marked, and that is given trouble: the marks are nowhere to be found. */

const MARK = 'zq7'
/** Every mark goes on so: three letters alone are in one of some hundred private keys by chance. */
const MARKED = new RegExp(`${MARK}k\\d`)
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:9'
let count = 0
const marked = () => `${MARK}k${count++}`

/** Every secret setting of the schema, in every shape that has it. */
const CONFIG = {
  log: { level: 'debug' },
  auth: {
    oidc: {
      issuer: `http://${NOWHERE}`,
      client_id: 'g',
      client_secret: marked(),
      public_url: `http://${NOWHERE}`,
      default_role: 'operator',
    },
  },
  store: [
    { type: 'duckdb' },
    { type: 'influxdb1', url: `http://${NOWHERE}`, database: 'g', username: 'u', password: marked() },
    { type: 'influxdb2', url: `http://${NOWHERE}`, org: 'o', bucket: 'b', token: marked() },
  ],
  notify: {
    channels: [
      { id: 'hook', type: 'webhook', url: `http://${NOWHERE}/${marked()}`, token: marked() },
      { id: 'ding', type: 'dingtalk', url: `http://${NOWHERE}/?access_token=${marked()}`, secret: marked() },
      { id: 'wecom', type: 'wecom', url: `http://${NOWHERE}/?key=${marked()}` },
      {
        id: 'mail',
        type: 'mail',
        host: '127.0.0.1',
        port: 9,
        username: 'u',
        password: marked(),
        from: 'a@b.c',
        to: ['a@b.c'],
      },
    ],
  },
  results: { webhooks: [{ id: 'erp', url: `http://${NOWHERE}/${marked()}`, token: marked() }] },
  journal: { user: 'u', password: marked() },
  forward: { servers: [`nats://${NOWHERE}`], user: 'u', password: marked() },
  brokers: [{ id: 'b', url: `mqtt://${NOWHERE}`, client_id: 'c', username: 'u', password: marked() }],
  opcua: {
    servers: [
      {
        id: 'press',
        endpoint: `opc.tcp://${NOWHERE}`,
        security_mode: 'none',
        username: 'u',
        password: marked(),
        devices: [{ plant: 'p', line: 'l', device: 's', nodes: [{ node: 'ns=2;s=P', metric: 'elec_import_kwh' }] }],
      },
    ],
  },
  hj212: { stations: [{ mn: 'A1', plant: 'p', line: 'l', device: 's', password: marked() }] },
  plants: [
    {
      id: 'p',
      name: {},
      timezone: 'Asia/Shanghai',
      devices: [{ id: 's', line: 'l', role: 'stack' }],
      authorities: [
        { id: 'eco', host: '127.0.0.1', port: 9, password: marked(), stacks: [{ id: 's', mn: 'A'.repeat(24) }] },
      ],
    },
  ],
}

/** Paths of the secrets in some settings: `store.password`, `plants.authorities.password`. */
function placesOf(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => placesOf(one, path))
  if (typeof value !== 'object' || value === null) return isSecret(path) ? [path.join('.')] : []
  return Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))
}

/** The same of a JSON schema. */
function placesIn(schema: unknown, path: readonly string[] = []): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema as Record<string, never>
  const own = Object.entries(properties).flatMap(([key, inner]) => {
    const below = [...path, key]
    return isSecret(below) ? [below.join('.')] : placesIn(inner, below)
  })
  return [...own, ...placesIn(items, path), ...[...anyOf, ...oneOf, ...allOf].flatMap((one) => placesIn(one, path))]
}

let gateway: TestGateway
const said: string[] = []

beforeAll(async () => {
  gateway = await startGateway({ config: CONFIG })
})
afterAll(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
})

function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const auditLog = async () => (await getJson<AuditLogAnswer>(gateway, '/api/v1/trail')).items
const command = (...args: readonly string[]) => {
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
  const config = join(gateway.dir, 'greengauge.yaml')
  return spawnSync(process.execPath, [cli, ...args, '--config', config], { encoding: 'utf8' })
}

test('every secret setting that there is, is marked', () => {
  expect([...new Set(placesOf(CONFIG))].sort()).toEqual([...new Set(placesIn(configJsonSchema()))].sort())
})

test('the audit log has the start, and is whole', async () => {
  // It is written while the gateway begins to answer.
  await expect
    .poll(async () => (await auditLog())[0])
    .toMatchObject({
      number: 1,
      act: 'started',
      actor: '',
      subject: expect.stringContaining('configuration'),
    })
  const { status, stdout } = command('audit-log', 'check')
  expect([status, stdout]).toEqual([0, expect.stringContaining('1 entries of the audit log follow one another')])
  const table = await fetch(`${gateway.httpUrl}/api/v1/trail.csv`)
  expect((await table.text()).split('\r\n')[0]).toBe('number,at,act,actor,subject,previous,hash')
})

test('what goes wrong says nothing of secrets, and what clients call themselves stays one line', async () => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(gateway.httpUrl + path, { signal: AbortSignal.timeout(SOON_MS), ...init })
    said.push(`${path} ${JSON.stringify([...answer.headers])} ${await answer.text()}`)
  }
  const client = await mqtt.connectAsync(gateway.mqttUrl, {
    clientId: 'w8found\n{"level":60}\u001b[2J',
    username: 'x',
    password: marked(),
    reconnectPeriod: 0,
  })
  await client.publishAsync('plants/p/l/s\u001b[31m/energy', '{"metrics"', { qos: 1 })
  await client.endAsync(true)
  const body = JSON.stringify({ name: 'wei', password: marked() })
  await ask('/api/v1/session', { method: 'POST', body })
  await ask('/api/v1/plants', { headers: { authorization: `Bearer ${marked()}`, 'user-agent': 'a\tb' } })
  await ask('/api/v1/plants', { method: 'POST', headers: { origin: 'http://evil.example' } })
  for (const { id } of CONFIG.notify.channels) await ask(`/api/v1/alarms/channels/${id}/test`, { method: 'POST' })
  const config = join(gateway.dir, 'greengauge.yaml')
  const good = readFileSync(config, 'utf8')
  const bad = join(gateway.dir, 'bad.yaml')
  writeFileSync(
    bad,
    stringify({ ...CONFIG, htp: { pasword: marked() }, store: [{ type: 'influxdb2', token: [marked()] }] }),
  )
  const checked = command('check-config', bad)
  expect(checked.status).not.toBe(0)
  said.push(checked.stdout, checked.stderr)
  // Another password, and a target that is another: read again while it runs.
  writeFileSync(config, good.replace(/password: zq7k\d+/, `password: ${marked()}`))
  gateway.process.kill('SIGHUP')
  await until(async () => (await auditLog()).some(({ act }) => act === 'config_changed'))
  expect((await auditLog()).find(({ act }) => act === 'config_changed')?.subject).toMatch(/: store$/)
  expect((await auditLog()).map(({ act }) => act)).toContain('refused')
  for (const path of ['/readyz?verbose', '/metrics', '/api/v1/gateway/status', '/api/v1/stores', '/api/v1/ledger'])
    await ask(path)
  for (const path of ['/api/v1/trail', '/api/v1/authorities', '/api/v1/alarms/channels', '/api/v1/quarantine'])
    await ask(path)
})

test('a stop is the last entry, and the marks are in no log, no answer and no file', async () => {
  expect(await gateway.stop()).toBe(0)
  const listed = command('audit-log', 'list', '--json')
  expect(listed.stdout.trimEnd().split('\n').at(-1)).toContain('"act":"stopped"')
  said.push(gateway.log(), listed.stdout, listed.stderr)
  const found = said
    .filter((text) => MARKED.test(text))
    .map((text) => text.slice(Math.max(0, text.search(MARKED) - 200), text.search(MARKED) + 20))
  expect(found).toEqual([])
  const held = filesBelow(gateway.dataDir).filter((file) => MARKED.test(readFileSync(file, 'latin1')))
  expect(held).toEqual([])
  // The search finds what is there: the client id is in the journal.
  expect(filesBelow(gateway.dataDir).some((file) => readFileSync(file).includes('w8found'))).toBe(true)
  const lines = gateway.log().trimEnd().split('\n')
  expect(lines.filter((line) => line.includes('\u001b'))).toEqual([])
  expect(lines.filter((line) => line.startsWith('{"level":60}'))).toEqual([])
})
