import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { greengauge } from '../support/cli.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { findServer } from '../support/servers.js'

const path = findServer('influxd')
const ADMIN = { username: 'gauge', password: 'a password of the test' }

/** Doctor judges a real server, an InfluxDB 1.x that asks for a name and a password. */
describe.skipIf(path === null)('doctor, of a store', () => {
  let server: Influxd
  let dir: string

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
    server = await startInfluxd(path!, { auth: ADMIN })
  })
  afterAll(async () => {
    await server.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  async function ofStore(store: object, ...args: readonly string[]) {
    const file = join(dir, 'greengauge.yaml')
    const config = {
      data_dir: join(dir, 'data'),
      mqtt: { port: 0 },
      http: { port: 0 },
      store: [{ name: 'central', ...store }],
    }
    writeFileSync(file, stringify({ ...config, store: [...config.store, { type: 'duckdb' }] }), { mode: 0o600 })
    const { code, stdout } = await greengauge('doctor', '--config', file, '--json', ...args)
    const { checks } = JSON.parse(stdout) as {
      checks: { area: string; result: string; found: string; remedy: string }[]
    }
    const found = checks.find((check) => check.area === 'stores' && check.found.startsWith('central'))
    return { code, ...found }
  }

  test('a right password is well, and no database was made', async () => {
    const found = await ofStore({ type: 'influxdb1', url: server.url, database: 'plant', ...ADMIN })
    expect(found).toMatchObject({ code: 0, result: 'ok', found: expect.stringContaining('will make the database') })
    const [databases] = await server.query('SHOW DATABASES')
    expect(JSON.stringify(databases)).not.toContain('plant')
  })

  test('a user who may not make the database that is not there is a failure, with what an administrator does', async () => {
    const user = { username: 'writer', password: 'of the writer' }
    await server.query(`CREATE USER writer WITH PASSWORD '${user.password}'`)
    const asked = { type: 'influxdb1', url: server.url, database: 'plant', ...user }
    const found = await ofStore(asked)
    expect(found).toMatchObject({ code: 78, result: 'fail', found: expect.stringContaining('writer may make none') })
    expect(found.found).toContain('CREATE DATABASE "plant" and GRANT ALL ON "plant" TO "writer"')
    await server.query('CREATE DATABASE plant')
    await server.query('GRANT ALL ON plant TO writer')
    expect(await ofStore(asked)).toMatchObject({ code: 0, result: 'ok' })
    await server.query('DROP DATABASE plant')
  })

  test('a wrong password is a failure that names the setting', async () => {
    const wrong = { type: 'influxdb1', url: server.url, database: 'plant', ...ADMIN, password: 'wrong' }
    expect(await ofStore(wrong)).toMatchObject({
      code: 78,
      result: 'fail',
      found: expect.stringContaining('(username, password_file)'),
    })
  })

  test('the same server configured as 2.x is a failure with the type that fits', async () => {
    const found = await ofStore({ type: 'influxdb2', url: server.url, bucket: 'plant', token: 'x' })
    expect(found).toMatchObject({ code: 78, result: 'fail', remedy: expect.stringContaining('influxdb1') })
  })

  test('a setting may be given on the command line', async () => {
    const right = { type: 'influxdb1', url: server.url, database: 'plant', ...ADMIN }
    const found = await ofStore(right, '--set', `data_dir=${join(dir, 'other')}`)
    expect(found).toMatchObject({ code: 0, result: 'ok' })
  })
})
