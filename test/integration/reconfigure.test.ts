import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { PlantNode, PlantsAnswer } from '../../src/base/wire.js'
import { accounting, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'

const plant = (name: string, devices: readonly object[]) => ({ id: 'a', name: { en: name }, timezone: 'UTC', devices })

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: [plant('Before', [{ id: 'm1', line: 'l' }])] } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** Changes the configuration file, tells the gateway, and waits until it has answered with `line`. */
async function reconfigure(changes: object, line: string): Promise<void> {
  const file = join(gateway.dir, 'greengauge.yaml')
  writeFileSync(file, stringify({ ...parse(readFileSync(file, 'utf8')), ...changes }))
  const before = gateway.log().length
  gateway.process.kill('SIGHUP')
  await until(() => gateway.log().slice(before).includes(line))
}

async function plants(): Promise<readonly PlantNode[]> {
  return (await getJson<PlantsAnswer>(gateway, '/api/v1/plants')).plants
}

const devices = async () =>
  (await plants()).flatMap((p) => p.lines.flatMap((line) => line.devices.map(({ id }) => `${p.id}/${line.id}/${id}`)))

test('SIGHUP puts other plants, lines and devices in force at once', async () => {
  expect((await plants())[0]!.name.en).toBe('Before')
  const changed = [
    plant('After', [
      { id: 'm1', line: 'l' },
      { id: 'm2', line: 'l', role: 'robot' },
    ]),
    { ...plant('New', []), id: 'b' },
  ]
  await reconfigure({ plants: changed }, 'changed: plants.')
  await until(async () => (await plants())[0]!.name.en === 'After')
  expect(await devices()).toEqual(['a/l/m1', 'a/l/m2'])
  expect((await plants()).map(({ id }) => id)).toEqual(['a', 'b'])
})

test('a bad file is refused with all that is wrong, and the running one stays', async () => {
  const bad = { plants: [{ id: 'A' }], http: { prt: 1 } }
  const file = readFileSync(join(gateway.dir, 'greengauge.yaml'), 'utf8')
  await reconfigure(bad, 'the gateway goes on with the one it has')
  await expect.poll(() => gateway.log()).toContain('http.prt = 1 is not a setting; did you mean port?')
  await expect.poll(() => gateway.log()).toContain('plants[0].id = \\"A\\"')
  writeFileSync(join(gateway.dir, 'greengauge.yaml'), file)
  expect((await plants())[0]!.name.en).toBe('After')
})

test('who may send and what may be subscribed to change for those who are connected', async () => {
  const send = (device: string) =>
    client.publishAsync(`plants/a/l/${device}/energy`, '{"metrics":{"elec_import_kw":1}}', { qos: 1 })
  await client.subscribeAsync('open/#')
  const got: string[] = []
  client.on('message', (topic) => got.push(topic))
  await send('stranger')
  await until(async () => (await accounting(gateway)).messages.decoded === 1)

  const mqttNow = { port: Number(new URL(gateway.mqttUrl).port), acl: [{ deny: 'subscribe', topic: 'open/secret' }] }
  await reconfigure({ auth: { devices: 'registered' }, mqtt: mqttNow }, 'changed: mqtt.acl, auth.devices.')
  // The intake thread has the new rules before it takes the next message of anybody who waited for this.
  await until(async () => {
    await send('stranger')
    return (await accounting(gateway)).messages.rejected > 0
  })
  await send('m2')
  await client.publishAsync('open/secret', 'x', { qos: 1 })
  await client.publishAsync('open/marker', 'x', { qos: 1 })
  await until(() => got.includes('open/marker'))
  expect(got).toEqual(['open/marker'])
  // A count may be of the time before that message was read from the journal.
  const ofM2 = async () => (await accounting(gateway, true)).devices!.find(({ device }) => device === 'm2')?.readings
  await expect.poll(ofM2).toBe(1)
})

test('what needs a start is named, and has it then; the plants come from the journal again', async () => {
  const plantsNow = [plant('Third', [{ id: 'm9', line: 'l' }])]
  await reconfigure(
    { archive: { memory_limit: '200MB' }, plants: plantsNow },
    'archive.memory_limit takes effect with the next start.',
  )
  await until(async () => (await plants())[0]!.name.en === 'Third')
  expect(await gateway.stop('SIGTERM')).toBe(0)
  gateway = await gateway.restart({ plants: plantsNow })
  expect((await plants())[0]!.name.en).toBe('Third')
})
