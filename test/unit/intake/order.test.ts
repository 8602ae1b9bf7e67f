import { describe, expect, test, vi } from 'vitest'
import { CONNACK, type ConnectParts, connect, number16, type PublishParts, packet, publish, text } from './packets.js'
import { type RawClient, WAIT } from './raw-client.js'
import { client, dial, inbox, type Setup, start } from './started-broker.js'

const pubrec = (id: number): Buffer => packet(0x50, number16(id))
const SENT_BEFORE = 9
/** Clean session, a will of QoS 1. */
const WITH_WILL: ConnectParts = { id: 'dying', flags: 2 | 4 | 8, rest: [text('will'), text('offline')] }
/** One level too many for the subscribers: journaled and acknowledged only. */
const DEEP = 'a/'.repeat(16)

async function connected(broker: Setup['broker'], parts: ConnectParts = {}): Promise<RawClient> {
  const raw = await dial(broker)
  raw.send(connect(parts))
  await raw.receives(CONNACK)
  return raw
}

/** The journal is done with so many at once. */
async function commit(journal: Setup['journal'], messages: number): Promise<void> {
  await vi.waitFor(() => expect(journal.waiting).toBe(messages), WAIT)
  journal.commit()
}

describe('PUBREC follows the order of PUBLISH [MQTT-4.6.0-3]', () => {
  const first = { qos: 2, id: 1 } as const
  const second = { qos: 2, id: 2 } as const
  test.each<[string, PublishParts, PublishParts]>([
    ['the first is retained', { ...first, retain: true }, second],
    ['the topic of the second is too deep', first, { ...second, topic: DEEP }],
    ['the second is too large', first, { ...second, payload: Buffer.alloc(2000) }],
    ['the second was sent before', first, { ...second, id: SENT_BEFORE }],
  ])('when %s', async (_, ...messages) => {
    const { broker, journal } = await start(undefined, { max_packet_bytes: 1024 })
    const raw = await connected(broker)
    raw.send(publish({ qos: 2, id: SENT_BEFORE }))
    await commit(journal, 1)
    await raw.receives(pubrec(SENT_BEFORE))
    const seen = raw.received.length
    raw.send(...messages.map((message) => publish(message)))
    await commit(journal, 2)
    const expected = Buffer.concat(messages.map(({ id = 0 }) => pubrec(id)))
    await vi.waitFor(() => expect(raw.received).toHaveLength(seen + expected.length), WAIT)
    expect(raw.received.subarray(seen)).toEqual(expected)
  })
})

describe('a subscriber gets', () => {
  /** A broker, and what a client got that wants all. */
  async function listening() {
    const setup = await start(undefined)
    const subscriber = await client(setup.broker)
    const got = inbox(subscriber)
    await subscriber.subscribeAsync('#')
    return { ...setup, got }
  }

  test.each([0, 1, 2] as const)('a retained message of QoS %i and what follows it, in order', async (qos) => {
    const { broker, journal, got } = await listening()
    const raw = await connected(broker)
    const retained = publish({ qos, id: 1, retain: true, payload: 'retained' })
    raw.send(retained, publish({ qos, id: 2, payload: 'next' }))
    await commit(journal, 2)
    await vi.waitFor(() => expect(got.at(-1)).toBe('t next'), WAIT)
    expect(got).toEqual(['t retained', 't next'])
  })

  test('a message of QoS 2 once that was sent again before its PUBREC', async () => {
    const { broker, journal, got } = await listening()
    const raw = await connected(broker)
    const again = publish({ qos: 2, id: 1, payload: 'once' })
    raw.send(again, again, publish({ qos: 2, id: 2, payload: 'next' }))
    await commit(journal, 3)
    await vi.waitFor(() => expect(got.at(-1)).toBe('t next'), WAIT)
    expect(got).toEqual(['t once', 't next'])
    expect(raw.received).toEqual(Buffer.concat([CONNACK, pubrec(1), pubrec(1), pubrec(2)]))
  })

  test('a will, although a message of QoS 0 needs fewer steps', async () => {
    const { broker, journal, got } = await listening()
    const [dying, other] = [await connected(broker, WITH_WILL), await connected(broker, { id: 'other' })]
    dying.socket.destroy()
    await vi.waitFor(() => expect(journal.waiting).toBe(1), WAIT)
    other.send(publish({ qos: 0, payload: 'next' }))
    await commit(journal, 2)
    await vi.waitFor(() => expect(got.at(-1)).toBe('t next'), WAIT)
    expect(got).toEqual(['will offline', 't next'])
  })
})
