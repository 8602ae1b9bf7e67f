import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Gate } from '../../../src/access/gate.js'
import { isPassword } from '../../../src/access/password.js'
import { digestOf } from '../../../src/access/token.js'
import { AccessDesk } from '../../../src/config/access-desk.js'
import { changePeople, readPeople } from '../../../src/config/files/people-file.js'
import { startViews, type Views } from '../../../src/views/views.js'
import type { AccountChanged, ClientChanged, SessionsAnswer } from '../../../src/views/wire/access.js'
import { askAt, cookieOf } from '../../support/ask.js'
import { person, testGate } from '../../support/gate.js'
import { FakeSources } from './fake-sources.js'

const sources = new FakeSources()
let dataDir: string
let gate: Gate
let views: Views
let cookies: Record<string, string>

function kept() {
  const read = readPeople(dataDir)
  if ('problems' in read) throw new Error(read.problems[0]?.problem)
  return read.people
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  const people = [await person('Ada', 'admin'), await person('Otto', 'operator')]
  changePeople(dataDir, () => people)
  const desk = new AccessDesk({ dataDir, nowMs: () => sources.clock.nowMs() })
  sources.access = async (ask) => desk.answer(ask)
  gate = testGate({ clock: sources.clock, note: sources.note, people })
  sources.gate = gate
  views = await startViews(
    { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' },
    sources,
    pino({ level: 'silent' }),
  )
})
afterAll(async () => {
  await views.close()
  rmSync(dataDir, { recursive: true })
})
beforeEach(async () => {
  sources.notes.length = 0
  gate.configure(kept())
  cookies = {}
  for (const name of ['Ada', 'Otto']) cookies[name] = await signIn(name, `secret of ${name}`)
})

const headers = (name: string) => ({
  origin: `http://127.0.0.1:${views.port}`,
  'content-type': 'application/json',
  ...(name !== '' && { cookie: cookies[name]! }),
})

async function signIn(name: string, password: string): Promise<string> {
  const body = JSON.stringify({ name, password })
  return cookieOf(await askAt(views.port, '/api/v1/session', { method: 'POST', headers: headers(''), body }))
}

async function post<T = unknown>(by: string, path: string, body: unknown = {}): Promise<{ status: number; body: T }> {
  const answer = await askAt(views.port, path, { method: 'POST', headers: headers(by), body: JSON.stringify(body) })
  return { status: answer.status, body: answer.text === '' ? (null as T) : (JSON.parse(answer.text) as T) }
}

const sessionsOf = async (name: string) => {
  const { text } = await askAt(views.port, '/api/v1/sessions', { headers: headers(name) })
  return (JSON.parse(text) as SessionsAnswer).sessions
}

test('an account is added with a password that is shown once and in no log', async () => {
  const { status, body } = await post<AccountChanged>('Ada', '/api/v1/accounts/Li%20Na', {
    act: 'add',
    role: 'auditor',
  })
  expect([status, body.account]).toMatchObject([200, { name: 'Li Na', role: 'auditor', disabled: false }])
  const added = kept().find(({ name }) => name === 'Li Na')
  expect(await isPassword(body.secret!, added!.password)).toBe(true)
  expect(sources.notes).toContainEqual({
    act: 'people_changed',
    actor: 'Ada',
    subject: expect.stringContaining('add Li Na'),
  })
  expect(JSON.stringify(sources.notes)).not.toContain(body.secret)
  const list = await askAt(views.port, '/api/v1/accounts', { headers: headers('Ada') })
  expect(list.text).not.toMatch(/scrypt|sha256/)
})

test('a token of an account is shown once and kept as a digest', async () => {
  const path = '/api/v1/accounts/Otto'
  const { body } = await post<AccountChanged>('Ada', path, { act: 'add_token', token: 'mes' })
  expect(body.account?.tokens).toMatchObject([{ name: 'mes' }])
  expect(kept().find(({ name }) => name === 'Otto')?.tokens[0]?.sha256).toBe(digestOf(body.secret!))
  expect((await post('Ada', path, { act: 'add_token', token: 'mes' })).status).toBe(409)
  expect((await post('Ada', path, { act: 'remove_token', token: 'mes' })).status).toBe(200)
})

test('what is refused is no act in the audit log', async () => {
  expect((await post('Ada', '/api/v1/accounts/Ada', { act: 'remove' })).status).toBe(409)
  expect((await post('Ada', '/api/v1/accounts/nobody', { act: 'enable' })).status).toBe(404)
  expect((await post('Ada', '/api/v1/accounts/..', { act: 'enable' })).status).toBeGreaterThanOrEqual(400)
  expect((await post('Ada', '/api/v1/accounts/Otto', { act: 'role', role: 'king' })).status).toBe(400)
  expect(sources.notes.filter(({ act }) => act === 'people_changed')).toEqual([])
})

test('only who may administer sees and changes accounts and credentials', async () => {
  for (const path of ['/api/v1/accounts', '/api/v1/mqtt-clients']) {
    expect((await askAt(views.port, path, { headers: headers('Otto') })).status).toBe(403)
  }
  expect((await post('Otto', '/api/v1/accounts/Otto', { act: 'role', role: 'admin' })).status).toBe(403)
  expect((await post('Otto', '/api/v1/mqtt-clients/m', { act: 'add', role: 'reader' })).status).toBe(403)
})

test('a device gets a credential, with its token once', async () => {
  const wish = { act: 'add_device', plant: 'suzhou-1', line: 'press', device: 'meter-1' }
  const { body } = await post<ClientChanged>('Ada', '/api/v1/mqtt-clients/meter%2F1', wish)
  expect(body).toMatchObject({ token: expect.stringMatching(/^ggd_/), client: { devices: ['suzhou-1/press/meter-1'] } })
  const again = await post<ClientChanged>('Ada', '/api/v1/mqtt-clients/meter%2F1', { act: 'rotate' })
  expect(again.body.client?.tokens).toHaveLength(2)
  expect(sources.notes).toContainEqual({
    act: 'devices_changed',
    actor: 'Ada',
    subject: expect.stringContaining('rotate credential of meter/1'),
  })
})

test('everybody sees and ends their own sessions, who may administer those of all', async () => {
  const elsewhere = await signIn('Otto', 'secret of Otto')
  expect((await sessionsOf('Otto')).map(({ name, own }) => [name, own])).toEqual(
    expect.arrayContaining([
      ['Otto', true],
      ['Otto', false],
    ]),
  )
  expect((await sessionsOf('Otto')).every(({ name }) => name === 'Otto')).toBe(true)
  const [adas] = (await sessionsOf('Ada')).filter(({ name }) => name === 'Ada')
  expect((await post('Otto', `/api/v1/sessions/${adas!.id}/end`)).status).toBe(404)
  const other = (await sessionsOf('Ada')).find(({ id }) => id === gate.sessionId(elsewhere.split('=')[1]!))
  expect((await post('Ada', `/api/v1/sessions/${other!.id}/end`)).status).toBe(204)
  expect((await askAt(views.port, '/api/v1/sessions', { headers: { ...headers(''), cookie: elsewhere } })).status).toBe(
    401,
  )
  expect(sources.notes).toContainEqual({ act: 'signed_out', actor: 'Otto', subject: 'by Ada' })
})

test('a password that an administrator has made new cannot be undone by the one before, nor a session outlive it', async () => {
  // The gateway reads the list a moment after it was written: until then the password of before still signs in.
  const { body } = await post<AccountChanged>('Ada', '/api/v1/accounts/Otto', { act: 'password' })
  await sources.clock.advance(500)
  cookies.Otto = await signIn('Otto', 'secret of Otto')
  const own = { current: 'secret of Otto', password: 'four words to remember' }
  expect((await post('Otto', '/api/v1/session/password', own)).status).toBe(409)
  gate.configure(kept())
  expect((await askAt(views.port, '/api/v1/sessions', { headers: headers('Otto') })).status).toBe(401)
  expect(await isPassword(body.secret!, kept().find(({ name }) => name === 'Otto')!.password)).toBe(true)
  const otto = await person('Otto', 'operator')
  changePeople(dataDir, (people) => [...people.filter(({ name }) => name !== 'Otto'), otto])
  gate.configure(kept())
})

test('a long id leaves room for what was done with it in the audit log, and a name may be typed in parts', async () => {
  const long = '设'.repeat(100)
  expect(
    (await post('Ada', `/api/v1/mqtt-clients/${encodeURIComponent(long)}`, { act: 'add', role: 'reader' })).status,
  ).toBe(200)
  expect(sources.notes.at(-1)?.subject).toContain('… add credential of 设')
  const parts = encodeURIComponent('Zoë'.normalize('NFD'))
  const { body } = await post<AccountChanged>('Ada', `/api/v1/accounts/${parts}`, { act: 'add', role: 'operator' })
  expect(body.account?.name).toBe('Zoë'.normalize('NFC'))
  expect((await post('Ada', '/api/v1/accounts/Zoe%20', { act: 'add', role: 'operator' })).status).toBe(400)
})

test('a new password of one’s own needs the one until now, and ends all sessions', async () => {
  const path = '/api/v1/session/password'
  const next = 'four words to remember'
  expect((await post('Otto', path, { current: 'wrong', password: next })).status).toBe(403)
  expect((await post('Otto', path, { current: 'secret of Otto', password: 'short' })).status).toBe(400)
  await sources.clock.advance(1000)
  expect((await post('Otto', path, { current: 'secret of Otto', password: next })).status).toBe(204)
  gate.configure(kept())
  expect((await askAt(views.port, '/api/v1/sessions', { headers: headers('Otto') })).status).toBe(401)
  expect(await signIn('Otto', next)).not.toBe('')
  changePeople(dataDir, (people) => people.filter(({ name }) => name === 'Ada'))
})
