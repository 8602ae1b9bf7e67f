import { chmodSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { clockFindings, diskFindings, portFindings } from '../../../src/commands/doctor/machine.js'
import {
  accountFindings,
  certificateFindings,
  secretFindings,
  storeFindings,
} from '../../../src/commands/doctor/settings.js'
import { type Config, configSchema } from '../../../src/config/schema.js'
import { inFiles, newAuthority, signedBy } from '../../support/certificates.js'

const NOW = Date.UTC(2026, 10, 26, 12)
const DAY_MS = 86_400_000

function configOf(more: object = {}): Config {
  return configSchema.parse({ data_dir: mkdtempSync(join(tmpdir(), 'greengauge-doctor-')), ...more })
}

test('a port of another program is a failure, of the gateway that runs it is well', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as { port: number }
  const config = configOf({ mqtt: { port: 0 }, http: { port } })
  expect(await portFindings(config, false)).toMatchObject([{ result: 'fail', code: 69 }])
  expect(await portFindings(config, true)).toMatchObject([{ result: 'ok' }])
})

test('the disk is written and synced; one that is not there yet is looked for above', () => {
  const config = configOf()
  const found = diskFindings({ ...config, data_dir: join(config.data_dir, 'not', 'yet') })
  expect(found.find(({ found: said }) => said.startsWith('fdatasync'))?.found).toMatch(
    /takes \d+\.\d ms, the slowest of 20 took/,
  )
})

test('a clock of 1970, and one behind the journal, are failures', () => {
  const config = configOf()
  expect(clockFindings(config, 0)).toMatchObject([{ result: 'fail' }])
  expect(clockFindings(config, NOW)).toMatchObject([{ result: 'ok' }])
  mkdirSync(join(config.data_dir, 'journal'))
  const segment = join(config.data_dir, 'journal', '1')
  writeFileSync(segment, '')
  utimesSync(segment, (NOW + 1000) / 1000, (NOW + 1000) / 1000)
  expect(clockFindings(config, NOW)).toMatchObject([{ result: 'ok' }])
  utimesSync(segment, (NOW + DAY_MS) / 1000, (NOW + DAY_MS) / 1000)
  expect(clockFindings(config, NOW)).toMatchObject([{ result: 'fail' }])
})

test('a store that does not answer is a failure with its name', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(silent.address() as { port: number }).port}`
  await new Promise((resolve) => silent.close(resolve))
  const config = configOf({ store: [{ type: 'duckdb' }, { type: 'influxdb1', name: 'central', url, database: 'x' }] })
  const [duckdb, central] = await storeFindings(config)
  expect(duckdb?.result).toBe('ok')
  expect(central).toMatchObject({ result: 'fail', code: 69, found: expect.stringContaining('central does not answer') })
})

/** A server whose version and answer to a write are given; what it was sent. */
async function influx(version: string, to: (path: string) => { status: number; body: string }) {
  const asked: string[] = []
  const server = createHttpServer((request, response) => {
    const path = request.url ?? ''
    asked.push(`${request.method} ${path.replace(/\?.*/, '')}`)
    const { status, body } = path.startsWith('/ping') ? { status: 204, body: '' } : to(path)
    response.writeHead(status, { 'x-influxdb-version': version, 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const V2 = { type: 'influxdb2', name: 'central', bucket: 'b', token: 'x' }

test('a store that refuses the token is a failure that names the setting', async () => {
  const body = '{"code":"unauthorized","message":"unauthorized access"}'
  const { url } = await influx('v2.7.12', () => ({ status: 401, body }))
  const [found] = await storeFindings(configOf({ store: [{ ...V2, url }] }))
  expect(found).toMatchObject({
    result: 'fail',
    code: 78,
    found: expect.stringContaining('token is refused (token_file)'),
  })
})

test('a server of 1.6 that is configured as 2.x is a failure with the type that fits', async () => {
  const { url } = await influx('1.6.7', () => ({ status: 404, body: '404 page not found\n' }))
  const [found] = await storeFindings(configOf({ store: [{ ...V2, url }] }))
  expect(found).toMatchObject({ result: 'fail', code: 78, found: expect.stringContaining('InfluxDB 1.6.7') })
  expect(found?.remedy).toContain('set its type in store to influxdb1')
})

test('a store that takes what is written is well, and nothing was written', async () => {
  const { url, asked } = await influx('v2.7.12', () => ({ status: 400, body: '{"message":"no points"}' }))
  const [found] = await storeFindings(configOf({ store: [{ ...V2, url }] }))
  expect(found).toMatchObject({ result: 'ok', found: expect.stringContaining('central at') })
  expect(asked).toEqual(['GET /ping', 'POST /api/v2/write'])
})

test('a database of 1.x that is not there yet is well, and is not made', async () => {
  const databases = JSON.stringify({ results: [{ series: [{ name: 'databases', columns: ['name'], values: [] }] }] })
  const { url, asked } = await influx('1.6.7', () => ({ status: 200, body: databases }))
  const [found] = await storeFindings(configOf({ store: [{ type: 'influxdb1', url, database: 'plant' }] }))
  expect(found).toMatchObject({ result: 'ok', found: expect.stringContaining('will make the database') })
  expect(asked).toEqual(['GET /ping', 'POST /query'])
})

test('certificates: good, ending soon, ended, and not of their key', async () => {
  const authority = await newAuthority()
  const certificate = async (toMs: number) =>
    inFiles(await signedBy(authority, 'gateway', { fromMs: NOW - DAY_MS, toMs }))
  const seen = (tls: object) => certificateFindings(configOf({ mqtt: { tls } }), NOW)
  const good = await certificate(NOW + 365 * DAY_MS)
  const soon = await certificate(NOW + 7 * DAY_MS)
  expect(seen(good)).toMatchObject([{ result: 'ok' }])
  expect(seen(soon)).toMatchObject([{ result: 'warn', remedy: 'put a new one in its place' }])
  expect(seen(await certificate(NOW - 1000))).toMatchObject([{ result: 'fail', code: 78 }])
  expect(seen({ ...good, key_file: soon.key_file })).toMatchObject([
    { result: 'fail', code: 78, remedy: 'give the two that belong together' },
  ])
})

test('accounts that are asked for have to be there', () => {
  const config = configOf({ auth: { required: true } })
  expect(accountFindings(configOf())).toMatchObject([{ result: 'ok' }])
  // A start makes the first account where there is no list of people.
  expect(accountFindings(config)).toMatchObject([
    { result: 'warn', remedy: expect.stringContaining('makes the account admin') },
    { result: 'warn' },
  ])
  mkdirSync(join(config.data_dir, 'access'))
  writeFileSync(join(config.data_dir, 'access', 'people.json'), '[]')
  expect(accountFindings(config)).toMatchObject([{ result: 'fail', code: 78 }, { result: 'warn' }])
  writeFileSync(join(config.data_dir, 'access', 'people.json'), '[{"name":')
  expect(accountFindings(config)).toMatchObject([
    { result: 'fail', found: expect.stringContaining('people.json') },
    { result: 'warn' },
  ])
})

test('a secret that all users can read is a failure, with the command that mends it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-doctor-'))
  const file = join(dir, 'token')
  writeFileSync(file, 'secret')
  chmodSync(file, 0o644)
  const config = configOf({
    store: [{ type: 'influxdb2', url: 'http://127.0.0.1:8086', bucket: 'b', token_file: file }],
  })
  expect(secretFindings(config, undefined)).toMatchObject([{ result: 'fail', code: 77, remedy: `chmod o= ${file}` }])
  chmodSync(file, 0o640)
  expect(secretFindings(config, undefined)).toMatchObject([{ result: 'ok' }])
})
