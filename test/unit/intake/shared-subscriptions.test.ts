import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import type { Broker } from '../../../src/intake/broker.js'
import { SharedSubscriptions } from '../../../src/intake/mqtt5/shared-subscriptions.js'
import { SubscribeAnswers } from '../../../src/intake/mqtt5/subscribe-answers.js'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import { client, dial, inbox, start } from './started-broker.js'

const v5 = { protocolVersion: 5 } as const
const kept = (clientId: string, sessionExpiryInterval = 60) =>
  ({ ...v5, clientId, properties: { sessionExpiryInterval } }) as const

async function member(broker: Broker, filter: string, options: IClientOptions = v5, qos: 0 | 1 | 2 = 1) {
  const reader = await client(broker, options)
  const got = inbox(reader)
  await reader.subscribeAsync(filter, { qos })
  return { reader, got }
}

async function publish(
  sender: MqttClient,
  count: number,
  qos: 0 | 1 | 2 = 1,
  topic = 'plants/p/lines/d',
): Promise<void> {
  for (let i = 0; i < count; i++) await sender.publishAsync(topic, `${i}`, { qos })
}

/** A member whose library never acknowledges what it is given. */
async function mute(broker: Broker, filter: string, options: IClientOptions = v5) {
  const { reader, got } = await member(broker, filter, { ...options, manualConnect: false })
  reader.handleMessage = () => {}
  return { reader, got }
}

test.each([0, 1, 2] as const)(
  'each message of QoS %i goes to one member, in turn; other subscribers get all',
  async (qos) => {
    const { broker, journal } = await start(null)
    const members = [
      await member(broker, '$share/g/plants/#', v5, qos),
      await member(broker, '$share/g/plants/#', v5, qos),
    ]
    const other = await member(broker, '$share/h/plants/+/lines/#', v5, qos)
    const alone = await member(broker, 'plants/#', v5, qos)
    await publish(await client(broker), 10, qos)
    await vi.waitFor(() => expect(alone.got).toHaveLength(10), SOON)
    await vi.waitFor(() => expect(other.got).toHaveLength(10), SOON)
    await vi.waitFor(() => expect(members.map(({ got }) => got.length)).toEqual([5, 5]), SOON)
    expect(new Set(members.flatMap(({ got }) => got)).size).toBe(10)
    expect(journal.messages).toHaveLength(10)
  },
)

test.each([
  [0, v5],
  [1, v5],
  [1, kept('both')],
  [2, kept('both')],
] as const)('a member that has the filter alone too gets what is its turn twice: QoS %i', async (qos, options) => {
  const { broker } = await start(null)
  const both = await member(broker, '$share/g/plants/#', options, qos)
  await both.reader.subscribeAsync('plants/#', { qos })
  const other = await member(broker, '$share/g/plants/#', v5, qos)
  await publish(await client(broker), 4, qos)
  await vi.waitFor(() => expect(other.got).toHaveLength(2), SOON)
  await vi.waitFor(() => expect(both.got).toHaveLength(6), SOON)
  const times = [0, 1, 2, 3].map((i) => both.got.filter((text) => text.endsWith(` ${i}`)).length)
  expect(times.toSorted()).toEqual([1, 1, 2, 2])
  expect(new Set([...both.got, ...other.got]).size).toBe(4)
})

test('a member that leaves the share, or the broker, gets no more', async () => {
  const { broker } = await start(null)
  const [one, two] = [await member(broker, '$share/g/#'), await member(broker, '$share/g/#')]
  const sender = await client(broker)
  await one.reader.unsubscribeAsync('$share/g/#')
  await publish(sender, 3)
  await vi.waitFor(() => expect(two.got).toHaveLength(3), SOON)
  expect(one.got).toEqual([])
  await one.reader.subscribeAsync('$share/g/#')
  await two.reader.endAsync()
  await publish(sender, 3)
  await vi.waitFor(() => expect(one.got).toHaveLength(3), SOON)
})

test('retained messages are not sent on subscribing, and RETAIN of live ones as is asked [MQTT-4.8.2-3]', async () => {
  const { broker } = await start(null)
  const sender = await client(broker)
  await sender.publishAsync('t', 'old', { qos: 1, retain: true })
  const reader = await client(broker, v5)
  const flags: string[] = []
  reader.on('message', (_topic, payload, { retain }) => flags.push(`${payload} ${retain}`))
  await reader.subscribeAsync({ '$share/g/t': { qos: 1, rap: true } })
  await sender.publishAsync('t', 'new', { qos: 1, retain: true })
  await vi.waitFor(() => expect(flags).toEqual(['new true']), SOON)
})

test('the identifier of the subscription comes with the message', async () => {
  const { broker } = await start(null)
  const reader = await client(broker, v5)
  const identifiers: unknown[] = []
  reader.on('message', (_topic, _payload, { properties }) => identifiers.push(properties))
  await reader.subscribeAsync('$share/g/t', { qos: 1, properties: { subscriptionIdentifier: 7 } })
  const sender = await client(broker, v5)
  await sender.publishAsync('t', 'x', { qos: 1, properties: { contentType: 'text/plain' } })
  await vi.waitFor(() => expect(identifiers).toEqual([{ subscriptionIdentifier: 7, contentType: 'text/plain' }]), SOON)
})

describe('rights and bounds', () => {
  test('the filter behind the name is asked, and each topic again', async () => {
    const { broker } = await start(null, { acl: [{ deny: 'subscribe', topic: 'no/#' }] })
    const reader = await client(broker, v5)
    const got = inbox(reader)
    await expect(reader.subscribeAsync('$share/g/no/1', { qos: 1 })).rejects.toMatchObject({
      packet: { granted: [0x87] },
    })
    await reader.subscribeAsync('$share/g/#', { qos: 1 })
    const sender = await client(broker)
    await publish(sender, 1, 1, 'no/1')
    await publish(sender, 1, 1, 'yes')
    await vi.waitFor(() => expect(got).toEqual(['yes 0']), SOON)
  })

  test('they count as other filters do: beyond, 0x97 with a sentence', async () => {
    const { broker, stats } = await start(null, { limits: { subscriptions: 2 } })
    const raw = await dial(broker)
    raw.send(bytesOf('10 0e 0004 "MQTT" 05 02 0000 00 0001 "v"'))
    raw.send(bytesOf('82 25 000a 00 0001 "s" 00 000a "$share/g/s" 00 000a "$share/h/s" 00 0001 "t" 00'))
    await vi.waitFor(() => expect(raw.received.toString('latin1')).toMatch(/\x90/), SOON)
    const suback = raw.received.subarray(raw.received.indexOf(0x90, 11))
    // Shared ones are taken as the packet comes, before aedes looks at the others.
    expect(suback.subarray(-4).toString('hex')).toBe('97000097')
    expect(suback.toString()).toContain('too many subscriptions: use wildcards')
    expect(stats.read().limited.subscriptions).toBe(2)
  })

  test('who asks for no sentences gets none [MQTT-3.1.2-29]', async () => {
    const { broker } = await start(null, { limits: { subscriptions: 1 } })
    const raw = await dial(broker)
    raw.send(bytesOf('10 10 0004 "MQTT" 05 02 0000 02 1700 0001 "v"'))
    raw.send(bytesOf('82 0b 000a 00 0001 "s" 00 0001 "t" 00'))
    await raw.receives(bytesOf('90 05 000a 00 00 97'))
  })

  test('who takes little gets the reason codes alone [MQTT-3.9.2-1]', async () => {
    const { broker } = await start(null, { limits: { subscriptions: 1 } })
    const raw = await dial(broker)
    raw.send(bytesOf('10 13 0004 "MQTT" 05 02 0000 05 27 00000040 0001 "v"'))
    raw.send(bytesOf('82 0b 000a 00 0001 "s" 00 0001 "t" 00'))
    await raw.receives(bytesOf('90 05 000a 00 00 97'))
  })

  test('for MQTT 3.1.1 it is a filter like others', async () => {
    const { broker } = await start(null)
    const { got } = await member(broker, '$share/g/t', { protocolVersion: 4 })
    await publish(await client(broker), 1, 1, 't')
    await publish(await client(broker), 1, 1, '$share/g/t')
    await vi.waitFor(() => expect(got).toEqual(['$share/g/t 0']), SOON)
  })
})

describe('a session', () => {
  test('of a member that is away gets messages only while nobody else is there, and is told that it is present', async () => {
    const { broker } = await start(null)
    const away = await member(broker, '$share/g/#', kept('away'))
    await away.reader.endAsync()
    const there = await member(broker, '$share/g/#')
    const sender = await client(broker)
    await publish(sender, 2)
    await vi.waitFor(() => expect(there.got).toHaveLength(2), SOON)
    await there.reader.endAsync()
    await publish(sender, 2, 1, 'alone')

    const again = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept('away'), clean: false, reconnectPeriod: 0 })
    const got = inbox(again)
    const isPresent = await new Promise<boolean>((resolve) =>
      again.on('connect', ({ sessionPresent }) => resolve(sessionPresent)),
    )
    expect(isPresent).toBe(true)
    await publish(sender, 1, 1, 'then')
    await vi.waitFor(() => expect(got).toEqual(['alone 0', 'alone 1', 'then 0']), SOON)
    await again.endAsync()
  })

  test('that ends with its connection is none for who takes its place', async () => {
    const { broker } = await start(null)
    const brief = { protocolVersion: 5, clientId: 'brief', clean: false, reconnectPeriod: 0 } as const
    const first = await member(broker, '$share/g/#', brief)
    const second = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, brief)
    const isPresent = await new Promise<boolean>((resolve) =>
      second.on('connect', ({ sessionPresent }) => resolve(sessionPresent)),
    )
    expect(isPresent).toBe(false)
    await first.reader.endAsync(true)
    await second.endAsync(true)
  })

  test.each([1, 2] as const)('leaves to others what of QoS %i its client may not receive any more', async (qos) => {
    const { broker, stats } = await start(null)
    for (const id of ['first', 'second']) {
      await (await member(broker, '$share/g/#', kept(id), qos)).reader.endAsync()
    }
    await publish(await client(broker), 4, qos)
    const owned = { plant: 'p', line: 'l', device: 'press', topics: [], disabled: false, since: '2026-11-01T00:00:00Z' }
    broker.register([{ ...owned, client: 'first' }])
    const first = inbox(await client(broker, { ...kept('first'), clean: false }))
    const second = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept('second'), clean: false })
    const got = inbox(second)
    await vi.waitFor(() => expect([...got].sort()).toEqual([0, 1, 2, 3].map((i) => `plants/p/lines/d ${i}`)), SOON)
    expect(first).toEqual([])
    expect(stats.read().limited.forward).toBe(0)
    await second.endAsync()
  })

  test('that comes to its end leaves what it has not acknowledged to others', async () => {
    const { broker } = await start(null)
    const { reader } = await mute(broker, '$share/g/#', kept('mute', 1))
    const sender = await client(broker)
    await publish(sender, 3)
    const heir = await member(broker, '$share/g/#')
    reader.stream.destroy()
    await vi.waitFor(() => expect([...heir.got].sort()).toEqual([0, 1, 2].map((i) => `plants/p/lines/d ${i}`)), SOON)
  })

  test('that its client begins anew does so too', async () => {
    const { broker } = await start(null)
    const { reader } = await mute(broker, '$share/g/#', kept('mute'))
    const heir = await member(broker, '$share/g/#')
    const sender = await client(broker)
    await publish(sender, 4)
    reader.stream.destroy()
    await vi.waitFor(() => expect(heir.got).toHaveLength(2), SOON)
    await client(broker, { ...kept('mute'), clean: true })
    await vi.waitFor(() => expect(heir.got).toHaveLength(4), SOON)
  })
})

test('what is left behind goes to another with the time that is left, and not after that [MQTT-3.3.2-5] [MQTT-3.3.2-6]', async () => {
  const { broker } = await start(null)
  await (await member(broker, '$share/g/#', kept('away', 3600))).reader.endAsync()
  const sender = await client(broker, v5)
  for (const seconds of [20, 100]) {
    const properties = { messageExpiryInterval: seconds }
    await sender.publishAsync('t', `${seconds}`, { qos: 1, properties })
  }
  const heir = await client(broker, v5)
  const got: [string, number | undefined][] = []
  heir.on('message', (_topic, payload, { properties }) => got.push([`${payload}`, properties?.messageExpiryInterval]))
  await heir.subscribeAsync('$share/g/#', { qos: 1 })
  const nowMs = systemClock.nowMs()
  const clock = vi.spyOn(systemClock, 'nowMs').mockReturnValue(nowMs + 30_000)
  onTestFinished(() => clock.mockRestore())
  await client(broker, { ...kept('away'), clean: true })
  await sender.publishAsync('t', 'end', { qos: 1 })
  await vi.waitFor(() => expect(got.at(-1)?.[0]).toBe('end'), SOON)
  expect(got.map(([text]) => text)).toEqual(['100', 'end'])
  expect(got[0]?.[1]).toBeGreaterThan(60)
  expect(got[0]?.[1]).toBeLessThanOrEqual(70)
})

describe('a member that acknowledges nothing', () => {
  test('gets no more than it takes at once: the others get the rest, and what it has when it goes', async () => {
    const { broker } = await start(null)
    const { reader, got } = await mute(broker, '$share/g/#', { ...v5, properties: { receiveMaximum: 2 } })
    const heir = await member(broker, '$share/g/#')
    await publish(await client(broker), 10)
    await vi.waitFor(() => expect(heir.got).toHaveLength(8), SOON)
    expect(got).toHaveLength(1)
    reader.stream.destroy()
    await vi.waitFor(() => expect(heir.got).toHaveLength(10), SOON)
    expect(new Set(heir.got).size).toBe(10)
  })

  test('of QoS 2 that has begun is not handed over [MQTT-4.8.2-5]', async () => {
    const { broker } = await start(null)
    const raw = await dial(broker)
    raw.send(bytesOf('10 11 0004 "MQTT" 05 02 0000 03 210001 0001 "r"'), bytesOf('82 10 000a 00 000a "$share/g/#" 02'))
    await raw.receives(bytesOf('90 04 000a 00 02'))
    await publish(await client(broker), 3, 2)
    const heir = await member(broker, '$share/g/#', v5, 2)
    raw.socket.destroy()
    await vi.waitFor(() => expect(heir.got).toEqual(['plants/p/lines/d 1', 'plants/p/lines/d 2']), SOON)
  })
})

test('a shared subscription costs as much of a turn as another', () => {
  const spend = vi.fn()
  const policy = { refusalOf: () => null }
  const parts = { policy, shared: new SharedSubscriptions(), budget: { spend } }
  const answers = new SubscribeAnswers({ id: 'c' } as never, parts as never)
  const subscriptions = [{ topic: '$share/g/t', qos: 1 as const }]
  answers.subscribes({ cmd: 'subscribe', messageId: 1, subscriptions } as never)
  expect(spend).toHaveBeenCalledWith(50)
})
