// @module-tag slow

import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXIT } from '../../src/base/exit-codes.js'
import { removeData, startGateway, type TestGateway, until } from '../support/gateway.js'

/** A line of the log as programs read it. */
interface Line {
  readonly level: string
  readonly time: string
  readonly name: string
  readonly msg: string
  readonly [field: string]: unknown
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const LEVELS = ['debug', 'info', 'warn', 'error']

let gateway: TestGateway

beforeAll(async () => {
  const plants = [{ id: 'works', name: {}, timezone: 'UTC', devices: [{ id: 'main-1', line: 'grid' }] }]
  // Doubtful settings are said before anything has started.
  const doubtful = { mqtt: { limits: { connections: 5 } } }
  gateway = await startGateway({ config: { ...doubtful, plants, log: { level: 'debug' } } })
})

afterAll(async () => {
  await gateway.stop()
  removeData(gateway)
})

const linesOf = (log: string): Line[] =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

test('the first line says what runs on what', () => {
  const [first] = linesOf(gateway.log())
  expect(first).toMatchObject({
    level: 'info',
    name: 'main',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    configuration: join(gateway.dir, 'greengauge.yaml'),
    data_dir: gateway.dataDir,
    plants: ['works'],
  })
  expect(first?.msg).toContain('plants works')
})

test('a rejected message is said at debug, with device and reason', async () => {
  const client = await connectAsync(gateway.mqttUrl, { clientId: 'plc-7', reconnectPeriod: 0 })
  await client.publishAsync('plants/works/grid/main-1/energy', '{"metrics":{"elec_import_kwh":-1}}', { qos: 1 })
  await client.endAsync()
  await until(() => gateway.log().includes('a message is rejected'))
  expect(linesOf(gateway.log()).filter(({ msg }) => msg === 'a message is rejected')).toMatchObject([
    { level: 'debug', topic: 'plants/works/grid/main-1/energy', client: 'plc-7', reason: 'bad_value', count: 1 },
  ])
})

test('what the program says of its settings, and of its stop, are lines too', async () => {
  const file = join(gateway.dir, 'greengauge.yaml')
  const good = readFileSync(file, 'utf8')
  writeFileSync(file, 'http: { prt: 1 }\n')
  gateway.process.kill('SIGHUP')
  await until(() => gateway.log().includes('goes on with the one it has'))
  writeFileSync(file, good)
  gateway.process.kill('SIGHUP')
  await until(() => gateway.log().includes('nothing has changed'))
  expect(await gateway.stop()).toBe(EXIT.ok)
  const lines = linesOf(gateway.log())
  for (const { level, time, name } of lines) {
    expect(LEVELS).toContain(level)
    expect(time).toMatch(ISO)
    expect(['main', 'intake', 'pipeline']).toContain(name)
  }
  expect(lines.find(({ msg }) => msg.includes('http.prt = 1'))).toMatchObject({ level: 'error' })
  expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'The gateway stops: what was acknowledged is on the disk' })
})

test('a start that comes to nothing ends with a line of the log at error', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const refused = gateway.relaunch({ http: { port } })
  expect(await refused.exited).toBe(EXIT.unavailable)
  taken.close()
  expect(linesOf(refused.log()).at(-1)).toMatchObject({ level: 'error', msg: expect.stringContaining('in use') })
})

test('a start that ends in a fault of the program says so in a line, with where it happened', async () => {
  const planted = `const on = process.on; process.on = function (name, ...rest) {
    if (name === 'SIGHUP') throw new Error('planted at the start')
    return on.call(this, name, ...rest)
  }`
  const script = `data:text/javascript,${encodeURIComponent(planted)}`
  const options = { env: { NODE_OPTIONS: `--import=${script}` } }
  const refusal = await startGateway(options).catch((error: Error) => error.message)
  expect(refusal).toContain(`the gateway ended with ${EXIT.software}`)
  const last = String(refusal).trimEnd().split('\n').at(-1) ?? ''
  expect(JSON.parse(last)).toMatchObject({ level: 'error', msg: expect.stringMatching(/planted at the start.*cli/) })
})

test('log.format: pretty writes the same lines for people, all of them', async () => {
  const pretty = gateway.relaunch({ log: { format: 'pretty' } })
  await pretty.up()
  expect(await pretty.stop()).toBe(EXIT.ok)
  for (const line of pretty.log().trimEnd().split('\n')) {
    expect(line).toMatch(/^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] (INFO|WARN) \((main|intake|pipeline)\): /)
  }
  expect(pretty.log()).toContain('The gateway stops')
})
