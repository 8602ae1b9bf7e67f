// @module-tag slow

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QuarantineAnswer, Rejection, RetryAnswer } from '../../src/base/wire.js'
import {
  accounting,
  allReadings,
  getJson,
  removeData,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const run = promisify(execFile)
const plants = [{ id: 'p', name: {}, timezone: 'UTC', devices: [{ id: 'main-1', line: 'l' }] }]

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({ config: { auth: { devices: 'registered' }, plants } })
  client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'anybody' })
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** Lists that a command changes: two files, which the gateway may read one after the other. */
function listsOf(args: readonly string[]): readonly string[] {
  if (args[0] === 'list') return []
  if (args.includes('--client')) return ['registered devices', 'credentials of clients']
  return args[0] === 'rotate' || args[0] === 'revoke' ? ['credentials of clients'] : ['registered devices']
}

/** Runs `greengauge device` and, when it changes something, waits until the gateway has taken it over by itself. */
async function device(...args: readonly string[]): Promise<string> {
  const before = gateway.log().length
  const { stdout } = await run(process.execPath, [
    CLI,
    'device',
    ...args,
    '--config',
    join(gateway.dir, 'greengauge.yaml'),
  ])
  const said = (list: string) => new RegExp(`changed: .*${list}`).test(gateway.log().slice(before))
  await until(() => listsOf(args).every(said))
  return stdout
}

const send = (id: string, kw: number, by = client) =>
  by.publishAsync(`plants/p/l/${id}/energy`, JSON.stringify({ metrics: { elec_import_kw: kw } }), { qos: 1 })
const tokenIn = (stdout: string) => /^token\t(\S+)$/m.exec(stdout)?.[1] ?? ''
/** The answer to a CONNECT; the connection is not kept. */
async function connackOf(options: IClientOptions): Promise<number | undefined> {
  try {
    await (await mqtt.connectAsync(gateway.mqttUrl, options)).endAsync(true)
    return 0
  } catch (error) {
    return (error as { code?: number }).code
  }
}
const kept = () => getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')
const valuesOf = async (id: string) =>
  (await allReadings(gateway, { plant: 'p', device: id, metric: 'elec_import_kw' })).map(({ value }) => value)

/** The journal's order: what was sent before a message that has been decoded has been decoded too. */
async function decoded(): Promise<void> {
  const { received } = (await accounting(gateway)).messages
  await send('main-1', 0)
  await until(async () => {
    const { messages } = await accounting(gateway)
    return messages.received > received && messages.undecoded === 0
  })
}

async function retry(id: string): Promise<RetryAnswer> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/quarantine/${id}/retry`, { method: 'POST' })
  return (await answer.json()) as RetryAnswer
}

test('a device that nobody knows is refused and listed as seen, and taken as soon as it is added', async () => {
  await send('meter-1', 1)
  await decoded()
  expect(await valuesOf('meter-1')).toEqual([])
  expect((await device('list')).split('\n').map((row) => row.split('\t').slice(0, 2))).toEqual([
    ['p/l/main-1', 'configured'],
    ['p/l/meter-1', 'seen, unconfigured'],
    [''],
  ])
  await device('add', 'p/l/meter-1')
  await send('meter-1', 2)
  await decoded()
  expect(await valuesOf('meter-1')).toEqual([2])
  const [item] = (await kept()).items
  expect(item).toMatchObject({ reason: 'unknown_device', topic: 'plants/p/l/meter-1/energy' })
  expect(await retry(item!.id)).toMatchObject({ result: 'accepted', readings: 1 })
  expect((await valuesOf('meter-1')).toSorted()).toEqual([1, 2])
})

test('of a disabled device nothing is taken, be it configured; it waits in quarantine until it is enabled', async () => {
  await device('disable', 'p/l/main-1')
  await send('main-1', 7)
  await send('meter-1', 3)
  await until(async () => (await accounting(gateway)).messages.undecoded === 0 && (await kept()).items.length === 1)
  const [item] = (await kept()).items
  expect(item!.rejections[0]!.detail).toContain('device main-1 of plant p is disabled')
  expect(await valuesOf('main-1')).not.toContain(7)
  expect((await retry(item!.id)).result).toBe('rejected')
  await device('enable', 'p/l/main-1')
  await until(async () => (await retry(item!.id)).result === 'accepted')
  expect(await valuesOf('main-1')).toContain(7)
})

test('a client that is bound to a device hears what is rejected of it, and nobody else may send for it', async () => {
  const token = tokenIn(await device('add', 'p/l/press-1', '--client', 'plc-7'))
  const proof = { clientId: 'plc-7', username: 'plc-7', reconnectPeriod: 0 }
  await until(async () => (await connackOf({ clientId: 'plc-7', reconnectPeriod: 0 })) === 4)
  const plc = await mqtt.connectAsync(gateway.mqttUrl, { ...proof, password: token })
  const told: Rejection[] = []
  plc.on('message', (_, payload) => told.push(JSON.parse(payload.toString()) as Rejection))
  await plc.subscribeAsync('plants/p/l/press-1/rejected')
  await expect(plc.subscribeAsync('plants/p/l/main-1/rejected')).rejects.toThrow()
  await send('press-1', 5, plc)
  await plc.publishAsync('plants/p/l/press-1/energy', '{"metrics":{"elec_import_kwh":-1}}', { qos: 1 })
  await until(() => told.length > 0)
  expect(told).toMatchObject([{ reason: 'bad_value', metric: 'elec_import_kwh' }])

  const thief = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'thief', reconnectPeriod: 0 })
  const closed = new Promise<void>((resolve) => thief.once('close', () => resolve()))
  thief.on('error', () => {})
  thief.publish('plants/p/l/press-1/energy', '{"metrics":{"elec_import_kw":666}}', { qos: 1 })
  await closed
  await decoded()
  expect(await valuesOf('press-1')).toEqual([5])

  const ended = new Promise<void>((resolve) => plc.once('close', () => resolve()))
  await device('disable', 'p/l/press-1')
  await ended
  await expect(mqtt.connectAsync(gateway.mqttUrl, { ...proof, password: token })).rejects.toMatchObject({ code: 5 })
  await device('enable', 'p/l/press-1')

  // Rotated with an overlap both tokens are right; revoked none is, and who is there is disconnected.
  const newer = tokenIn(await device('rotate', 'p/l/press-1'))
  for (const password of [token, newer]) expect(await connackOf({ ...proof, password })).toBe(0)
  const last = await mqtt.connectAsync(gateway.mqttUrl, { ...proof, password: newer })
  const gone = new Promise<void>((resolve) => last.once('close', () => resolve()))
  await device('revoke', 'p/l/press-1')
  await gone
  expect(await connackOf({ ...proof, password: newer })).toBe(4)
  expect(gateway.log()).not.toContain('ggd_')
})

test('of commands at once none is lost, and a reader hears all but says nothing', async () => {
  const ids = Array.from({ length: 4 }, (_, i) => `many-${i}`)
  const before = gateway.log().length
  const config = ['--config', join(gateway.dir, 'greengauge.yaml')]
  const added = await Promise.all(
    ids.map((id) => run(process.execPath, [CLI, 'device', 'client', 'add', id, '--role', 'reader', ...config])),
  )
  const listed = JSON.parse(await device('list', '--json')) as unknown[]
  expect(listed.length).toBeGreaterThan(0)
  const kept = JSON.parse(readFileSync(join(gateway.dataDir, 'access', 'credentials.json'), 'utf8')) as object[]
  expect(kept).toEqual(expect.arrayContaining(ids.map((client) => expect.objectContaining({ client, role: 'reader' }))))
  await until(() => gateway.log().slice(before).includes('changed: credentials of clients.'))

  const password = tokenIn(added[3]!.stdout)
  const reader = { clientId: 'many-3', username: 'many-3', password, reconnectPeriod: 0 }
  // Until the gateway has read the last of the four, that client is like any other without a credential.
  await until(async () => (await connackOf({ ...reader, password: 'another' })) === 4)
  const scada = await mqtt.connectAsync(gateway.mqttUrl, reader)
  const heard: string[] = []
  scada.on('message', (topic) => heard.push(topic))
  scada.on('error', () => {})
  await scada.subscribeAsync('plants/#')
  await send('main-1', 1)
  await until(() => heard.includes('plants/p/l/main-1/energy'))
  const closed = new Promise<void>((resolve) => scada.once('close', () => resolve()))
  scada.publish('plants/p/l/main-1/energy', '{"metrics":{"elec_import_kw":667}}', { qos: 1 })
  await closed
  await decoded()
  expect(await valuesOf('main-1')).not.toContain(667)
})

test('a registry that cannot be read is refused with file and remedy, and the devices stay as they were', async () => {
  const file = join(gateway.dataDir, 'devices.json')
  const before = gateway.log().length
  writeFileSync(file, '[{"plant":')
  await until(() => gateway.log().slice(before).includes('the gateway goes on with the one it has'))
  await expect
    .poll(() => gateway.log().slice(before))
    .toMatch(/devices\.json.* cannot be read: .*put it aside and register/)
  await send('meter-1', 9)
  await decoded()
  expect(await valuesOf('meter-1')).toContain(9)
  writeFileSync(file, '[]')
  await until(() => gateway.log().slice(before).includes('changed: registered devices.'))
})

test('a profile is learned from what nobody could read, and reads it once it is in use', async () => {
  const content = { Time: new Date().toISOString(), ENERGY: { power_W: 1500, total_kWh: 12.5 } }
  for (const plug of ['plug-1', 'plug-2']) {
    await client.publishAsync(`acme/${plug}/data`, JSON.stringify(content), { qos: 1 })
  }
  await client.publishAsync('shellies/plug-3/relay/0/energy', '94736', { qos: 1 })
  await decoded()
  const config = ['--config', join(gateway.dir, 'greengauge.yaml')]
  const learned = await run(process.execPath, [CLI, 'profile', 'learn', '--topic', '#', ...config])
  expect(learned.stdout).toContain('# shelly/gen1 is a profile that is there: it reads 1 of the messages, such as')
  expect(learned.stdout).toContain('#   - { profile: shelly/gen1, plant: PLANT, line: LINE }')
  expect(learned.stdout).toContain('# Proposed from 2 messages in quarantine; 2 of them become readings by it.')
  expect(learned.stdout).toMatch(
    /# seen: 1500\n\s+# the name power_W is one that elec_import_kw goes by\n(\s+#.*\n)*\s+- metric: elec_import_kw\n/,
  )

  const file = join(gateway.dir, 'profiles', 'acme', 'learned.yaml')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, learned.stdout)
  const checked = await run(process.execPath, [CLI, 'profile', 'check', file])
  expect(checked.stdout).toContain('acme/learned is fine: 1 case')

  const profiles = { dir: 'profiles', use: [{ profile: 'acme/learned', plant: 'p', line: 'l' }] }
  await gateway.stop()
  gateway = await gateway.restart({ profiles, auth: { devices: 'any' } })
  const strays = (await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?reason=bad_topic')).items
  expect(strays).toHaveLength(3)
  for (const { id, topic } of strays) {
    // A configuration holds from its place in the journal on, and that is read after the start.
    if (topic.startsWith('acme/')) await expect.poll(() => retry(id)).toMatchObject({ result: 'accepted', readings: 2 })
  }
  expect(await valuesOf('plug-1')).toEqual([1.5])
})

test('a device of a profile is told under its own topic what is rejected of it', async () => {
  const told: string[] = []
  client = await mqtt.connectAsync(gateway.mqttUrl)
  client.on('message', (topic, payload) =>
    told.push(`${topic} ${(JSON.parse(payload.toString()) as Rejection).reason}`),
  )
  await client.subscribeAsync('plants/+/+/+/rejected')
  await client.publishAsync('acme/plug-1/data', '{"ENERGY":{"power_W":1,"total_kWh":-1}}', { qos: 1 })
  await until(() => told.length > 0)
  expect(told).toEqual(['plants/p/l/plug-1/rejected bad_value'])
})
