import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { BrokerStatus } from '../../../src/base/broker-status.js'
import { systemClock } from '../../../src/base/clock.js'
import { arrivalClock } from '../../../src/intake/arrival-clock.js'
import { JournalBacklog } from '../../../src/intake/backlog.js'
import { Bridges } from '../../../src/intake/bridge/bridges.js'
import { brokersOptions } from '../../../src/intake/bridge/options.js'
import { IntakeStats } from '../../../src/intake/stats.js'
import { SOON } from '../../support/soon.js'
import { FakeBroker, PUBLISH_RETAINED } from './fake-broker.js'
import { JournalOnCommand } from './journal-on-command.js'
import { text } from './packets.js'

/** A message that waits costs some 512 bytes besides its own. */
const BACKLOG_BYTES_MAX = 100 * 512

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Setup {
  readonly broker: FakeBroker
  readonly journal: JournalOnCommand
  readonly log: string[]
  readonly bridges: Bridges
  /** As told last. */
  status(): BrokerStatus
  /** Another life of the gateway with what it has kept. */
  again(options?: object): Setup
}

/** A fake broker, and the gateway's door connected to it; the journal answers what it is told to, undefined nothing. */
async function start(answer: Error | null | undefined, options: object = {}): Promise<Setup> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-bridge-'))
  const broker = await FakeBroker.open((options as { version?: 4 | 5 }).version ?? 5)
  cleanups.push(
    () => rmSync(dir, { recursive: true }),
    () => broker.close(),
  )
  return live(broker, dir, answer, options)
}

function live(broker: FakeBroker, dir: string, answer: Error | null | undefined, options: object): Setup {
  const journal = new JournalOnCommand(answer)
  const log: string[] = []
  const statuses: BrokerStatus[] = []
  const parsed = brokersOptions.parse([{ id: 'hall', url: broker.url, client_id: 'gw', ...options }])
  const bridges = new Bridges(parsed, {
    dir,
    payloadBytesMax: 1024,
    sparkplugHostId: 'scada',
    sink: journal,
    backlog: new JournalBacklog(BACKLOG_BYTES_MAX),
    clock: arrivalClock(systemClock),
    stats: IntakeStats.create(),
    log: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    tell: (status) => statuses.push(status),
  })
  cleanups.push(() => bridges.close())
  return {
    broker,
    journal,
    log,
    bridges,
    status: () => statuses.at(-1)!,
    again: (more) => live(broker, dir, answer, { ...options, ...more }),
  }
}

async function acknowledges(broker: FakeBroker, ids: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(broker.acknowledged).toEqual(ids), SOON)
}

describe.each([5, 4] as const)('MQTT protocol level %i', (version) => {
  test('no message is acknowledged before the journal has it, many wait at once, and the order is kept', async () => {
    const { broker, journal } = await start(undefined, { version })
    await broker.subscribed()
    for (let id = 1; id <= 60; id++) broker.publish(id, `${id}`)
    await vi.waitFor(() => expect(journal.waiting).toBe(60), SOON)
    expect(broker.acknowledged).toEqual([])
    journal.commit(2)
    await acknowledges(broker, [1, 2])
    journal.commit()
    await acknowledges(
      broker,
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
    expect(journal.messages[0]).toMatchObject({
      ingress: 'broker',
      client: 'broker:hall',
      topic: 'plants/p/l/d/energy',
      qos: 1,
      retain: false,
    })
  })

  test('what came by a connection that is gone is not acknowledged on the next: its id may be of another message', async () => {
    const { broker, journal, log, status } = await start(undefined, { version })
    await broker.subscribed()
    broker.publish(7, 'before')
    await vi.waitFor(() => expect(journal.waiting).toBe(1), SOON)
    broker.sessionPresent = true
    await broker.drop()
    await broker.subscribed(2)
    broker.publish(7, 'after')
    await vi.waitFor(() => expect(journal.waiting).toBe(2), SOON)
    journal.commit(1)
    broker.publish(8, 'marker')
    await vi.waitFor(() => expect(journal.waiting).toBe(2), SOON)
    expect(broker.acknowledged).toEqual([])
    journal.commit()
    await acknowledges(broker, [7, 8])
    await vi.waitFor(() => expect(status()).toMatchObject({ isConnected: true, lost: 1, sessionsLost: 0 }), SOON)
    expect(log.filter((line) => line.includes('the external broker is lost'))).toHaveLength(1)
  })

  test('a payload that is too large is journaled as its beginning and acknowledged', async () => {
    const { broker, journal } = await start(null, { version })
    await broker.subscribed()
    broker.publish(1, 'x'.repeat(5000))
    broker.publish(2, 'small')
    await acknowledges(broker, [1, 2])
    expect(journal.messages.map(({ fullSizeBytes, payload }) => [fullSizeBytes, payload.length])).toEqual([
      [5000, 4096],
      [null, 5],
    ])
  })
})

test('what the journal does not take is not acknowledged: the connection ends and the message comes again', async () => {
  const { broker, journal, status } = await start(new Error('the journal does not keep up'))
  await broker.subscribed()
  broker.publish(1, 'a')
  await vi.waitFor(() => expect(status().reason).toContain('the journal does not keep up'), SOON)
  journal.answer = null
  await broker.subscribed(2)
  broker.publish(1, 'a')
  await acknowledges(broker, [1])
})

test('while too much waits for the journal no message is read, and the connection outlasts that', {
  tags: ['slow'],
}, async () => {
  const { broker, journal, status } = await start(undefined, { keep_alive_s: 1 })
  await broker.subscribed()
  const count = 1000
  for (let id = 1; id <= count; id++) broker.publish(id, '')
  await vi.waitFor(() => expect(journal.waiting).toBeGreaterThan(90), SOON)
  const pings = () => broker.packets.filter(({ first }) => first === 0xc0).length
  const before = pings()
  await vi.waitUntil(() => pings() >= before + 6, SOON)
  expect(journal.waiting).toBeLessThanOrEqual(100)
  expect(status()).toMatchObject({ isConnected: true, lost: 0 })
  await vi.waitUntil(() => {
    journal.commit()
    return broker.acknowledged.length === count
  }, SOON)
  expect(status()).toMatchObject({ isConnected: true, lost: 0 })
})

test('a session that should be there and is not: it is said, counted, and known after a restart of the gateway too', async () => {
  const first = await start(null)
  await first.broker.subscribed()
  await vi.waitFor(() => expect(first.status().isConnected).toBe(true), SOON)
  expect(first.status().sessionsLost).toBe(0)
  await first.bridges.close()

  const second = first.again()
  await vi.waitFor(() => expect(second.status()).toMatchObject({ isConnected: true, sessionsLost: 1 }), SOON)
  expect(second.log.join()).toContain('has no session of ours any more')
})

test('a subscription that is not wanted any more is left, in a session that goes on', async () => {
  const first = await start(null, { topics: ['plants/#', 'spBv1.0/#'] })
  first.broker.subackCodes = [1, 0x87]
  await vi.waitFor(() => expect(first.status().reason).toContain('it refuses spBv1.0/# (0x87)'), SOON)
  await first.bridges.close()

  first.broker.sessionPresent = true
  const second = first.again({ topics: ['other/#'] })
  await vi.waitFor(() => expect(second.status().isConnected).toBe(true), SOON)
  const left = second.broker.packets.filter(({ first: type }) => type === 0xa2)
  expect(left).toHaveLength(1)
  expect(left[0]!.body.includes(text('plants/#'))).toBe(true)
  expect(left[0]!.body.includes(text('spBv1.0/#'))).toBe(false)
  expect(second.status().sessionsLost).toBe(0)
})

test('QoS 0 instead of 1, and a refusal, are said with their remedy', async () => {
  const { broker, status, log } = await start(null)
  broker.subackCodes = [0]
  await vi.waitFor(() => expect(status().reason).toContain('with QoS 0 only'), SOON)
  broker.subackCodes = [0x87]
  await broker.drop()
  await vi.waitFor(() => expect(status().reason).toContain('it refuses plants/# (0x87)'), SOON)
  expect(status().isConnected).toBe(false)
  expect(log.join()).toContain('does not grant all')
})

test('a broker that refuses the user is tried again, and says why once', { tags: ['slow'] }, async () => {
  const { broker, status, log } = await start(null, { username: 'u', password: 'hunter2' })
  broker.connackCode = 0x87
  await vi.waitFor(() => expect(broker.connects).toBeGreaterThan(1), SOON)
  await vi.waitFor(() => expect(status().reason).toContain('Not authorized'), SOON)
  broker.connackCode = 0
  await vi.waitFor(() => expect(status().isConnected).toBe(true), SOON)
  expect(log.filter((line) => line.includes('Not authorized')).length).toBeLessThanOrEqual(1)
  expect(log.join()).not.toContain('hunter2')
})

test('online is said where it is wanted, offline is the last will and is said before a close', async () => {
  const { broker, bridges } = await start(null, { status_topic: 'gateways/g1' })
  await vi.waitFor(() => expect(broker.packets.some(({ first }) => first === PUBLISH_RETAINED)).toBe(true), SOON)
  const connect = broker.packets.find(({ first }) => first === 0x10)!.body
  expect(connect.includes(Buffer.concat([text('gateways/g1'), text('offline')]))).toBe(true)
  const said = () =>
    broker.packets.filter(({ first }) => first === PUBLISH_RETAINED).map(({ body }) => body.toString('latin1'))
  expect(said()).toEqual([expect.stringMatching(/gateways\/g1.*online$/s)])
  await bridges.close()
  await vi.waitFor(() => expect(said().at(-1)).toMatch(/gateways\/g1.*offline$/s), SOON)
})

describe('as a Sparkplug host application', () => {
  const TOPIC = 'spBv1.0/STATE/scada'
  const topics = ['spBv1.0/G/#']

  interface State {
    readonly online: boolean
    readonly timestamp: number
  }

  /** All that was said under our topic, in order; `will` first of each connection. */
  const said = ({ packets }: FakeBroker) =>
    packets.flatMap(({ first, body }) => {
      const isIn = (first === 0x10 || first === PUBLISH_RETAINED) && body.includes(text(TOPIC))
      const found = /\{"online".*?\}/.exec(body.toString('latin1'))
      return isIn && found !== null ? [{ first, ...(JSON.parse(found[0]) as State) }] : []
    })
  const births = (broker: FakeBroker) =>
    said(broker).filter(({ first, online }) => first === PUBLISH_RETAINED && online)

  test('the birth has the time of the will of its CONNECT and comes after the subscriptions, a farewell has its own', async () => {
    const { broker, bridges } = await start(null, { topics })
    await vi.waitFor(() => expect(births(broker)).toHaveLength(1), SOON)
    const [connect, subscribe, birth] = broker.packets
    expect([connect, subscribe, birth].map((packet) => packet?.first)).toEqual([0x10, 0x82, PUBLISH_RETAINED])
    // MQTT 5 §3.1.2.3: a last will, QoS 1, retained; no clean start, no user.
    expect(connect!.body[7]).toBe(0x2c)
    // Ours is subscribed to with what we publish there ourselves, §3.8.3.1: retained messages only when new, QoS 1.
    expect(subscribe!.body.subarray(-1 - text(TOPIC).length)).toEqual(Buffer.concat([text(TOPIC), Buffer.of(0x11)]))
    const [will, first] = said(broker)
    expect(will).toEqual({ first: 0x10, online: false, timestamp: first!.timestamp })

    await broker.drop()
    await vi.waitFor(() => expect(births(broker)).toHaveLength(2), SOON)
    const [nextWill, second] = said(broker).slice(2)
    expect(nextWill).toEqual({ first: 0x10, online: false, timestamp: second!.timestamp })
    expect(second!.timestamp).toBeGreaterThan(first!.timestamp)

    const closedMs = Date.now()
    await bridges.close()
    await vi.waitFor(() => expect(said(broker)).toHaveLength(5), SOON)
    expect(said(broker)[4]).toMatchObject({ first: PUBLISH_RETAINED, online: false })
    expect(said(broker)[4]!.timestamp).toBeGreaterThanOrEqual(closedMs)
  })

  test.each([5, 4] as const)(
    'level %i: to a broker that does not acknowledge the farewell it says all the same that it goes',
    async (version) => {
      const { broker, bridges } = await start(null, { topics, version })
      await vi.waitFor(() => expect(births(broker)).toHaveLength(1), SOON)
      broker.acknowledges = false
      await bridges.close()
      const DISCONNECT = 0xe0
      await vi.waitFor(() => expect(broker.packets.at(-1)).toEqual({ first: DISCONNECT, body: Buffer.alloc(0) }), SOON)
      expect(said(broker).at(-1)).toMatchObject({ first: PUBLISH_RETAINED, online: false })
    },
  )

  test('who says that we are not here is contradicted with the same birth; what was retained before is not', async () => {
    const { broker, journal } = await start(null, { topics })
    await vi.waitFor(() => expect(births(broker)).toHaveLength(1), SOON)
    const [birth] = births(broker)
    broker.publish(1, '{"online":false,"timestamp":1}', TOPIC, true)
    broker.publish(2, '{"online":true,"timestamp":1}', TOPIC)
    broker.publish(3, '{"online":false,"timestamp":1}', 'spBv1.0/STATE/other')
    broker.publish(4, '{"online":false,"timestamp":2}', TOPIC)
    await vi.waitFor(() => expect(births(broker)).toEqual([birth, birth]), SOON)
    expect(journal.messages).toHaveLength(4)
  })

  test('while not all is granted it does not say that it is there', async () => {
    const { broker, status } = await start(null, { topics })
    broker.subackCodes = [0x87, 1]
    await vi.waitFor(() => expect(status().reason).toContain('it refuses spBv1.0/G/#'), SOON)
    broker.publish(1, '{"online":false,"timestamp":2}', TOPIC)
    await acknowledges(broker, [1])
    expect(births(broker)).toEqual([])
  })

  test('it is none at a broker whose Sparkplug is not fetched', async () => {
    const { broker, status } = await start(null)
    await vi.waitFor(() => expect(status().isConnected).toBe(true), SOON)
    expect(said(broker)).toEqual([])
  })
})

test('a notice goes out at the broker that it is for, and nowhere else', async () => {
  const { broker, bridges, status } = await start(null)
  await vi.waitFor(() => expect(status().isConnected).toBe(true), SOON)
  bridges.publishNotice('other', 'a', 'not here')
  bridges.publishNotice('hall', 'spBv1.0/G/NCMD/E', Buffer.from('rebirth'))
  await vi.waitFor(() => expect(broker.packets.filter(({ first }) => first === 0x30)).toHaveLength(1), SOON)
  expect(broker.packets.find(({ first }) => first === 0x30)!.body.toString()).toContain('rebirth')
})
