import mqtt, { type IClientPublishOptions, type IConnackPacket, type IDisconnectPacket, type MqttClient } from 'mqtt'
import { describe, expect, test, vi } from 'vitest'
import { decodeProperties } from '../../../src/base/message-properties.js'
import type { IntakeEntry } from '../../../src/intake/journal-sink.js'
import { Reason, refusingConnack } from '../../../src/intake/reason-codes.js'
import { isReservedForReplies } from '../../../src/intake/replies.js'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import { client, dial, inbox, start } from './started-broker.js'

const v5 = { protocolVersion: 5 } as const

/** The DISCONNECT that a client is sent. */
function toldBy(reader: MqttClient): Promise<IDisconnectPacket> {
  return new Promise((resolve) => reader.on('disconnect', resolve))
}

test.each([
  ['none', {}],
  ['an alias', { properties: { topicAlias: 3 } }],
  ['user properties', { properties: { userProperties: { a: ['1', '2'] }, contentType: 'application/json' } }],
] satisfies [string, IClientPublishOptions][])('QoS 0, 1 and 2 with %s are journaled once', async (_what, options) => {
  const { broker, journal } = await start(null)
  const sender = await client(broker, { ...v5, clientId: 'meter' })
  for (const qos of [0, 1, 2] as const) await sender.publishAsync('plants/p/lines/d', `${qos}`, { ...options, qos })
  await vi.waitFor(() => expect(journal.messages).toHaveLength(3), SOON)
  for (const message of journal.messages) expect(message).toMatchObject({ client: 'meter', topic: 'plants/p/lines/d' })
})

test('what is kept of the properties is the same on every way into the journal', async () => {
  const { broker, journal } = await start(null)
  const sender = await client(broker, { ...v5, clientId: 'meter' })
  const userProperties = { site: 'b', fw: ['2', '1'] }
  const properties = { topicAlias: 3, contentType: 'application/json', messageExpiryInterval: 60, userProperties }
  await sender.publishAsync('t', '1', { qos: 1, properties })
  await sender.publishAsync('t', '2', { qos: 2, properties })
  await sender.publishAsync('t', '3', { qos: 1, retain: true, properties })
  expect(journal.straight).toBe(1)
  for (const { properties: kept } of journal.messages) {
    expect(decodeProperties(kept!)).toEqual({
      contentType: 'application/json',
      messageExpiryS: 60,
      userProperties: [
        ['fw', '2'],
        ['fw', '1'],
        ['site', 'b'],
      ],
    })
  }
})

test('an alias stands for its topic in what follows, also for subscribers and for what is large', async () => {
  const { broker, journal } = await start(null, { max_packet_bytes: 1024 })
  const reader = await client(broker)
  await reader.subscribeAsync('b/#')
  const got = inbox(reader)
  const sender = await client(broker, { ...v5, clientId: 'meter' })
  expect(sender.connected).toBe(true)
  const send = (topic: string, topicAlias: number, payload: string, qos: 0 | 1 | 2 = 1, retain = false) =>
    sender.publishAsync(topic, payload, { qos, retain, properties: { topicAlias } })
  await send('a/1', 1, 'first')
  await send('b/2', 2, 'first')
  await send('', 1, 'second')
  await send('', 2, 'second')
  await send('', 2, 'kept', 1, true)
  await send('', 2, 'twice', 2)
  await send('', 1, 'x'.repeat(5000))
  expect(
    journal.messages.map(({ topic, payload }) => `${topic} ${Buffer.from(payload).toString().slice(0, 6)}`),
  ).toEqual(['a/1 first', 'b/2 first', 'a/1 second', 'b/2 second', 'b/2 kept', 'b/2 twice', 'a/1 xxxxxx'])
  expect(journal.messages.at(-1)).toMatchObject({ fullSizeBytes: 5000 })
  await vi.waitFor(() => expect(got).toEqual(['b/2 first', 'b/2 second', 'b/2 kept', 'b/2 twice']), SOON)
})

test('who is turned away learns why, and no more than that of a secret', async () => {
  const { broker } = await start(null, {}, { isRequired: true })
  const raw = await dial(broker)
  raw.send(bytesOf('10 11 0004 "MQTT" 05 82 0000 00 0001 "v" 0001 "x"'))
  await raw.closes()
  expect(raw.received.subarray(0, 5).toString('hex')).toMatch(/^20..0086/)
  expect(raw.received.toString()).toContain('client id, user name or password are not taken')
  // And nothing behind it.
  expect(raw.received).toHaveLength(2 + raw.received[1]!)
})

test('a sentence that does not fit what the client takes is left out [MQTT-3.4.2-2]', async () => {
  const { broker } = await start(null, { acl: [{ deny: 'publish', topic: 's' }] })
  // Maximum packet size 32: each sentence here is longer.
  const connect = bytesOf('10 13 0004 "MQTT" 05 02 0000 05 27 00000020 0001 "v"')
  const told = await dial(broker)
  told.send(connect, bytesOf('32 06 0001 "s" 000a 00'), bytesOf('34 06 0001 "s" 000b 00'))
  await told.receives(bytesOf('40 04 000a 87 00 50 04 000b 87 00'))
  told.send(bytesOf('f0 00'))
  await told.closes()
  expect(told.received.subarray(-4)).toEqual(bytesOf('e0 02 82 00'))
  expect(refusingConnack(Reason.notAuthorized, 'no '.repeat(30), 64)).toEqual(bytesOf('20 03 00 87 00'))
})

test('U+FEFF in a topic is kept [MQTT-1.5.4-3]', async () => {
  const { broker, journal } = await start(null)
  const sender = await client(broker, v5)
  await sender.publishAsync('\ufeffa/\ufeff', '1', { qos: 1 })
  expect(journal.messages.at(-1)?.topic).toBe('\ufeffa/\ufeff')
})

test('a topic that is denied is answered with 0x87, and the connection stays', async () => {
  const { broker, journal, log } = await start(null, { acl: [{ deny: 'publish', topic: 'no/#' }] })
  const sender = await client(broker, { ...v5, clientId: 'meter' })
  await expect(sender.publishAsync('no/1', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 })
  await sender.publishAsync('yes', 'x', { qos: 1 })
  expect(journal.messages).toMatchObject([{ topic: 'yes' }])
  expect(log.join()).toContain('message refused')
})

test('what is said to be UTF-8 and is not is answered with 0x99 and not journaled; QoS 0, which has no answer, is', async () => {
  const { broker, journal, log } = await start(null)
  const sender = await client(broker, v5)
  const properties = { payloadFormatIndicator: true }
  for (const qos of [1, 2] as const) {
    const sent = sender.publishAsync('t', Buffer.of(0xff), { qos, properties })
    await expect(sent).rejects.toMatchObject({ code: 0x99 })
  }
  await sender.publishAsync('t', 'text', { qos: 1, properties })
  await sender.publishAsync('t', Buffer.of(0xff), { qos: 0, properties })
  await vi.waitFor(() => expect(journal.messages.map(({ qos }) => qos)).toEqual([1, 0]), SOON)
  expect(log.join()).toContain('says UTF-8 and the payload is not')
})

test('a session is kept for as long as the client has asked, and a clean start begins anew', async () => {
  const { broker } = await start(null)
  const kept = { ...v5, clientId: 'reader', properties: { sessionExpiryInterval: 60 } } as const
  const first = await client(broker, { ...kept, clean: true })
  await first.subscribeAsync('t', { qos: 1 })
  await first.endAsync()
  const sender = await client(broker)
  await sender.publishAsync('t', 'while it was away', { qos: 1 })

  const second = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept, clean: false, reconnectPeriod: 0 })
  const got = inbox(second)
  const connack = await new Promise<IConnackPacket>((resolve) => second.on('connect', resolve))
  expect(connack.sessionPresent).toBe(true)
  await vi.waitFor(() => expect(got).toEqual(['t while it was away']), SOON)
  await second.endAsync()

  const third = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept, clean: true, reconnectPeriod: 0 })
  const anew = await new Promise<IConnackPacket>((resolve) => third.on('connect', resolve))
  expect(anew.sessionPresent).toBe(false)
  await third.endAsync()
})

test('a session comes to its end when its time is over', async () => {
  const { broker } = await start(null)
  const short = { ...v5, clientId: 'reader', properties: { sessionExpiryInterval: 1 } } as const
  const first = await client(broker, { ...short, clean: true })
  await first.subscribeAsync('t', { qos: 1 })
  await first.endAsync()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const second = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...short, clean: false, reconnectPeriod: 0 })
  const connack = await new Promise<IConnackPacket>((resolve) => second.on('connect', resolve))
  expect(connack.sessionPresent).toBe(false)
  await second.endAsync()
})

describe('a will that waits', () => {
  const will = { topic: 'plants/p/s/d/status', payload: Buffer.from('offline'), qos: 1, retain: false } as const
  const waiting = (willDelayInterval: number) =>
    ({
      ...v5,
      clientId: 'd',
      properties: { sessionExpiryInterval: 60 },
      will: { ...will, properties: { willDelayInterval } },
    }) as const
  const sessions = (entries: readonly IntakeEntry[]) =>
    entries.flatMap((entry) => (entry.kind === 'session' && entry.client === 'd' ? [entry.what] : []))

  test('is not published, and no end is journaled, when its client is back before', async () => {
    const { broker, journal } = await start(null)
    const first = await client(broker, waiting(30))
    first.stream.destroy()
    await vi.waitFor(() => expect(first.connected).toBe(false), SOON)
    await client(broker, waiting(30))
    expect(journal.messages).toEqual([])
    expect(sessions(journal.entries)).toEqual(['begin'])
  })

  test('is published when its time is over, behind the end of the session', async () => {
    const { broker, journal } = await start(null)
    const first = await client(broker, waiting(1))
    first.stream.destroy()
    await vi.waitFor(() => expect(journal.messages).toMatchObject([{ client: 'd', topic: will.topic }]), SOON)
    expect(sessions(journal.entries)).toEqual(['begin', 'end'])
  })
})

describe('a will that waits for longer than its session is kept', () => {
  const leaving = (clientId: string) =>
    ({
      ...v5,
      clientId,
      properties: { sessionExpiryInterval: 600 },
      will: {
        topic: `gone/${clientId}`,
        payload: Buffer.from(clientId),
        qos: 1,
        properties: { willDelayInterval: 500 },
      },
    }) as const

  test('is published as soon as the session is dropped for others, behind its end [MQTT-3.1.3.2.2]', async () => {
    const { broker, journal, stats } = await start(null, { limits: { sessions: 2 } })
    for (const id of ['a', 'b', 'c']) {
      const one = await client(broker, leaving(id))
      one.stream.destroy()
      await vi.waitFor(() => expect(stats.read().clients).toBe(0), SOON)
    }
    await vi.waitFor(() => expect(journal.messages).toHaveLength(2), SOON)
    // The third finds the places for wills taken; the first has the oldest session.
    expect(new Set(journal.messages.map(({ topic }) => topic))).toEqual(new Set(['gone/a', 'gone/c']))
    expect(stats.read().limited).toMatchObject({ wills: 1, sessions: 1 })
    const kinds = journal.entries.filter((entry) => 'client' in entry && entry.client === 'a')
    expect(kinds.map((entry) => (entry.kind === 'session' ? entry.what : entry.kind))).toEqual([
      'begin',
      'end',
      'message',
    ])
  })

  test('is not published when the gateway stops: the device has not died', async () => {
    const { broker, journal, stats } = await start(null)
    const one = await client(broker, leaving('a'))
    one.stream.destroy()
    await vi.waitFor(() => expect(stats.read().clients).toBe(0), SOON)
    await broker.close()
    expect(journal.messages).toEqual([])
  })
})

test('what is larger than a client takes is not sent to it, and the rest goes on [MQTT-3.1.2-24]', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, { ...v5, properties: { maximumPacketSize: 200 } })
  await reader.subscribeAsync('t', { qos: 0 })
  const got = inbox(reader)
  const sender = await client(broker)
  await sender.publishAsync('t', 'x'.repeat(300), { qos: 1 })
  await sender.publishAsync('t', 'small', { qos: 1 })
  await vi.waitFor(() => expect(got).toEqual(['t small']), SOON)
})

test('a gateway that stops says so', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const told = toldBy(reader)
  await broker.close()
  expect(await told).toMatchObject({ reasonCode: 0x8b, properties: { reasonString: expect.stringContaining('stops') } })
})

test('who is taken over by another of the same id is told so', async () => {
  const { broker } = await start(null)
  const first = await client(broker, { ...v5, clientId: 'same' })
  const told = toldBy(first)
  await client(broker, { ...v5, clientId: 'same' })
  expect(await told).toMatchObject({ reasonCode: 0x8e, properties: { reasonString: expect.stringContaining('same') } })
})

test('a message that can never be on the disk is not acknowledged, and the connection ends', async () => {
  const { broker } = await start(new Error('gone'))
  const raw = await dial(broker)
  raw.send(bytesOf('10 0e 0004 "MQTT" 05 02 0000 00 0001 "v"'), bytesOf('34 07 0001 "t" 0001 00 "x"'))
  await raw.closes()
  expect(raw.received.toString('hex')).not.toContain('500')
  expect(raw.received.toString()).toContain('could not be written down')
})

describe('the answer to a rejected message', () => {
  const correlationData = Buffer.of(0, 255, 7)
  const named = (responseTopic: string) => ({ qos: 1, properties: { responseTopic, correlationData } }) as const
  const responseTopicOf = (entry: { properties?: Uint8Array } | undefined) =>
    decodeProperties(entry?.properties ?? Buffer.alloc(0)).responseTopic

  test('comes at QoS 1 with the correlation data, also to a session that is away, and to 3.1.1 without it', async () => {
    const { broker } = await start(null)
    const kept = { ...v5, clientId: 'meter', clean: true, properties: { sessionExpiryInterval: 60 } } as const
    const meter = await client(broker, kept)
    await meter.subscribeAsync('answers/meter', { qos: 1 })
    const old = await client(broker, { clientId: 'old' })
    const heard = inbox(old)
    await old.subscribeAsync('answers/#')
    await meter.endAsync()
    broker.publishReply('answers/meter', '{"reason":"bad_json"}', { client: 'meter', correlationData })
    const packets: object[] = []
    const back = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept, clean: false, reconnectPeriod: 0 })
    back.on('message', (topic, payload, { qos, retain, properties }) =>
      packets.push({ topic, payload: payload.toString(), qos, retain, properties: { ...properties } }),
    )
    await vi.waitFor(() => expect(packets).toHaveLength(1), SOON)
    await back.endAsync(true)
    expect(packets).toMatchObject([
      {
        topic: 'answers/meter',
        payload: '{"reason":"bad_json"}',
        qos: 1,
        retain: false,
        properties: { correlationData, contentType: 'application/json', payloadFormatIndicator: true },
      },
    ])
    expect(heard).toEqual(['answers/meter {"reason":"bad_json"}'])
  })

  test.each([
    ['$SYS/answers', false],
    ['$share/g/t', false],
    ['spBv1.0/STATE/host', false],
    ['plants/p/l/other/energy', false],
    ['plants/p/l/other/rejected', false],
    ['plants/p/l/other/answers', false],
    ['denied/hear', false],
    ['denied/say', false],
    [`${'x/'.repeat(300)}y`, false],
    ['answers/meter', true],
    ['plants/p/l/meter/answers', true],
  ])('under %s: %s', async (responseTopic, isKept) => {
    const acl = [
      { deny: 'subscribe', topic: 'denied/hear' },
      { deny: 'publish', topic: 'denied/say' },
    ]
    const { broker, journal } = await start(null, { acl })
    const since = '2026-11-24T00:00:00Z'
    const device = { plant: 'p', line: 'l', client: 'other', topics: [], since, disabled: false }
    broker.register([{ ...device, device: 'other' }])
    const sender = await client(broker, { ...v5, clientId: 'meter' })
    await sender.publishAsync('t', 'x', named(responseTopic))
    await sender.publishAsync('t', 'x', { ...named(responseTopic), qos: 2 })
    const answer = isKept ? responseTopic : undefined
    expect(journal.messages.map(responseTopicOf)).toEqual([answer, answer])
  })

  test('is not given any more when the right has gone meanwhile', async () => {
    const { broker } = await start(null)
    const sender = await client(broker, { ...v5, clientId: 'meter' })
    const got = inbox(sender)
    await sender.subscribeAsync('answers/#')
    broker.deny([{ deny: 'publish', topic: 'answers/meter' }])
    broker.publishReply('answers/meter', 'no', { client: 'meter' })
    broker.publishReply('answers/other', 'yes', { client: 'meter' })
    await vi.waitFor(() => expect(got).toEqual(['answers/other yes']), SOON)
  })
})

test.each(['plants/Acme/L/D/rejected', 'plants/p/l/d/rejected', 'plants/p/l/d/energy'])(
  'nothing is told under %s, which belongs to a device',
  (topic) => {
    expect(isReservedForReplies(topic)).toBe(true)
  },
)

test('as much is counted of a message with properties, whichever way it takes', async () => {
  const { broker, journal, stats } = await start(null)
  const sender = await client(broker, v5)
  const counted = async (qos: 1 | 2) => {
    const before = stats.read().bytes
    await sender.publishAsync('t', 'x', { qos, properties: { contentType: 'text/plain' } })
    return stats.read().bytes - before
  }
  const ofProperties = 3 + 'text/plain'.length
  expect([await counted(1), journal.straight, await counted(2)]).toEqual([2 + ofProperties, 1, 2 + ofProperties])
})
