// @module-tag slow

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EntriesAnswer, EntryItem } from '../../src/base/wire/entries.js'
import type { QuarantineAnswer, SeriesAnswer } from '../../src/base/wire.js'
import { addUserCommand } from '../../src/commands/user/user.js'
import type { CorrectionsAnswer, EventsAnswer } from '../../src/views/wire/records.js'
import { runCommand } from '../support/command.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

/** Entries that people make with their names, and MQTT clients that would like to make them for them. */

const PLANT = 'p'
const HOUR_MS = 3_600_000
const DAY = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 2 * 24 * HOUR_MS)
const at = (hours: number) => new Date(DAY.getTime() + hours * HOUR_MS).toISOString()
const RANGE = `from=${at(0)}&to=${at(24)}`

let gateway: TestGateway
let forger: MqttClient

const plants = [
  {
    id: PLANT,
    name: {},
    timezone: 'UTC',
    grid_region: 'CN-JS',
    four_eyes: true,
    lines: [{ id: 'l' }],
    devices: [{ id: 'main-1', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }],
  },
]

const ask = <T>(path: string) => getJson<T>(gateway, `/api/v1/plants/${PLANT}/${path}`)
const send = (device: string, content: unknown, options: mqtt.IClientPublishOptions = {}) =>
  forger.publishAsync(`plants/${PLANT}/l/${device}/energy`, JSON.stringify(content), { qos: 1, ...options })
const entries = async () => (await ask<EntriesAnswer>(`entries?${RANGE}`)).items
const figure = async (kpi: string) => {
  const { points } = await ask<SeriesAnswer>(`kpis/${kpi}/series?window=1d&${RANGE}`)
  return points.map(({ value }) => value)
}
const receipt = { type: 'fuel_used', fuel: 'diesel', amount: 500, unit: 'kg', at: at(10), document: 'slip 4' }

beforeAll(async () => {
  gateway = await startGateway({ config: { plants } })
  forger = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'forger' })
  const samples = Array.from({ length: 25 }, (_, i) => ({ ts: at(i), metrics: { elec_import_kwh: 1000 + 10 * i } }))
  await send('main-1', samples)
  await settled(gateway)
  await putOnRecord(gateway, PLANT, { ...receipt, id: 'r-1', author: 'zhang' })
  await putOnRecord(gateway, PLANT, { by: 'li' }, 'entries/r-1/approve')
  await putOnRecord(gateway, PLANT, { ...receipt, id: 'r-2', author: 'zhang' })
  await settled(gateway)
})
afterAll(async () => {
  await forger.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const fuel = { type: 'fuel_used', fuel: 'diesel', amount: 1, unit: 'kg' }
const names = { author: 'zhang', approved_by: 'li' }
const correction = { type: 'correction', metric: 'elec_import_kwh', at: at(12), before: 1120, after: 1100 }

const FORGERIES: readonly (readonly [name: string, device: string, event: object, reason?: string])[] = [
  ['fuel with an author and an approval', 'main-1', { id: 'f-1', ...fuel, ...names }],
  ['fuel with an approval alone', 'main-1', { id: 'f-2', ...fuel, approved_by: 'li' }],
  ['fuel in the name of a person', 'main-1', { id: 'f-3', ...fuel, author: 'zhang' }],
  ['a correction of a reading', 'main-1', { id: 'f-4', ...correction, ...names, reason: 'read wrongly' }],
  ['a correction in its own name', 'main-1', { id: 'f-5', ...correction, author: 'main-1', reason: 'read wrongly' }],
  [
    'the withdrawal of an approved entry',
    'office',
    { id: 'f-6', type: 'withdrawn', of: 'r-1/approved', at: at(10), author: 'zhang', reason: 'no', approved_by: 'li' },
    'unknown_device',
  ],
  [
    'a proposal',
    'main-1',
    { id: 'f-7', type: 'proposal', of: 'fuel_used', said: { ...fuel, author: 'zhang' }, author: 'zhang' },
  ],
  [
    'an event that is no saving, in its own name',
    'main-1',
    {
      ...{ id: 'f-12', type: 'non_routine_event', saving: 'compressor', from: '2026-10-01', kwh_per_day: 100 },
      ...{ author: 'main-1', reason: 'second hall' },
    },
  ],
  [
    'a certificate of green electricity',
    'main-1',
    {
      ...{ id: 'f-13', type: 'energy_certificate', issuer: 'NEA', first: 'GEC-1', mwh: 1, generated: '2026-03' },
      ...{ technology: 'solar', state: 'held', document: 'slip 9' },
    },
  ],
  [
    'a lot of a product',
    'main-1',
    {
      ...{
        id: 'f-14',
        type: 'production_lot',
        lot: 'L-1',
        product: 'bracket',
        line: 'line-1',
        quantity: 1,
        unit: 'pcs',
      },
      ...{ from: '2026-03-01T00:00:00Z', to: '2026-03-01T04:00:00Z', allocation: 'metered_energy', document: 'slip 9' },
    },
  ],
  [
    'allowances',
    'main-1',
    { id: 'f-15', type: 'allowance', move: 'bought', tonnes: 5, year: 2026, document: 'slip 9' },
  ],
  ['a rejection', 'main-1', { id: 'f-8', type: 'rejection', of: 'r-2', by: 'li', reason: 'no' }],
  [
    'a bill in the name of a person',
    'main-1',
    {
      id: 'f-9',
      type: 'bill',
      metric: 'elec_import_kwh',
      amount: 1,
      from: '2026-10-01',
      to: '2026-11-01',
      author: 'zhang',
    },
  ],
  ['what an approval would be called', 'office', { id: 'r-2/approved', ...fuel }, 'unknown_device'],
  ['what an approval would be called, of a device', 'main-1', { id: 'r-2/approved', ...fuel }],
]

describe('what only people may say is refused of a device, changes no figure and is told to who looks', () => {
  for (const [name, device, event, reason = 'people_only'] of FORGERIES) {
    test(name, async () => {
      const [before, figures] = [await entries(), await figure('energy_elec_import')]
      await send(device, { ts: at(10), events: [event] })
      await settled(gateway)
      const { items } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')
      expect(items.at(0)).toMatchObject({ reason, client: 'forger' })
      expect(await entries()).toEqual(before)
      expect(await figure('energy_elec_import')).toEqual(figures)
      expect((await ask<CorrectionsAnswer>(`corrections?${RANGE}`)).items).toEqual([])
    })
  }

  test('as a retained message, a will, and what a session that was away had kept', async () => {
    const before = await entries()
    const forged = (id: string) => JSON.stringify({ ts: at(10), events: [{ id, ...fuel, ...names }] })
    const topic = `plants/${PLANT}/l/main-1/energy`
    await forger.publishAsync(topic, forged('k-1'), { qos: 1, retain: true })
    const dying = await mqtt.connectAsync(gateway.mqttUrl, {
      ...{ clientId: 'dying', reconnectPeriod: 0 },
      will: { topic, payload: Buffer.from(forged('k-2')), qos: 1, retain: false },
    })
    dying.stream.destroy()
    const kept = async () => (await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')).items
    // The broker publishes the will when it sees that the connection has broken.
    await until(async () => (await kept()).some(({ client }) => client === 'dying'))
    await settled(gateway)
    const items = await kept()
    expect(
      items
        .slice(0, 2)
        .map(({ reason, client }) => [reason, client])
        .toSorted(),
    ).toEqual([
      ['people_only', 'dying'],
      ['people_only', 'forger'],
    ])
    expect(await entries()).toEqual(before)
  })
})

test('the proposal is still there to be approved, under the name of the account or of nobody who signed in', async () => {
  const approved = await putOnRecord<EntryItem>(gateway, PLANT, { by: 'li' }, 'entries/r-2/approve')
  expect(approved).toMatchObject({ status: 'counted', author: 'zhang', approved_by: 'li' })
  expect(approved.origin).toEqual({ kind: 'person', account: null, approver: null })
  expect(approved.fields).not.toHaveProperty('$origin')
})

test('what a device says of itself goes on counting, and says where it came from', async () => {
  await send('main-1', {
    ts: at(11),
    events: [
      { id: 'scale-1', ...fuel, author: 'main-1' },
      { id: 'stop-1', type: 'downtime_reason', code: 'jam', from: at(11) },
    ],
  })
  await settled(gateway)
  const origin = { kind: 'device', device: 'main-1', ingress: 'mqtt', client: 'forger' }
  expect((await entries()).find(({ id }) => id === 'scale-1')).toMatchObject({ status: 'counted', origin })
  const { items } = await ask<EventsAnswer>(`events?type=downtime_reason&${RANGE}`)
  expect(items).toMatchObject([{ id: 'stop-1', origin, fields: { code: 'jam' } }])
  expect(await allReadings(gateway, { plant: PLANT, device: 'main-1', metric: 'elec_import_kwh' })).toHaveLength(25)
})

test('a receipt that a device sends with its paper is on the list of entries, by the device and never by a person', async () => {
  await send('main-1', {
    ts: at(11),
    events: [
      { id: 'slip-1', ...fuel, document: 'slip 77' },
      { id: 'counted-1', ...fuel },
    ],
  })
  await settled(gateway)
  const listed = await entries()
  expect(listed.find(({ id }) => id === 'slip-1')).toMatchObject({
    ...{ status: 'counted', author: 'main-1', document: 'slip 77', approved_by: null },
    origin: { kind: 'device', device: 'main-1', ingress: 'mqtt', client: 'forger' },
  })
  expect(listed.find(({ id }) => id === 'counted-1')).toBeUndefined()
})

test('an id that a device has taken is not that of a person: the person is told', async () => {
  const taken = { ...receipt, device: 'main-1', id: 'scale-1', author: 'zhang' }
  await expect(putOnRecord(gateway, PLANT, taken)).rejects.toThrow('409')
})

describe('where people sign in', () => {
  let strict: TestGateway
  beforeAll(async () => {
    strict = await startGateway({ config: { plants, auth: { required: true } } })
  })
  afterAll(async () => {
    await strict.stop('SIGKILL')
    removeData(strict)
  })

  test('an entry has the accounts of who made it and of who approved it, and nobody can be named instead', async () => {
    const file = join(strict.dir, 'greengauge.yaml')
    const user = async (...args: readonly string[]) => {
      const before = strict.log().length
      const { stdout, stderr, code } = await runCommand(addUserCommand, ['user', ...args, '--config', file])
      expect(code, stderr).toBe(0)
      await until(() => strict.log().slice(before).includes('changed: accounts of people.'))
      return stdout.trim()
    }
    const secret = join(strict.dir, 'password')
    writeFileSync(secret, 'a password for two\n', { mode: 0o600 })
    const say = async (name: string, body: object, path = 'entries') => {
      const answer = await fetch(`${strict.httpUrl}/api/v1/plants/${PLANT}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(name)}` },
        body: JSON.stringify(body),
      })
      return { status: answer.status, entry: (await answer.json()) as EntryItem }
    }
    const tokens = new Map<string, string>()
    for (const name of ['zhang', 'li']) {
      await user('add', name, '--role', 'auditor', '--password-file', secret)
      tokens.set(name, await user('token', 'add', name, 'test'))
    }
    expect((await say('zhang', { ...receipt, id: 'r-1', author: 'li' })).status).toBe(400)
    expect((await say('zhang', { ...receipt, id: 'r-1' })).entry).toMatchObject({
      ...{ author: 'zhang', status: 'proposed', origin: { kind: 'person', account: 'zhang' } },
    })
    expect((await say('zhang', {}, 'entries/r-1/approve')).status).toBe(409)
    expect((await say('li', {}, 'entries/r-1/approve')).entry).toMatchObject({
      ...{ author: 'zhang', approved_by: 'li', status: 'counted' },
      origin: { kind: 'person', account: 'zhang', approver: 'li' },
    })
  })
})
