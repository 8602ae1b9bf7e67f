import { describe, expect, it } from 'vitest'
import { INGRESS_KINDS } from '../../../src/base/ingress.js'
import {
  decodeEntries,
  encodeEntries,
  entryBytes,
  type JournalEntry,
  messageBytes,
  messageHead,
  writeMessage,
} from '../../../src/journal/entries.js'

const entries: JournalEntry[] = [
  { kind: 'start', arrivedAt: 1, version: '0.1.0' },
  { kind: 'config', arrivedAt: 2, hash: 'abc', content: 'plants: [{ id: suzhou-1, name: 苏州 }]' },
  { kind: 'session', arrivedAt: 3, client: 'robot-7', what: 'begin' },
  { kind: 'session', arrivedAt: 3, client: 'robot-8', what: 'begin', level: 5 },
  {
    kind: 'message',
    ingress: 'mqtt',
    arrivedAt: 1795507200123.5,
    client: 'robot-7',
    topic: 'plants/suzhou-1/press/robot-7/robot',
    payload: Buffer.from([0, 255, 1]),
    qos: 2,
    retain: true,
    fullSizeBytes: null,
  },
  {
    kind: 'message',
    ingress: 'hj212',
    arrivedAt: 5,
    client: '',
    topic: 'a/ü',
    payload: Buffer.alloc(0),
    qos: 0,
    retain: false,
    fullSizeBytes: 9_000_000,
  },
  {
    kind: 'message',
    ingress: 'broker',
    arrivedAt: 5.5,
    client: 'broker:site',
    topic: 'a',
    payload: Buffer.from('1'),
    qos: 1,
    retain: false,
    fullSizeBytes: null,
    properties: Buffer.of(2, 0, 0, 0, 60),
  },
  { kind: 'tick', arrivedAt: 6 },
  { kind: 'session', arrivedAt: 7, client: 'robot-7', what: 'end' },
  { kind: 'clock', arrivedAt: 8, fromMs: 8, toMs: 9.5 },
  { kind: 'act', arrivedAt: 3, content: '{"what":"ack","note":"看过"}' },
]

describe('the entries of a journal record', () => {
  it('come back as they were, in order', () => {
    expect(decodeEntries(encodeEntries(entries))).toEqual(entries)
  })

  it('say by which ingress a message came, and refuse one that there is not', () => {
    const message = entries[4] as Extract<JournalEntry, { kind: 'message' }>
    for (const ingress of INGRESS_KINDS)
      expect(decodeEntries(encodeEntries([{ ...message, ingress }]))).toEqual([{ ...message, ingress }])
    const body = encodeEntries([{ ...message, ingress: 'modbus' }])
    // Bits 4 to 6 of the flags hold the ingress.
    body[9]! |= 0b111 << 4
    expect(() => decodeEntries(body)).toThrow('unknown ingress')
  })

  it('take exactly the bytes that were foretold', () => {
    for (const entry of entries) expect(encodeEntries([entry]).length, entry.kind).toBe(entryBytes(entry))
  })

  it('are the same bytes when a message is written from where it was read', () => {
    for (const payloadBytes of [0, 1, 63, 64, 65, 5000]) {
      const payload = Buffer.alloc(payloadBytes, 'x')
      const message = {
        ingress: 'mqtt',
        client: 'ü',
        topic: 'a/厂',
        payload,
        qos: 1,
        retain: false,
        fullSizeBytes: null,
      } as const
      const head = messageHead('ü', Buffer.from('a/厂'))
      const body = Buffer.alloc(3 + head.length + payloadBytes)
      const read = {
        qos: 1,
        bytes: Buffer.concat([Buffer.of(9), payload]),
        payloadAt: 1,
        end: 1 + payloadBytes,
      } as const
      expect(writeMessage(body, 3, head, 1795507200123.5, read)).toBe(body.length)
      const entry = { kind: 'message', arrivedAt: 1795507200123.5, ...message } as const
      expect(body.subarray(3)).toEqual(encodeEntries([entry]))
      const properties = Buffer.of(2, 0, 0, 0, 60)
      const more = Buffer.alloc(messageBytes(head, read, properties))
      expect(writeMessage(more, 0, head, 1795507200123.5, read, properties)).toBe(more.length)
      expect(more).toEqual(encodeEntries([{ ...entry, properties }]))
    }
  })

  it('have payloads that are views into the record', () => {
    const body = encodeEntries(entries)
    const message = decodeEntries(body)[4] as Extract<JournalEntry, { kind: 'message' }>
    expect(message.payload.buffer).toBe(body.buffer)
  })

  it('cut off anywhere within an entry are refused', () => {
    const body = encodeEntries([entries[6]!])
    for (let length = 1; length < body.length; length++) {
      expect(() => decodeEntries(body.subarray(0, length)), `${length} bytes`).toThrow(RangeError)
    }
  })

  it('of an unknown kind are refused', () => {
    const body = encodeEntries([{ kind: 'tick', arrivedAt: 1 }])
    for (const kind of [0, 8, 255]) {
      body[0] = kind
      expect(() => decodeEntries(body)).toThrow('unknown kind')
    }
  })
})
