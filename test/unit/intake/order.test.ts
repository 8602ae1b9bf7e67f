import { describe, expect, test, vi } from 'vitest'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import {
  CONNACK,
  type ConnectParts,
  connect,
  number16,
  PINGREQ,
  PINGRESP,
  type PublishParts,
  packet,
  publish,
  text,
} from './packets.js'
import type { RawClient } from './raw-client.js'
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
  await vi.waitFor(() => expect(journal.waiting).toBe(messages), SOON)
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
    await vi.waitFor(() => expect(raw.received).toHaveLength(seen + expected.length), SOON)
    expect(raw.received.subarray(seen)).toEqual(expected)
  })
})

describe('a refusal waits for its turn [MQTT-4.6.0-2] [MQTT-4.6.0-3]', () => {
  const acl = [{ deny: 'publish', topic: 'no/#' }]

  /** A client of MQTT 5, and the reader of the answers that it has been given behind CONNACK: packet id, and 0x87 or 0. */
  async function sending(): Promise<Setup & { raw: RawClient; answers: () => string[] }> {
    const setup = await start(undefined, { acl })
    const raw = await dial(setup.broker)
    raw.send(bytesOf('10 0e 0004 "MQTT" 05 02 0000 00 0001 "v"'))
    await vi.waitFor(() => expect(raw.received.length).toBeGreaterThan(2), SOON)
    return { ...setup, raw, answers: () => answersOf(raw.received.subarray(2 + raw.received[1]!)) }
  }

  test.each([
    [1, 'for PUBACKs, of the fast path too', '40'],
    [2, 'for PUBRECs', '50'],
  ] as const)('of QoS %i, %s', async (qos, _, kind) => {
    const { journal, raw, answers } = await sending()
    const topics = ['a', 'no/1', 'a', 'a', 'no/2', 'no/3', 'a', '$SYS/x']
    raw.send(...topics.map((topic, i) => publishOf5(topic, qos, i + 1)))
    await vi.waitFor(() => expect(journal.messages).toHaveLength(4), SOON)
    // All that the broker was given has come to its end, or waits.
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(answers()).toEqual([])
    journal.commit(1)
    await vi.waitFor(() => expect(answers()).toHaveLength(2), SOON)
    journal.commit()
    const codes = ['00', '87', '00', '00', '87', '87', '00', '90']
    const expected = codes.map((code, i) => `${kind} ${i + 1} ${code}`)
    await vi.waitFor(() => expect(answers()).toEqual(expected), SOON)
  })

  test('not for what is answered in an order of its own: PUBREC does not wait for PUBACK', async () => {
    const { journal, raw, answers } = await sending()
    raw.send(publishOf5('a/b', 2, 1))
    // The fast path of QoS 1 may be ahead of it in the journal when both come at once.
    await vi.waitFor(() => expect(journal.waiting).toBe(1), SOON)
    raw.send(publishOf5('a/b', 1, 2), publishOf5('no/1', 1, 3), publishOf5('no/1', 2, 4))
    await vi.waitFor(() => expect(journal.waiting).toBe(2), SOON)
    journal.commit(1)
    await vi.waitFor(() => expect(answers()).toEqual(['50 1 00', '50 4 87']), SOON)
    journal.commit(1)
    await vi.waitFor(() => expect(answers()).toEqual(['50 1 00', '50 4 87', '40 2 00', '40 3 87']), SOON)
  })

  test('and no more wait than may be under way: the connection is read no further', async () => {
    const { journal, raw, answers } = await sending()
    const refused = Array.from({ length: 3000 }, (_, i) => publishOf5('no/1', 1, i + 2))
    raw.send(publishOf5('a', 1, 1), ...refused, PINGREQ)
    await vi.waitFor(() => expect(journal.waiting).toBe(1), SOON)
    await new Promise((resolve) => setTimeout(resolve, 100))
    // The PINGREQ would have been answered when it is read.
    expect(answers()).toEqual([])
    journal.commit()
    await raw.receives(PINGRESP)
    await vi.waitFor(() => expect(answers().filter((answer) => answer.startsWith('40'))).toHaveLength(3001), SOON)
    const ids = answers().flatMap((answer) => (answer.startsWith('40') ? [Number(answer.split(' ')[1])] : []))
    expect(ids).toEqual(Array.from({ length: 3001 }, (_, i) => i + 1))
  })

  test('and what follows it waits for the refusal', async () => {
    const { journal, raw, answers } = await sending()
    raw.send(publishOf5('a', 1, 1), publishOf5('no/1', 1, 2))
    await vi.waitFor(() => expect(journal.waiting).toBe(1), SOON)
    raw.send(publishOf5('a', 1, 3))
    await vi.waitFor(() => expect(journal.waiting).toBe(2), SOON)
    journal.commit()
    await vi.waitFor(() => expect(answers()).toEqual(['40 1 00', '40 2 87', '40 3 00']), SOON)
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
    await vi.waitFor(() => expect(got.at(-1)).toBe('t next'), SOON)
    expect(got).toEqual(['t retained', 't next'])
  })

  test('a message of QoS 2 once that was sent again before its PUBREC', async () => {
    const { broker, journal, got } = await listening()
    const raw = await connected(broker)
    const again = publish({ qos: 2, id: 1, payload: 'once' })
    raw.send(again, again, publish({ qos: 2, id: 2, payload: 'next' }))
    await commit(journal, 3)
    await vi.waitFor(() => expect(got.at(-1)).toBe('t next'), SOON)
    expect(got).toEqual(['t once', 't next'])
    expect(raw.received).toEqual(Buffer.concat([CONNACK, pubrec(1), pubrec(1), pubrec(2)]))
  })

  test('a will, although a message of QoS 0 needs fewer steps', async () => {
    const { broker, journal, got } = await listening()
    const [dying, other] = [await connected(broker, WITH_WILL), await connected(broker, { id: 'other' })]
    dying.socket.destroy()
    await vi.waitFor(() => expect(journal.waiting).toBe(1), SOON)
    other.send(publish({ qos: 0, payload: 'next' }))
    await commit(journal, 2)
    await vi.waitFor(() => expect(got.at(-1)).toBe('t next'), SOON)
    expect(got).toEqual(['will offline', 't next'])
  })
})

/** A PUBLISH of MQTT 5 without properties. */
function publishOf5(topic: string, qos: 1 | 2, id: number): Buffer {
  return packet(0x30 | (qos << 1), text(topic), number16(id), Buffer.of(0))
}

/** First byte, packet id and reason code of each whole answer, in hex. */
function answersOf(bytes: Buffer): string[] {
  const found: string[] = []
  let at = 0
  while (at + 1 < bytes.length) {
    const first = bytes[at++]!.toString(16).padStart(2, '0')
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0
      length |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    const body = bytes.subarray(at, at + length)
    at += length
    if (body.length < length || length === 0) continue
    const code = length > 2 ? body[2]! : 0
    found.push(`${first} ${body.readUInt16BE(0)} ${code.toString(16).padStart(2, '0')}`)
  }
  return found
}
