import mqtt, { type IClientSubscribeOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { describe, expect, test, vi } from 'vitest'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import { connect } from './packets.js'
import { client, dial, start } from './started-broker.js'

/** Readers of MQTT 5 at the embedded broker: what they are given, and with what. */
const v5 = { protocolVersion: 5 } as const

/** All that a client receives, as packets. */
function packetsOf(reader: MqttClient): IPublishPacket[] {
  const got: IPublishPacket[] = []
  reader.on('message', (_topic, _payload, packet) => got.push(packet))
  return got
}

const said = ({ topic, payload, qos, retain }: IPublishPacket) => `${topic} ${payload} ${qos} ${retain}`

/** Waits until all that was published before has come. */
async function marked(
  sender: MqttClient,
  reader: MqttClient,
  got: IPublishPacket[],
): Promise<readonly IPublishPacket[]> {
  await reader.subscribeAsync('marker')
  await sender.publishAsync('marker', '', { qos: 1 })
  await vi.waitFor(() => expect(got.at(-1)?.topic).toBe('marker'), SOON)
  return got.slice(0, -1)
}

test.each([0, 1, 2] as const)(
  'the properties of a message of QoS %i come to its readers as they were sent',
  async (qos) => {
    const { broker } = await start(null)
    const reader = await client(broker, v5)
    const got = packetsOf(reader)
    await reader.subscribeAsync('t', { qos: 2 })
    const sender = await client(broker, v5)
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answers/1',
      correlationData: Buffer.of(0, 255),
      userProperties: { b: ['2', '1'], a: '3' },
    }
    await sender.publishAsync('t', 'x', { qos, properties })
    await vi.waitFor(() => expect(got).toHaveLength(1), SOON)
    expect(got[0]).toMatchObject({ topic: 't', qos, dup: false })
    expect({ ...got[0]!.properties, userProperties: { ...got[0]!.properties!.userProperties } }).toEqual(properties)
    expect(Object.keys(got[0]!.properties!.userProperties!)).toEqual(['b', 'a'])
  },
)

test('readers are given no alias, whatever they allow and whatever the sender used', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, { ...v5, properties: { topicAliasMaximum: 10 } })
  const got = packetsOf(reader)
  await reader.subscribeAsync('t')
  const sender = await client(broker, v5)
  await sender.publishAsync('t', '1', { qos: 1, properties: { topicAlias: 1 } })
  await sender.publishAsync('', '2', { qos: 1, properties: { topicAlias: 1 } })
  await vi.waitFor(() => expect(got).toHaveLength(2), SOON)
  expect(got.map(({ topic, properties }) => [topic, properties?.topicAlias])).toEqual([
    ['t', undefined],
    ['t', undefined],
  ])
})

test.each([
  [0, 2, 0],
  [1, 2, 1],
  [2, 1, 1],
  [2, 0, 0],
] as const)('a message of QoS %i for a subscription of QoS %i comes with QoS %i', async (sent, granted, given) => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync('t', { qos: granted })
  await (await client(broker, v5)).publishAsync('t', 'x', { qos: sent })
  await vi.waitFor(() => expect(got.map(({ qos }) => qos)).toEqual([given]), SOON)
})

describe('a filter with a wildcard is given no more than its QoS [MQTT-3.8.4-8]', () => {
  test.each([
    [2, 1, 1],
    [2, 2, 2],
    [2, 0, 0],
    [1, 2, 1],
  ] as const)('QoS %i for QoS %i comes with %i, live and retained', async (sent, granted, given) => {
    const { broker } = await start(null)
    const sender = await client(broker, v5)
    const live = await client(broker, v5)
    const got = packetsOf(live)
    await live.subscribeAsync('a/#', { qos: granted })
    await sender.publishAsync('a/b', 'x', { qos: sent, retain: true })
    await vi.waitFor(() => expect(got.map(said)).toEqual([`a/b x ${given} false`]), SOON)
    const late = await client(broker, v5)
    const kept = packetsOf(late)
    await late.subscribeAsync('+/b', { qos: granted })
    await vi.waitFor(() => expect(kept.map(said)).toEqual([`a/b x ${given} true`]), SOON)
  })

  test.each([4, 5] as const)('also out of the queue of a session, with version %i', async (protocolVersion) => {
    const { broker } = await start(null)
    const own = { clientId: 'reader', clean: false, protocolVersion } as const
    const session = protocolVersion === 5 ? { properties: { sessionExpiryInterval: 60 } } : {}
    const first = await client(broker, { ...own, ...session })
    await first.subscribeAsync('a/+', { qos: 1 })
    await first.endAsync()
    const sender = await client(broker, v5)
    for (const text of ['1', '2']) await sender.publishAsync('a/b', text, { qos: 2 })
    const { connect: dialAgain } = await import('mqtt')
    const again = dialAgain(`mqtt://127.0.0.1:${broker.port}`, { ...own, ...session, reconnectPeriod: 0 })
    const got = packetsOf(again)
    await vi.waitFor(() => expect(got.map(said)).toEqual(['a/b 1 1 false', 'a/b 2 1 false']), SOON)
    await sender.publishAsync('a/b', '3', { qos: 2 })
    await vi.waitFor(() => expect(got.map(said).at(-1)).toBe('a/b 3 1 false'), SOON)
    await again.endAsync(true)
  })

  test('and of several that match the highest counts', async () => {
    const { broker } = await start(null)
    const reader = await client(broker, v5)
    const got = packetsOf(reader)
    await reader.subscribeAsync({ 'a/#': { qos: 1 }, 'a/+': { qos: 2 } })
    const sender = await client(broker, v5)
    await sender.publishAsync('a/b', 'x', { qos: 2 })
    expect((await marked(sender, reader, got)).map(said)).toEqual(['a/b x 2 false'])
  })
})

test('the same filter again takes the place of the one before, with its options', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync('t', { qos: 1 })
  await reader.subscribeAsync('t', { qos: 0 })
  const sender = await client(broker, v5)
  await sender.publishAsync('t', 'x', { qos: 1 })
  expect((await marked(sender, reader, got)).map(said)).toEqual(['t x 0 false'])
  await reader.unsubscribeAsync('t')
  await sender.publishAsync('t', 'y', { qos: 1 })
  await sender.publishAsync('marker', 'again', { qos: 1 })
  await vi.waitFor(
    () => expect(got.map(said)).toEqual(['t x 0 false', 'marker  0 false', 'marker again 0 false']),
    SOON,
  )
})

test('a subscription identifier comes with each message that its filter matches', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync('a/+', { qos: 1, properties: { subscriptionIdentifier: 7 } })
  await reader.subscribeAsync('d', { qos: 1, properties: { subscriptionIdentifier: 300 } })
  await reader.subscribeAsync('c', { qos: 1 })
  const sender = await client(broker, v5)
  for (const topic of ['a/x', 'd', 'c']) await sender.publishAsync(topic, '', { qos: 1 })
  const identifiers = (topic: string) =>
    got.filter((one) => one.topic === topic).flatMap(({ properties }) => properties?.subscriptionIdentifier ?? [])
  await vi.waitFor(() => expect(got.some(({ topic }) => topic === 'c')).toBe(true), SOON)
  expect(identifiers('a/x')).toEqual([7])
  expect(identifiers('d')).toEqual([300])
  expect(identifiers('c')).toEqual([])
})

test('of subscriptions that overlap the identifiers of all come, also with what a session has kept', async () => {
  const { broker } = await start(null)
  const session = { ...v5, clientId: 'reader', properties: { sessionExpiryInterval: 60 } }
  const reader = await client(broker, session)
  const got = packetsOf(reader)
  for (const [filter, subscriptionIdentifier] of [
    ['a/#', 7],
    ['a/+', 300],
    ['a/x', 7],
    ['b', 5],
  ] as const)
    await reader.subscribeAsync(filter, { qos: 1, properties: { subscriptionIdentifier } })
  await reader.subscribeAsync('+/x', { qos: 1 })
  const sender = await client(broker, v5)
  for (const topic of ['a/x', 'a/y', 'c/x', 'b']) await sender.publishAsync(topic, '', { qos: 1 })
  const told = (packets: typeof got) =>
    packets.map(({ topic, properties }) => [topic, [properties?.subscriptionIdentifier ?? []].flat().sort()])
  const expected = [
    ['a/x', [300, 7, 7]],
    ['a/y', [300, 7]],
    ['c/x', []],
    ['b', [5]],
  ]
  await vi.waitFor(() => expect(told(got)).toEqual(expected), SOON)
  await reader.endAsync()
  for (const topic of ['a/x', 'a/y', 'c/x', 'b']) await sender.publishAsync(topic, '', { qos: 1 })
  const again = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...session, clean: false })
  const later = packetsOf(again)
  await vi.waitFor(() => expect(told(later)).toEqual(expected), SOON)
  await again.endAsync()
})

test('with no local a client does not hear itself', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync('t', { qos: 0, nl: true })
  await reader.publishAsync('t', 'own', { qos: 1 })
  const other = await client(broker, v5)
  await other.publishAsync('t', 'of another', { qos: 1 })
  expect((await marked(other, reader, got)).map(said)).toEqual(['t of another 0 false'])
})

describe('a retained message', () => {
  const options = (more: Partial<IClientSubscribeOptions>) => ({ qos: 0, ...more }) as IClientSubscribeOptions

  test.each([
    [0, ['t kept 0 true', 't kept 0 true']],
    [1, ['t kept 0 true']],
    [2, []],
  ] as const)('with retain handling %i comes for a subscription, and for the same again', async (rh, wanted) => {
    const { broker } = await start(null)
    const sender = await client(broker, v5)
    await sender.publishAsync('t', 'kept', { qos: 1, retain: true })
    const reader = await client(broker, v5)
    const got = packetsOf(reader)
    await reader.subscribeAsync('t', options({ rh }))
    await reader.subscribeAsync('t', options({ rh }))
    expect((await marked(sender, reader, got)).map(said)).toEqual(wanted)
  })

  test.each([
    [false, 't live 0 false'],
    [true, 't live 0 true'],
  ])('keeps its flag as published: %s', async (rap, wanted) => {
    const { broker } = await start(null)
    const reader = await client(broker, v5)
    const got = packetsOf(reader)
    await reader.subscribeAsync('t', options({ rap }))
    await (await client(broker, v5)).publishAsync('t', 'live', { qos: 1, retain: true })
    await vi.waitFor(() => expect(got.map(said)).toEqual([wanted]), SOON)
  })

  test('is replaced by the next, removed by an empty one, and left alone by one that is not retained', async () => {
    const { broker } = await start(null)
    const sender = await client(broker, v5)
    const kept = async () => {
      const reader = await client(broker, v5)
      const got = packetsOf(reader)
      await reader.subscribeAsync('t')
      return (await marked(sender, reader, got)).map(said)
    }
    await sender.publishAsync('t', '1', { qos: 1, retain: true })
    await sender.publishAsync('t', '2', { qos: 1, retain: true })
    await sender.publishAsync('t', '3', { qos: 1 })
    expect(await kept()).toEqual(['t 2 0 true'])
    await sender.publishAsync('t', '', { qos: 1, retain: true })
    expect(await kept()).toEqual([])
  })
})

test('a message for a session that is away comes with the time that is left, and not when that is over', async () => {
  const { broker } = await start(null)
  const kept = { ...v5, clientId: 'reader', properties: { sessionExpiryInterval: 60 } } as const
  const first = await client(broker, { ...kept, clean: true })
  await first.subscribeAsync('t', { qos: 1 })
  await first.endAsync()
  const sender = await client(broker, v5)
  await sender.publishAsync('t', 'short', { qos: 1, properties: { messageExpiryInterval: 1 } })
  await sender.publishAsync('t', 'long', { qos: 1, properties: { messageExpiryInterval: 100 } })
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const got: IPublishPacket[] = []
  const { connect: dialAgain } = await import('mqtt')
  const again = dialAgain(`mqtt://127.0.0.1:${broker.port}`, { ...kept, clean: false, reconnectPeriod: 0 })
  again.on('message', (_topic, _payload, packet) => got.push(packet))
  await vi.waitFor(() => expect(got.length).toBeGreaterThan(0), SOON)
  await again.endAsync(true)
  expect(got.map(said)).toEqual(['t long 1 false'])
  expect(got[0]!.properties!.messageExpiryInterval).toBeLessThanOrEqual(99)
  expect(got[0]!.properties!.messageExpiryInterval).toBeGreaterThan(90)
})

test('wildcards at the beginning do not match topics that begin with $, and a slash more is another topic', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync(['#', '+/x', 'a/b'])
  const sender = await client(broker, v5)
  for (const topic of ['$x/x', 'A/B', 'a/b/']) await sender.publishAsync(topic, '', { qos: 1 })
  const topics = (await marked(sender, reader, got)).map(({ topic }) => topic)
  expect([...new Set(topics)].sort()).toEqual(['A/B', 'a/b/'])
})

test('a QoS 1 message that was not acknowledged comes again with DUP when its session is taken up, before what is new', async () => {
  const { broker } = await start(null)
  const raw = await dial(broker)
  const begin = (cleanStart: 0 | 2) => bytesOf(`10 13 0004 "MQTT" 05 0${cleanStart} 0000 05 11 0000003c 0001 "r"`)
  raw.send(begin(2), bytesOf('82 07 0001 00 0001 "t" 01'))
  await raw.receives(bytesOf('90 04 0001 00 01'))
  const sender = await client(broker, v5)
  await sender.publishAsync('t', 'first', { qos: 1 })
  await raw.receives(Buffer.from('first'))
  raw.socket.destroy()
  await sender.publishAsync('t', 'second', { qos: 1 })
  const again = await dial(broker)
  again.send(begin(0))
  await again.receives(Buffer.from('second'))
  const [flags, first] = [again.received.indexOf(bytesOf('0001 "t"')), again.received.indexOf('first')]
  // CONNACK says that the session is there; the first byte of the packet is two before its topic.
  expect(again.received[2]).toBe(1)
  expect(again.received[flags - 2]! & 0x0e).toBe(0x0a)
  expect(first).toBeLessThan(again.received.indexOf('second'))
})

test('a client without an id is given one of its own, and one of 3.1.1 comes in beside it', async () => {
  const { broker } = await start(null)
  const ids = new Set<string>()
  for (let i = 0; i < 2; i++) {
    const raw = await dial(broker)
    raw.send(bytesOf('10 0d 0004 "MQTT" 05 02 0000 00 0000'))
    await raw.receives(Buffer.of(0x20))
    const at = raw.received.indexOf(0x12)
    ids.add(raw.received.subarray(at + 3, at + 3 + raw.received.readUInt16BE(at + 1)).toString())
  }
  expect(ids.size).toBe(2)
  expect([...ids].every((id) => id.length > 0)).toBe(true)
  const old = await dial(broker)
  old.send(connect({ id: 'old' }))
  await old.receives(bytesOf('20 02 00 00'))
})

test.each([
  ['DISCONNECT 0 drops the will', 'e0 00', []],
  ['DISCONNECT 4 asks for it', 'e0 01 04', ['w bye 0 false']],
  ['a connection that breaks publishes it', '', ['w bye 0 false']],
])('%s', async (_what, bytes, wanted) => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync('w')
  const raw = await dial(broker)
  raw.send(bytesOf('10 17 0004 "MQTT" 05 06 0000 00 0001 "c" 00 0001 "w" 0003 "bye"'))
  await raw.receives(Buffer.of(0x20))
  await new Promise((resolve) => setTimeout(resolve, 50))
  if (bytes === '') raw.socket.destroy()
  else raw.send(bytesOf(bytes))
  await raw.closes()
  if (wanted.length > 0) await vi.waitFor(() => expect(got).toHaveLength(1), SOON)
  expect((await marked(await client(broker, v5), reader, got)).map(said)).toEqual(wanted)
})

test('a will that has waited comes with its properties, but without the delay, which no PUBLISH has', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const got = packetsOf(reader)
  await reader.subscribeAsync('w')
  const raw = await dial(broker)
  const will = '0c 18 00000001 03 0004 "text" 0001 "w" 0003 "bye"'
  raw.send(bytesOf(`10 28 0004 "MQTT" 05 06 0000 05 11 0000003c 0001 "c" ${will}`))
  await raw.receives(Buffer.of(0x20))
  raw.socket.destroy()
  await vi.waitFor(() => expect(got.map(said)).toEqual(['w bye 0 false']), SOON)
  expect({ ...got[0]!.properties }).toEqual({ contentType: 'text' })
})
