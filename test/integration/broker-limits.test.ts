import { expect, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'
import { CONNACK, connect, DISCONNECT, packet, puback, publish, subscribe, text } from '../unit/intake/packets.js'
import { client, dial, inbox, type Setup, start } from '../unit/intake/started-broker.js'

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)
const SUBACK_REFUSED = Buffer.of(0x90, 3, 0, 1, 0x80)
const suback = (id: number, ...codes: number[]) => Buffer.of(0x90, 2 + codes.length, 0, id, ...codes)
const limits = (limits: object) => start(null, { limits })
/** Clean session 0: the session is kept. */
const KEEP = 0

/** The log names who reached a bound, and what to do. */
function expectSaid({ log }: Setup, limit: string, about: object): void {
  const lines = log.map((line) => JSON.parse(line) as object).filter((line) => 'limit' in line && line.limit === limit)
  expect(lines).toMatchObject([{ ...about, remedy: expect.stringContaining('mqtt.limits.') }])
}

test('a client beyond mqtt.limits.connections gets CONNACK 3; one that takes the place of its like does not', async () => {
  const setup = await limits({ connections: 1 })
  const first = await dial(setup.broker)
  first.send(connect({ id: 'a' }))
  await first.receives(CONNACK)
  const second = await dial(setup.broker)
  second.send(connect({ id: 'b' }))
  await second.closes()
  expect(second.received).toEqual(Buffer.of(0x20, 2, 0, 3))
  const again = await dial(setup.broker)
  again.send(connect({ id: 'a' }))
  await again.receives(CONNACK)
  await first.closes()
  expect(setup.stats.read().limited.connections).toBe(1)
  expectSaid(setup, 'connections', { client: 'b' })
})

test('a client id beyond mqtt.limits.client_id_bytes gets CONNACK 2', async () => {
  const setup = await limits({ client_id_bytes: 30 })
  const raw = await dial(setup.broker)
  raw.send(connect({ id: 'x'.repeat(31) }))
  await raw.closes()
  expect(raw.received).toEqual(Buffer.of(0x20, 2, 0, 2))
  expectSaid(setup, 'client_id', { client: 'x'.repeat(31) })
})

test('subscriptions beyond the bounds are refused one by one with 0x80, and unsubscribing makes room', async () => {
  const setup = await limits({ subscriptions: 2, topic_levels: 5 })
  const raw = await dial(setup.broker)
  const filters = ['a', '+/+/+/+/+/+', 'b', 'c'].flatMap((filter) => [text(filter), Buffer.of(1)])
  raw.send(connect({ id: 'greedy' }), packet(0x82, Buffer.of(0, 1), ...filters))
  await raw.receives(suback(1, 1, 0x80, 1, 0x80))
  raw.send(packet(0xa2, Buffer.of(0, 2), text('a')), subscribe('c', 1, 3), subscribe('d', 1, 4))
  await raw.receives(Buffer.concat([suback(3, 1), suback(4, 0x80)]))
  expect(setup.stats.read().limited).toMatchObject({ subscriptions: 2, topic: 1 })
  expectSaid(setup, 'subscriptions', { client: 'greedy', topic: 'c' })
  expectSaid(setup, 'topic', { client: 'greedy', topic: '+/+/+/+/+/+' })
})

test('mqtt.limits.subscriptions_total counts all clients, and those that left no more', async () => {
  const { broker } = await limits({ subscriptions_total: 1 })
  const first = await dial(broker)
  first.send(connect({ id: 'a' }), subscribe('x'))
  await first.receives(suback(1, 0))
  const second = await dial(broker)
  second.send(connect({ id: 'b' }), subscribe('y'))
  await second.receives(SUBACK_REFUSED)
  first.send(DISCONNECT)
  await first.closes()
  second.send(subscribe('y', 0, 2))
  await second.receives(suback(2, 0))
})

test('a message with too many levels is journaled and acknowledged, but nobody gets it', async () => {
  const setup = await limits({ topic_levels: 5 })
  const subscriber = await client(setup.broker)
  const got = inbox(subscriber)
  await subscriber.subscribeAsync('#')
  await subscriber.publishAsync('1/2/3/4/5/6', 'deep', { qos: 1, retain: true })
  await subscriber.publishAsync('1/2/3/4/5', 'marker', { qos: 1 })
  await waitFor(() => expect(got).toEqual(['1/2/3/4/5 marker']))
  expect(setup.journal.messages).toMatchObject([{ topic: '1/2/3/4/5/6', retain: true }, { topic: '1/2/3/4/5' }])
  expect(setup.stats.read().limited.topic).toBe(1)
})

test('a retained message beyond mqtt.limits.retained is journaled as retained and delivered, but not kept', async () => {
  const setup = await limits({ retained: 1 })
  const device = await client(setup.broker, { clientId: 'd' })
  const now = inbox(device)
  await device.subscribeAsync('#')
  await device.publishAsync('a', '1', { qos: 1, retain: true })
  await device.publishAsync('b', '1', { qos: 1, retain: true })
  await device.publishAsync('a', '2', { qos: 1, retain: true })
  await waitFor(() => expect(now).toEqual(['a 1', 'b 1', 'a 2']))
  const late = await client(setup.broker)
  const kept = inbox(late)
  await late.subscribeAsync('#')
  await late.publishAsync('marker', '', { qos: 1 })
  await waitFor(() => expect(kept.toSorted()).toEqual(['a 2', 'marker ']))
  expect(setup.journal.messages.slice(0, 3)).toMatchObject([{ retain: true }, { retain: true }, { retain: true }])
  expectSaid(setup, 'retained', { client: 'd', topic: 'b' })
})

test('a session gets at its return the oldest that was kept, in order, and what was beyond is counted', async () => {
  const setup = await limits({ session_messages: 3 })
  const raw = await dial(setup.broker)
  raw.send(connect({ id: 's', flags: KEEP }), subscribe('t', 1))
  await raw.receives(suback(1, 1))
  raw.send(DISCONNECT)
  await raw.closes()
  const device = await client(setup.broker)
  for (let i = 1; i <= 5; i++) await device.publishAsync('t', `m${i}`, { qos: 1 })
  const back = await dial(setup.broker)
  back.send(connect({ id: 's', flags: KEEP }))
  await back.receives(Buffer.from('m3'))
  await device.publishAsync('t', 'marker', { qos: 1 })
  await back.receives(Buffer.from('marker'))
  expect(back.received.toString('latin1').match(/m\d/g)).toEqual(['m1', 'm2', 'm3'])
  expect(setup.stats.read().limited.session_queue).toBeGreaterThanOrEqual(2)
  expectSaid(setup, 'session_queue', { client: 's', topic: 't' })
})

test('a client that is there gets what its session has no room to keep, and stays connected', async () => {
  const { broker } = await limits({ session_messages: 2 })
  const raw = await dial(broker)
  raw.send(connect({ id: 's', flags: KEEP }), subscribe('t', 1))
  await raw.receives(suback(1, 1))
  const device = await client(broker)
  for (let i = 1; i <= 5; i++) await device.publishAsync('t', `m${i}`, { qos: 1 })
  await raw.receives(Buffer.from('m5'))
  expect(raw.received.toString('latin1').match(/m\d/g)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
  expect(raw.isClosed).toBe(false)
})

test('beyond mqtt.limits.sessions the session whose client is away longest is gone when it comes back', async () => {
  const setup = await limits({ sessions: 1 })
  const visit = async (id: string) => {
    const raw = await dial(setup.broker)
    raw.send(connect({ id, flags: KEEP }))
    await waitFor(() => expect(raw.received.length).toBeGreaterThanOrEqual(4))
    const isPresent = raw.received[2] === 1
    raw.send(subscribe('t', 1), DISCONNECT)
    await raw.closes()
    await waitFor(() => expect(setup.stats.read().clients).toBe(0))
    return isPresent
  }
  expect([await visit('a'), await visit('a'), await visit('b'), await visit('b'), await visit('a')]).toEqual([
    false,
    true,
    false,
    true,
    false,
  ])
  expectSaid(setup, 'sessions', { client: 'a' })
  expect(setup.stats.read().limited.sessions).toBe(2)
})

test('a session is asked again what it may get, and what it may no more is taken from it', async () => {
  const { broker } = await start(null)
  const first = await dial(broker)
  const both = [text('open'), Buffer.of(1), text('secret'), Buffer.of(1)]
  first.send(connect({ id: 's', flags: KEEP }), packet(0x82, Buffer.of(0, 1), ...both))
  await first.receives(suback(1, 1, 1))
  first.send(DISCONNECT)
  await first.closes()
  broker.deny([
    { deny: 'subscribe', topic: 'secret' },
    { deny: 'publish', topic: 'forbidden' },
  ])
  const device = await client(broker)
  await device.publishAsync('secret', 'no', { qos: 1 })
  await device.publishAsync('open', 'yes', { qos: 1 })
  const back = await dial(broker)
  back.send(connect({ id: 's', flags: KEEP }))
  await back.receives(Buffer.from('openyes'.replace('yes', '')))
  await waitFor(() => expect(back.received.includes('yes')).toBe(true))
  expect(back.received.includes('secret')).toBe(false)
})

test('a will that may not be published is refused with CONNACK 5', async () => {
  const { broker, journal, log } = await start(null, { acl: [{ deny: 'publish', topic: 'forbidden' }] })
  const raw = await dial(broker)
  raw.send(connect({ id: 'd', flags: 6, rest: [text('forbidden'), text('x')] }))
  await raw.closes()
  expect(raw.received).toEqual(Buffer.of(0x20, 2, 0, 5))
  expect(log.join()).toContain('forbidden')
  expect(journal.messages).toEqual([])
})

test('a subscriber that does not read is disconnected after mqtt.limits.unread_s, and the log says what to do', async () => {
  const setup = await limits({ unread_s: 1 })
  const frozen = await dial(setup.broker)
  frozen.send(connect({ id: 'frozen' }), subscribe('bulk'))
  await frozen.receives(suback(1, 0))
  frozen.socket.pause()
  const device = await dial(setup.broker)
  device.send(connect({ id: 'device' }))
  for (let id = 1; id <= 60; id++) device.send(publish({ topic: 'bulk', id, payload: Buffer.alloc(256 * 1024) }))
  await device.receives(puback(60))
  await waitFor(() => expect(setup.stats.read()).toMatchObject({ clients: 1, limited: { unread: 1 } }))
  expectSaid(setup, 'unread', { client: 'frozen' })
})

test('who is one message of many in a turn of the event loop waits, and everything is answered in order', async () => {
  const { broker, journal } = await start(null)
  const raw = await dial(broker)
  raw.send(connect({ id: 'tiny' }))
  await raw.receives(CONNACK)
  const count = 5000
  raw.send(...Array.from({ length: count }, (_, i) => publish({ topic: 'a', id: i + 1, payload: String(i) })))
  await raw.receives(puback(count))
  expect(journal.messages.map(({ payload }) => Number(Buffer.from(payload).toString()))).toEqual(
    Array.from({ length: count }, (_, i) => i),
  )
})
