// @module-tag slow

import { randomUUID } from 'node:crypto'
import { generateKeyPair, type JWTPayload, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { oidcOptions } from '../../../src/access/single-sign-on/options.js'
import { PENDING_MAX, PENDING_MS, PENDING_OF_NETWORK_MAX } from '../../../src/access/single-sign-on/pending.js'
import { SingleSignOn } from '../../../src/access/single-sign-on/provider.js'
import type { SignOnFault } from '../../../src/access/single-sign-on/sign-on-fault.js'
import { FakeOpenidProvider } from '../../support/fake-openid-provider.js'
import { HandClock } from '../views/hand-clock.js'

/** Attacks on single sign-on, most of them those of RFC 9700 §4 and of OpenID Connect Back-Channel Logout 1.0 §2.6. */

const SECRET = 'a-secret-of-the-client-7d1e'
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

let provider: FakeOpenidProvider
let clock: HandClock
let signOn: SingleSignOn

beforeEach(async () => {
  provider = await FakeOpenidProvider.start()
  clock = new HandClock(new Date().toISOString())
  signOn = new SingleSignOn(
    oidcOptions.parse({
      issuer: provider.issuer,
      client_id: 'greengauge',
      client_secret: SECRET,
      public_url: 'https://gauge.example',
      roles: { auditor: ['energy-audit'] },
    }),
    clock,
  )
})
afterEach(() => provider.stop())

/** A whole sign-in, with what the browser brings back changed on the way. */
async function signedOn(changed: (query: URLSearchParams) => void = () => undefined) {
  const { url, token } = await signOn.begin('#/', '10.0.0')
  const query = provider.approve(url)
  changed(query)
  return signOn.finish({ token, search: `?${query}` })
}

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (fault: SignOnFault) => {
      expect(fault.message).not.toContain(SECRET)
      expect(fault.message).not.toMatch(/eyJ|an-access-token|a-code/)
      return fault.kind
    },
  )

test('the fake is right unless it is told to lie', async () => {
  expect(await signedOn()).toEqual({
    person: { subject: 'u-1', sid: 's-1', name: 'li.na', role: 'auditor' },
    to: '#/',
  })
  expect(provider.asked[0]?.get('redirect_uri')).toBe('https://gauge.example/api/v1/session/oidc/callback')
})

test.each<[string, (query: URLSearchParams) => void]>([
  ['another state (CSRF, §4.7)', (query) => query.set('state', 'x'.repeat(43))],
  ['no state', (query) => query.delete('state')],
  ['two states', (query) => query.append('state', 'x')],
  ['the issuer of another provider (mix-up, §4.4)', (query) => query.set('iss', 'https://other.example')],
  ['no issuer, though the provider names itself in answers', (query) => query.delete('iss')],
  ['a code of another sign-in (code injection, §4.5)', (query) => query.set('code', 'stolen')],
  [
    'an access token in place of a code (token injection, §4.6)',
    (query) => {
      query.delete('code')
      query.set('access_token', 'an-access-token')
      query.set('token_type', 'bearer')
    },
  ],
  [
    'an ID token in the address in place of a code (§4.17)',
    (query) => {
      query.delete('code')
      query.set('id_token', 'eyJhbGciOiJub25lIn0.e30.')
    },
  ],
  ['an error that the provider did not mean', (query) => query.set('error', 'server_error')],
])('an answer with %s signs nobody in', async (_what, changed) => {
  const { url } = await signOn.begin('#/', '10.0.0')
  provider.approve(url, 'stolen')
  expect(await faultOf(signedOn(changed))).toBe('invalid')
})

const nowS = () => Math.floor(Date.now() / 1000)

test.each<[string, (claims: JWTPayload) => JWTPayload]>([
  ['of another issuer', (claims) => ({ ...claims, iss: 'https://other.example' })],
  ['for another client', (claims) => ({ ...claims, aud: 'another' })],
  ['for several clients that is not meant for us', (claims) => ({ ...claims, aud: ['greengauge', 'x'], azp: 'x' })],
  ['of another sign-in (nonce, §4.5.3.2)', (claims) => ({ ...claims, nonce: 'x'.repeat(43) })],
  ['without a nonce', ({ nonce: _nonce, ...claims }) => claims],
  [
    'that is an access token of a program that calls itself like a person (§4.15)',
    ({ nonce: _nonce, ...claims }) => ({
      ...claims,
      sub: 'greengauge',
      client_id: 'greengauge',
      aud: 'https://api.example',
    }),
  ],
  ['that is over', (claims) => ({ ...claims, iat: nowS() - 7_200, exp: nowS() - 3_600 })],
  ['that does not end', ({ exp: _exp, ...claims }) => claims],
  ['of nobody', ({ sub: _sub, ...claims }) => claims],
])('an ID token %s signs nobody in', async (_what, claims) => {
  provider.claims = claims
  expect(await faultOf(signedOn())).toBe('invalid')
})

test.each<[string, (claims: JWTPayload) => Promise<string>]>([
  ['without a signature', async (claims) => new UnsecuredJWT(claims).encode()],
  ['signed by somebody else', async (claims) => provider.signed(claims, (await generateKeyPair('RS256')).privateKey)],
  [
    'signed with the secret of the client in place of a key',
    (claims) => provider.signed(claims, new TextEncoder().encode(SECRET.padEnd(32, '.')), 'HS256'),
  ],
  [
    'changed behind its signature',
    async (claims) => {
      const [head, , signature] = (await provider.signed(claims, provider.key)).split('.')
      const body = Buffer.from(JSON.stringify({ ...claims, groups: ['energy-audit', 'x'] })).toString('base64url')
      return [head, body, signature].join('.')
    },
  ],
])('an ID token %s signs nobody in', async (_what, sign) => {
  provider.sign = sign
  expect(await faultOf(signedOn())).toBe('invalid')
})

test('a subject that the list of accounts could not hold signs nobody in', async () => {
  provider.claims = (claims) => ({ ...claims, sub: 'x'.repeat(256) })
  expect(await faultOf(signedOn())).toBe('invalid')
})

test('an answer without an ID token signs nobody in', async () => {
  provider.tokens = ({ id_token: _none, ...tokens }) => tokens
  expect(await faultOf(signedOn())).toBe('invalid')
})

test('a provider that calls itself otherwise, or is not there, is no provider; after a moment it is asked again', async () => {
  provider.metadata = (right) => ({ ...right, issuer: 'https://other.example' })
  expect(await faultOf(signedOn())).toBe('unreachable')
  provider.metadata = (right) => right
  expect(await faultOf(signedOn())).toBe('unreachable')
  await clock.advance(6_000)
  expect(await faultOf(signedOn())).toBe('none')
})

test('a sign-in that takes too long is over, and one network cannot make all others be forgotten', async () => {
  const first = await signOn.begin('#/', '10.0.0')
  const query = provider.approve(first.url)
  for (let i = 0; i <= PENDING_OF_NETWORK_MAX; i++) await signOn.begin('#/', '10.0.9')
  expect(PENDING_OF_NETWORK_MAX).toBeLessThan(PENDING_MAX)
  expect(await faultOf(signOn.finish({ token: first.token, search: `?${query}` }))).toBe('none')
  const late = await signOn.begin('#/', '10.0.0')
  await clock.advance(PENDING_MS)
  expect(await faultOf(signOn.finish({ token: late.token, search: `?${provider.approve(late.url)}` }))).toBe('expired')
})

test.each([
  ['an array', ['energy-audit'], 'none'],
  ['one text', 'energy-audit', 'none'],
  ['a part of a text', 'energy-audit-readers', 'role'],
  ['an object', { 'energy-audit': true }, 'role'],
  ['nested arrays', [['energy-audit']], 'role'],
])('groups as %s give the role that they name, and no other', async (_what, groups, kind) => {
  provider.claims = (claims) => ({ ...claims, groups })
  expect(await faultOf(signedOn())).toBe(kind)
})

const logout = (more: JWTPayload = {}): JWTPayload => ({
  iss: provider.issuer,
  aud: 'greengauge',
  iat: nowS(),
  exp: nowS() + 120,
  jti: randomUUID(),
  sub: 'u-1',
  sid: 's-1',
  events: { [EVENT]: {} },
  ...more,
})

function without(...names: readonly string[]): JWTPayload {
  return Object.fromEntries(Object.entries(logout()).filter(([name]) => !names.includes(name)))
}

test('a token of a logout names a person and a session, and works once', async () => {
  const token = await provider.signed(logout(), provider.key)
  expect(await signOn.ended(token)).toEqual({ subject: 'u-1', sid: 's-1' })
  expect(await faultOf(signOn.ended(token))).toBe('invalid')
})

test('a provider that writes its name with a slash at the end, unlike the setting, signs people in and out', async () => {
  const iss = `${provider.issuer}/`
  provider.metadata = (right) => ({ ...right, issuer: iss })
  provider.claims = (claims) => ({ ...claims, iss })
  expect(await faultOf(signedOn((query) => query.set('iss', iss)))).toBe('none')
  const token = await provider.signed(logout({ iss }), provider.key)
  expect(await faultOf(signOn.ended(token))).toBe('none')
})

test.each<[string, () => JWTPayload]>([
  ['of another issuer', () => logout({ iss: 'https://other.example' })],
  ['for another client', () => logout({ aud: 'another' })],
  ['with a nonce: an ID token', () => logout({ nonce: 'n' })],
  ['without the event', () => logout({ events: {} })],
  ['with the event as a text', () => logout({ events: { [EVENT]: 'yes' } })],
  ['that names nobody', () => without('sub', 'sid')],
  ['without an id', () => without('jti')],
  ['of an hour ago', () => logout({ iat: nowS() - 3_600 })],
  ['that is over', () => logout({ exp: nowS() - 300 })],
])('a logout token %s ends nothing', async (_what, claims) => {
  expect(await faultOf(signOn.ended(await provider.signed(claims(), provider.key)))).toBe('invalid')
})

test('a logout token that anybody could have made ends nothing', async () => {
  const shared = new TextEncoder().encode(SECRET.padEnd(32, '.'))
  const other = (await generateKeyPair('RS256')).privateKey
  for (const token of [
    'no token',
    new UnsecuredJWT(logout()).encode(),
    await provider.signed(logout(), shared, 'HS256'),
    await provider.signed(logout(), other),
  ]) {
    expect(await faultOf(signOn.ended(token))).toBe('invalid')
  }
})
