// @module-tag slow

import { describe, expect, test, vi } from 'vitest'
import { ClientGate, type GateParts } from '../../../src/intake/mqtt5/client-gate.js'
import { Deliveries, DeliveryRoom, type OutgoingPublish } from '../../../src/intake/mqtt5/deliveries.js'
import { RECEIVE_MAXIMUM } from '../../../src/intake/mqtt5/receive-quota.js'
import { PacketScanner } from '../../../src/intake/packet-scanner.js'
import { SessionQueues } from '../../../src/intake/session-queues.js'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import type { RawClient } from './raw-client.js'
import { client, dial, start } from './started-broker.js'

/** Flow control of MQTT 5 §4.9, both ways. */

const CONNECT = bytesOf('10 0e 0004 "MQTT" 05 02 0000 00 0001 "v"')
/** CONNECT with a receive maximum of 2. */
const TWO_AT_ONCE = bytesOf('10 11 0004 "MQTT" 05 02 0000 03 210002 0001 "r"')

/** It routes tens of thousands of messages. */
const DEEP = { tags: ['deep'] }

/** PUBLISH packets with the ids from `first` to `last`. */
function publishes(qos: 1 | 2, first: number, last: number, properties = [0]): Buffer {
  const packets: Buffer[] = []
  for (let id = first; id <= last; id++) {
    const body = [0, 1, 0x6d, id >> 8, id & 0xff, ...properties]
    packets.push(Buffer.of(0x30 | (qos << 1), body.length, ...body))
  }
  return Buffer.concat(packets)
}

/** Packet ids of the PUBRECs that have come. */
function pubrecs({ received }: RawClient): Set<number> {
  const ids = new Set<number>()
  for (let at = 0; at < received.length; at += 2 + received[at + 1]!) {
    if (received[at] === 0x50) ids.add(received.readUInt16BE(at + 2))
  }
  return ids
}

/** Packet ids and texts of the PUBLISH packets of QoS 1 and 2 that have come, which have no properties. */
function published({ received }: RawClient): { id: number; text: string }[] {
  const packets: { id: number; text: string }[] = []
  for (let at = 0; at < received.length; at += 2 + received[at + 1]!) {
    if (received[at]! >> 4 !== 3) continue
    const idAt = at + 4 + received.readUInt16BE(at + 2)
    const text = received.subarray(idAt + 3, at + 2 + received[at + 1]!).toString()
    packets.push({ id: received.readUInt16BE(idAt), text })
  }
  return packets
}

async function connected(raw: RawClient, connect = CONNECT): Promise<RawClient> {
  raw.send(connect)
  await vi.waitFor(() => expect(raw.received.length).toBeGreaterThan(10), SOON)
  return raw
}

describe('what a client sends', () => {
  test('ends with 0x93 when it is one more than CONNACK says before the first is acknowledged', () => {
    const scanner = new PacketScanner({ pass: () => {}, connect: () => {}, ping: () => {} }, 1000)
    const reasonOf = (bytes: Buffer) => scanner.scan(bytes, Number.POSITIVE_INFINITY)?.reason
    reasonOf(CONNECT)
    scanner.accept()
    expect(reasonOf(publishes(2, 1, RECEIVE_MAXIMUM))).toBeUndefined()
    scanner.answered(1)
    expect(reasonOf(publishes(2, 50_000, 50_000))).toBeUndefined()
    expect(reasonOf(publishes(2, 50_001, 50_001))).toBe(0x93)
  })

  test('counts with QoS 2 until PUBCOMP, and is answered with DISCONNECT 0x93, counted and said', DEEP, async () => {
    const { broker, stats, log } = await start(null)
    const raw = await connected(await dial(broker))
    expect(raw.received.includes(Buffer.of(0x21, RECEIVE_MAXIMUM >> 8, RECEIVE_MAXIMUM & 0xff))).toBe(true)
    const received = (id: number) => vi.waitFor(() => expect(pubrecs(raw).has(id)).toBe(true), SOON)
    raw.send(publishes(2, 1, RECEIVE_MAXIMUM))
    await received(RECEIVE_MAXIMUM)
    raw.send(bytesOf('62 02 0001'))
    await vi.waitFor(() => expect(raw.received.toString('hex')).toMatch(/700[24]0001/), SOON)
    raw.send(publishes(2, RECEIVE_MAXIMUM + 1, RECEIVE_MAXIMUM + 1))
    await received(RECEIVE_MAXIMUM + 1)
    raw.send(publishes(2, RECEIVE_MAXIMUM + 2, RECEIVE_MAXIMUM + 2))
    await raw.closes()
    expect(raw.received.toString('latin1')).toMatch(/\xe0.{1,2}\x93/s)
    expect(raw.received.toString()).toContain('wait for PUBACK or PUBCOMP')
    expect(stats.read().limited).toMatchObject({ receive_maximum: 1, framing: 0 })
    expect(log.join()).toContain('receive_maximum')
  })

  test.each([
    ['MQTT 5', CONNECT, publishes(1, 1, 30_000)],
    ['3.1.1', bytesOf('10 0d 0004 "MQTT" 04 02 0000 0001 "v"'), publishes(1, 1, 30_000, [])],
  ])(
    'waits in its socket however small it is, with %s: who counts nothing gets all through',
    async (_, connect, packets) => {
      const { broker, journal } = await start(undefined)
      const raw = await dial(broker)
      raw.send(connect)
      await vi.waitFor(() => expect(raw.received.length).toBeGreaterThanOrEqual(4), SOON)
      raw.send(packets)
      await vi.waitFor(() => expect(journal.waiting).toBeGreaterThan(10_000), SOON)
      expect(journal.waiting).toBeLessThan(RECEIVE_MAXIMUM)
      const committing = setInterval(() => journal.commit(), 20)
      await vi
        .waitFor(() => expect(journal.messages.length).toBe(30_000), SOON)
        .finally(() => clearInterval(committing))
      expect(raw.isClosed).toBe(false)
    },
  )

  test('waits in its socket when its messages are of everyday size: a library that counts nothing gets all through', async () => {
    const { broker, journal } = await start(undefined)
    const sender = await client(broker, { protocolVersion: 5, clientId: 'press-7' })
    const payload = JSON.stringify({ ts: 1_795_540_933_000, metrics: { elec_import_kwh: 1234.5 }, unit: 'kWh' })
    const sent = Array.from({ length: 10_000 }, () =>
      sender.publishAsync('plants/suzhou/line-1/press-7/telemetry', payload, { qos: 1 }),
    )
    const all = Promise.all(sent)
    const committing = setInterval(() => journal.commit(), 20)
    await all.finally(() => clearInterval(committing))
    expect(sender.connected).toBe(true)
    expect(journal.messages).toHaveLength(10_000)
  })
})

describe('what is sent to a client', () => {
  const idsOf = (raw: RawClient) => published(raw).map(({ id }) => id)
  const acknowledgement = (first: number, id: number) => Buffer.of(first, 2, id >> 8, id & 0xff)

  async function reading(qos: 1 | 2): Promise<{ raw: RawClient; publish: (count: number) => Promise<void> }> {
    const { broker } = await start(null)
    const raw = await connected(await dial(broker), TWO_AT_ONCE)
    raw.send(bytesOf(`82 07 000a 00 0001 "t" 0${qos}`))
    await raw.receives(bytesOf(`90 04 000a 00 0${qos}`))
    const sender = await client(broker)
    const publish = async (count: number) => {
      for (let i = 0; i < count; i++) await sender.publishAsync('t', `${i}`, { qos })
    }
    return { raw, publish }
  }

  test('is never more without an acknowledgement than it takes, and comes in order', async () => {
    const { raw, publish } = await reading(1)
    await publish(5)
    await vi.waitFor(() => expect(idsOf(raw)).toHaveLength(2), SOON)
    for (let count = 2; count < 5; count++) {
      // One that was never sent gives no room.
      raw.send(acknowledgement(0x40, 60_000), acknowledgement(0x40, idsOf(raw)[count - 2]!))
      await vi.waitFor(() => expect(idsOf(raw)).toHaveLength(count + 1), SOON)
    }
    expect(published(raw).map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4'])
  })

  test('of QoS 2 gives room with PUBCOMP, or with a PUBREC that refuses', async () => {
    const { raw, publish } = await reading(2)
    await publish(4)
    await vi.waitFor(() => expect(idsOf(raw)).toHaveLength(2), SOON)
    const [first, second] = idsOf(raw)
    raw.send(acknowledgement(0x50, first!))
    await vi.waitFor(() => expect(raw.received.toString('latin1')).toContain('\x62'), SOON)
    raw.send(bytesOf('c0 00'))
    await raw.receives(bytesOf('d0 00'))
    expect(idsOf(raw)).toHaveLength(2)
    raw.send(acknowledgement(0x70, first!), Buffer.of(0x50, 3, second! >> 8, second! & 0xff, 0x97))
    await vi.waitFor(() => expect(idsOf(raw)).toHaveLength(4), SOON)
  })

  test('waits for a session as long as that keeps it, over a connection that breaks', async () => {
    const { broker } = await start(null)
    const kept = bytesOf('10 16 0004 "MQTT" 05 00 0000 08 1100000e10 210002 0001 "r"')
    const raw = await connected(await dial(broker), kept)
    raw.send(bytesOf('82 07 000a 00 0001 "t" 01'))
    await raw.receives(bytesOf('90 04 000a 00 01'))
    const sender = await client(broker)
    for (let i = 0; i < 6; i++) await sender.publishAsync('t', `${i}`, { qos: 1 })
    await vi.waitFor(() => expect(idsOf(raw)).toHaveLength(2), SOON)
    raw.socket.destroy()
    const again = await connected(await dial(broker), kept)
    for (let count = 2; count <= 6; count++) {
      await vi.waitFor(() => expect(idsOf(again)).toHaveLength(count), SOON)
      again.send(acknowledgement(0x40, idsOf(again)[count - 2]!))
    }
  })
})

test('retained messages come all when there are more than go out at once', async () => {
  const { broker } = await start(null, { limits: { retained_per_s: 0, messages_per_s: 0 } })
  const sender = await client(broker)
  await Promise.all(
    Array.from({ length: 3000 }, (_, i) => sender.publishAsync(`r/${i}`, 'x', { retain: true, qos: 1 })),
  )
  const reader = await client(broker, { protocolVersion: 5, properties: { receiveMaximum: 20 } })
  let came = 0
  reader.on('message', () => came++)
  await reader.subscribeAsync('r/#', { qos: 1 })
  await vi.waitFor(() => expect(came).toBe(3000), SOON)
})

describe('what waits for a client', () => {
  const bounds = { session_bytes: 10_000, sessions_bytes: 15_000 }
  const delivery = (messageId: number, more: Partial<OutgoingPublish> = {}): OutgoingPublish => ({
    topic: 't',
    payload: Buffer.alloc(10),
    qos: 1,
    retain: false,
    dup: false,
    messageId,
    ...more,
  })
  const unkept = { keeps: () => false, forget: () => {} }

  test('is bounded by bytes, of one and of all, each with its memory, and is let go with the connection', () => {
    const room = new DeliveryRoom(bounds)
    const one = new Deliveries(1, room, unkept)
    const began = Array.from({ length: 39 }, (_, i) => one.begin(delivery(i + 1)))
    expect(began.filter((what) => what === 'waits')).toHaveLength(37)
    expect([began[0], began.at(-1)]).toEqual(['now', 'dropped'])
    one.end()
    for (let id = 1; id <= 4; id++) one.begin(delivery(id))
    const other = new Deliveries(1, room, unkept)
    other.begin(delivery(1))
    expect(other.begin(delivery(2, { payload: Buffer.alloc(9_800) }))).toBe('dropped')
    expect(other.begin(delivery(2, { payload: Buffer.alloc(9_000) }))).toBe('waits')
    expect(new Deliveries(1, room, unkept).isFree).toBe(true)
    const third = new Deliveries(1, room, unkept)
    third.begin(delivery(1))
    expect(third.begin(delivery(2, { payload: Buffer.alloc(8_000) }))).toBe('dropped')
    for (const deliveries of [one, other, third]) deliveries.end()
    expect(room.bytes).toBe(0)
  })

  test('is held whatever it is while its session keeps it', () => {
    const deliveries = new Deliveries(1, new DeliveryRoom(bounds), { ...unkept, keeps: () => true })
    expect([1, 2, 3, 4, 5, 6].map((id) => deliveries.begin(delivery(id)))).toEqual(['now', ...Array(5).fill('waits')])
  })

  test('is not sent when its time is over, and says how much of it is left [MQTT-3.3.2-5] [MQTT-3.3.2-6]', () => {
    const forgotten: number[] = []
    const session = { keeps: () => true, forget: (id: number) => forgotten.push(id) }
    const deliveries = new Deliveries(1, new DeliveryRoom(bounds), session)
    deliveries.begin(delivery(1))
    deliveries.begin(delivery(2, { messageExpiry: 5_000 }))
    deliveries.begin(delivery(3, { messageExpiry: 9_500, properties: { messageExpiryInterval: 8 } }))
    expect(deliveries.acknowledged(1, 6_000)).toMatchObject([
      { messageId: 3, properties: { messageExpiryInterval: 4 } },
    ])
    expect(forgotten).toEqual([2])
  })
})

describe('what is numbered for a client', () => {
  const bounds = { session_messages: 9, session_bytes: 2 ** 30, sessions_bytes: 2 ** 30 }
  const message = (messageId: number): OutgoingPublish => {
    return { topic: 't', payload: Buffer.of(1), qos: 1, retain: false, dup: false, messageId }
  }

  test('has a packet id that no other message has, and that its session keeps none under [MQTT-2.2.1-4]', () => {
    const queues = new SessionQueues(bounds, () => {})
    const parts = { queues, room: new DeliveryRoom(bounds) } as Partial<GateParts>
    const client = { id: 'c', conn: { destroyed: true }, receiveMaximum: 1, _nextId: 65_534 }
    void queues.outgoingEnqueue({ clientId: 'c' }, { cmd: 'publish', ...message(7), brokerCounter: 7 })
    void queues.outgoingUpdate({ id: 'c' }, { cmd: 'publish', brokerCounter: 7, messageId: 2 })
    const gate = new ClientGate(client as never, parts as GateParts)
    const given: number[] = []
    const give = (): void => {
      const id = client._nextId
      client._nextId = id >= 65_535 ? 1 : id + 1
      gate.deliver(message(id))
      given.push(id)
    }
    for (let i = 0; i < 4; i++) give()
    expect(given).toEqual([65_534, 65_535, 1, 3])
    // The first two are not acknowledged, and the ids come round.
    for (const messageId of [65_534, 65_535]) gate.heard({ cmd: 'puback', messageId })
    client._nextId = 65_535
    for (let i = 0; i < 2; i++) give()
    expect(given.slice(4)).toEqual([65_535, 4])
  })

  test('waits in such a number that a packet id is left, however small it is', () => {
    const deliveries = new Deliveries(1, new DeliveryRoom(bounds), { keeps: () => false, forget: () => {} })
    let dropped = 0
    for (let id = 1; id <= 65_535; id++) if (deliveries.begin(message(id)) === 'dropped') dropped++
    expect(dropped).toBe(5535)
  })
})
