// @module-tag slow

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt, { type IClientOptions } from 'mqtt'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { Broker } from '../../src/intake/broker.js'
import { accounting, removeData, startGateway, until } from '../support/gateway.js'
import { startMosquitto } from '../support/mosquitto.js'
import { findPaho } from '../support/paho.js'
import { findServer } from '../support/servers.js'
import { SOON, SOON_MS } from '../support/soon.js'
import type { JournalOnCommand } from '../unit/intake/journal-on-command.js'
import { client, inbox, start } from '../unit/intake/started-broker.js'

/** Clients that people have, at the embedded broker, in each version that they speak. */
const mosquittoPub = findServer('mosquitto_pub')
const mosquitto = findServer('mosquitto')
const paho = findPaho()
const run = promisify(execFile)
const TOPIC = 'plants/p/hall/main-1/energy'

const levelOf = (journal: JournalOnCommand, id: string) =>
  journal.entries.find((entry) => entry.kind === 'session' && entry.client === id)

describe.skipIf(mosquittoPub === null)('the programs of mosquitto', () => {
  test.each([
    ['mqttv31', 3],
    ['mqttv311', 4],
    ['mqttv5', 5],
  ] as const)('publish and subscribe with -V %s', async (version, level) => {
    const { broker, journal } = await start(null)
    const to = ['-h', '127.0.0.1', '-p', String(broker.port), '-V', version, '-q', '1', '-t', 'a/b']
    const reader = run('mosquitto_sub', [...to, '-i', 'reader', '-C', '1', '-W', String(SOON_MS / 1000)])
    await vi.waitFor(() => expect(levelOf(journal, 'reader')).toMatchObject({ what: 'begin', level }), SOON)
    const sender = await client(broker)
    // Its SUBSCRIBE follows its CONNECT: what comes between the two it does not hear.
    const sending = setInterval(() => sender.publish('a/b', 'ours'), 100)
    onTestFinished(() => clearInterval(sending))
    expect((await reader).stdout).toBe('ours\n')
    clearInterval(sending)
    await run('mosquitto_pub', [...to, '-i', 'meter', '-m', 'theirs'])
    expect(levelOf(journal, 'meter')).toMatchObject({ level })
    expect(journal.messages.at(-1)).toMatchObject({ client: 'meter', topic: 'a/b', qos: 1 })
  })

  test('say why they are refused with -V mqttv5', async () => {
    const { broker } = await start(null, {}, { isRequired: true })
    const args = ['-h', '127.0.0.1', '-p', String(broker.port), '-V', 'mqttv5', '-q', '1', '-t', 'a', '-m', 'x']
    await expect(run('mosquitto_pub', args)).rejects.toMatchObject({
      stderr: expect.stringMatching(/Bad user ?name or password/i),
    })
  })
})

test.each([
  [3, { protocolId: 'MQIsdp', protocolVersion: 3 }],
  [4, { protocolVersion: 4 }],
  [5, { protocolVersion: 5 }],
] satisfies [number, IClientOptions][])(
  'mqtt of npm publishes and subscribes with level %i',
  async (level, options) => {
    const { broker, journal } = await start(null)
    const both = await client(broker, { ...options, clientId: 'both' })
    const got = inbox(both)
    await both.subscribeAsync('a/+', { qos: 2 })
    for (const qos of [0, 1, 2] as const) await both.publishAsync('a/b', String(qos), { qos })
    await vi.waitFor(() => expect([...got].sort()).toEqual(['a/b 0', 'a/b 1', 'a/b 2']), SOON)
    expect(levelOf(journal, 'both')).toMatchObject({ level })
    expect(journal.messages).toHaveLength(3)
  },
)

describe.skipIf(paho === null)('Eclipse Paho with MQTT 5', () => {
  const script = join(import.meta.dirname, '../support/paho-client.py')
  const play = async (scene: string, port: number): Promise<unknown> =>
    JSON.parse((await run(paho!, [script, scene, String(port)], { timeout: SOON_MS })).stdout)

  test('topic aliases', async () => {
    const { broker, journal } = await start(null)
    expect(await play('alias', broker.port)).toMatchObject({ reason: 0, properties: { TopicAliasMaximum: 32 } })
    expect(journal.messages.map(({ topic, payload }) => `${topic} ${payload}`)).toEqual([
      'plants/p/l/d/energy 1',
      'plants/p/l/d/energy 2',
    ])
  })

  test('session expiry: what came meanwhile is there when the client is back', async () => {
    const { broker } = await start(null)
    expect(await play('session', broker.port)).toEqual({ present: true, got: ['while away'] })
  })

  test('will delay: who is back in time has no will, who is not has', async () => {
    const { broker, journal } = await start(null)
    expect(await play('will', broker.port)).toEqual(['lost'])
    const life = () =>
      journal.entries.flatMap((entry) => (entry.kind === 'session' && entry.client === 'back' ? [entry.what] : []))
    await vi.waitFor(() => expect(life()).toEqual(['begin', 'end']), SOON)
  })

  test('a shared subscription: each message goes to one of two', async () => {
    const { broker } = await start(null)
    const [first = [], second = []] = (await play('shared', broker.port)) as string[][]
    const all = [...first, ...second].map(Number).sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(Math.min(first.length, second.length)).toBeGreaterThan(0)
  })

  test('a receive maximum of 2: all comes, in order', async () => {
    const { broker } = await start(null)
    expect(await play('flow', broker.port)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)))
  })

  test('a topic that is denied is told as 0x87, and the connection stays', async () => {
    const { broker } = await start(null, { acl: [{ deny: 'publish', topic: 'no/#' }] })
    expect(await play('denied', broker.port)).toEqual({ codes: [0x87], connected: true })
  })
})

/** Publishes until a bridge has brought it, which subscribes when it has connected. */
async function hears(broker: Broker, got: readonly string[], text: string): Promise<void> {
  const back = await client(broker)
  await vi.waitFor(async () => {
    await back.publishAsync('told/meter', text, { qos: 1 })
    expect(got).toContain(`told/meter ${text}`)
  }, SOON)
  await back.endAsync()
}

describe.skipIf(mosquitto === null)('a bridge of mosquitto', () => {
  test.each([
    ['mqttv311', 4],
    ['mqttv50', 5],
  ] as const)(
    'with bridge_protocol_version %s brings what is sent there, also what came while we were away',
    async (version, level) => {
      const { broker, journal } = await start(null)
      const bridge = [
        'connection to-greengauge',
        `address 127.0.0.1:${broker.port}`,
        'remote_clientid bridge',
        'local_clientid bridge-local',
        'topic plants/# out 1',
        'topic told/# in 1',
        'cleansession false',
        'restart_timeout 1 2',
        'notifications false',
        `bridge_protocol_version ${version}`,
        'bridge_attempt_unsubscribe false',
      ]
      const server = await startMosquitto(mosquitto!, { listener: bridge })
      onTestFinished(() => server.remove())
      await vi.waitFor(() => expect(levelOf(journal, 'bridge')).toMatchObject({ what: 'begin', level }), SOON)
      const meter = await mqtt.connectAsync(server.url, { protocolVersion: 5 })
      onTestFinished(() => meter.endAsync(true))
      const got = inbox(meter)
      await meter.subscribeAsync('told/#')
      const properties = { contentType: 'application/json' }
      for (let i = 0; i < 20; i++) await meter.publishAsync(TOPIC, String(i), { qos: 1, properties })
      await vi.waitFor(() => expect(journal.messages).toHaveLength(20), SOON)
      expect(journal.messages.map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 20 }, (_, i) => i))
      expect(journal.messages[0]).toMatchObject({ client: 'bridge', topic: TOPIC, qos: 1 })
      expect(journal.messages[0]!.properties !== undefined).toBe(level === 5)
      await hears(broker, got, 'heard')

      await broker.close()
      for (let i = 20; i < 40; i++) await meter.publishAsync(TOPIC, String(i), { qos: 1, properties })
      const { broker: again, journal: later } = await start(null, { port: broker.port })
      await vi.waitFor(() => expect(later.messages).toHaveLength(20), SOON)
      expect(later.messages.map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 20 }, (_, i) => 20 + i))
      await hears(again, got, 'heard again')
    },
  )
})

test('a rejection comes back to who has named a topic for it, from the gateway as it runs', async () => {
  const gateway = await startGateway({ config: {} })
  onTestFinished(async () => {
    await gateway.stop('SIGKILL')
    removeData(gateway)
  })
  const meter = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'meter', protocolVersion: 5 })
  onTestFinished(() => meter.endAsync(true))
  const got: { topic: string; qos: number; said: { reason: string; id?: string }; correlation: string }[] = []
  meter.on('message', (topic, payload, { qos, properties }) =>
    got.push({ topic, qos, said: JSON.parse(payload.toString()), correlation: String(properties?.correlationData) }),
  )
  await meter.subscribeAsync(['answers/meter', 'plants/p/hall/main-1/rejected'], { qos: 1 })
  const asking = (id: string) => ({
    qos: 1 as const,
    properties: {
      responseTopic: 'answers/meter',
      correlationData: Buffer.from(id),
      contentType: 'application/json',
      userProperties: { site: 'north' },
    },
  })
  const good = JSON.stringify({ ts: systemClock.nowMs(), metrics: { elec_import_kwh: 1 } })
  await meter.publishAsync(TOPIC, good, asking('good'))
  await meter.publishAsync(TOPIC, '{broken', asking('broken'))
  await meter.publishAsync('nobody/knows', '{}', asking('stray'))
  await vi.waitFor(() => expect(got).toHaveLength(3), SOON)
  const answers = got.filter(({ topic }) => topic === 'answers/meter')
  expect(answers.map(({ qos, said, correlation }) => [qos, said.reason, correlation])).toEqual([
    [1, 'bad_json', 'broken'],
    [1, 'bad_topic', 'stray'],
  ])
  expect(got.filter(({ topic }) => topic.endsWith('/rejected'))).toHaveLength(1)
  const quarantine = await (await fetch(`${gateway.httpUrl}/api/v1/quarantine`)).json()
  const kept = (quarantine as { items: { id: string }[] }).items.find(({ id }) => id === answers[0]!.said.id)
  expect(kept).toMatchObject({ content_type: 'application/json', user_properties: [['site', 'north']] })
  await until(async () => (await accounting(gateway)).messages.decoded === 1)
})
