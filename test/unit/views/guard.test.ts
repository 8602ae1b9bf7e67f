import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { digestOf } from '../../../src/access/token.js'
import type { AuditJob } from '../../../src/base/report.js'
import { ACCOUNT_ROLES, type AccountRole } from '../../../src/base/roles.js'
import { FEED_SUBPROTOCOL } from '../../../src/base/wire.js'
import { givesBodyTime } from '../../../src/views/body-time.js'
import { newServer } from '../../../src/views/server.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { type Asked, askAt, bearer, cookieOf } from '../../support/ask.js'
import { certificateOf, newAuthority, signedBy } from '../../support/certificates.js'
import { person, testGate } from '../../support/gate.js'
import { FakeSources } from './fake-sources.js'

const silent = pino({ level: 'silent' })
const PROXY = 'https://gauge.example.com'
const roles = Object.keys(ACCOUNT_ROLES) as AccountRole[]
const sources = new FakeSources()
let views: Views
let people: Awaited<ReturnType<typeof person>>[]

beforeAll(async () => {
  people = await Promise.all(
    roles.map((role) =>
      person(role, role, { tokens: [{ name: 't', sha256: digestOf(role), since: '2026-01-01T00:00:00Z' }] }),
    ),
  )
  views = await startViews({ host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere', origins: [PROXY] }, sources, silent)
})
afterAll(() => views.close())
beforeEach(() => {
  sources.notes.length = 0
})
// The views hold the gate that is there when they start.
sources.gate = testGate({ clock: sources.clock, note: sources.note, machineToken: digestOf('machine') })

const ask = (path: string, asked: Asked = {}, port = views.port) => askAt(port, path, asked)

/** Sends bytes, and gives all that comes back until the other side hangs up. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      said += chunk.toString()
    })
    socket.on('close', () => resolve(said))
  })
}

const own = () => ({ origin: `http://127.0.0.1:${views.port}`, 'content-type': 'application/json' })
const signIn = (name: string, password: string, headers: Readonly<Record<string, string>> = own()) =>
  ask('/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ name, password }) })

test('a refused right is a sentence that says who has it, and is noted', async () => {
  sources.gate.configure(people)
  const { status, text, headers } = await ask('/api/v1/stores/x/refill', { method: 'POST', headers: bearer('auditor') })
  expect(status).toBe(403)
  expect(headers['content-type']).toContain('application/problem+json')
  expect(JSON.parse(text).detail).toMatch(
    /^This needs the right administer \(.+\), which admin has; the role here is auditor\.$/,
  )
  expect(sources.notes).toEqual([{ act: 'refused', actor: 'auditor', subject: 'POST /api/v1/stores/x/refill' }])
})

test('whoever signs in gets a cookie for this host alone, and is out when they sign out', async () => {
  sources.gate.configure(people)
  const answered = await signIn('operator', 'secret of operator')
  expect(JSON.parse(answered.text)).toEqual({
    name: 'operator',
    role: 'operator',
    rights: ['view', 'operate'],
    required: true,
  })
  expect(String(answered.headers['set-cookie'])).toMatch(
    /^gg_session=ggs_[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  const cookie = cookieOf(answered)
  expect(JSON.parse((await ask('/api/v1/session', { headers: { cookie } })).text).name).toBe('operator')
  expect((await ask('/api/v1/plants', { headers: { cookie } })).status).toBe(200)
  expect((await ask('/api/v1/session', { method: 'DELETE', headers: { cookie, ...own() } })).status).toBe(204)
  expect((await ask('/api/v1/plants', { headers: { cookie } })).status).toBe(401)
  expect(JSON.parse((await ask('/api/v1/session', { headers: { cookie } })).text)).toEqual({
    name: '',
    role: null,
    rights: [],
    required: true,
  })
  expect(sources.notes.map(({ act, actor }) => `${act} ${actor}`)).toEqual([
    'signed_in operator',
    'signed_out operator',
  ])
})

test('behind a proxy that is configured wrong passwords count by the address that it tells', async () => {
  const fake = new FakeSources()
  fake.gate = testGate({ clock: fake.clock, people })
  const http = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere', proxies: ['127.0.0.1'] }
  const other = await startViews(http, fake, silent)
  const statusFor = async (address: string, password: string) => {
    const headers = { 'x-forwarded-for': address }
    const body = JSON.stringify({ name: 'admin', password })
    return (await ask('/api/v1/session', { method: 'POST', headers, body }, other.port)).status
  }
  for (let i = 0; i < 5; i++) expect(await statusFor('192.0.2.7', 'wrong')).toBe(401)
  expect(await statusFor('192.0.2.7', 'secret of admin')).toBe(429)
  expect(await statusFor('192.0.2.8', 'secret of admin')).toBe(200)
  await other.close()
})

test('over TLS the cookie is a secure one, and one without that is not taken', async () => {
  const authority = await newAuthority()
  const fake = new FakeSources()
  fake.gate = testGate({ clock: fake.clock, people })
  const certificate = certificateOf(await signedBy(authority, 'gauge'))
  const other = await startViews({ host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere', certificate }, fake, silent)
  const overTls = (path: string, asked: Asked) => askAt(other.port, path, asked, authority.cert)
  const body = JSON.stringify({ name: 'admin', password: 'secret of admin' })
  const at = (scheme: string) => ({ origin: `${scheme}://127.0.0.1:${other.port}`, 'content-type': 'application/json' })
  expect((await overTls('/api/v1/session', { method: 'POST', headers: at('http'), body })).status).toBe(403)
  const answered = await overTls('/api/v1/session', { method: 'POST', headers: at('https'), body })
  expect(String(answered.headers['set-cookie'])).toMatch(/^__Host-gg_session=.*; HttpOnly; Secure; SameSite=Strict$/)
  const cookie = cookieOf(answered)
  expect((await overTls('/api/v1/plants', { headers: { cookie } })).status).toBe(200)
  expect((await overTls('/api/v1/plants', { headers: { cookie: cookie.replace('__Host-', '') } })).status).toBe(401)
  await other.close()
})

test('behind a proxy that speaks TLS the cookie is a secure one', async () => {
  sources.gate.configure(people)
  const answered = await signIn('admin', 'secret of admin', { ...own(), origin: PROXY })
  expect(String(answered.headers['set-cookie'])).toMatch(
    /^__Host-gg_session=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  expect((await ask('/api/v1/plants', { headers: { cookie: cookieOf(answered) } })).status).toBe(200)
})

test('a name that nobody has and a wrong password are refused in the same words; too many wait, and no one else', async () => {
  sources.gate.configure(people)
  const wrong = await signIn('operator', 'secret')
  const nobody = await signIn('nobody', 'secret')
  expect(wrong.status).toBe(401)
  expect(nobody).toEqual({ ...wrong, headers: { ...nobody.headers } })
  const answers = await Promise.all(Array.from({ length: 8 }, () => signIn('mallory', 'secret')))
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
  // Two are looked at and three wait; one more that comes meanwhile is sent away, and one that comes later has had its five.
  for (const { status, text } of answers.filter(({ status }) => status !== 401)) {
    expect(text).toContain(
      status === 503 ? 'Too many ask for this just now' : 'There were too many wrong names or passwords',
    )
  }
  const later = await signIn('mallory', 'secret')
  expect(later.status).toBe(429)
  expect(Number(later.headers['retry-after'])).toBeGreaterThan(50)
  expect((await signIn('admin', 'secret of admin')).status).toBe(200)
  await sources.clock.advance(3_600_000)
})

test.each([
  ['of another page', { origin: 'http://evil.example' }, 403],
  ['of another port here', { origin: 'http://127.0.0.1:1' }, 403],
  ['of a page without a name', { origin: 'null' }, 403],
  ['that does not say which page it is of', { origin: '' }, 403],
  ['of a form', { 'content-type': 'text/plain' }, 415],
  ['of the page of a proxy that is listed', { origin: PROXY }, 200],
  ['of our page', {}, 200],
])('a change with a session %s', async (_, headers, status) => {
  sources.gate.configure(people)
  const cookie = cookieOf(await signIn('operator', 'secret of operator'))
  const sent: Record<string, string> = { ...own(), cookie, ...headers }
  if (sent.origin === '') delete sent.origin
  const body = '{"alarms": [{"plant": "suzhou-1", "id": "x"}]}'
  expect((await ask('/api/v1/alarms/ack', { method: 'POST', headers: sent, body })).status).toBe(status)
})

test('who has signed in is who acted: another name is refused', async () => {
  sources.gate.configure(people)
  const freeze = (by: string | undefined, token: string) =>
    ask('/api/v1/reports/suzhou-1.ghg.2026-10-01.2026-11-01/freeze', {
      method: 'POST',
      headers: bearer(token),
      body: JSON.stringify({ by }),
    })
  sources.wishes.length = 0
  const other = await freeze('somebody', 'auditor')
  expect(other.status).toBe(400)
  expect(JSON.parse(other.text)).toMatchObject({ parameter: 'by', received: 'somebody' })
  await freeze(undefined, 'auditor')
  sources.job = { id: 'one' } as AuditJob
  await freeze('Wang Wei', 'machine')
  sources.job = null
  const subjects = () => sources.notes.map(({ subject }) => subject)
  await expect.poll(subjects).toContain('POST /api/v1/reports/suzhou-1.ghg.2026-10-01.2026-11-01/freeze by Wang Wei')
  expect(sources.wishes.map((wish) => 'by' in wish && wish.by)).toEqual(['auditor', 'Wang Wei'])
  expect((await freeze(undefined, 'machine')).status).toBe(400)
})

test('the token of the machine is good on it, and not through a proxy', async () => {
  expect((await ask('/api/v1/plants', { headers: bearer('machine') })).status).toBe(200)
  const forwarded = { ...bearer('machine'), 'x-forwarded-for': '192.0.2.7' }
  expect((await ask('/api/v1/plants', { headers: forwarded })).status).toBe(401)
})

/** Opens the feed; `closed` is the code with which it was closed, null when it said hello. */
async function feed(
  query: string,
  headers: Record<string, string> = {},
): Promise<{ closed: number | null; socket: WebSocket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${views.port}/ws/v1${query}`, FEED_SUBPROTOCOL, { headers })
  const closed = await new Promise<number | null>((resolve) => {
    socket
      .on('message', () => resolve(null))
      .on('close', resolve)
      .on('error', () => undefined)
  })
  return { closed, socket }
}

test('the feed is for who may see; a ticket opens one', async () => {
  sources.gate.configure(people)
  expect((await feed('')).closed).toBe(4401)
  expect((await feed('?ticket=ggt_none')).closed).toBe(4401)
  const { ticket, expires_in_s } = JSON.parse(
    (await ask('/api/v1/tickets', { method: 'POST', headers: bearer('operator') })).text,
  )
  expect(expires_in_s).toBe(30)
  const first = await feed(`?ticket=${ticket}`)
  expect(first.closed).toBeNull()
  expect((await feed(`?ticket=${ticket}`)).closed).toBe(4401)
  const cookie = cookieOf(await signIn('auditor', 'secret of auditor'))
  const second = await feed('', { cookie, origin: PROXY })
  expect(second.closed).toBeNull()
  expect((await feed('', { cookie, origin: 'http://evil.example' })).closed).not.toBeNull()

  const out = Promise.all([first, second].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve))))
  sources.gate.configure(people.map((one) => ({ ...one, disabled: true })))
  await sources.clock.advance(1_100)
  expect(await out).toEqual([4401, 4401])
})

test('figures for monitoring, and reasons of readiness, are told here, and elsewhere to who may see', async () => {
  sources.gate.configure(people)
  const elsewhere = { 'x-forwarded-for': '192.0.2.7' }
  expect((await ask('/metrics')).status).toBe(200)
  expect((await ask('/metrics', { headers: elsewhere })).status).toBe(401)
  expect((await ask('/metrics', { headers: { ...elsewhere, ...bearer('operator') } })).status).toBe(200)
  sources.checks = [{ name: 'journal', ok: false, reason: '/data is full' }]
  expect((await ask('/readyz')).text).toContain('/data is full')
  const told = await ask('/readyz', { headers: elsewhere })
  expect([told.status, JSON.parse(told.text).checks]).toEqual([503, [{ name: 'journal', ok: false, reason: '' }]])
})

test('monitoring elsewhere has a token of its own, which is read anew each time', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  const file = join(dir, 'token')
  writeFileSync(file, 'of monitoring\n')
  const fake = new FakeSources()
  fake.gate = testGate({ clock: fake.clock })
  const http = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere', metrics_token_file: file }
  const other = await startViews(http, fake, silent)
  const statusWith = async (token: string, path = '/metrics') => {
    const headers = { ...bearer(token), 'x-forwarded-for': '192.0.2.7' }
    return (await ask(path, { headers }, other.port)).status
  }
  expect(await statusWith('of')).toBe(401)
  writeFileSync(file, 'of_monitoring_now')
  expect(await statusWith('of_monitoring_now')).toBe(200)
  expect(await statusWith('of_monitoring_now', '/api/v1/plants')).toBe(401)
  rmSync(dir, { recursive: true })
  expect(await statusWith('of_monitoring_now')).toBe(401)
  await other.close()
})

test('no answer may be framed, sniffed, embedded, or read by another origin', async () => {
  for (const path of ['/api/v1/session', '/livez', '/nothing', '/docs']) {
    const { headers } = await ask(path, { headers: { origin: 'http://evil.example' } })
    expect(headers, path).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('geolocation=()'),
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

test('what is too long is refused: addresses, headers, bodies', async () => {
  expect((await ask(`/api/v1/plants?x=${'y'.repeat(5000)}`)).status).toBe(414)
  expect(await raw(views.port, `GET /livez HTTP/1.1\r\nhost: x\r\nx-long: ${'y'.repeat(20_000)}\r\n\r\n`)).toContain(
    '431',
  )
  expect((await signIn('admin', 'x'.repeat(20_000))).status).toBe(413)
  expect((await signIn('admin', 'x'.repeat(300))).status).toBe(400)
})

test('where nobody has to sign in, only names that lead to this machine are answered', async () => {
  const open = await startViews(
    { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere', origins: [PROXY] },
    new FakeSources(),
    silent,
  )
  const statusFor = async (host: string) => (await ask('/api/v1/plants', { headers: { host } }, open.port)).status
  for (const host of ['127.0.0.1', `localhost:${open.port}`, 'gauge.localhost', '[::1]:8080', 'gauge.example.com']) {
    expect(await statusFor(host), host).toBe(200)
  }
  expect(await statusFor('rebound.evil.example')).toBe(421)
  const session = await ask('/api/v1/session', {}, open.port)
  expect(JSON.parse(session.text)).toMatchObject({ name: '', role: 'admin', required: false })
  expect(
    (await ask('/api/v1/session', { method: 'POST', body: '{"name": "a", "password": "b"}' }, open.port)).status,
  ).toBe(409)
  await open.close()
})

test('a route that does not say its right is refused when it is added', async () => {
  const { guardRoutes } = await import('../../../src/views/guard.js')
  const server = newServer(silent)
  const connections = { asked: () => {}, keepAlive: () => ({ ms: 1000, saidMs: 1000 }) }
  const http = { host: '127.0.0.1', origins: [] }
  guardRoutes(server, { gate: sources.gate, http, note: sources.note, connections })
  expect(() => server.get('/api/v1/new', { schema: { hide: true } }, () => '')).toThrow(
    'does not say which right it needs',
  )
  await server.close()
})

test('who sends headers too slowly is let go', async () => {
  const server = newServer(silent, null, [], { headersMs: 100, requestMs: 200, uploadMs: 60_000, lookMs: 20 })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as { port: number }
  expect(await raw(port, 'GET / HTTP/1.1\r\nhost: x\r\n')).toContain('408')
  await server.close()
})

test('who sends a body too slowly is let go, unless its route takes files', async () => {
  const server = newServer(silent, null, [], { headersMs: 10_000, requestMs: 100, uploadMs: 60_000, lookMs: 20 })
  const answer = { config: { right: null }, schema: { hide: true } }
  server.post('/short', answer, async () => 'short')
  server.post('/file', { ...answer, onRequest: givesBodyTime(60_000) }, async () => 'file')
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as { port: number }
  const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\n\r\n12`
  expect(await raw(port, head('/short'))).toContain('408')
  const slow = connect(port, '127.0.0.1').setEncoding('utf8')
  slow.write(head('/file'))
  await sleep(400)
  slow.end('34')
  let said = ''
  for await (const text of slow) said += text
  expect(said).toMatch(/200 OK[\s\S]*file$/)
  await server.close()
})
