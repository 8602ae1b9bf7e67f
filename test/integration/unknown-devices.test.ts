import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { AuditLogAnswer } from '../../src/base/wire/audit-log.js'
import type { AdoptAnswer, UnknownDevicesAnswer } from '../../src/views/wire/unknown-devices.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'

/** Whoever sends and is neither configured nor registered is listed with a proposal, by a gateway that really took it. */

let gateway: TestGateway
const plants = [
  {
    id: 'p',
    name: { en: 'P' },
    timezone: 'UTC',
    lines: [{ id: 'press' }],
    devices: [{ id: 'main-1', line: 'press', role: 'main' }],
  },
]

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
  const client = await connectAsync(gateway.mqttUrl)
  const begin = Date.now() - 600_000
  for (let i = 0; i < 8; i++) {
    const ts = new Date(begin + i * 60_000).toISOString()
    const send = (device: string, metrics: object) =>
      client.publishAsync(`plants/p/press/${device}/energy`, JSON.stringify({ ts, metrics }), { qos: 1 })
    await send('main-1', { elec_import_kwh: 100 + i })
    await send('oven', { elec_import_kwh: 5 + i, elec_import_kw: 60 })
    await client.publishAsync(`zigbee2mqtt/plug-${i % 2}`, JSON.stringify({ energy: i, power: 3 }), { qos: 1 })
  }
  await client.endAsync()
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const listed = (asked = '') => getJson<UnknownDevicesAnswer>(gateway, `/api/v1/devices/unknown${asked}`)

test('the list has the device and the topic, each with a proposal', async () => {
  // Counted is before kept.
  await until(async () => {
    const { items, topics } = await listed()
    return items[0]?.metrics[0]?.values === 8 && topics[0]?.messages === 8
  })
  const { items, topics, total, next } = await listed()
  expect({ total, next }).toEqual({ total: 1, next: null })
  expect(items).toMatchObject([
    {
      plant: 'p',
      device: 'oven',
      messages: 8,
      proposal: {
        role: { value: 'sub' },
        parent: { value: 'main-1', reasons: [{ code: 'only_main' }] },
        line: { value: 'press' },
        adoptable: true,
      },
      doubts: [],
    },
  ])
  expect(items[0]!.since).not.toBeNull()
  const energy = items[0]!.metrics.find(({ metric }) => metric === 'elec_import_kwh')
  expect(energy).toMatchObject({ last: 12, behaviour: { value: 'cumulative' }, period_s: { value: 60 } })
  expect(topics).toMatchObject([{ messages: 8, profile: { value: 'zigbee2mqtt/plug' } }])
})

test('a device that somebody ignores is listed no more, until it is taken back', async () => {
  const ignore = (ignored: boolean) =>
    fetch(`${gateway.httpUrl}/api/v1/devices/ignore`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ devices: [{ plant: 'p', device: 'oven' }], topics: ['zigbee2mqtt/plug-1'], ignored }),
    })
  expect((await ignore(true)).status).toBe(200)
  expect(await listed()).toMatchObject({ items: [], topics: [], total: 0, ignored: 2 })
  expect((await listed('?ignored=true')).items).toMatchObject([{ device: 'oven', ignored: { by: null } }])
  await ignore(false)
  expect((await listed()).items).toHaveLength(1)
})

async function adopt(body: object): Promise<{ readonly status: number; readonly answer: AdoptAnswer }> {
  const answered = await fetch(`${gateway.httpUrl}/api/v1/devices/adopt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answered.status, answer: (await answered.json()) as AdoptAnswer }
}

const OVEN = { plant: 'p', device: 'oven', line: 'hall-2' }
const PLUG = { profile: 'zigbee2mqtt/plug', plant: 'p', line: 'press' }

test('a dry run says what the configuration would have in addition, and changes nothing', async () => {
  const before = readFileSync(join(gateway.dir, 'greengauge.yaml'), 'utf8')
  const { answer } = await adopt({ devices: [OVEN], topics: [PLUG] })
  expect(answer).toMatchObject({ adopted: 2, refused: [], saved: false, read_only: null, problems: [] })
  expect(parse(answer.text)).toMatchObject({
    plants: [{ id: 'p', lines: [{ id: 'hall-2' }] }],
    profiles: { use: [PLUG] },
  })
  expect(readFileSync(join(gateway.dir, 'greengauge.yaml'), 'utf8')).toBe(before)
})

test('what the rules refuse is said at its place, and nothing is adopted', async () => {
  const { answer } = await adopt({ devices: [OVEN], topics: [{ ...PLUG, profile: 'nobody/knows' }], dry_run: false })
  expect(answer.saved).toBe(false)
  expect(answer.problems[0]).toMatchObject({ path: expect.stringContaining('profiles'), remedy: expect.any(String) })
  expect((await listed()).items).toHaveLength(1)
})

test('adopted devices and topics are in the file, with its comments, and no longer new', async () => {
  const file = join(gateway.dir, 'greengauge.yaml')
  writeFileSync(file, `# by hand\n${readFileSync(file, 'utf8')}`)
  const { answer } = await adopt({ devices: [OVEN], topics: [PLUG], dry_run: false })
  expect(answer).toMatchObject({ adopted: 2, saved: true })
  const text = readFileSync(file, 'utf8')
  expect(text.startsWith('# by hand\n')).toBe(true)
  const { plants, profiles } = parse(text) as {
    plants: { devices: object[]; lines: object[] }[]
    profiles: { use: object[] }
  }
  expect(plants[0]!.lines).toEqual([{ id: 'press' }, { id: 'hall-2' }])
  expect(plants[0]!.devices[1]).toEqual({
    id: 'oven',
    line: 'hall-2',
    role: 'sub',
    parent: 'main-1',
    metrics: { elec_import_kwh: { period_s: 60 }, elec_import_kw: { period_s: 60 } },
  })
  expect(profiles.use).toEqual([PLUG])
  await until(async () => (await listed()).items.length === 0)
  // Dry runs and refusals have changed nothing.
  const trail = await getJson<AuditLogAnswer>(gateway, '/api/v1/trail?act=devices_changed')
  const subjects = trail.items.map(({ subject }) => subject).filter((subject) => subject.includes('adopt'))
  expect(subjects).toEqual([expect.stringContaining('adopted 2: p/oven')])
  expect((await adopt({ devices: [OVEN] })).answer.refused).toEqual([
    { plant: 'p', device: 'oven', reason: 'configured' },
  ])
})
