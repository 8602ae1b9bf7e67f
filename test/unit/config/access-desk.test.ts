import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chineseOf } from '../../../dashboards/src/configuration/problems/chinese.js'
import type { AccountChange } from '../../../src/access/account-changes.js'
import { digestOf } from '../../../src/access/token.js'
import { AccessDesk } from '../../../src/config/access-desk.js'
import { credentialsPath } from '../../../src/config/files/credentials-file.js'
import { readDeviceFiles } from '../../../src/config/files/device-files.js'
import { peopleFileOf } from '../../../src/config/files/people-file.js'
import type { AccessRefusal } from '../../../src/views/access-ask.js'
import type { ClientChanged, ClientWish } from '../../../src/views/wire/access.js'

const NOW = '2026-03-02T10:00:00.000Z'
const HASH = `$scrypt$ln=4,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`

let dataDir: string
let nowMs: number
let desk: AccessDesk

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  nowMs = Date.parse(NOW)
  desk = new AccessDesk({ dataDir, nowMs: () => nowMs })
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const change = (name: string, change: AccountChange) => desk.answer({ ask: 'account', name, change })
const client = (name: string, wish: ClientWish) => desk.answer({ ask: 'client', client: name, wish })
const tokenOf = (reply: unknown) => (reply as ClientChanged).token ?? ''

describe('accounts', () => {
  beforeEach(() => change('admin', { act: 'add', role: 'admin', hash: HASH }))

  test('are added, changed and removed in the file of the command', () => {
    expect(change('li.na', { act: 'add', role: 'operator', hash: HASH })).toEqual({
      account: { name: 'li.na', role: 'operator', disabled: false, since: NOW, tokens: [] },
    })
    nowMs += 60_000
    change('li.na', { act: 'role', role: 'auditor' })
    change('li.na', { act: 'add_token', token: 'mes', sha256: digestOf('t') })
    change('li.na', { act: 'disable' })
    expect(desk.answer({ ask: 'accounts' })).toMatchObject({
      accounts: [{ name: 'admin' }, { name: 'li.na', role: 'auditor', disabled: true, tokens: [{ name: 'mes' }] }],
    })
    const kept = JSON.parse(readFileSync(peopleFileOf(dataDir), 'utf8'))
    // Sessions of before the change are over.
    expect(kept[1]).toMatchObject({ since: NOW, sessions_from: '2026-03-02T10:01:00.000Z' })
    expect(change('li.na', { act: 'remove' })).toEqual({ account: null })
  })

  test.each<[string, string, AccountChange, number, string]>([
    ['a name that is there', 'Admin', { act: 'add', role: 'admin', hash: HASH }, 409, 'admin is there already.'],
    ['a name that is not there', 'bo', { act: 'enable' }, 404, 'there is no account bo.'],
    ['a token that is not there', 'admin', { act: 'remove_token', token: 'x' }, 404, 'admin has no token x.'],
    ['the last who administers', 'admin', { act: 'remove' }, 409, 'nobody could administer'],
    ['the same by disabling', 'admin', { act: 'disable' }, 409, 'nobody could administer'],
    ['the same by another role', 'admin', { act: 'role', role: 'operator' }, 409, 'nobody could administer'],
  ])('%s is refused, and nothing is changed', (_, name, wish, status, detail) => {
    const before = readFileSync(peopleFileOf(dataDir), 'utf8')
    const refusal = change(name, wish) as AccessRefusal
    expect(refusal).toEqual({ refused: status, detail: expect.stringContaining(detail) })
    expect(chineseOf(refusal.detail)).toMatch(/[一-鿿]/)
    expect(readFileSync(peopleFileOf(dataDir), 'utf8')).toBe(before)
  })

  test('the hundred and first token is refused, and the list can still be read', () => {
    for (let i = 0; i < 100; i++) change('admin', { act: 'add_token', token: `t${i}`, sha256: digestOf(`${i}`) })
    expect(change('admin', { act: 'add_token', token: 'more', sha256: digestOf('x') })).toMatchObject({ refused: 409 })
    expect(change('admin', { act: 'remove_token', token: 't0' })).toMatchObject({ account: { name: 'admin' } })
  })

  test('a lock that somebody else holds is not waited for', () => {
    const held = performance.now()
    writeFileSync(`${peopleFileOf(dataDir)}.lock`, `elsewhere 1 ${held}\n`)
    expect(change('admin', { act: 'enable' })).toMatchObject({ refused: 503 })
  })

  test('a list that somebody has damaged is said, and stays as it is', () => {
    writeFileSync(peopleFileOf(dataDir), '[{')
    expect(desk.answer({ ask: 'accounts' })).toMatchObject({ refused: 503 })
    expect(change('admin', { act: 'disable' })).toMatchObject({ refused: 503 })
    expect(readFileSync(peopleFileOf(dataDir), 'utf8')).toBe('[{')
  })
})

test('the first account has to be that of an administrator', () => {
  const added = { act: 'add', hash: HASH } as const
  expect(change('olga', { ...added, role: 'operator' })).toMatchObject({ refused: 409 })
  expect(change('ada', { ...added, role: 'admin' })).toMatchObject({ account: { role: 'admin' } })
})

describe('credentials of MQTT clients', () => {
  const DEVICE = { act: 'add_device', plant: 'suzhou-1', line: 'press', device: 'meter-1' } as const

  test('a device gets a client and a token that is kept as a digest alone', () => {
    const token = tokenOf(client('meter-1', DEVICE))
    expect(token).toMatch(/^ggd_/)
    expect(readFileSync(credentialsPath(dataDir), 'utf8')).not.toContain(token)
    const { registry, credentials } = readDeviceFiles(dataDir)
    expect(registry).toMatchObject([{ plant: 'suzhou-1', line: 'press', device: 'meter-1', client: 'meter-1' }])
    expect(credentials).toMatchObject([{ client: 'meter-1', role: 'device', tokens: [{ sha256: digestOf(token) }] }])
    expect(desk.answer({ ask: 'clients' })).toMatchObject({
      clients: [{ client: 'meter-1', devices: ['suzhou-1/press/meter-1'], tokens: [{ since: NOW, until: null }] }],
    })
  })

  test('one client may have several devices, and keeps its token', () => {
    client('gate', DEVICE)
    expect(client('gate', { ...DEVICE, device: 'meter-2' })).toMatchObject({
      token: null,
      client: { devices: ['suzhou-1/press/meter-1', 'suzhou-1/press/meter-2'] },
    })
  })

  test('a new token leaves the one before right for a while, or not at all', () => {
    client('scada', { act: 'add', role: 'reader' })
    client('scada', { act: 'rotate', overlap_s: 3600 })
    expect(desk.answer({ ask: 'clients' })).toMatchObject({
      clients: [{ tokens: [{ until: null }, { until: '2026-03-02T11:00:00.000Z' }] }],
    })
    const token = tokenOf(client('scada', { act: 'rotate', overlap_s: 0 }))
    expect(readDeviceFiles(dataDir).credentials[0]!.tokens).toEqual([
      { sha256: digestOf(token), since: NOW, until: null },
    ])
  })

  test('what is revoked or disabled lets nobody in; what is removed leaves its devices registered', () => {
    client('meter-1', DEVICE)
    expect(client('meter-1', { act: 'disable' })).toMatchObject({ client: { disabled: true } })
    expect(client('meter-1', { act: 'revoke' })).toMatchObject({ client: { tokens: [], subject: null } })
    expect(client('meter-1', { act: 'remove' })).toEqual({ client: null, token: null })
    const { registry, credentials } = readDeviceFiles(dataDir)
    expect(credentials).toEqual([])
    expect(registry).toMatchObject([{ device: 'meter-1' }])
    expect(registry[0]).not.toHaveProperty('client')
  })

  test.each<[string, string, ClientWish, number]>([
    ['a credential that is there', 'scada', { act: 'add', role: 'gateway' }, 409],
    ['a program as the client of a device', 'scada', DEVICE, 409],
    ['a device that has another client', 'other', DEVICE, 409],
    ['the id that entries of people stand under', 'x', { ...DEVICE, device: 'office' }, 400],
    ['a client that nobody knows', 'nobody', { act: 'rotate', overlap_s: 0 }, 404],
  ])('%s is refused, and nothing is changed', (_, name, wish, status) => {
    client('scada', { act: 'add', role: 'reader' })
    client('meter-1', DEVICE)
    const before = readDeviceFiles(dataDir)
    const refusal = client(name, wish) as AccessRefusal
    expect(refusal.refused).toBe(status)
    expect(chineseOf(refusal.detail)).toMatch(/[一-鿿]/)
    expect(readDeviceFiles(dataDir)).toEqual(before)
  })
})
