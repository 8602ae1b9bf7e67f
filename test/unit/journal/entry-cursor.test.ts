import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { INGRESS_KINDS } from '../../../src/base/ingress.js'
import { decodeEntries, encodeEntries, type JournalEntry } from '../../../src/journal/entries.js'
import { EntryCursor } from '../../../src/journal/entry-cursor.js'

const arrivedAt = fc.double({ noNaN: true, noDefaultInfinity: true })
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('robot-7', 'plants/suzhou-1/press/r-7/robot', 'ü'),
)
const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('message' as const),
    arrivedAt,
    ingress: fc.constantFrom(...INGRESS_KINDS),
    client: text,
    topic: text,
    payload: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    qos: fc.constantFrom(0, 1, 2),
    retain: fc.boolean(),
    fullSizeBytes: fc.option(fc.nat(2 ** 32 - 1)),
  }),
  fc.record({
    kind: fc.constant('message' as const),
    arrivedAt,
    ingress: fc.constant('mqtt' as const),
    client: text,
    topic: text,
    payload: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    qos: fc.constant(1 as const),
    retain: fc.constant(false),
    fullSizeBytes: fc.constant(null),
    properties: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ kind: fc.constant('tick' as const), arrivedAt }),
  fc.record({
    kind: fc.constant('session' as const),
    arrivedAt,
    what: fc.constantFrom('begin', 'end'),
    client: text,
  }),
  fc.record({ kind: fc.constant('config' as const), arrivedAt, hash: text, content: text }),
  fc.record({ kind: fc.constant('start' as const), arrivedAt, version: text }),
  fc.record({ kind: fc.constant('clock' as const), arrivedAt, fromMs: arrivedAt, toMs: arrivedAt }),
  fc.record({ kind: fc.constant('act' as const), arrivedAt, content: text }),
)

/** Fields of each entry that a cursor gives without making the entry. */
function told(cursor: EntryCursor, body: Uint8Array): object[] {
  cursor.open(body)
  const all: object[] = []
  while (cursor.next()) {
    const { kind } = cursor
    if (kind !== 'message') all.push({ kind, arrivedAt: cursor.arrivedAt })
    else {
      const { ingress, client, topic, payload, retain, fullSizeBytes } = cursor
      all.push({
        kind,
        arrivedAt: cursor.arrivedAt,
        ingress,
        client,
        topic,
        payload: Buffer.from(payload),
        retain,
        fullSizeBytes,
      })
    }
  }
  return all
}

function expected(entries: readonly JournalEntry[]): object[] {
  return entries.map((one) => {
    if (one.kind !== 'message') return { kind: one.kind, arrivedAt: one.arrivedAt }
    const { qos: _, properties: __, ...message } = one
    return { ...message, payload: Buffer.from(message.payload) }
  })
}

describe('a cursor over the entries of a record', () => {
  const cursor = new EntryCursor()

  test.prop([fc.array(entry, { maxLength: 8 })])('says what the entries say, and gives each as a whole', (entries) => {
    const body = encodeEntries(entries)
    expect(told(cursor, body)).toEqual(expected(entries))
    cursor.open(body)
    const whole: JournalEntry[] = []
    while (cursor.next()) whole.push(cursor.entry())
    expect(whole).toEqual(decodeEntries(body))
  })

  test.prop([fc.array(entry, { maxLength: 8 })])(
    'gives each message as it was before there were properties',
    (entries) => {
      const withoutThem = entries.map((one): JournalEntry => {
        if (one.kind !== 'message') return one
        const { properties: _, ...plain } = one
        return plain
      })
      cursor.open(encodeEntries(entries))
      for (const plain of withoutThem) {
        cursor.next()
        if (plain.kind === 'message') expect(cursor.plainBytes).toEqual(encodeEntries([plain]))
      }
    },
  )

  test.prop([fc.array(entry, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(255)])(
    'throws what they throw when the record is damaged',
    (entries, where, byte) => {
      const body = encodeEntries(entries)
      body[where % body.length] = byte
      const outcome = (read: () => unknown) => {
        try {
          return read()
        } catch (error) {
          return error
        }
      }
      expect(outcome(() => told(cursor, body))).toEqual(outcome(() => expected(decodeEntries(body))))
    },
  )

  it('gives the payload as a view, and a text that came before as the same', () => {
    const message: JournalEntry = {
      kind: 'message',
      ingress: 'mqtt',
      arrivedAt: 1,
      client: 'robot-7',
      topic: 'a/b',
      payload: Buffer.from('1'),
      qos: 1,
      retain: false,
      fullSizeBytes: null,
    }
    const body = encodeEntries([message, { ...message, topic: 'a/c' }, message])
    expect(told(cursor, body)).toEqual(expected(decodeEntries(body)))
    cursor.open(body)
    cursor.next()
    expect(cursor.payload.buffer).toBe(body.buffer)
  })

  it('reads a body that is no Buffer', () => {
    const body = new Uint8Array(encodeEntries([{ kind: 'session', arrivedAt: 2, what: 'end', client: 'r' }]))
    cursor.open(body)
    expect(cursor.next()).toBe(true)
    expect(cursor.entry()).toEqual({ kind: 'session', arrivedAt: 2, what: 'end', client: 'r' })
    expect(cursor.next()).toBe(false)
  })
})
