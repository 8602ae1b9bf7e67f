import { expect, test } from 'vitest'
import { Senders } from '../../../src/archive/senders.js'
import { encodeProperties } from '../../../src/base/message-properties.js'
import { Decoder } from '../../../src/decode/decoder.js'
import { type MessageEntry, newDecoding, takeMessage } from '../../../src/pipeline/decoding.js'
import { newAccounting } from '../../../src/pipeline/message-accounting.js'
import { cursorAt } from '../../support/entries.js'

const AT = Date.parse('2026-11-24T08:00:00Z')

function send(senders: Senders, message: object, arrivedAt: number) {
  const payload = Buffer.from(JSON.stringify(message))
  const topic = 'plants/suzhou-1/yard/scale-1/energy'
  const entry: MessageEntry = {
    kind: 'message',
    ingress: 'mqtt',
    topic,
    payload,
    qos: 1,
    retain: false,
    arrivedAt,
    client: 'c',
    fullSizeBytes: null,
  }
  const decoding = newDecoding()
  takeMessage(
    cursorAt(entry),
    { position: 0, index: 0 },
    new Decoder(),
    { registered: null },
    decoding,
    newAccounting(),
    senders,
  )
  decoding.last.settle()
  return senders.find('suzhou-1', 'scale-1')!
}

function refill(id: string, ts: number) {
  return { ts, events: [{ id, type: 'refrigerant_refill', gas: 'sf6', kg: 2 }] }
}

test('a device that only reports events gives signs of life with them', () => {
  const senders = new Senders()
  send(senders, refill('r-1', AT), AT + 1000)
  expect(send(senders, refill('r-2', AT - 60_000), AT + 5000)).toMatchObject({
    messages: 2,
    readings: 0,
    lastArrivalMs: AT + 5000,
    lastTs: AT - 60_000,
    newestTs: AT,
  })
})

test('of the last message the beginning is at hand, and what became of it', () => {
  const senders = new Senders()
  send(senders, { ts: AT, metrics: { heat_gj: 1, note: 'n'.repeat(2000) } }, AT)
  const long = send(senders, { ts: AT, metrics: { heat_gj: 1, note: 'n'.repeat(2000) } }, AT).lastMessage!
  expect(long).toMatchObject({ readings: 1, events: 0, rejections: [{ metric: 'note', reason: 'bad_value' }] })
  expect(long.sample).toHaveLength(1024)
  expect(long.sizeBytes).toBeGreaterThan(2000)
  const short = send(senders, refill('r-1', AT), AT + 1000).lastMessage!
  expect(JSON.parse(Buffer.from(short.sample).toString())).toEqual(refill('r-1', AT))
  expect(short).toMatchObject({ readings: 0, events: 1, rejections: [], arrivedAt: AT + 1000 })
})

test('an event that is rejected is no sign of life, though it was heard', () => {
  const sender = send(new Senders(), { ts: AT, events: [{ id: 'r-1', type: 'refrigerant_refill', gas: 'sf6' }] }, AT)
  expect(sender).toMatchObject({ messages: 1, elementsRejected: 1, lastArrivalMs: -Infinity, newestTs: -Infinity })
  expect(sender.lastHeardMs).toBe(AT)
})

function noticesOf(more: Partial<MessageEntry>) {
  const entry: MessageEntry = {
    kind: 'message',
    ingress: 'mqtt',
    topic: 'plants/suzhou-1/yard/scale-1/energy',
    payload: Buffer.from('{"ts":"today","metrics":{"heat_gj":1}}'),
    qos: 1,
    retain: false,
    arrivedAt: AT,
    client: 'scale',
    fullSizeBytes: null,
    ...more,
  }
  const decoding = newDecoding()
  const at = { position: 7, index: 0 }
  takeMessage(cursorAt(entry), at, new Decoder(), { registered: null }, decoding, newAccounting(), new Senders())
  return decoding
}

test('a rejection is told under the topic that its message names too, with the correlation data', () => {
  const correlationData = Buffer.of(1, 2)
  const properties = encodeProperties({ responseTopic: 'answers/7', correlationData, userProperties: [] })
  const { notices, quarantined } = noticesOf({ properties })
  expect(notices.map(({ topic }) => topic)).toEqual(['plants/suzhou-1/yard/scale-1/rejected', 'answers/7'])
  const [told, answer] = notices.map(({ payload }) => JSON.parse(payload as string))
  const { id, topic, count, rejections } = quarantined[0]!.item
  expect(answer).toEqual({ ...told, topic, id, count, rejections })
  expect(notices[1]).toMatchObject({ to: null, reply: { client: 'scale', correlationData: Uint8Array.of(1, 2) } })
})

test('who names no device in its topic is answered all the same, and nobody else, nor who would hear itself', () => {
  const properties = encodeProperties({ responseTopic: 'answers/7', userProperties: [] })
  expect(noticesOf({ topic: 'nowhere', properties }).notices.map(({ topic }) => topic)).toEqual(['answers/7'])
  expect(noticesOf({ topic: 'answers/7', properties }).notices).toEqual([])
  expect(noticesOf({ topic: 'nowhere', ingress: 'broker', properties }).notices).toEqual([])
  const taken = Buffer.from(JSON.stringify({ ts: AT, metrics: { heat_gj: 1 } }))
  expect(noticesOf({ payload: taken, properties }).notices).toEqual([])
})

/** Takes messages of which all twenty elements are rejected, of so many devices in turn, as one stretch of the journal. */
function stretchOf(messages: number, devices = 1, payload = `[${Array(20).fill('1').join()}]`) {
  const decoding = newDecoding()
  const [decoder, accounting, senders] = [new Decoder(), newAccounting(), new Senders()]
  for (let i = 0; i < messages; i++) {
    const entry: MessageEntry = {
      kind: 'message',
      ingress: 'mqtt',
      topic: `plants/suzhou-1/yard/scale-${i % devices}/energy`,
      payload: Buffer.from(payload),
      qos: 0,
      retain: false,
      arrivedAt: AT,
      client: 'scale',
      fullSizeBytes: null,
    }
    const at = { position: 7, index: i }
    takeMessage(cursorAt(entry), at, decoder, { registered: null }, decoding, accounting, senders)
  }
  const { length } = decoding.notices
  decoding.told?.settle()
  const told = decoding.notices.map(({ payload }) => JSON.parse(payload as string) as { index: number; count?: number })
  return { oneByOne: length, told, topics: new Set(decoding.notices.map(({ topic }) => topic)) }
}

test('the rejections of one message are told one by one, up to twenty, with no count', () => {
  const { told } = stretchOf(1)
  expect(told.map(({ index, count }) => ({ index, count }))).toEqual(
    Array.from({ length: 20 }, (_, index) => ({ index })),
  )
  expect(stretchOf(1, 1, `[${Array(30).fill('1').join()}]`).told).toEqual(told)
})

test('of many messages of a device the first rejections are told one by one, and the rest as a number', () => {
  const single = '{"ts":"today","metrics":{"heat_gj":1}}'
  expect(stretchOf(20, 1, single)).toMatchObject({ oneByOne: 20, told: { length: 20 } })
  const { oneByOne, told } = stretchOf(1000)
  expect(oneByOne).toBe(20)
  expect(told).toHaveLength(21)
  expect(told.at(-1)).toEqual({ ...told[0], count: 999 * 20 })
})

test('of many devices no more are told than there is room for, each of something', () => {
  const { oneByOne, told, topics } = stretchOf(6000, 3000)
  expect(oneByOne).toBe(2000)
  expect(topics.size).toBe(1000)
  const counted = told.reduce((sum, { count = 1 }) => sum + count, 0)
  expect(counted).toBe(2 * 1000 * 20)
})
