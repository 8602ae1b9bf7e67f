// @module-tag slow

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Gate } from '../../../src/access/gate.js'
import type { Account } from '../../../src/access/people.js'
import type { Session } from '../../../src/access/sessions.js'
import { oidcOptions } from '../../../src/access/single-sign-on/options.js'
import { SingleSignOn } from '../../../src/access/single-sign-on/provider.js'
import { systemClock } from '../../../src/base/clock.js'
import { AccessDesk } from '../../../src/config/access-desk.js'
import { changePeople, readPeople } from '../../../src/config/files/people-file.js'
import { startViews, type Views } from '../../../src/views/views.js'
import type { SessionAnswer } from '../../../src/views/wire/session.js'
import { person, testGate } from '../../support/gate.js'
import { freePort } from '../../support/gateway.js'
import { JarBrowser } from '../../support/jar-browser.js'
import { CLIENT, OpenidProvider } from '../../support/openid-provider.js'
import { FakeSources } from './fake-sources.js'

const li = { sub: 'u-1', preferred_username: 'li.na', groups: ['staff', 'energy-audit'] }

let sources: FakeSources
let dataDir: string
let gate: Gate
let sessions: readonly Session[] = []
let views: Views
let provider: OpenidProvider
let home: string
let browser: JarBrowser
const lines: string[] = []

function kept(): readonly Account[] {
  const read = readPeople(dataDir)
  if ('problems' in read) throw new Error(read.problems[0]?.problem)
  return read.people
}

beforeAll(async () => {
  const port = await freePort()
  home = `http://127.0.0.1:${port}`
  provider = await OpenidProvider.start(home)
  dataDir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  sources = new FakeSources()
  const desk = new AccessDesk({ dataDir, nowMs: () => systemClock.nowMs() })
  sources.access = async (ask) => {
    const reply = desk.answer(ask)
    gate.configure(kept())
    return reply
  }
  gate = testGate({
    clock: systemClock,
    note: sources.note,
    keep: (now) => {
      sessions = now
    },
  })
  sources.gate = gate
  const options = oidcOptions.parse({
    issuer: provider.issuer,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    public_url: home,
    roles: { admin: ['gauge-admins'], auditor: ['energy-audit'] },
  })
  const singleSignOn = new SingleSignOn(options, systemClock)
  views = await startViews(
    { host: '127.0.0.1', port, dashboardsDir: '/nowhere', singleSignOn },
    sources,
    pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }),
  )
})
afterAll(async () => {
  await views?.close()
  await provider?.stop()
  rmSync(dataDir, { recursive: true })
})
beforeEach(async () => {
  const ada = await person('Ada', 'admin')
  changePeople(dataDir, () => [ada])
  gate.configure(kept())
  sources.notes.length = 0
  provider.person = li
  browser = new JarBrowser()
})

const isHome = (url: URL) => url.origin === home && !url.pathname.startsWith('/api/')
const signOn = (by = browser, to = '#/reports') =>
  by.go(`${home}/api/v1/session/oidc?to=${encodeURIComponent(to)}`, isHome)
const session = async (by = browser) => (await (await by.ask(`${home}/api/v1/session`)).json()) as SessionAnswer
/** The address behind `/api/v1/session/oidc/callback`, with its code, which the browser has not followed. */
const callback = (by = browser) =>
  by.go(`${home}/api/v1/session/oidc`, (url) => url.pathname === '/api/v1/session/oidc/callback')

test('the page for signing in learns where to go', async () => {
  expect(await session()).toMatchObject({
    name: '',
    required: true,
    single_sign_on: { label: 'Single sign-on', url: `${home}/api/v1/session/oidc` },
  })
})

test('somebody whom the provider knows gets an account with the role of a group, and comes to the page they wanted', async () => {
  const page = await signOn()
  expect(page.href).toBe(`${home}/#/reports`)
  expect(await session()).toMatchObject({ name: 'li.na', role: 'auditor', rights: ['view', 'audit'] })
  expect(kept().find(({ name }) => name === 'li.na')).toMatchObject({
    role: 'auditor',
    oidc: { issuer: provider.issuer, subject: 'u-1' },
  })
  expect(sources.notes).toEqual([
    { act: 'people_changed', actor: 'li.na', subject: 'added li.na by single sign-on, as auditor' },
    { act: 'signed_in', actor: 'li.na', subject: '127.0.0.1, by single sign-on' },
  ])
})

test('the cookie is for scripts and foreign pages out of reach, and nothing of the provider stays in the browser', async () => {
  const answer = await browser.ask((await callback()).href)
  const cookies = answer.headers.getSetCookie()
  expect(cookies.find((line) => line.startsWith('gg_session='))).toMatch(/HttpOnly; SameSite=Strict/)
  expect([...browser.cookiesOf(home).keys()]).toEqual(['gg_session'])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('location')).toBe(`${home}/#/`)
})

test('whoever comes again is the same person, whatever name the provider has for them now, with the role of now', async () => {
  await signOn()
  const first = browser
  provider.person = { ...li, preferred_username: 'Ada', groups: ['gauge-admins'] }
  browser = new JarBrowser()
  await signOn()
  expect(await session()).toMatchObject({ name: 'li.na', role: 'admin' })
  expect(kept().map(({ name }) => name)).toEqual(['Ada', 'li.na'])
  // The session of the other role is over.
  expect(await session(first)).toMatchObject({ name: '', role: null })
})

test('whoever has lost every role at the provider is let in no more, and keeps no session of the role before', async () => {
  await signOn()
  const first = browser
  provider.person = { ...li, groups: [] }
  browser = new JarBrowser()
  expect((await signOn()).search).toBe('?sign_on=role')
  expect(await session(first)).toMatchObject({ name: '', role: null })
})

test('a session of which the provider did not tell its own ends with the person', async () => {
  await signOn()
  const of = { issuer: provider.issuer, subject: 'u-1' }
  const token = await gate.signOn(of, null, '10.0.0.1')
  expect(gate.endSignOns(provider.issuer, { subject: null, sid: 'another' })).toBe(0)
  gate.endSignOns(provider.issuer, { subject: 'u-1', sid: 'another' })
  expect(gate.bySession(token!)).toBeNull()
})

test('a list of accounts that gives no answer leads to the page and its sentence, not to a fault of the server', async () => {
  const { access } = sources
  sources.access = () => Promise.reject(new Error('the thread is gone'))
  try {
    expect((await signOn()).href).toBe(`${home}/?sign_on=busy#/`)
  } finally {
    sources.access = access
  }
})

test.each([
  ['taken', 'a name that a local account has', { ...li, sub: 'u-2', preferred_username: 'ADA' }],
  ['name', 'no name', { ...li, sub: 'u-3', preferred_username: undefined }],
  ['name', 'a name that no account can have', { ...li, sub: 'u-3', preferred_username: '<b>' }],
  ['role', 'no group that has a role', { ...li, sub: 'u-4', groups: ['staff'] }],
  ['role', 'a group that is named like a member of every object', { ...li, sub: 'u-4', groups: ['constructor'] }],
  ['denied', 'a person who says no', null],
])('nobody is let in, with the reason %s, for %s', async (kind, _why, who) => {
  provider.person = who
  const page = await signOn()
  expect(page.href).toBe(`${home}/?sign_on=${kind}#/`)
  expect(await session()).toMatchObject({ name: '' })
  expect(kept().map(({ name }) => name)).toEqual(['Ada'])
  expect(sources.notes).toEqual([
    { act: 'sign_in_refused', actor: '', subject: `127.0.0.1, by single sign-on: ${kind}` },
  ])
})

test('an account that is disabled here stays outside, and a session of it ends', async () => {
  await signOn()
  changePeople(dataDir, (people) => people.map((one) => ({ ...one, disabled: one.name === 'li.na' })))
  gate.configure(kept())
  expect(await session()).toMatchObject({ name: '' })
  expect((await signOn(new JarBrowser())).search).toBe('?sign_on=disabled')
})

test('the last administrator does not become another role by what the provider says', async () => {
  provider.person = { ...li, groups: ['gauge-admins'] }
  await signOn()
  changePeople(dataDir, (people) => people.filter(({ name }) => name !== 'Ada'))
  gate.configure(kept())
  provider.person = li
  expect((await signOn(new JarBrowser())).search).toBe('?sign_on=busy')
  expect(kept()).toMatchObject([{ name: 'li.na', role: 'admin' }])
})

test('an answer that another browser began signs nobody in there: no code of an attacker is taken (RFC 9700 §4.7)', async () => {
  const victim = new JarBrowser()
  const answer = await victim.ask((await callback()).href)
  expect(answer.headers.get('location')).toBe(`${home}/?sign_on=expired#/`)
  // One that has begun a sign-in of its own refuses it for its state.
  await callback(victim)
  const other = await victim.ask((await callback(new JarBrowser())).href)
  expect(other.headers.get('location')).toBe(`${home}/?sign_on=invalid#/`)
  expect(await session(victim)).toMatchObject({ name: '' })
})

test('an answer works once', async () => {
  const { href } = await callback()
  await browser.ask(href)
  const again = await browser.ask(href)
  expect(again.headers.get('location')).toBe(`${home}/?sign_on=expired#/`)
})

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '@evil.example',
  'javascript:alert(1)',
  '#/a\r\nset-cookie: a=b',
])('nobody is led to %j (RFC 9700 §4.11)', async (to) => {
  expect((await signOn(browser, to)).href).toBe(`${home}/#/`)
})

test('what goes to the provider has PKCE with S256, state, nonce, the registered address, and no secret (RFC 9700 §2.1)', async () => {
  const answer = await browser.ask(`${home}/api/v1/session/oidc`)
  expect(answer.status).toBe(303)
  const url = new URL(answer.headers.get('location')!)
  expect(url.origin).toBe(provider.issuer)
  const asked = Object.fromEntries(url.searchParams)
  expect(asked).toEqual({
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: `${home}/api/v1/session/oidc/callback`,
    scope: 'openid profile',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  const next = await browser.ask(`${home}/api/v1/session/oidc`)
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(new URL(next.headers.get('location')!).searchParams.get(name)).not.toBe(asked[name])
  }
})

test('the way back is the registered one, whatever a request says of where it came to (RFC 9700 §4.1, §4.13)', async () => {
  const said = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
  const answer = await browser.ask(`${home}/api/v1/session/oidc?redirect_uri=https://evil.example/`, { headers: said })
  const asked = new URL(answer.headers.get('location')!).searchParams
  expect(asked.getAll('redirect_uri')).toEqual([`${home}/api/v1/session/oidc/callback`])
})

test('headers by which a proxy could name somebody sign nobody in (RFC 9700 §4.13)', async () => {
  const headers = {
    'x-forwarded-user': 'Ada',
    'x-remote-user': 'Ada',
    'remote-user': 'Ada',
    'x-auth-request-user': 'Ada',
  }
  const answer = await browser.ask(`${home}/api/v1/session`, { headers })
  expect(await answer.json()).toMatchObject({ name: '' })
})

test('code and state stay in no address, no referrer, no cache and no frame (RFC 9700 §4.2, §4.3, §4.16)', async () => {
  const answer = await browser.ask((await callback()).href)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`${home}/#/`)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('x-frame-options')).toBe('DENY')
})

test('the browser goes with GET and its body stays behind, to the provider and back (RFC 9700 §4.12)', async () => {
  expect((await browser.ask(`${home}/api/v1/session/oidc`)).status).toBe(303)
  expect((await browser.ask((await callback()).href)).status).toBe(303)
})

test('an answer comes by its address alone: no form and no script of another page brings one (RFC 9700 §4.17)', async () => {
  const { href, search } = await callback()
  const form = {
    method: 'POST',
    body: search.slice(1),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  const posted = await browser.ask(href.replace(search, ''), form)
  expect(posted.status).toBeGreaterThanOrEqual(400)
  expect(await session()).toMatchObject({ name: '' })
})

test('a request whose challenge somebody took out on the way is refused (PKCE downgrade, RFC 9700 §4.8)', async () => {
  const url = new URL((await browser.ask(`${home}/api/v1/session/oidc`)).headers.get('location')!)
  url.searchParams.delete('code_challenge')
  url.searchParams.delete('code_challenge_method')
  const page = await browser.go(url.href, isHome).catch(() => null)
  if (page !== null) expect(page.search).toMatch(/^\?sign_on=/)
  expect(await session()).toMatchObject({ name: '' })
})

test('tokens of the provider open nothing here, and none is asked for beyond the sign-in (RFC 9700 §4.9, §4.10, §4.14)', async () => {
  const asked = new URL((await browser.ask(`${home}/api/v1/session/oidc`)).headers.get('location')!).searchParams
  expect(asked.get('scope')!.split(' ')).not.toContain('offline_access')
  for (const token of ['an-access-token', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1LTEifQ.x']) {
    const answer = await browser.ask(`${home}/api/v1/plants`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(401)
  }
})

test('the provider ends a session of its own, and no other', async () => {
  const other = new JarBrowser()
  await signOn()
  await signOn(other)
  const [one, two] = sessions.map(({ sid }) => sid)
  expect(one).toMatch(/./)
  expect(two).not.toBe(one)
  await provider.logout('u-1', one!)
  const names = [await session(), await session(other)].map(({ name }) => name)
  expect(names.toSorted()).toEqual(['', 'li.na'])
  expect(sources.notes.at(-1)).toEqual({
    act: 'signed_out',
    actor: 'li.na',
    subject: 'by the provider of single sign-on',
  })
  expect(provider.errors).toEqual([])
})

test('a password signs nobody in to such an account, and local accounts go on while the provider is down', {
  tags: ['slow'],
}, async () => {
  await signOn()
  const body = (name: string, password: string) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  })
  const at = `${home}/api/v1/session`
  for (const password of ['', 'li.na', 'u-1', CLIENT.secret]) {
    expect((await new JarBrowser().ask(at, body('li.na', password))).status).toBe(401)
  }
  expect((await new JarBrowser().ask(at, body('Ada', 'secret of Ada'))).status).toBe(200)
})

test('strangers who ask over and over do not fill the log', async () => {
  lines.length = 0
  for (let i = 0; i < 50; i++) {
    const answer = await new JarBrowser().ask(`${home}/api/v1/session/oidc/callback?code=x&state=y`)
    expect(answer.headers.get('location')).toContain('sign_on=expired')
  }
  expect(lines.filter((line) => line.includes('single sign-on was refused')).length).toBeLessThanOrEqual(1)
})
