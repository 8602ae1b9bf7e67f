import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { FEED_SUBPROTOCOL } from '../../src/base/wire.js'
import { gatewayOf, requestGateway } from '../../src/commands/client/call-gateway.js'
import { addUserCommand } from '../../src/commands/user/user.js'
import type { SessionAnswer, TicketAnswer } from '../../src/views/wire/session.js'
import { runCommand } from '../support/command.js'
import { removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { loaded } from '../support/loaded.js'

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config: { auth: { required: true } } })
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const configFile = () => join(gateway.dir, 'greengauge.yaml')
const fileOf = (name: string) => join(gateway.dataDir, 'access', name)

/** Runs `greengauge user`, and waits until the gateway has taken it over by itself. */
async function user(...args: readonly string[]): Promise<string> {
  const before = gateway.log().length
  const { stdout, stderr, code } = await runCommand(addUserCommand, ['user', ...args, '--config', configFile()])
  expect(code, stderr).toBe(0)
  await until(() => gateway.log().slice(before).includes('changed: accounts of people.'))
  return stdout.trim()
}

function ask(path: string, headers: Readonly<Record<string, string>>, init: RequestInit = {}): Promise<Response> {
  return fetch(`${gateway.httpUrl}/api/v1${path}`, { ...init, headers: { origin: gateway.httpUrl, ...headers } })
}

async function cookieFor(name: string, password: string): Promise<string> {
  const answer = await ask(
    '/session',
    { 'content-type': 'application/json' },
    { method: 'POST', body: JSON.stringify({ name, password }) },
  )
  expect(answer.status, await answer.clone().text()).toBe(200)
  return answer.headers.get('set-cookie')!.split(';')[0]!
}

/** Contents of all files below the data directory as one text, to look for what stands there in clear. */
function contents(dir: string): string {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

test('people come in by what the gateway has said once, and by nothing that it keeps', async () => {
  const [, password = ''] = /name admin, password (\S+)/.exec(gateway.log()) ?? []
  expect(password).toMatch(/^[a-z2-9-]{27}$/)
  for (const path of ['/plants', '/gateway/status', '/openapi.json']) expect((await ask(path, {})).status).toBe(401)
  const admin = await cookieFor('admin', password)
  expect(await (await ask('/session', { cookie: admin })).json()).toMatchObject({
    name: 'admin',
    role: 'admin',
    required: true,
  } satisfies Partial<SessionAnswer>)

  // Commands on this machine ask by what only its owner can read.
  expect(statSync(fileOf('local-token')).mode & 0o777).toBe(0o600)
  const { config } = loaded(configFile())
  expect((await requestGateway(gatewayOf(config), '/api/v1/ledger')).status).toBe(200)

  const secret = join(gateway.dir, 'password')
  writeFileSync(secret, 'a password for wang\n', { mode: 0o600 })
  await user('add', 'wang.wei', '--role', 'operator', '--password-file', secret)
  const token = await user('token', 'add', 'wang.wei', 'mes')
  const cookie = await cookieFor('wang.wei', 'a password for wang')
  expect((await ask('/plants', { authorization: `Bearer ${token}` })).status).toBe(200)
  expect((await ask('/ledger', { cookie })).status).toBe(403)

  const { ticket } = (await (await ask('/tickets', { cookie }, { method: 'POST' })).json()) as TicketAnswer
  const feed = new WebSocket(`${gateway.httpUrl.replace('http', 'ws')}/ws/v1?ticket=${ticket}`, FEED_SUBPROTOCOL)
  await new Promise((resolve) => feed.once('message', resolve))

  // A restart signs nobody out, and says no password again.
  const closed = new Promise((resolve) => feed.once('close', resolve))
  const before = readFileSync(fileOf('local-token'), 'utf8')
  await gateway.stop()
  expect(await closed).toBe(1001)
  gateway = await gateway.restart()
  expect(gateway.log()).not.toContain('password')
  expect(readFileSync(fileOf('local-token'), 'utf8')).not.toBe(before)
  await until(async () => (await ask('/plants', { cookie })).status === 200)
  const again = new WebSocket(`${gateway.httpUrl.replace('http', 'ws')}/ws/v1`, FEED_SUBPROTOCOL, {
    headers: { cookie },
  })
  await new Promise((resolve) => again.once('message', resolve))

  const out = new Promise((resolve) => again.once('close', resolve))
  await user('disable', 'wang.wei')
  expect(await out).toBe(4401)
  expect((await ask('/plants', { cookie })).status).toBe(401)
  expect((await ask('/plants', { authorization: `Bearer ${token}` })).status).toBe(401)
  expect((await ask('/plants', { cookie: admin })).status).toBe(200)

  const [, machine = ''] = /(ggp_\S+)/.exec(readFileSync(fileOf('local-token'), 'utf8')) ?? []
  // While it runs, files come and go.
  await gateway.stop()
  const everything = contents(gateway.dataDir).replaceAll(machine, '') + gateway.log()
  for (const clear of [password, token, admin.split('=')[1]!, cookie.split('=')[1]!, 'a password for wang']) {
    expect(everything.includes(clear), clear.slice(0, 4)).toBe(false)
  }
})
