import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditLogAnswer } from '../../src/base/wire/audit-log.js'
import type { StoreTestAnswer } from '../../src/views/wire/store-test.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

/** Proves that a store is tested by writing to it before it is in the configuration, with the secrets that this has. */

const path = findServer('influxd')
const PASSWORD = 'a-secret-of-the-admin'
const ADMIN = { type: 'influxdb1', username: 'admin', timeout_s: SOON_MS / 1000 }

describe.skipIf(path === null)('a test of a store over the API', () => {
  let server: Influxd
  let gateway: TestGateway
  let file: string
  beforeAll(async () => {
    server = await startInfluxd(path ?? '', { auth: { username: 'admin', password: PASSWORD } })
    const of = { ...ADMIN, url: server.url, password: PASSWORD, database: 'gauge' }
    gateway = await startGateway({ config: { store: [{ type: 'duckdb' }, { ...of, name: 'central' }] } })
    file = join(gateway.dir, 'greengauge.yaml')
  })
  afterAll(async () => {
    await gateway?.stop()
    await server?.remove()
    if (gateway !== undefined) removeData(gateway)
  })

  async function tried<T = StoreTestAnswer>(body: object): Promise<{ status: number; body: T }> {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/stores/test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  const resultsOf = ({ steps }: StoreTestAnswer) => steps.map(({ step, result }) => `${step} ${result}`)

  test('the one of the file is written to, which the audit log tells', async () => {
    const { body } = await tried({ store: 'central' })
    expect(body).toMatchObject({ ok: true, server: expect.stringMatching(/^InfluxDB 1\./) })
    expect(resultsOf(body)).toEqual(['reach done', 'write done', 'read done', 'remove done'])
    const { items } = await getJson<AuditLogAnswer>(gateway, '/api/v1/trail')
    expect(items.find(({ act }) => act === 'store_tested')?.subject).toBe(
      `POST /api/v1/stores/test central at ${new URL(server.url).host}: it takes what is written`,
    )
  })

  test('one that is only typed keeps the secret of the file, and nothing is saved', async () => {
    const before = readFileSync(file, 'utf8')
    const of = { ...ADMIN, name: 'central', url: server.url, password: '(secret)' }
    const edit = { op: 'set', path: ['store', 1], value: { ...of, database: 'typed' } }
    expect((await tried({ store: 'central', edits: [edit] })).body).toMatchObject({ ok: true, made: true })
    expect((await server.query('SHOW DATABASES'))[0]?.[0]?.values.flat()).toContain('typed')
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test('no answer holds a secret', async () => {
    const of = { ...ADMIN, name: 'central', url: server.url, database: 'gauge' }
    const wrong = { op: 'set', path: ['store', 1], value: { ...of, password: 'a-wrong-secret' } }
    const { body } = await tried({ store: 'central', edits: [wrong] })
    expect(body).toMatchObject({ ok: false, steps: [{ step: 'reach', result: 'failed' }] })
    expect(JSON.stringify(body)).not.toMatch(/a-wrong-secret|a-secret-of/)
  })

  test.each([
    [
      'one that is not there',
      { store: 'elsewhere' },
      404,
      'There is no store elsewhere in the configuration: duckdb, central.',
    ],
    ['the embedded one', { store: 'duckdb' }, 400, 'The embedded store is written to all the time'],
    [
      'settings against a rule',
      { store: 'a', edits: [{ op: 'add', path: ['store'], value: { type: 'influxdb1', name: 'a' } }] },
      400,
      'store[2].url is missing',
    ],
  ])('%s is refused with why', async (_name, wish, status, said) => {
    const answer = await tried<{ detail: string }>(wish)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toContain(said)
  })
})
