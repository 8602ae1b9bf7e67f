// @module-tag slow
import { spawnSync } from 'node:child_process'
import { chownSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect as dialSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { FEED_NOT_ALLOWED } from '../../src/base/access.js'
import { EXIT } from '../../src/base/exit-codes.js'
import { writeFrame } from '../../src/base/hj212/frame.js'
import { SCOPES, WINDOWS } from '../../src/base/kpi.js'
import { ACCOUNT_ROLES, type AccountRole, mayDo } from '../../src/base/roles.js'
import { FEED_SUBPROTOCOL } from '../../src/base/wire.js'
import type { TicketAnswer } from '../../src/views/wire/session.js'
import { COMMANDS } from '../support/access-commands.js'
import { LISTED_ROUTES, OPEN_FILES, promisedRight, TOPICS } from '../support/access-promises.js'
import { type AccessWorld, accessWorld, type ClientProof, externalBroker, MN, PW } from '../support/access-world.js'
import { type Answered, askAt, bearer } from '../support/ask.js'
import { until } from '../support/gateway.js'
import { ATTACKS, HostileMeter, rightly } from '../support/hostile-meter.js'
import { SOON_MS } from '../support/soon.js'

/**
 * Promises of SECURITY.md for each role and way in, asked of a running gateway: people by every route and feed topic,
 * clients by every topic over every listener, strangers everywhere.
 */

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const roles = Object.keys(ACCOUNT_ROLES) as AccountRole[]
let world: AccessWorld
let external: { readonly port: number; close(): void }
let meter: HostileMeter

beforeAll(async () => {
  external = await externalBroker()
  meter = await HostileMeter.start()
  // One that does not answer is asked more and more seldom.
  meter.answer = rightly(100)
  const broker = { id: 'hall', url: `mqtt://127.0.0.1:${external.port}`, client_id: 'gw', version: 4 }
  world = await accessWorld([broker], meter.port)
})
afterAll(async () => {
  await world.close()
  for (const one of [meter, external]) one.close()
})

const httpPort = () => Number(new URL(world.gateway.httpUrl).port)
const ask = (path: string, headers: Readonly<Record<string, string>>, method = 'GET', body?: string) =>
  askAt(httpPort(), path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
    ...(body === undefined ? {} : { body }),
  })

async function cookieOf(role: AccountRole): Promise<string> {
  const headers = { 'content-type': 'application/json', origin: world.gateway.httpUrl }
  const body = JSON.stringify({ name: role, password: world.passwords[role] })
  const { status, headers: answered, text } = await ask('/api/v1/session', headers, 'POST', body)
  expect(status, text).toBe(200)
  return answered['set-cookie']![0]!.split(';')[0]!
}

/** Each way of saying who one is over HTTP, and the role that it stands for; null for nobody. */
async function visitors(): Promise<[says: string, headers: Record<string, string>, role: AccountRole | null][]> {
  const { tokens, localToken, gateway } = world
  const byCookie = await Promise.all(
    roles.map(async (role): Promise<[string, Record<string, string>, AccountRole]> => {
      return [`${role} by session`, { cookie: await cookieOf(role), origin: gateway.httpUrl }, role]
    }),
  )
  const ofDevice = world.clients.find(({ token }) => token !== undefined)!.token
  // Asked for by a proxy for somebody elsewhere: what the machine itself may see does not matter here.
  const elsewhere = { 'x-forwarded-for': '192.0.2.7' }
  return [
    ['nobody', elsewhere, null],
    ['a made-up token', { ...elsewhere, ...bearer(`ggp_${'a'.repeat(43)}`) }, null],
    ['a disabled account', { ...elsewhere, ...bearer(tokens.disabled) }, null],
    ['the token of a device', { ...elsewhere, ...bearer(ofDevice!) }, null],
    ['a made-up session', { ...elsewhere, cookie: byCookie[0]![1].cookie!.replace(/.{4}$/, 'AAAA') }, null],
    ...roles.map((role): [string, Record<string, string>, AccountRole] => [
      `${role} by token`,
      bearer(tokens[role]),
      role,
    ]),
    ...byCookie,
    ['a command on this machine', bearer(localToken), 'admin'],
    ['its token from elsewhere', { ...bearer(localToken), ...elsewhere }, null],
  ]
}

interface Route {
  readonly method: string
  readonly path: string
  readonly right: string
}

async function routesOf(): Promise<Route[]> {
  const { text } = await ask('/api/v1/openapi.json', bearer(world.tokens.admin))
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { 'x-right'?: string }>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-right': right = 'open' }]) => ({ method, path, right })),
  )
}

describe('people', () => {
  test('each route answers those whose role has its right, however they say who they are, and nobody else', async () => {
    const routes = await routesOf()
    const named = routes.map(({ method, path }) => `${method} ${path}`)
    expect(LISTED_ROUTES.filter((route) => !named.includes(route))).toEqual([])
    const wrong: string[] = []
    const everybody = await visitors()
    for (const { method, path, right } of routes) {
      const route = `${method} ${path}`
      const promised = promisedRight(route)
      if (promised !== right) wrong.push(`${route} needs ${right}, ${promised} was promised`)
      // It would end the session that asks.
      if (route === 'delete /api/v1/session' || promised === null) continue
      const url = path.replace(/\{plant\}/, 'p').replace(/\{\w+\}/g, 'x')
      for (const [who, headers, role] of everybody) {
        const may = promised === 'open' || (role !== null && mayDo(role, promised))
        const answer = await ask(url, headers, method.toUpperCase())
        if (isRefused(answer, role) === may) wrong.push(`${route} by ${who}: ${answer.status}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('pages of another origin change nothing and read no feed, whoever looks at them', async () => {
    const cookie = await cookieOf('admin')
    const foreign = { cookie, origin: 'https://pages.example', 'content-type': 'application/json' }
    for (const { method, path } of (await routesOf()).filter((route) => route.method !== 'get')) {
      const url = path.replace(/\{plant\}/, 'p').replace(/\{\w+\}/g, 'x')
      expect((await ask(url, foreign, method.toUpperCase(), '{}')).status, `${method} ${path}`).toBe(403)
    }
    expect(await feedAnswer('', foreign)).toBe(403)
  })

  test('the pages and the documents are answered to everybody', async () => {
    for (const [who, headers] of await visitors()) {
      for (const file of OPEN_FILES) expect((await ask(file.replace('get ', ''), headers)).status, who).toBe(200)
    }
  })

  test('the feed opens for every role, for each of its topics, and for nobody else', async () => {
    for (const [who, headers, role] of await visitors()) {
      const answer = await feedAnswer('', headers)
      expect(answer, who).toBe(role === null ? FEED_NOT_ALLOWED : 'snapshot')
      if (role === null) continue
      for (const topic of feedTopics()) expect(await feedAnswer('', headers, topic), who).toBe('snapshot')
      const { text } = await ask('/api/v1/tickets', headers, 'POST')
      const { ticket } = JSON.parse(text) as TicketAnswer
      expect(await feedAnswer(`?ticket=${ticket}`, {}), who).toBe('snapshot')
      expect(await feedAnswer(`?ticket=${ticket}`, {}), `${who}, the ticket a second time`).toBe(FEED_NOT_ALLOWED)
    }
  })
})

/** 401 for nobody, 403 for a role that has not the right; what else goes wrong went wrong behind the guard. */
function isRefused({ status, text }: Answered, role: AccountRole | null): boolean {
  return role === null ? status === 401 : status === 403 && text.includes('needs the right')
}

function feedTopics(): object[] {
  const each = <T>(key: string, values: readonly T[]) => values.map((value) => ({ [key]: [value] }))
  return [...each('scopes', SCOPES), ...each('windows', WINDOWS), { plants: ['p'] }, { watch: ['free-1'] }]
}

/** The type of the first message after a subscription, or how the feed was refused: a status, or a close code. */
function feedAnswer(query: string, headers: Readonly<Record<string, string>>, topic: object = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${httpPort()}/ws/v1${query}`, FEED_SUBPROTOCOL, { headers })
  return new Promise<string | number | undefined>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode)
      response.destroy()
    })
    socket.on('message', (data: Buffer) => {
      const { type } = JSON.parse(data.toString()) as { type: string }
      if (type === 'hello') socket.send(JSON.stringify({ type: 'subscribe', ...topic }))
      else resolve(type)
    })
    socket.on('error', () => undefined)
    socket.on('close', (code) => resolve(code))
  }).finally(() => socket.terminate())
}

/** A listener of MQTT, as it is dialled. */
const LISTENERS = ['tcp', 'ws', 'tls', 'wss'] as const
type Listener = (typeof LISTENERS)[number]

/** CONNACK: the server is unavailable. */
const COME_LATER = 3

function urlOf(listener: Listener): string {
  const scheme = { tcp: 'mqtt', ws: 'ws', tls: 'mqtts', wss: 'wss' }[listener]
  return `${scheme}://localhost:${world.ports[listener]}`
}

/** Connects as a device does: told to come later, for one client connects at most once a second in the long run, it does. */
async function connectBy(listener: Listener, options: IClientOptions): Promise<MqttClient> {
  const all = { reconnectPeriod: 0, connectTimeout: SOON_MS, ca: world.ca, ...options }
  for (;;) {
    try {
      return await mqtt.connectAsync(urlOf(listener), all, false)
    } catch (error) {
      if ((error as { code?: number }).code !== COME_LATER) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

function proofOf({ id, token, certificate }: ClientProof): IClientOptions {
  return { clientId: id, ...(token === undefined ? { ...certificate } : { username: id, password: token }) }
}

async function connackOf(listener: Listener, options: IClientOptions): Promise<number | 'closed'> {
  try {
    await (await connectBy(listener, options)).endAsync(true)
    return 0
  } catch (error) {
    return (error as { code?: number }).code ?? 'closed'
  }
}

/** True when a message is acknowledged; a client that may not publish is cut off. */
async function isAcknowledged(client: MqttClient, topic: string, payload: string): Promise<boolean> {
  const closed = new Promise<false>((resolve) => client.once('close', () => resolve(false)))
  const acknowledged = client.publishAsync(topic, payload, { qos: 1 }).then(
    () => true,
    () => false,
  )
  return Promise.race([acknowledged, closed])
}

/** Rights of a client as found by trying, in the words of the promises. */
async function foundRights(listener: Listener, proof: ClientProof, topic: string, payload: string): Promise<string> {
  const options = proofOf(proof)
  const isFilter = topic.includes('#')
  const client = await connectBy(listener, options)
  const subscribed = await client.subscribeAsync(topic, { qos: 0 }).catch((error: { code?: number }) => {
    return error.code === undefined ? [] : [{ qos: error.code }]
  })
  const maySubscribe = subscribed.length > 0 && subscribed.every(({ qos }) => qos < 128)
  const mayPublish = !isFilter && (await isAcknowledged(client, topic, payload))
  await client.endAsync(true)
  const mayLeaveWill =
    !isFilter && (await connackOf(listener, { ...options, will: { topic, payload, qos: 0, retain: false } })) === 0
  if (mayLeaveWill !== mayPublish) return `publish ${mayPublish}, will ${mayLeaveWill}`
  return `${mayPublish ? 'p' : ''}${maySubscribe ? 's' : ''}`
}

const reading = (kw: number) => JSON.stringify({ metrics: { elec_import_kw: kw } })

describe('MQTT clients', () => {
  test.each(LISTENERS)(
    'over %s may publish, leave as a will and subscribe to what their role promises',
    async (listener) => {
      const wrong: string[] = []
      const walk = async (proof: ClientProof): Promise<void> => {
        for (const { topic: template, rights } of TOPICS) {
          const topic = template.replace('own-1', proof.own)
          const found = await foundRights(listener, proof, topic, reading(1))
          if (found !== rights[proof.role]) wrong.push(`${proof.id} ${topic}: ${found}, not ${rights[proof.role]}`)
        }
      }
      const isTls = listener === 'tls' || listener === 'wss'
      await Promise.all(world.clients.filter(({ token }) => isTls || token !== undefined).map(walk))
      expect(wrong).toEqual([])
    },
  )

  test.each(LISTENERS)('over %s nobody comes in who does not prove the client id', async (listener) => {
    const [plc] = world.clients
    const admin = { username: 'admin', password: world.tokens.admin }
    const strangers: [IClientOptions, number][] = [
      [{ clientId: 'stranger' }, 4],
      [{ clientId: plc!.id }, 4],
      [{ clientId: plc!.id, username: plc!.id, password: 'x' }, 4],
      [{ clientId: 'stranger', username: plc!.id, password: plc!.token! }, 2],
      [{ clientId: 'device-card', username: 'device-card', password: plc!.token! }, 2],
      [{ clientId: 'admin', ...admin }, 4],
      [{ clientId: 'admin', username: 'admin', password: world.localToken }, 4],
    ]
    for (const [options, code] of strangers) expect(await connackOf(listener, options), options.clientId).toBe(code)
    if (listener !== 'tls') return
    const { certificate } = world.clients.find(({ id }) => id === 'reader-card')!
    expect(await connackOf(listener, { clientId: 'gateway-card', ...certificate })).toBe(4)
  })

  test('are brought what they may subscribe to, and nothing else by a wider filter', async () => {
    const came = new Map<string, Set<string>>()
    const listeners = await Promise.all(
      world.clients
        .filter(({ token }) => token !== undefined)
        .map(async (proof) => {
          const client = await connectBy('tcp', { ...proofOf(proof), clean: true })
          came.set(proof.role, new Set())
          // Figures come to readers whenever there are some, and to nobody else.
          const isResult = (topic: string) => /^(results|homeassistant)\//.test(topic)
          client.on('message', (topic) => {
            if (proof.role !== 'reader' || !isResult(topic)) came.get(proof.role)!.add(topic)
          })
          for (const { topic } of TOPICS) await client.subscribeAsync(topic).catch(() => undefined)
          return { proof, client }
        }),
    )
    const of = (role: string) => listeners.find(({ proof }) => proof.role === role)!.client
    await of('device').publishAsync('plants/p/l/own-1/energy', 'no JSON', { qos: 1 })
    await of('device').publishAsync('tele/own-1/SENSOR', '{}', { qos: 1 })
    await of('gateway').publishAsync('plants/p/l/free-1/energy', 'no JSON', { qos: 1 })
    await of('gateway').publishAsync('shop/7', '{}', { qos: 1 })
    await of('gateway').publishAsync('spBv1.0/g/NCMD/edge-1', '{}', { qos: 1 })
    const sent = ['plants/p/l/own-1/energy', 'plants/p/l/own-1/rejected', 'tele/own-1/SENSOR']
    const others = ['plants/p/l/free-1/energy', 'plants/p/l/free-1/rejected', 'shop/7', 'spBv1.0/g/NCMD/edge-1']
    const promised = (role: 'device' | 'gateway' | 'reader') =>
      [...sent, ...others].filter((topic) => TOPICS.find((one) => one.topic === topic)!.rights[role].includes('s'))
    for (const role of ['reader', 'device', 'gateway'] as const) {
      await until(() => promised(role).every((topic) => came.get(role)!.has(topic)))
      expect([...came.get(role)!].sort(), role).toEqual(promised(role).sort())
    }
    await Promise.all(listeners.map(({ client }) => client.endAsync(true)))
  })
})

/** Readings of a device by value, as an auditor sees them. */
async function valuesOf(device: string, metric: string): Promise<number[]> {
  const range = 'from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=1000'
  const path = `/api/v1/plants/p/readings?device=${device}&metric=${metric}&${range}`
  const { status, text } = await ask(path, bearer(world.tokens.auditor))
  if (status !== 200) return []
  return (JSON.parse(text) as { points: { value: number }[] }).points.map(({ value }) => value)
}

describe('other ways in', () => {
  test('HJ 212: a data logger with MN and PW writes its own device; others are not answered and write nothing', async () => {
    const qn = '20260101000000001'
    const frame = (mn: string, pw: string, nox: number) =>
      writeFrame(
        `QN=${qn};ST=31;CN=2011;PW=${pw};MN=${mn};Flag=5;CP=&&DataTime=20260101000000;a21026-Rtd=${nox},a21026-Flag=N&&`,
      )
    const socket = dialSocket(world.hj212Port, '127.0.0.1')
    let answered = ''
    socket.on('data', (chunk: Buffer) => (answered += chunk.toString()))
    socket.write(Buffer.concat([frame(MN, 'wrong1', 1), frame('B0000000000002', PW, 2), frame(MN, PW, 3)]))
    await until(() => answered.includes('CN=9014'))
    await until(async () => (await valuesOf('stack-1', 'so2_mgm3')).length > 0)
    expect(await valuesOf('stack-1', 'so2_mgm3')).toEqual([3])
    expect(answered.match(/##/g)).toHaveLength(1)
    socket.destroy()
  })

  test.each(ATTACKS)(
    'Modbus TCP: a meter %s writes nothing, and is heard again when it is right',
    async (_, attack) => {
      const before = (await valuesOf('meter-1', 'elec_import_kwh')).length
      meter.answer = attack
      await meter.asked(1)
      meter.answer = rightly(100)
      await until(async () => (await valuesOf('meter-1', 'elec_import_kwh')).length > before)
      expect(new Set(await valuesOf('meter-1', 'elec_import_kwh'))).toEqual(new Set([100]))
      for (const other of ['free-1', 'own-1', 'other-1', 'stack-1']) {
        expect(await valuesOf(other, 'elec_import_kwh'), other).toEqual([])
      }
    },
  )

  test('an external broker: who publishes there writes devices without a client of their own, and no other', async () => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${external.port}`)
    const send = (device: string, kw: number) =>
      client.publishAsync(`plants/p/l/${device}/energy`, reading(kw), { qos: 1 })
    // Nobody keeps for the gateway what comes to that broker while it is away from it.
    const all = () => Promise.all([send('other-1', 667), send('own-1', 667), send('free-1', 668)])
    await until(async () => (await all()) && (await valuesOf('free-1', 'elec_import_kw')).includes(668))
    expect(await valuesOf('other-1', 'elec_import_kw')).toEqual([])
    expect(await valuesOf('own-1', 'elec_import_kw')).not.toContain(667)
    await client.endAsync()
  })
})

/** A user of the machine that owns nothing here. */
const NOBODY = 65_534

describe.runIf(process.getuid?.() === 0)('commands on this machine', () => {
  test.each(COMMANDS)('%s gets nowhere for a user who may not read the data directory', async (command) => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-stranger-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const config = join(dir, 'greengauge.yaml')
    copyFileSync(join(world.gateway.dir, 'greengauge.yaml'), config)
    const out = join(dir, 'out')
    for (const path of [dir, config]) chownSync(path, NOBODY, NOBODY)
    const args = [CLI, ...command.replace('OUT', out).split(' '), '--config', config]
    const ended = spawnSync(process.execPath, args, { uid: NOBODY, gid: NOBODY, encoding: 'utf8', cwd: dir })
    expect(ended).toMatchObject({ status: EXIT.permission, stdout: '' })
    expect(ended.stderr).toMatch(/may not be read by this user .*run the command as the user that the gateway runs as/s)
    expect(existsSync(out)).toBe(false)
    // The gateway that runs makes and removes files of its own meanwhile, so those of the stranger are looked for.
    expect(spawnSync('find', [world.gateway.dataDir, '-uid', `${NOBODY}`], { encoding: 'utf8' }).stdout).toBe('')
  })
})
