// @module-tag slow

import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askAt, bearer, cookieOf } from '../support/ask.js'
import { type AssistantWorld, assistantWorld } from '../support/assistant-world.js'

/** Foreign pages, odd requests and odd tokens at the door for assistants. */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const RANGE = { from: '2026-01-05', to: '2026-01-07' }

let world: AssistantWorld
let port: number

beforeAll(async () => {
  world = await assistantWorld()
  port = Number(new URL(world.gateway.httpUrl).port)
})
afterAll(async () => world?.close())

const message = (method: string, params: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
const called = (name: string, args: object) => message('tools/call', { name, arguments: args })
const LISTED = message('tools/list', {})
const TYPES = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

async function posted(body: string, headers: Readonly<Record<string, string>>) {
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return askAt(port, '/mcp', { method: 'POST', body, headers: { ...TYPES, ...length, ...headers } })
}

test('a session asks from pages of the gateway alone, and as JSON alone', async () => {
  const own = { origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` }
  const signIn = JSON.stringify({ name: 'operator', password: 'a password for operator' })
  const session = await askAt(port, '/api/v1/session', { method: 'POST', body: signIn, headers: { ...TYPES, ...own } })
  const cookie = cookieOf(session)
  expect((await posted(LISTED, { ...own, cookie })).status).toBe(200)
  for (const [status, headers] of [
    [403, { cookie }],
    [403, { cookie, origin: 'null' }],
    [403, { cookie, origin: 'https://pages.example' }],
    [415, { ...own, cookie, 'content-type': 'text/plain' }],
  ] as const) {
    expect((await posted(LISTED, headers)).status, JSON.stringify(headers)).toBe(status)
  }
})

test.each(['a b', 'user:pw@pages.example', '"><script>', 'a/b?c'])(
  'the host %j is refused as what it is, and is no fault of the gateway',
  async (host) => {
    const { status, text } = await posted(LISTED, { ...bearer(world.tokens.operator), host })
    expect([status, text.includes('Host')]).toEqual([400, true])
    expect(world.gateway.log()).not.toContain('a request failed')
  },
)

test('messages leave nothing in the log', async () => {
  const before = world.gateway.log().length
  for (let i = 0; i < 5; i++) expect((await posted(LISTED, bearer(world.tokens.operator))).status).toBe(200)
  expect(world.gateway.log().slice(before)).toBe('')
})

test.each([
  ['half of a character', 'device', { plant: 'works', device: '\ud800' }],
  ['two lines as one', 'explain_kpi', { plant: 'works', kpi: 'oee', scope: 'line', id: 'press,paint', ...RANGE }],
])('%s is refused as an argument', async (_, tool, args) => {
  const { text } = await posted(called(tool, args), bearer(world.tokens.operator))
  expect(text).toContain('\\"status\\":400')
})

describe('the command', () => {
  const MESSAGES = `${message('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  })}\n${called('list_plants', {})}\n`

  test.each(['ggp_firstSecret\nggp_second', 'ggp_firstSecret…', 'ggp_firstSecret\u0007'])(
    'says that the token %j is none, and does not repeat it',
    async (token) => {
      const env = { PATH: process.env.PATH ?? '', GREENGAUGE_TOKEN: token }
      const command = spawn(process.execPath, [CLI, 'mcp', '--url', world.gateway.httpUrl], { env })
      let said = ''
      for (const stream of [command.stdout, command.stderr]) stream.on('data', (chunk) => (said += chunk))
      command.stdin.write(MESSAGES)
      await expect.poll(() => said).toContain('GREENGAUGE_TOKEN')
      command.stdin.end()
      await new Promise((resolve) => command.once('exit', resolve))
      expect(said).not.toContain('firstSecret')
    },
  )
})

test('those who hang up keep no place from who asks next', async () => {
  const body = called('explain_kpi', { plant: 'works', kpi: 'carbon_per_unit', ...RANGE })
  const head = [
    ...['POST /mcp HTTP/1.1', `host: 127.0.0.1:${port}`, `authorization: Bearer ${world.tokens.operator}`],
    ...Object.entries(TYPES).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
  ].join('\r\n')
  const sockets = Array.from({ length: 60 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  for (const socket of sockets) socket.write(`${head}\r\n\r\n${body}`)
  // The answer of one who was sent away shows that the queue is full.
  await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve))))
  for (const socket of sockets) socket.resetAndDestroy()
  // By the time that the gateway answers this it has seen that they are gone.
  expect((await askAt(port, '/livez')).status).toBe(200)
  expect((await posted(LISTED, bearer(world.tokens.operator))).status).toBe(200)
})

test('a gateway that is stopping says so in its own words', async () => {
  const body = called('explain_kpi', { plant: 'works', kpi: 'carbon_per_unit', ...RANGE })
  const ask = () => posted(body, bearer(world.tokens.operator))
  const asked = Array.from({ length: 20 }, ask)
  const unanswered: string[] = []
  // Each asks again, so that some wait whenever the stop comes; only who asks after that finds nobody.
  const all = asked.map(async (first) => {
    let answer: Awaited<typeof first> | null = await first
    while (answer !== null && !answer.text.includes('isError')) answer = await ask().catch(() => null)
    if (answer !== null) unanswered.push(answer.text)
  })
  await Promise.race(asked)
  const ended = world.gateway.stop()
  await Promise.all(all)
  expect(unanswered.length).toBeGreaterThan(0)
  for (const text of unanswered) expect(text).toContain('it is stopping')
  expect(await ended).toBe(0)
})
