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
