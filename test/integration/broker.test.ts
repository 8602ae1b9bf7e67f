import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import mqtt from 'mqtt'
import { describe, expect, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'
import {
  CONNACK,
  connect,
  PINGREQ,
  PINGRESP,
  packet,
  puback,
  publish,
  subscribe,
  text,
} from '../unit/intake/packets.js'
import { cleanups, client, dial, inbox, start } from '../unit/intake/started-broker.js'

/** So that memory is what is held, not what has not been collected yet. */
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)

describe('the acknowledgement', () => {
  test.each([1, 2] as const)('of QoS %i waits for the disk and comes in order, 1,000 in flight', async (qos) => {
    const { broker, journal } = await start(undefined)
    const device = await client(broker)
    const sent: (number | undefined)[] = []
    const acknowledged: (number | undefined)[] = []
    device.on('packetsend', (p) => p.cmd === 'publish' && sent.push(p.messageId))
    device.on('packetreceive', (p) => (p.cmd === 'puback' || p.cmd === 'pubrec') && acknowledged.push(p.messageId))
    for (let i = 0; i < 1000; i++) device.publish('a', String(i), { qos })
    await waitFor(() => expect(journal.waiting).toBeGreaterThan(10))
    expect(acknowledged).toHaveLength(0)
    journal.commit(10)
    await waitFor(() => expect(acknowledged).toHaveLength(10))
    await waitFor(() => {
      journal.commit()
      expect(acknowledged).toHaveLength(1000)
    })
    expect(acknowledged).toEqual(sent)
    const inOrder = Array.from({ length: 1000 }, (_, i) => i)
    expect(journal.messages.map((m) => Number(Buffer.from(m.payload).toString()))).toEqual(inOrder)
  })

  test('of QoS 2 is PUBREC, then PUBCOMP', async () => {
    const { broker, journal } = await start(undefined)
    const raw = await dial(broker)
    raw.send(connect(), publish({ qos: 2, id: 7 }))
    await waitFor(() => expect(journal.waiting).toBe(1))
    raw.send(PINGREQ)
    await raw.receives(PINGRESP)
    expect(raw.received).toEqual(Buffer.concat([CONNACK, PINGRESP]))
    journal.commit()
    await raw.receives(Buffer.of(0x50, 2, 0, 7))
    raw.send(Buffer.of(0x62, 2, 0, 7))
    await raw.receives(Buffer.of(0x70, 2, 0, 7))
  })

  test('does not come while the journal is blocked, but PINGRESP does and others still connect', async () => {
    const { broker, journal } = await start(undefined)
    const raw = await dial(broker)
    raw.send(connect({ id: 'one' }), publish({ id: 1 }))
    await waitFor(() => expect(journal.waiting).toBe(1))
    raw.send(PINGREQ)
    await raw.receives(PINGRESP)
    expect(raw.received).toEqual(Buffer.concat([CONNACK, PINGRESP]))
    const other = await client(broker, { clientId: 'two' })
    expect(other.connected).toBe(true)
    journal.commit()
    await raw.receives(puback(1))
  })

  test('is refused with the connection, and only that one, when the journal answers with an error', async () => {
    const { broker, journal, log } = await start(undefined)
    const [unlucky, lucky] = [await dial(broker), await dial(broker)]
    unlucky.send(connect({ id: 'unlucky' }), publish({ id: 1 }), publish({ id: 2 }))
    lucky.send(connect({ id: 'lucky' }))
    await lucky.receives(CONNACK)
    await waitFor(() => expect(journal.waiting).toBe(2))
    journal.commit(2, new Error('no space left'))
    await unlucky.closes()
    expect(unlucky.received).toEqual(CONNACK)
    expect(log.filter((line) => line.includes('no space left'))).toHaveLength(1)
    lucky.send(publish({ id: 3 }))
    await waitFor(() => expect(journal.waiting).toBe(1))
    journal.commit()
    await lucky.receives(puback(3))
  })

  test('comes for every message of one TCP write that holds CONNECT, SUBSCRIBE and 100 PUBLISHes', async () => {
    const { broker, journal } = await start(null)
    const raw = await dial(broker)
    const publishes = Array.from({ length: 100 }, (_, i) => publish({ topic: 'a', id: i + 1, payload: `${i}` }))
    raw.send(connect(), subscribe('a'), ...publishes)
    await raw.receives(puback(100))
    await waitFor(() => expect(raw.received.includes(publish({ topic: 'a', qos: 0, payload: '99' }))).toBe(true))
    expect(journal.messages).toHaveLength(100)
  })

  test('does not exist for QoS 0, but the message is journaled and delivered', async () => {
    const { broker, journal, stats } = await start(null)
    const device = await client(broker, { clientId: 'device-1' })
    const got = inbox(device)
    await device.subscribeAsync('outside/of/the/grammar')
    await device.publishAsync('outside/of/the/grammar', 'x', { qos: 0 })
    await waitFor(() => expect(got).toEqual(['outside/of/the/grammar x']))
    expect(journal.messages).toMatchObject([
      { client: 'device-1', topic: 'outside/of/the/grammar', qos: 0, retain: false, fullSizeBytes: null },
    ])
    expect(stats.read()).toMatchObject({ clients: 1, messages: { mqtt: 1 }, ack: { count: 1 } })
  })

  test('counts against the backlog: a journal that is blocked stops the reading, and nothing is lost', async () => {
    const { broker, journal } = await start(undefined)
    const raw = await dial(broker)
    raw.send(connect())
    await raw.receives(CONNACK)
    const count = 100
    for (let i = 1; i <= count; i++) raw.send(publish({ id: i, payload: Buffer.alloc(1024 * 1024) }))
    await waitFor(() => expect(raw.socket.writableLength).toBeGreaterThan(0))
    await waitFor(() => expect(journal.waiting).toBeGreaterThan(0))
    expect(journal.waiting).toBeLessThan(70)
    await waitFor(() => {
      journal.commit()
      expect(raw.received.includes(puback(count))).toBe(true)
    })
    expect(journal.messages).toHaveLength(count)
  })
})

describe('subscribers', () => {
  test('one that does not read delays nobody, and what it misses is counted', async () => {
    const { broker, stats } = await start(null)
    const frozen = await dial(broker)
    frozen.send(connect({ id: 'frozen' }), subscribe('#'))
    await frozen.receives(CONNACK)
    await frozen.receives(Buffer.of(0x90, 3, 0, 1, 0))
    frozen.socket.pause()
    const healthy = await client(broker)
    const got = inbox(healthy)
    await healthy.subscribeAsync('last')
    const device = await client(broker)
    const payload = Buffer.alloc(256 * 1024)
    for (let i = 0; i < 100; i++) await device.publishAsync('bulk', payload, { qos: 1 })
    await device.publishAsync('last', 'one', { qos: 1 })
    await waitFor(() => expect(got).toEqual(['last one']))
    expect(stats.read().forwardDrops).toBeGreaterThan(0)
  })

  test('get a retained status when they come, and it is journaled as retained', async () => {
    const { broker, journal } = await start(null)
    const device = await client(broker)
    const topic = 'plants/suzhou-1/press/robot-7/status'
    await device.publishAsync(topic, 'online', { qos: 1, retain: true })
    const late = await client(broker)
    const got = inbox(late)
    await late.subscribeAsync('plants/+/+/+/status')
    await waitFor(() => expect(got).toEqual([`${topic} online`]))
    expect(journal.messages).toMatchObject([{ topic, retain: true }])
  })

  test('with a session get at their return what came in between', async () => {
    const { broker } = await start(null)
    const first = await client(broker, { clientId: 'keeps', clean: false })
    await first.subscribeAsync('a', { qos: 1 })
    await first.endAsync()
    await (await client(broker)).publishAsync('a', 'missed', { qos: 1 })
    const got: string[] = []
    const second = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { clientId: 'keeps', clean: false })
    second.on('message', (_, payload) => got.push(payload.toString()))
    cleanups.push(() => second.endAsync(true))
    await waitFor(() => expect(got).toEqual(['missed']))
  })

  test('get notices of the gateway itself, which are not journaled', async () => {
    const { broker, journal } = await start(null)
    const device = await client(broker)
    const got = inbox(device)
    await device.subscribeAsync('plants/p/l/d/rejected')
    broker.publishNotice('plants/p/l/d/rejected', '{}')
    await waitFor(() => expect(got).toEqual(['plants/p/l/d/rejected {}']))
    expect(journal.messages).toEqual([])
  })
})

describe('the guard', () => {
  test('takes a PUBLISH of 10 MB with a few KiB of memory, acknowledges it and goes on', async () => {
    const { broker, journal } = await start(null)
    const subscriber = await client(broker)
    const got = inbox(subscriber)
    await subscriber.subscribeAsync('#', { qos: 1 })
    const raw = await dial(broker)
    raw.send(connect({ id: 'big' }))
    await raw.receives(CONNACK)
    const payload = Buffer.alloc(10_000_000, 'z')
    const large = publish({ topic: 'a', id: 1, payload, retain: true })
    const usedBytes = () => {
      // Buffers are freed by another thread, which the next collection waits for.
      collectGarbage()
      collectGarbage()
      return process.memoryUsage().arrayBuffers
    }
    const before = usedBytes()
    let highest = 0
    for (let at = 0; at < large.length; at += 1_000_000) {
      if (!raw.socket.write(large.subarray(at, at + 1_000_000))) await once(raw.socket, 'drain')
      highest = Math.max(highest, usedBytes() - before)
    }
    await raw.receives(puback(1))
    expect(highest).toBeLessThan(1_000_000)
    raw.send(publish({ topic: 'a', id: 2, payload: 'next' }))
    await raw.receives(puback(2))
    await waitFor(() => expect(got).toEqual(['a next']))
    expect(journal.messages).toMatchObject([
      { client: 'big', topic: 'a', qos: 1, retain: true, fullSizeBytes: 10_000_000 },
      { fullSizeBytes: null },
    ])
    expect(Buffer.from(journal.messages[0]!.payload)).toEqual(payload.subarray(0, 4096))
    const late = await client(broker)
    const retained = inbox(late)
    await late.subscribeAsync('a')
    await late.publishAsync('a', 'marker')
    await waitFor(() => expect(retained).toEqual(['a marker']))
  })

  test('acknowledges a PUBLISH of QoS 2 that is too large with PUBREC', async () => {
    const { broker, journal } = await start(null, { max_packet_bytes: 1024 })
    const device = await client(broker)
    await device.publishAsync('a', Buffer.alloc(5000), { qos: 2 })
    expect(journal.messages).toMatchObject([{ qos: 2, fullSizeBytes: 5000 }])
  })

  test.each([
    ['5 MB before CONNECT', packet(0x10, Buffer.alloc(5_000_000)), 'larger than 4096'],
    ['a topic that is not UTF-8', Buffer.concat([connect(), publish({ topic: Buffer.of(0xff) })]), 'MQTT-1.5.3-1'],
    ['packet id 0', Buffer.concat([connect(), publish({ id: 0 })]), 'MQTT-2.3.1-1'],
    ['a malformed filter', Buffer.concat([connect(), subscribe('a#')]), 'MQTT-4.7.1-2'],
  ])('closes the connection for %s and logs why', async (_, bytes, reason) => {
    const { broker, journal, stats, log } = await start(null)
    const raw = await dial(broker)
    raw.send(bytes)
    await raw.closes()
    expect(log.join()).toContain(reason)
    expect(stats.read().refused).toBe(1)
    expect(journal.messages).toEqual([])
  })

  test('closes a connection on which no CONNECT comes within 5 s', async () => {
    const { broker, log } = await start(null)
    const raw = await dial(broker)
    raw.send(connect().subarray(0, 5))
    await raw.closes()
    expect(log.join()).toContain('its CONNECT was not accepted within 5 s')
  })

  test('tells a client of a version to come that it is not spoken, as MQTT 5 does [MQTT-3.1.2-2]', async () => {
    const { broker } = await start(null)
    const raw = await dial(broker)
    raw.send(connect({ level: 6 }))
    await raw.closes()
    expect(raw.received.subarray(0, 4)).toEqual(Buffer.of(0x20, raw.received.length - 2, 0, 0x84))
    expect(raw.received.toString()).toContain('only MQTT 3.1, 3.1.1 and 5 are spoken here')
  })

  test('closes after one and a half times the keep alive without a packet, and the will is published', async () => {
    const { broker, journal } = await start(null)
    const raw = await dial(broker)
    raw.send(connect({ flags: 6, keepAliveS: 1, rest: [text('will'), text('gone')] }))
    await raw.closes()
    await waitFor(() => expect(journal.messages).toMatchObject([{ topic: 'will' }]))
  })
})

test('a stop lets the acknowledgements go out that are on their way', async () => {
  const { broker, journal } = await start(undefined)
  const raw = await dial(broker)
  raw.send(connect(), publish({ id: 1 }), publish({ id: 2, qos: 2 }))
  await waitFor(() => expect(journal.waiting).toBe(2))
  const closed = broker.close()
  journal.commit()
  await closed
  await raw.receives(puback(1))
  await raw.receives(Buffer.of(0x50, 2, 0, 2))
})

describe('what is not allowed', () => {
  test('$SYS/ cannot be published to, neither by a message nor by a will', async () => {
    const { broker, journal, log } = await start(null)
    const publisher = await dial(broker)
    publisher.send(connect({ id: 'a' }), publish({ topic: '$SYS/x' }))
    await publisher.closes()
    const dying = await dial(broker)
    dying.send(connect({ id: 'b', flags: 6, rest: [text('$SYS/x'), text('')] }))
    await dying.closes()
    expect(publisher.received).toEqual(CONNACK)
    expect(dying.received).toHaveLength(0)
    expect(log.filter((line) => line.includes('reserved'))).toHaveLength(2)
    expect(journal.messages).toEqual([])
  })

  test('a denied filter is answered with 0x80, and what is denied does not come through a wider one', async () => {
    const acl = [
      { deny: 'subscribe', topic: 'test/nosubscribe' },
      { deny: 'publish', topic: 'test/nopublish' },
    ]
    const { broker, journal } = await start(null, { acl })
    const raw = await dial(broker)
    raw.send(connect(), subscribe('test/nosubscribe'))
    await raw.receives(Buffer.of(0x90, 3, 0, 1, 0x80))
    const subscriber = await client(broker)
    const got = inbox(subscriber)
    await subscriber.subscribeAsync('test/#')
    await subscriber.publishAsync('test/nosubscribe', 'x', { qos: 1 })
    await subscriber.publishAsync('test/marker', 'y', { qos: 1 })
    await waitFor(() => expect(got).toEqual(['test/marker y']))
    raw.send(publish({ topic: 'test/nopublish' }))
    await raw.closes()
    expect(journal.messages.map((m) => m.topic)).toEqual(['test/nosubscribe', 'test/marker'])
  })

  test('a port that is in use is said in words', async () => {
    const { broker } = await start(null)
    const message = expect.stringContaining('set mqtt.port to a free one')
    await expect(start(null, { port: broker.port })).rejects.toMatchObject({ message, code: 'EADDRINUSE' })
  })
})

const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined
if (!hasMosquitto && process.env.REQUIRE_SERVERS !== '1') {
  console.log('mosquitto_pub is not installed (Debian package mosquitto-clients): its test is skipped')
}

test.skipIf(!hasMosquitto && process.env.REQUIRE_SERVERS !== '1')('mosquitto_pub publishes', async () => {
  const { broker, journal } = await start(null)
  const args = ['-h', '127.0.0.1', '-p', String(broker.port), '-q', '2', '-t', 'a', '-m', 'hello']
  const [code] = await once(spawn('mosquitto_pub', args), 'exit')
  expect(code).toBe(0)
  expect(journal.messages).toMatchObject([{ topic: 'a', qos: 2 }])
})
