// @module-tag slow

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  accounting,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { type MosquittoOptions, startMosquitto } from '../support/mosquitto.js'
import { openMqttTap } from '../support/mqtt-tap.js'
import { startRabbitmq } from '../support/rabbitmq.js'
import { findServer } from '../support/servers.js'
import type { TestServer } from '../support/test-server.js'

const mosquitto = findServer('mosquitto')
const openssl = findServer('openssl')
const rabbitmq = findServer('rabbitmq-server')
const TOPIC = 'plants/p/hall/main-1/energy'
const message = (i: number) => JSON.stringify({ ts: Date.UTC(2026, 0, 5) + i * 1000, metrics: { elec_import_kwh: i } })

/** Message under the STATE topic of a Sparkplug host, with its QoS and retain flag. */
interface State {
  readonly online: boolean
  readonly timestamp: number
  readonly qos: number
  readonly retain: boolean
}

const gateways: TestGateway[] = []

afterEach(async () => {
  const all = gateways.splice(0)
  // One that was started again has the folder of the one before it: none of them may write there any more.
  for (const gateway of all) await gateway.stop('SIGKILL')
  for (const gateway of all) removeData(gateway)
})

async function broker(options: MosquittoOptions = {}): Promise<TestServer> {
  const server = await startMosquitto(mosquitto!, options)
  onTestFinished(() => server.remove())
  return server
}

/** A gateway without a broker of its own, which is ready: connected and subscribed. */
async function fetching(brokers: object, more: object = {}): Promise<TestGateway> {
  const config = { mqtt: { enabled: false }, brokers: [{ id: 'hall', ...brokers }], ...more }
  const gateway = await startGateway({ config })
  gateways.push(gateway)
  await until(async () => (await readiness(gateway)).status === 200)
  return gateway
}

async function publish(url: string, count: number, options: mqtt.IClientOptions = {}): Promise<void> {
  const client = await mqtt.connectAsync(url, options)
  await Promise.all(Array.from({ length: count }, (_, i) => client.publishAsync(TOPIC, message(i), { qos: 1 })))
  await client.endAsync()
}

async function received(gateway: TestGateway, messages: number): Promise<void> {
  await until(async () => (await accounting(gateway)).messages.received >= messages)
}

describe.skipIf(mosquitto === null)('mosquitto as the broker that exists already', () => {
  test('MQTT 3.1.1: what is sent there is archived here, and the gateway says how it stands with the broker', async () => {
    const server = await broker()
    const gateway = await fetching({ url: server.url, client_id: 'gw', version: 4 })
    await publish(server.url, 50)
    await received(gateway, 50)
    expect((await settled(gateway)).readings.archived).toBe(50)
    const page = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
    expect(page).toContain('greengauge_messages_received_total{door="broker"} 50')
    const status = (await (await fetch(`${gateway.httpUrl}/api/v1/gateway`)).json()) as object
    expect(status).toMatchObject({ mqtt: { port: null } })

    await server.kill()
    await until(async () => (await readiness(gateway)).status === 503)
    const [check] = (await readiness(gateway)).checks
    expect(check).toMatchObject({
      name: 'broker hall',
      ok: false,
      reason: expect.stringContaining('it is tried again'),
    })
  })

  test('MQTT 5: what came while the gateway was killed is fetched, properties are kept, and nobody there is answered', async () => {
    const server = await broker()
    const tap = await openMqttTap(server.url)
    onTestFinished(() => tap.close())
    const gateway = await fetching({ url: tap.url, client_id: 'gw' })
    const meter = await mqtt.connectAsync(server.url, { protocolVersion: 5 })
    onTestFinished(() => meter.endAsync(true))
    const answers: string[] = []
    meter.on('message', (topic) => answers.push(topic))
    await meter.subscribeAsync(['answers/#', 'plants/+/+/+/rejected'])
    const properties = {
      contentType: 'application/json',
      responseTopic: 'answers/1',
      userProperties: { site: 'north' },
    }
    await meter.publishAsync(TOPIC, '{broken', { qos: 1, properties })
    // Killed between the journal and its PUBACK it would be given the message a second time.
    await until(() => tap.acknowledged.includes('{broken'))
    await received(gateway, 1)
    await gateway.stop('SIGKILL')
    await publish(server.url, 30, { protocolVersion: 5 })
    const again = await gateway.restart()
    gateways.push(again)
    await until(async () => (await settled(again)).readings.archived === 30)
    await expect.poll(() => again.log()).toContain('its session goes on')
    const quarantine = (await (await fetch(`${again.httpUrl}/api/v1/quarantine`)).json()) as { items: object[] }
    expect(quarantine.items).toMatchObject([
      { reason: 'bad_json', content_type: 'application/json', user_properties: [['site', 'north']] },
    ])
    expect(answers).toEqual([])
  })

  test('a shared subscription: each message goes to one of two gateways', async () => {
    const server = await broker()
    const one = (client_id: string) => fetching({ url: server.url, client_id, share: 'greengauge' })
    const pair = await Promise.all([one('gw-1'), one('gw-2')])
    await publish(server.url, 100)
    const counts = () => Promise.all(pair.map(async (gateway) => (await accounting(gateway)).messages.received))
    await until(async () => (await counts()).reduce((sum, count) => sum + count) >= 100)
    const [first = 0, second = 0] = await counts()
    expect(first + second).toBe(100)
    expect(Math.min(first, second)).toBeGreaterThan(0)
  })

  test('a Sparkplug host: its death is told by its will, with the time of its birth, and its going by itself', async () => {
    const server = await broker()
    const topic = 'spBv1.0/STATE/scada'
    const hear = async (said: State[]) => {
      const client = await mqtt.connectAsync(server.url)
      onTestFinished(() => client.endAsync(true))
      client.on('message', (_topic, payload, { qos, retain }) => {
        said.push({ ...JSON.parse(payload.toString()), qos, retain })
      })
      await client.subscribeAsync(topic, { qos: 1 })
      return client
    }
    const said: State[] = []
    const listener = await hear(said)
    const settings = { url: server.url, client_id: 'gw', topics: ['spBv1.0/G/#'] }
    const first = await fetching(settings, { sparkplug: { host_id: 'scada' } })
    const live = { qos: 1, retain: false }
    await until(() => said.length === 1)
    const birth = said[0]!
    expect(birth).toEqual({ online: true, timestamp: birth.timestamp, ...live })

    await first.stop('SIGKILL')
    await until(() => said.length === 2)
    expect(said[1]).toEqual({ online: false, timestamp: birth.timestamp, ...live })
    const kept: State[] = []
    await hear(kept)
    await until(() => kept.length > 0)
    expect(kept[0]).toEqual({ ...said[1], retain: true })

    const again = await first.restart()
    gateways.push(again)
    await until(() => said.at(-1)!.online)
    const second = said.at(-1)!
    expect(second.timestamp).toBeGreaterThan(birth.timestamp)
    const denial = { online: false, timestamp: second.timestamp + 1 }
    await listener.publishAsync(topic, JSON.stringify(denial), { qos: 1, retain: true })
    await until(() => said.some(({ timestamp }) => timestamp === denial.timestamp) && said.at(-1)!.online)
    expect(said.at(-1)).toEqual(second)

    const stoppedMs = Date.now()
    await again.stop()
    await until(() => !said.at(-1)!.online)
    expect(said.at(-1)!.timestamp).toBeGreaterThanOrEqual(stoppedMs)
    // Its will would have come before this: it has taken leave.
    await listener.publishAsync(topic, JSON.stringify({ online: false, timestamp: 0 }), { qos: 1 })
    await until(() => said.at(-1)!.timestamp === 0)
    expect(said.at(-2)!.timestamp).toBeGreaterThanOrEqual(stoppedMs)
  })

  test('WebSocket, and a user with a password from a file; a wrong one is said and never shown', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-secret-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const [users, password] = [join(dir, 'users'), join(dir, 'password')]
    execFileSync('mosquitto_passwd', ['-b', '-c', users, 'gw', 'right-778'])
    chmodSync(users, 0o600)
    writeFileSync(password, 'wrong-778')
    const server = await broker({
      listener: ['protocol websockets', 'allow_anonymous false', `password_file ${users}`],
    })
    const url = server.url.replace('mqtt:', 'ws:')
    const settings = { id: 'hall', url, client_id: 'gw', username: 'gw', password_file: password }
    const gateway = await startGateway({ config: { mqtt: { enabled: false }, brokers: [settings] } })
    gateways.push(gateway)
    const reason = async () => (await readiness(gateway)).checks.find(({ name }) => name === 'broker hall')?.reason
    await until(async () => (await reason())?.includes('Not authorized') === true)
    writeFileSync(password, 'right-778')
    await until(async () => (await readiness(gateway)).status === 200)
    await publish(url, 5, { username: 'gw', password: 'right-778' })
    await received(gateway, 5)
    expect(gateway.log()).not.toMatch(/(right|wrong)-778/)
  })

  test.skipIf(openssl === null)(
    'TLS with certificates of both sides; a broker of another authority is refused',
    async () => {
      const dir = mkdtempSync(join(tmpdir(), 'greengauge-tls-'))
      onTestFinished(() => rmSync(dir, { recursive: true }))
      const at = (name: string) => join(dir, name)
      const run = (...args: string[]) => execFileSync(openssl!, args, { cwd: dir, stdio: 'ignore' })
      for (const ca of ['ca', 'other']) {
        run(
          'req',
          '-x509',
          '-newkey',
          'ed25519',
          '-nodes',
          '-keyout',
          `${ca}.key`,
          '-out',
          `${ca}.crt`,
          '-subj',
          `/CN=${ca}`,
        )
      }
      writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1')
      for (const who of ['server', 'gateway']) {
        run('req', '-newkey', 'ed25519', '-nodes', '-keyout', `${who}.key`, '-out', `${who}.csr`, '-subj', `/CN=${who}`)
        run(
          'x509',
          '-req',
          '-in',
          `${who}.csr`,
          '-CA',
          'ca.crt',
          '-CAkey',
          'ca.key',
          '-extfile',
          'names',
          '-out',
          `${who}.crt`,
        )
      }
      const files = [`cafile ${at('ca.crt')}`, `certfile ${at('server.crt')}`, `keyfile ${at('server.key')}`]
      const server = await broker({ listener: [...files, 'require_certificate true', 'use_identity_as_username true'] })
      const url = server.url.replace('mqtt:', 'mqtts:')
      const keys = { cert_file: at('gateway.crt'), key_file: at('gateway.key') }
      const gateway = await startGateway({
        config: {
          mqtt: { enabled: false },
          brokers: [{ id: 'hall', url, client_id: 'gw', tls: { ca_file: at('other.crt'), ...keys } }],
        },
      })
      gateways.push(gateway)
      const reason = async () => (await readiness(gateway)).checks.find(({ name }) => name === 'broker hall')?.reason
      await until(async () => /certificate/.test((await reason()) ?? ''))
      // Renewed while we run: the file is read at each connection.
      writeFileSync(at('other.crt'), readFileSync(at('ca.crt')))
      await until(async () => (await readiness(gateway)).status === 200)
      const certificates = { ca: readFileSync(at('ca.crt')), cert: readFileSync(at('gateway.crt')) }
      await publish(url, 5, { ...certificates, key: readFileSync(at('gateway.key')) })
      await received(gateway, 5)
    },
  )
})

test.skipIf(rabbitmq === null)(
  'RabbitMQ, MQTT 5: what came while the gateway was killed is fetched from the session',
  async () => {
    const server = await startRabbitmq()
    onTestFinished(() => server.remove())
    const gateway = await fetching({ url: server.url, client_id: 'gw' })
    await publish(server.url, 20)
    await received(gateway, 20)
    await gateway.stop('SIGKILL')
    await publish(server.url, 50)
    const again = await gateway.restart()
    gateways.push(again)
    await until(async () => (await settled(again)).readings.archived === 50)
    await expect.poll(() => again.log()).toContain('its session goes on')
    // It keeps sessions for a day at most, and says so.
    await expect.poll(() => again.log()).toContain('keeps our session shorter than session_expiry_s')
  },
)
