import type { AedesPublishPacket } from 'aedes'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { OpenAccess, type Principal, Rights } from '../../../src/intake/access.js'
import { Acl } from '../../../src/intake/acl.js'
import { compact } from '../../../src/intake/compact.js'
import { EventLoopBudget } from '../../../src/intake/event-loop-budget.js'
import { IncomingIds } from '../../../src/intake/incoming-ids.js'
import { KeptSessions } from '../../../src/intake/kept-sessions.js'
import { Limiting } from '../../../src/intake/limiting.js'
import { Deliveries, DeliveryRoom } from '../../../src/intake/mqtt5/deliveries.js'
import { RetainedMessages } from '../../../src/intake/retained.js'
import { SessionQueues } from '../../../src/intake/session-queues.js'
import { isModest, Subscriptions } from '../../../src/intake/subscriptions.js'
import { Unsent } from '../../../src/intake/unsent.js'
import { SOON } from '../../support/soon.js'

const message = (topic: string, payload: string, brokerCounter = 1): AedesPublishPacket =>
  ({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: true, dup: false, brokerCounter }) as never

async function all(stream: AsyncIterable<AedesPublishPacket>): Promise<string[]> {
  const topics: string[] = []
  for await (const { topic } of stream) topics.push(topic)
  return topics
}

describe('retained messages', () => {
  test('a newer one takes the place of the older, an empty one removes it, and removed ones make room', async () => {
    const retained = new RetainedMessages({ retained: 2, retained_bytes: 1000 })
    await retained.storeRetained(message('a', '1'))
    await retained.storeRetained(message('b', '1'))
    expect(retained.hasRoomFor(message('c', '1'))).toBe(false)
    expect(retained.hasRoomFor(message('b', '2'))).toBe(true)
    await retained.storeRetained(message('c', '1'))
    expect(await all(retained.createRetainedStreamCombi(['#']))).toEqual(['a', 'b'])
    await retained.storeRetained(message('a', ''))
    await retained.storeRetained(message('c', '1'))
    expect(await all(retained.createRetainedStreamCombi(['#']))).toEqual(['b', 'c'])
  })

  test('bytes are those of topics and payloads, and what is replaced no longer counts', async () => {
    const retained = new RetainedMessages({ retained: 10, retained_bytes: 10 })
    await retained.storeRetained(message('a', '123456789'))
    expect(retained.hasRoomFor(message('b', ''))).toBe(true)
    expect(retained.hasRoomFor(message('b', '1'))).toBe(false)
    expect(retained.hasRoomFor(message('a', '987654321'))).toBe(true)
    expect(retained.hasRoomFor(message('a', '9876543210'))).toBe(false)
  })

  test('filters find theirs, and a search that was given up does not hold up the next', async () => {
    const retained = new RetainedMessages({ retained: 10_000, retained_bytes: 10_000_000 })
    for (let i = 0; i < 2000; i++) await retained.storeRetained(message(`p/${i}/status`, 'online'))
    await retained.storeRetained(message('$SYS/x', 'y'))
    const givenUp = retained.createRetainedStreamCombi(['#'])
    givenUp.destroy()
    expect(await all(retained.createRetainedStreamCombi(['p/7/status', 'p/8/+', 'q/#', 'p/9/status']))).toEqual([
      'p/7/status',
      'p/8/status',
      'p/9/status',
    ])
    expect(await all(retained.createRetainedStreamCombi(['#']))).toHaveLength(2000)
  })
})

describe('the queue of a session', () => {
  const bounds = { session_messages: 3, session_bytes: 100_000, sessions_bytes: 100_000 }

  test('keeps the oldest up to the bound, in order, and says whose message is not kept', async () => {
    const full: string[] = []
    const queues = new SessionQueues(bounds, (client, topic) => full.push(`${client} ${topic}`))
    for (let i = 1; i <= 5; i++) await queues.outgoingEnqueueCombi([{ clientId: 's' }], message(`t${i}`, 'x', i))
    expect(await all(queues.outgoingStream({ id: 's' }) as never)).toEqual(['t1', 't2', 't3'])
    expect(full).toEqual(['s t4', 's t5'])
  })

  test('holds a message once although two filters match it, and lets it go when it is acknowledged', async () => {
    const queues = new SessionQueues(bounds, () => {})
    await queues.outgoingEnqueueCombi([{ clientId: 's' }, { clientId: 's' }], message('t', 'x', 7))
    await queues.outgoingUpdate({ id: 's' }, { cmd: 'publish', brokerCounter: 7, messageId: 40 })
    expect(await queues.outgoingClearMessageId({ id: 's' }, { cmd: 'puback', messageId: 41 })).toBeUndefined()
    expect(await queues.outgoingClearMessageId({ id: 's' }, { cmd: 'puback', messageId: 40 })).toMatchObject({
      topic: 't',
    })
    expect(await all(queues.outgoingStream({ id: 's' }) as never)).toEqual([])
  })

  test('holds the PUBREL in place of a message of QoS 2 until PUBCOMP', async () => {
    const queues = new SessionQueues(bounds, () => {})
    await queues.outgoingEnqueue({ clientId: 's' }, message('t', 'x', 7))
    await queues.outgoingUpdate({ id: 's' }, { cmd: 'publish', brokerCounter: 7, messageId: 40 })
    await queues.outgoingUpdate({ id: 's' }, { cmd: 'pubrel', messageId: 40 })
    const kept = []
    for await (const packet of queues.outgoingStream({ id: 's' })) kept.push(packet)
    expect(kept).toMatchObject([{ cmd: 'pubrel', messageId: 40 }])
    await queues.outgoingUpdate({ id: 's' }, { cmd: 'pubrel', messageId: 40 })
    expect(await queues.outgoingClearMessageId({ id: 's' }, { cmd: 'pubcomp', messageId: 40 })).toMatchObject({
      cmd: 'pubrel',
    })
  })

  test('bytes are bounded for each and for all; what is dropped or acknowledged makes room', async () => {
    const full: string[] = []
    const queues = new SessionQueues({ session_messages: 10, session_bytes: 1000, sessions_bytes: 1500 }, (client) =>
      full.push(client),
    )
    const large = 'x'.repeat(500) // 756 with its overhead and topic
    for (const [i, clientId] of ['a', 'a', 'b'].entries()) {
      await queues.outgoingEnqueue({ clientId }, message('t', large, i + 1))
    }
    expect(full).toEqual(['a', 'b'])
    queues.drop('a')
    await queues.outgoingEnqueue({ clientId: 'b' }, message('t', large, 4))
    expect(full).toEqual(['a', 'b'])
    await queues.outgoingClearMessageId({ id: 'b' }, message('t', '', 4))
    await queues.outgoingEnqueue({ clientId: 'b' }, message('t', large, 5))
    expect(full).toEqual(['a', 'b'])
  })
})

test('packet ids that wait for PUBREL are there until they are deleted, each client for itself', async () => {
  const ids = new IncomingIds()
  for (const messageId of [1, 8, 65_535]) await ids.incomingStorePacket({ id: 'a' }, { messageId })
  await expect(ids.incomingGetPacket({ id: 'a' }, { messageId: 65_535 })).resolves.toEqual({ messageId: 65_535 })
  await expect(ids.incomingGetPacket({ id: 'a' }, { messageId: 9 })).rejects.toThrow('no such packet')
  await expect(ids.incomingGetPacket({ id: 'b' }, { messageId: 8 })).rejects.toThrow('no such packet')
  await ids.incomingDelPacket({ id: 'a' }, { messageId: 8 })
  await expect(ids.incomingDelPacket({ id: 'a' }, { messageId: 8 })).resolves.toBeUndefined()
  await ids.cleanIncoming({ id: 'a' })
  await expect(ids.incomingGetPacket({ id: 'a' }, { messageId: 1 })).rejects.toThrow('no such packet')
})

test('of sessions whose clients are away the one that is away longest goes first; who comes back is away no more', () => {
  const sessions = new KeptSessions(2)
  expect([sessions.keep('a'), sessions.keep('b')]).toEqual([null, null])
  sessions.forget('a')
  expect([sessions.keep('a'), sessions.keep('c')]).toEqual([null, 'b'])
})

test('subscriptions are counted a client and in all; the same filter again needs no room', () => {
  const bounds = { subscriptions: 2, subscriptions_total: 3, topic_levels: 3, topic_bytes: 10 }
  const subscriptions = new Subscriptions(bounds)
  const take = (client: string, ...filters: string[]) => filters.map((filter) => subscriptions.take(client, filter))
  expect(take('a', 'x', 'y', 'x', 'z')).toEqual([null, null, null, 'subscriptions'])
  expect(take('b', 'x', 'y')).toEqual([null, 'subscriptions'])
  subscriptions.release('a', ['x', 'never'])
  expect(take('b', 'y')).toEqual([null])
  subscriptions.drop('b')
  expect(take('a', '+/+/#')).toEqual([null])
  subscriptions.drop('a')
  expect(take('a', '+/+/+/+', 'x'.repeat(11), 'é'.repeat(6), '')).toEqual(['topic', 'topic', 'topic', null])
})

test('a topic is wanted as long as one client has a filter that it matches', () => {
  const bounds = { subscriptions: 10, subscriptions_total: 10, topic_levels: 5, topic_bytes: 100 }
  const subscriptions = new Subscriptions(bounds)
  const wanted = () => ['a', 'a/b', '/'].filter((topic) => subscriptions.isWanted(topic))
  expect([wanted(), subscriptions.changes]).toEqual([[], 0])
  subscriptions.take('one', 'a/#')
  subscriptions.take('one', '+/+')
  subscriptions.take('two', 'a/#')
  expect([wanted(), subscriptions.changes]).toEqual([['a', 'a/b', '/'], 2])
  subscriptions.drop('one')
  expect([wanted(), subscriptions.changes]).toEqual([['a', 'a/b'], 3])
  subscriptions.release('two', ['a/#', 'a/#', 'never'])
  expect([wanted(), subscriptions.changes]).toEqual([[], 4])
})

test.each([
  ['a/b/c', true],
  ['a/b/c/', false],
  ['1234567890', true],
  ['12345678901', false],
  ['一二三', true],
  ['一二三四', false],
])('the topic %s is within three levels and ten bytes: %s', (topic, isWithin) => {
  expect(isModest(topic, { topic_levels: 3, topic_bytes: 10 })).toBe(isWithin)
})

test('what is over the share of a turn waits for the next ones, in order', async () => {
  const turn = new EventLoopBudget(2)
  const done: string[] = []
  turn.spend(2)
  expect(turn.isOver).toBe(true)
  for (let i = 0; i < 5; i++) {
    turn.next(() => {
      turn.spend(1)
      done.push(`${i}`)
    })
  }
  setImmediate(() => done.push('another turn'))
  expect(done).toEqual([])
  await vi.waitFor(() => expect(done).toHaveLength(6), SOON)
  expect(done).toEqual(['0', '1', 'another turn', '2', '3', '4'])
  expect(turn.isOver).toBe(false)
})

test('a bound is said once in a while, with client and remedy, and counted each time', () => {
  const counted: string[] = []
  const said: object[] = []
  const limiting = new Limiting({ limited: (limit) => counted.push(limit) }, {
    warn: (about: object) => said.push(about),
  } as never)
  for (let i = 0; i < 3; i++) limiting.reached('retained', { client: `c${i}`, topic: 't'.repeat(60_000) })
  limiting.reached('sessions', { client: 'old' })
  expect(counted).toEqual(['retained', 'retained', 'retained', 'sessions'])
  expect(said).toEqual([
    {
      limit: 'retained',
      client: 'c0',
      topic: 't'.repeat(200),
      remedy: expect.stringContaining('mqtt.limits.retained'),
    },
    { limit: 'sessions', client: 'old', remedy: expect.stringContaining('mqtt.limits.sessions') },
  ])
})

test('once too much waits for all, who has left something unread gets no more, and who reads still does', () => {
  const unsent = new Unsent([], 60_000, () => {})
  const [slow, quick] = [{ writableLength: 20_000 }, { writableLength: 0 }]
  const takes = (connection: { writableLength: number }) => unsent.takes(connection, 1024 * 1024)
  const taken = Array.from({ length: 100 }, () => takes(slow)).filter(Boolean)
  expect(taken).toHaveLength(64)
  expect(takes(quick)).toBe(true)
  unsent.close()
})

test('who takes nothing of what waits is told of, below 1 MiB too; who takes a little, or has little, is not', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const [frozen, slow, quick] = [{ writableLength: 600_000 }, { writableLength: 600_000 }, { writableLength: 100 }]
  const told: object[] = []
  const unsent = new Unsent([frozen, slow, quick], 5000, (connection) => told.push(connection))
  for (let second = 0; second < 5; second++) {
    vi.advanceTimersByTime(500)
    slow.writableLength -= 100
    vi.advanceTimersByTime(500)
  }
  expect(told).toEqual([])
  vi.advanceTimersByTime(100)
  expect(told).toEqual([frozen])
  unsent.close()
})

test('rights are asked once a topic, and anew when the rules have changed', () => {
  const asked: string[] = []
  const principal: Principal = {
    mayPublish: (topic) => asked.push(topic) > 0,
    maySubscribe: () => true,
    mayReceive: () => true,
  }
  const access = { edition: 1 }
  const rights = new Rights(access, principal)
  for (const topic of ['a', 'a', 'b', 'a']) rights.mayPublish(topic)
  expect(asked).toEqual(['a', 'b'])
  access.edition = 2
  rights.mayPublish('a')
  expect(asked).toEqual(['a', 'b', 'a'])

  const acl = new Acl([])
  const open = new OpenAccess(acl)
  const anybody = new Rights(open, open.admit())
  expect(anybody.mayPublish('x')).toBe(true)
  acl.replace([{ deny: 'publish', topic: 'x' }])
  expect(anybody.mayPublish('x')).toBe(false)
})

test('correlation data that are kept hold no more memory than they need, wherever they are kept', async () => {
  const bounds = { session_messages: 9, session_bytes: 9000, sessions_bytes: 9000, retained: 9, retained_bytes: 9000 }
  const correlationData = Buffer.alloc(65_536, 'x').subarray(10, 20)
  const sent = { ...message('t', 'x'), properties: { correlationData, contentType: 'text/plain' } }
  const [queues, retained] = [new SessionQueues(bounds, () => {}), new RetainedMessages(bounds)]
  await queues.outgoingEnqueue({ clientId: 's' }, sent)
  await retained.storeRetained(sent)
  const unkept = { keeps: () => false, forget: () => {} }
  const deliveries = new Deliveries(1, new DeliveryRoom(bounds), unkept)
  const delivery = { topic: 't', payload: Buffer.of(1), qos: 1, retain: false, dup: false } as const
  for (const messageId of [1, 2]) deliveries.begin({ ...delivery, messageId, properties: sent.properties })
  const kept: { properties?: object | undefined }[] = [...deliveries.acknowledged(1, 0)]
  for await (const packet of queues.outgoingStream({ id: 's' })) kept.push(packet)
  for await (const packet of retained.createRetainedStreamCombi(['t'])) kept.push(packet)
  expect(kept.map(({ properties }) => properties)).toEqual(Array(3).fill(sent.properties))
  const data = kept.map(({ properties }) => (properties as { correlationData: Buffer }).correlationData)
  expect(data.map(({ buffer }) => buffer.byteLength)).toEqual([10, 10, 10])
})

test('what is kept holds no more memory than it needs', () => {
  const socketChunk = Buffer.alloc(65_536, 'x')
  expect(compact(socketChunk.subarray(10, 20)).buffer.byteLength).toBe(10)
  expect(compact(socketChunk.subarray(10, 20)).toString()).toBe('x'.repeat(10))
  expect(compact(socketChunk)).toBe(socketChunk)
  expect(compact('text').toString()).toBe('text')
})

test('what waits is measured while there are connections, and no timer runs while there are none', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const connections = new Set<{ writableLength: number }>()
  const unsent = new Unsent(connections, 500, () => {})
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(0)
  const frozen = { writableLength: 600_000 }
  connections.add(frozen)
  unsent.watch()
  vi.advanceTimersByTime(10_000)
  expect(vi.getTimerCount()).toBe(1)
  connections.delete(frozen)
  vi.advanceTimersByTime(100)
  expect(vi.getTimerCount()).toBe(0)
})
