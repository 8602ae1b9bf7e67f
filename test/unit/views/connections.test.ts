// @module-tag slow

import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import pino from 'pino'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { hashPassword } from '../../../src/access/password.js'
import { originOf } from '../../../src/access/places/origin.js'
import { digestOf } from '../../../src/access/token.js'
import { FairConcurrencyLimit } from '../../../src/views/fair-concurrency-limit.js'
import { startViews, type ViewOptions, type Views } from '../../../src/views/views.js'
import { askAt, bearer } from '../../support/ask.js'
import { person, testGate } from '../../support/gate.js'
import { SOON } from '../../support/soon.js'
import { FakeSources } from './fake-sources.js'

/** Connections of HTTP of those who are not signed in, against those who are. */

const since = '2026-01-01T00:00:00Z'
let views: Views | undefined

async function start(options: Partial<ViewOptions> = {}, names: readonly string[] = []): Promise<number> {
  const sources = new FakeSources()
  sources.checks = [{ name: 'disk', ok: true, reason: '400 GB free' }]
  const password = await hashPassword('secret of li', { ln: 12, r: 8, p: 1 })
  const people = [await person('li', 'operator', { password, tokens: [{ name: 't', sha256: digestOf('li'), since }] })]
  for (const name of names) people.push(await person(name, 'operator', { password }))
  sources.gate = testGate({ clock: sources.clock, people })
  const http = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere', ...options }
  views = await startViews(http, sources, pino({ level: 'silent' }))
  return views.port
}
afterEach(() => views?.close())

async function from(address: string, port: number): Promise<Socket & { said: string }> {
  const socket = Object.assign(dial({ port, host: '127.0.0.1', localAddress: address }), { said: '' })
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    socket.said += chunk.toString()
  })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

const GET = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`
const AS_LI = 'Authorization: Bearer li\r\n'
const answered = (socket: { said: string }, times: number) =>
  vi.waitFor(() => expect(socket.said.split('HTTP/1.1 200').length - 1).toBe(times), SOON)

test.each([
  ['silent', ''],
  ['kept alive', GET('/livez')],
  ['half asked', 'GET /livez HTTP/1.1\r\nHost: x\r\n'],
])('four hundred connections of one address that are %s leave room for all others', async (_, bytes) => {
  const port = await start({ unproved: 40 })
  const li = await from('127.7.0.1', port)
  li.write(GET('/api/v1/plants', AS_LI))
  await answered(li, 1)
  const crowd = await Promise.all(Array.from({ length: 400 }, () => from('127.7.0.1', port)))
  for (const socket of crowd) if (bytes !== '') socket.write(bytes)
  // A connection that is signed in stays, though it is of the same address; and anybody else comes in.
  li.write(GET('/api/v1/plants', AS_LI))
  await answered(li, 2)
  const other = await from('127.0.0.2', port)
  other.write(GET('/livez'))
  await answered(other, 1)
  const { text } = await askAt(port, '/metrics')
  expect(Number(/greengauge_http_dropped_total\{reason="unproved"\} (\d+)/.exec(text)?.[1])).toBeGreaterThan(300)
})

test('an account with more connections than there are loses its oldest, and another account none', async () => {
  const port = await start({ connections: 10 })
  const all = await Promise.all(Array.from({ length: 15 }, () => from('127.0.0.1', port)))
  for (const socket of all) {
    socket.write(GET('/api/v1/plants', AS_LI))
    await answered(socket, 1)
  }
  await vi.waitFor(
    () => expect(all.map(({ destroyed }) => destroyed)).toEqual([...Array(5).fill(true), ...Array(10).fill(false)]),
    SOON,
  )
})

test('between questions a connection stays for a moment longer than it says, and for longer when somebody is signed in on it', async () => {
  const port = await start()
  const [anybody, li] = [await from('127.0.0.1', port), await from('127.0.0.1', port)]
  const closed = once(anybody, 'close')
  // Its time begins before the answer is seen here.
  const sinceMs = performance.now()
  anybody.write(GET('/livez'))
  li.write(GET('/api/v1/plants', AS_LI))
  await answered(anybody, 1)
  await answered(li, 1)
  expect([anybody, li].map(({ said }) => /keep-alive: (.*)/i.exec(said)?.[1])).toEqual(['timeout=5', 'timeout=72'])
  await closed
  // A proxy that sends a question at the last moment it was told finds the connection open still.
  expect(performance.now() - sinceMs).toBeGreaterThan(6000)
  expect(li.destroyed).toBe(false)
})

test('connections of a proxy are those of many people', async () => {
  const port = await start({ unproved: 10, proxies: ['127.7.0.0/24'] })
  const proxy = await Promise.all(Array.from({ length: 30 }, () => from('127.7.0.9', port)))
  for (const socket of proxy) socket.write(GET('/livez'))
  for (const socket of proxy) await answered(socket, 1)
})

test.each([
  ['/metrics', 401],
  ['/docs', 401],
  ['/livez', 200],
])('a page whose name was pointed at this machine learns nothing of %s', async (path, status) => {
  const port = await start()
  const rebound = await askAt(port, path, { headers: { host: `evil.example:${port}` } })
  expect(rebound.status).toBe(status)
  expect(rebound.text).not.toMatch(/greengauge_|swagger/i)
  expect((await askAt(port, path, { headers: { host: `evil.example:${port}`, ...bearer('li') } })).status).toBeLessThan(
    400,
  )
})

test('the reasons of /readyz are not for a page whose name was pointed at this machine', async () => {
  const port = await start()
  const reasons = async (host: string): Promise<string[]> => {
    const { text } = await askAt(port, '/readyz?verbose', { headers: { host } })
    return (JSON.parse(text) as { checks: { reason: string }[] }).checks.map(({ reason }) => reason)
  }
  expect((await reasons(`localhost:${port}`)).some((reason) => reason !== '')).toBe(true)
  expect((await reasons('evil.example')).every((reason) => reason === '')).toBe(true)
})

test('a hundred networks that try passwords keep nobody out who has signed in from theirs before', async () => {
  const port = await start({ proxies: ['127.0.0.1'] })
  const signIn = (ip: string, password: string) =>
    askAt(port, '/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
      body: JSON.stringify({ name: 'li', password }),
    })
  expect((await signIn('192.168.1.7', 'secret of li')).status).toBe(200)
  const crowd = Array.from({ length: 100 }, (_, i) => signIn(`10.${i}.0.1`, 'wrong'))
  // From another address of the same network, as after a restart of the router.
  const owner = await signIn('192.168.1.99', 'secret of li')
  expect(owner.status).toBe(200)
  const statuses = new Set((await Promise.all(crowd)).map(({ status }) => status))
  expect([...statuses].every((status) => [401, 429, 503].includes(status))).toBe(true)
})

test('a shift of eighty behind one address signs in at once', async () => {
  const names = Array.from({ length: 80 }, (_, i) => `worker-${i}`)
  const port = await start({}, names)
  const all = await Promise.all(
    names.map((name) =>
      askAt(port, '/api/v1/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password: `secret of li` }),
      }),
    ),
  )
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
})

/** Tries that each take a turn, and what became of them. */
function signingIn(options: { waitingMax: number; waitingOfNetworkMax: number; waitingOfHostMax?: number }) {
  let dropped = 0
  const turns = new FairConcurrencyLimit({ atOnce: 1, waitingOfHostMax: 60, ...options, dropped: () => (dropped += 1) })
  const ends: (() => void)[] = []
  const order: string[] = []
  const comes = (name: string, address: string, isKnown = false, hungUp?: AbortSignal): Promise<string> =>
    turns
      .take(
        { origin: originOf(address), address, isKnown },
        () => {
          order.push(name)
          return new Promise<void>((resolve) => ends.push(resolve))
        },
        hungUp,
      )
      .then(
        () => 'in',
        (error: { status?: number }) => String(error.status ?? error),
      )
  const finish = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      ends.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { comes, finish, order, dropped: () => dropped }
}

test('who hangs up while they wait leave their place and their turn to others', async () => {
  const { comes, finish, order } = signingIn({ waitingMax: 2, waitingOfNetworkMax: 2, waitingOfHostMax: 2 })
  const hangUp = new AbortController()
  const first = comes('first', '10.0.0.1', true, hangUp.signal)
  const gone = [1, 2].map((i) => comes(`gone ${i}`, '10.0.0.1', true, hangUp.signal))
  expect(await comes('too many', '10.0.0.1', true)).toBe('503')
  hangUp.abort()
  expect(await Promise.all(gone)).toEqual(['503', '503'])
  const next = comes('next', '10.0.0.1', true)
  await finish(2)
  expect([await first, await next, order]).toEqual(['in', 'in', ['first', 'next']])
})

test('who signs in waits for their own network, not for all that try', async () => {
  const { comes, finish, order } = signingIn({ waitingMax: 60, waitingOfNetworkMax: 60 })
  void comes('first', '10.0.0.1')
  for (let i = 0; i < 40; i++) void comes(`crowd ${i}`, `10.0.0.${i}`)
  void comes('owner', '192.168.1.7')
  await finish(3)
  expect(order.indexOf('owner')).toBeLessThanOrEqual(2)
})

test('of many networks the owner is let in all the same, at once where somebody has signed in from before', async () => {
  const { comes, finish, order, dropped } = signingIn({ waitingMax: 10, waitingOfNetworkMax: 5 })
  void comes('first', '10.0.0.1')
  for (let i = 0; i < 200; i++) void comes(`crowd ${i}`, `10.${i}.0.1`)
  const owner = comes('owner', '192.168.1.7', true)
  await finish(1)
  expect(order).toEqual(['first', 'owner'])
  await finish(1)
  expect([await owner, dropped()]).toEqual(['in', 191])
})

test('a network of which too many wait is told so', async () => {
  const { comes } = signingIn({ waitingMax: 60, waitingOfNetworkMax: 5 })
  void comes('first', '10.0.0.1')
  const all = Array.from({ length: 8 }, (_, i) => comes(`crowd ${i}`, `10.0.0.${i}`))
  expect(await Promise.all(all.slice(5))).toEqual(['503', '503', '503'])
})

test('who asks a thousand times by one name waits for themselves, and is told when to ask again', async () => {
  const { comes, finish, order } = signingIn({ waitingMax: 60, waitingOfNetworkMax: 40, waitingOfHostMax: 3 })
  void comes('first', '10.0.0.1')
  const crowd = Array.from({ length: 1000 }, (_, i) => comes(`crowd ${i}`, '10.0.0.1'))
  const other = comes('other', '10.0.0.2')
  expect((await Promise.all(crowd.slice(3))).every((answer) => answer === '503')).toBe(true)
  await finish(3)
  await other
  expect(order.slice(0, 3)).toEqual(['first', 'crowd 0', 'other'])
})
