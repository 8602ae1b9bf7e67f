// @module-tag slow

import { fc, test as property } from '@fast-check/vitest'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { arrivalClock } from '../../../src/intake/arrival-clock.js'
import { startBroker } from '../../../src/intake/broker.js'
import type { JournalSink } from '../../../src/intake/journal-sink.js'
import { mqttOptions } from '../../../src/intake/options.js'
import { IntakeStats } from '../../../src/intake/stats.js'
import { SOON } from '../../support/soon.js'
import { JournalOnCommand } from './journal-on-command.js'
import { CONNACK, connect, number16, PINGREQ, PINGRESP, packet, puback, publish, subscribe, text } from './packets.js'
import { RawClient } from './raw-client.js'
import { client, dial, inbox, start } from './started-broker.js'

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)
const turn = () => new Promise(setImmediate)
const SUBACK = (id: number) => Buffer.of(0x90, 3, 0, id, 0)
const unsubscribe = (filter: string, id: number) => packet(0xa2, number16(id), text(filter))

async function connected(broker: Parameters<typeof dial>[0], parts = {}): Promise<RawClient> {
  const raw = await dial(broker)
  raw.send(connect(parts))
  await raw.receives(CONNACK)
  await turn()
  return raw
}

describe('the fast path', () => {
  test('takes what nobody subscribes to, and answers with one PUBACK each, in order', async () => {
    const { broker, journal, stats } = await start(undefined)
    const raw = await connected(broker, { id: 'device-1' })
    raw.send(publish({ topic: '厂/a', id: 7, payload: 'x' }), publish({ topic: 'b', qos: 0 }), publish({ id: 9 }))
    await waitFor(() => expect(journal.waiting).toBe(3))
    expect(journal.straight).toBe(3)
    expect(journal.messages).toMatchObject([
      { client: 'device-1', topic: '厂/a', qos: 1, retain: false, fullSizeBytes: null },
      { client: 'device-1', topic: 'b', qos: 0 },
      { client: 'device-1', topic: 't', qos: 1 },
    ])
    expect(raw.received).toEqual(CONNACK)
    journal.commit()
    await waitFor(() => expect(raw.received).toEqual(Buffer.concat([CONNACK, puback(7), puback(9)])))
    expect(stats.read()).toMatchObject({ messages: { mqtt: 3 }, bytes: 5 + 1 + 1 + 1, ack: { count: 3 } })
  })

  test('takes what a client sends with its CONNECT', async () => {
    const { broker, journal } = await start(null)
    const raw = await dial(broker)
    raw.send(connect({ id: 'device-1' }), publish({ id: 1 }), publish({ id: 2 }))
    await raw.receives(puback(2))
    expect(raw.received).toEqual(Buffer.concat([CONNACK, puback(1), puback(2)]))
    expect(journal.straight).toBe(2)
  })

  test('says who is in no hurry: who does not go on as soon as it was answered', async () => {
    const { broker, journal } = await start(null)
    const raw = await connected(broker)
    const clock = vi.spyOn(performance, 'now')
    const atMs = (ms: number) => clock.mockReturnValue(1000 + ms)
    try {
      for (const [id, ms] of [0, 10, 55, 110].entries()) {
        atMs(ms)
        raw.send(publish({ id: id + 1 }))
        await raw.receives(puback(id + 1))
      }
    } finally {
      clock.mockRestore()
    }
    expect(journal.mayWait).toEqual([true, false, false, true])
  })

  test.each([
    ['a subscriber', 0, true],
    ['a session that is away', 1, false],
  ])('is closed to a topic that %s waits for, until nobody does', async (_, qos, isPresent) => {
    const { broker, journal } = await start(null)
    const raw = await connected(broker)
    const keeper = await connected(broker, { id: 'keeper', flags: 0 })
    keeper.send(subscribe('wanted/+', qos, 1))
    await keeper.receives(Buffer.of(0x90, 3, 0, 1, qos))
    if (!isPresent) {
      keeper.socket.end()
      await keeper.closes()
    }
    raw.send(publish({ topic: 'wanted/a', id: 1 }))
    await raw.receives(puback(1))
    expect(journal.straight).toBe(0)
    raw.send(publish({ topic: 'other', id: 2 }))
    await raw.receives(puback(2))
    expect(journal.straight).toBe(1)
    const back = isPresent ? keeper : await dial(broker)
    if (!isPresent) back.send(connect({ id: 'keeper', flags: 0 }))
    await back.receives(text('wanted/a'))
    back.send(unsubscribe('wanted/+', 2))
    await back.receives(Buffer.of(0xb0, 2, 0, 2))
    raw.send(publish({ topic: 'wanted/a', id: 3 }))
    await raw.receives(puback(3))
    expect(journal.straight).toBe(2)
    expect(journal.messages.map((m) => m.topic)).toEqual(['wanted/a', 'other', 'wanted/a'])
  })

  test('is not taken by what is retained, by QoS 2, nor by topics that start with "$"', async () => {
    const { broker, journal } = await start(null)
    const raw = await connected(broker)
    raw.send(publish({ id: 1, retain: true }))
    await raw.receives(puback(1))
    raw.send(publish({ id: 2, qos: 2 }))
    await raw.receives(Buffer.of(0x50, 2, 0, 2))
    raw.send(publish({ id: 3, topic: '$a' }))
    await raw.receives(puback(3))
    expect(journal.straight).toBe(0)
    expect(journal.messages).toHaveLength(3)
  })

  test('waits until aedes has answered, so that nothing is overtaken', async () => {
    const { broker, journal } = await start(undefined)
    const raw = await connected(broker)
    raw.send(publish({ id: 1, retain: true }), publish({ id: 2 }))
    await waitFor(() => expect(journal.waiting).toBe(2))
    raw.send(publish({ id: 3 }))
    journal.commit(1)
    await raw.receives(puback(1))
    expect(journal.straight).toBe(0)
    await waitFor(() => {
      journal.commit()
      expect(raw.received.includes(puback(3))).toBe(true)
    })
    expect(raw.received).toEqual(Buffer.concat([CONNACK, puback(1), puback(2), puback(3)]))
    raw.send(publish({ id: 4 }))
    await waitFor(() => expect(journal.straight).toBe(1))
  })

  test('is waited for by a flood behind one message that aedes had to see', async () => {
    const { broker, journal } = await start(undefined)
    const raw = await connected(broker)
    const [all, window, quietTurns] = [3000, 300, 50]
    raw.send(publish({ id: 1, retain: true }))
    for (let sent = 1, quiet = 0, before = ''; raw.received.length < CONNACK.length + all * puback(1).length; ) {
      const known = (raw.received.length - CONNACK.length) / puback(1).length
      const more = Math.min(all, Math.floor(known) + window) - sent
      if (more > 0) raw.send(...Array.from({ length: more }, () => publish({ id: ++sent })))
      await turn()
      const now = `${journal.waiting} ${raw.received.length}`
      quiet = now === before ? quiet + 1 : 0
      before = now
      // The last one of those that wait is answered when nothing comes behind it: else aedes always has some left.
      if (quiet > quietTurns) journal.commit(Math.max(1, journal.waiting - 1))
    }
    const ids = Array.from({ length: all }, (_, i) => puback(i + 1))
    expect(raw.received).toEqual(Buffer.concat([CONNACK, ...ids]))
    expect(journal.straight).toBeGreaterThan(all - 2 * window)
  })

  test('is waited for only between packets: the rest of a large payload is read, which aedes has begun', async () => {
    const { broker, journal } = await start(undefined)
    const raw = await connected(broker)
    const small = Array.from({ length: 110 }, (_, i) => publish({ id: i + 2 }))
    raw.send(publish({ id: 1, retain: true }), ...small, publish({ id: 112, payload: Buffer.alloc(300_000) }))
    await waitFor(() => {
      journal.commit()
      expect(raw.received.includes(puback(112))).toBe(true)
    })
    expect(journal.messages.map(({ payload }) => payload.length).at(-1)).toBe(300_000)
  })

  test('is closed at once to a topic that a new rule denies', async () => {
    const { broker, journal, log } = await start(null)
    const raw = await connected(broker)
    raw.send(publish({ topic: 'a', id: 1 }))
    await raw.receives(puback(1))
    broker.deny([{ deny: 'publish', topic: 'a' }])
    raw.send(publish({ topic: 'a', id: 2 }))
    await raw.closes()
    expect(log.join()).toContain('denies publishing to a')
    expect(journal.messages).toHaveLength(1)
  })

  test('ends the connection like aedes when the topic has too many levels', async () => {
    const { broker, journal } = await start(null)
    const raw = await connected(broker)
    raw.send(publish({ topic: 'a/'.repeat(100), id: 1 }))
    await raw.closes()
    expect(journal.messages).toHaveLength(0)
  })

  test.each([
    ['a client', 2],
    ['a session', 0],
  ])('stays closed to a topic that %s leaves and comes back to at once', async (_, flags) => {
    const { broker, journal } = await start(null)
    const keeper = await connected(broker, { id: 'keeper', flags })
    keeper.send(subscribe('a', 0, 1))
    await keeper.receives(SUBACK(1))
    keeper.send(unsubscribe('a', 2), subscribe('a', 0, 3))
    await keeper.receives(SUBACK(3))
    const raw = await connected(broker)
    raw.send(publish({ topic: 'a', id: 1, payload: 'wanted' }))
    await keeper.receives(Buffer.from('wanted'))
    expect(journal.straight).toBe(0)
  })

  test('leaves a topic beyond mqtt.limits to aedes, where it is journaled and counted', async () => {
    const { broker, journal, stats } = await start(null)
    const raw = await connected(broker)
    raw.send(publish({ topic: 'a/'.repeat(16), id: 1 }), publish({ topic: 'x'.repeat(1025), id: 2 }))
    await raw.receives(puback(2))
    expect(journal.straight).toBe(0)
    expect(journal.messages).toHaveLength(2)
    expect(stats.read().limited.topic).toBe(2)
  })

  test('is not read on beyond 256 KiB a connection, but PINGREQ of others and their messages are', async () => {
    const { broker, journal } = await start(undefined)
    const [greedy, other] = [await connected(broker, { id: 'greedy' }), await connected(broker, { id: 'other' })]
    const count = 200
    for (let i = 1; i <= count; i++) greedy.send(publish({ id: i, payload: Buffer.alloc(32 * 1024) }))
    await waitFor(() => expect(journal.waiting).toBeGreaterThanOrEqual(8))
    other.send(publish({ id: 1 }), PINGREQ)
    await other.receives(PINGRESP)
    expect(journal.messages.filter((m) => m.client === 'greedy').length).toBeLessThan(16)
    await waitFor(() => {
      journal.commit()
      expect(greedy.received.includes(puback(count))).toBe(true)
    })
    expect(journal.messages).toHaveLength(count + 1)
    expect(other.received.includes(puback(1))).toBe(true)
  })

  test('gives a message that follows SUBACK to its subscriber, whoever sends it', async () => {
    const { broker } = await start(null)
    const device = await client(broker)
    await device.publishAsync('a', 'before', { qos: 1 })
    const got = inbox(device)
    await device.subscribeAsync('a')
    await device.publishAsync('a', 'after', { qos: 1 })
    await waitFor(() => expect(got).toEqual(['a after']))
  })
})

type Step =
  | { kind: 'publish'; topic: string; qos: 0 | 1 | 2; retain: boolean; payloadBytes: number }
  | { kind: 'ping' }
  | { kind: 'release' }
  | { kind: 'subscribe' | 'unsubscribe'; filter: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      topic: fc.constantFrom('a', 'a', 'a/b', '厂', '$x', '/'),
      qos: fc.constantFrom(1, 1, 1, 0, 2) as fc.Arbitrary<0 | 1 | 2>,
      retain: fc.constantFrom(false, false, false, false, true),
      payloadBytes: fc.constantFrom(0, 1, 60, 90, 500, 70_000, 90_000),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'ping' }, { kind: 'release' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('subscribe' as const, 'unsubscribe' as const),
      filter: fc.constantFrom('a', 'a/#', '+', '厂'),
    }),
  },
)

/** Packets that a client got, by type: in order within a type, as far as the protocol promises it. */
function answersIn(received: Buffer) {
  const answers: Record<number, string[]> = {}
  for (let at = 0; at < received.length; ) {
    let length = 0
    let body = at + 1
    for (let shift = 0; ; shift += 7) {
      const digit = received[body++]!
      length |= (digit & 0x7f) << shift
      if (digit < 0x80) break
    }
    const type = received[at]! >> 4
    const answer = [...received.subarray(body, body + length)]
    // aedes begins to count the packet ids of what it sends at a random number.
    if (type === 3 && received[at]! & 6) answer.splice(2 + received.readUInt16BE(body), 2)
    answers[type] = [...(answers[type] ?? []), Buffer.from(answer).toString('hex')]
    at = body + length
  }
  return { ...answers, 3: answers[3]?.sort() }
}

interface Run {
  readonly steps: readonly Step[]
  readonly cuts: readonly number[]
  readonly commits: readonly number[]
}

/** All that the journal and the client of a run got; with the fast path, or with aedes alone. */
async function play({ steps, cuts, commits }: Run, withLane: boolean) {
  const journal = new JournalOnCommand(undefined)
  const sink: JournalSink = withLane ? journal : { append: (entry, done) => journal.append(entry, done) }
  const options = mqttOptions.parse({ port: 0, max_packet_bytes: 80_000 })
  const silent = pino({ level: 'silent' })
  const broker = await startBroker(options, sink, arrivalClock(systemClock), silent, IntakeStats.create())
  const raw = await RawClient.dial(broker.port)
  raw.socket.setNoDelay(true)
  let isOver = false
  const committing = (async () => {
    for (let i = 0; !isOver; i++) {
      await turn()
      journal.commit(commits[i % commits.length])
    }
  })()
  let id = 1
  let cut = 0
  const send = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; ) {
      const end = at + cuts[cut++ % cuts.length]!
      raw.socket.write(bytes.subarray(at, end))
      if (cut % 3 === 0) await turn()
      at = end
    }
  }
  /** Waits until all that was sent has had its effect: what a subscription changes is only promised from there on. */
  const settle = async (): Promise<void> => {
    const marker = publish({ topic: 'marker', id })
    await send(marker)
    await raw.receives(puback(id))
    id += 1
    for (let i = 0; i < 20; i++) await turn()
  }
  await send(connect({ id: 'c' }))
  await raw.receives(CONNACK)
  let pending: Buffer[] = []
  let lastId = 1
  for (const s of steps) {
    if (s.kind === 'publish') {
      lastId = id
      pending.push(publish({ ...s, id, payload: Buffer.alloc(s.payloadBytes, id) }))
      id += 1
    } else if (s.kind === 'ping') pending.push(PINGREQ)
    else if (s.kind === 'release') pending.push(packet(0x62, number16(lastId)))
    else {
      await send(Buffer.concat(pending))
      pending = []
      await settle()
      await send(s.kind === 'subscribe' ? subscribe(s.filter, 0, id) : unsubscribe(s.filter, id))
      await raw.receives(s.kind === 'subscribe' ? SUBACK(id) : Buffer.of(0xb0, 2, 0, id))
      id += 1
    }
  }
  await send(Buffer.concat(pending))
  await settle()
  isOver = true
  await committing
  journal.answer = null
  raw.socket.destroy()
  await broker.close()
  return {
    entries: journal.messages.map(({ arrivedAt: _, payload, ...rest }) => ({
      ...rest,
      payload: Buffer.from(payload).toString('hex').slice(0, 200),
      bytes: payload.length,
    })),
    answers: answersIn(raw.received),
    straight: journal.straight,
  }
}

property.prop(
  [
    fc.record({
      steps: fc.array(step, { maxLength: 30 }),
      cuts: fc.array(fc.constantFrom(1, 2, 3, 10, 100, 1000, 20_000, 200_000), { minLength: 1, maxLength: 10 }),
      commits: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }).map((all) => [...all, 3]),
    }),
  ],
  { numRuns: 20 },
)(
  'the journal and the client get the same with the fast path as with aedes alone, however the packets are cut',
  async (run) => {
    const [lane, alone] = [await play(run, true), await play(run, false)]
    expect(lane.entries).toEqual(alone.entries)
    expect(lane.answers).toEqual(alone.answers)
    expect(alone.straight).toBe(0)
  },
)
