import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../../../src/intake/broker.js'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import { RawClient } from './raw-client.js'
import { startAlone } from './started-broker.js'
import { vectorFiles } from './vector-files.js'

/** One row of `test/cases/mqtt5/`; bytes are written as in the rows of MQTT 3.1.1. */
interface Vector {
  readonly kind: 'valid' | 'boundary' | 'malformed'
  readonly clause: string
  readonly name: string
  readonly send: string
  readonly outcome: 'accepted' | 'closed' | `connack ${string}` | `disconnect ${string}`
  readonly answers?: string
  /** The answers need not wait for each other. */
  readonly anyOrder?: boolean
}

const files = vectorFiles<Vector>('mqtt5')

let connects = 0
/** A client id of its own each time: one that comes again and again is turned away. */
const nextConnect = (): Buffer =>
  bytesOf(`10 11 0004 "MQTT" 05 02 0000 00 0004 "${String(connects++).padStart(4, 'v')}"`)
/** CONNACK 0: 32 topic aliases, a receive maximum of 32,768, and all else of the standard. */
const ACCEPTED = bytesOf('20 09 00 00 06 220020 218000')
const MARKER = bytesOf('32 06 0001 "m" abcd 00')
const MARKER_ACK = bytesOf('40 02 abcd')

let broker: Broker
beforeAll(async () => {
  broker = await startAlone()
})
afterAll(() => broker.close())

describe.each(files)('the bytes of $name', ({ name: file, vectors }) => {
  test.each(vectors)('$kind, $clause: $name: $outcome', async ({ send, outcome, answers = '', anyOrder = false }) => {
    const raw = await RawClient.dial(broker.port)
    try {
      const [first = '', ...steps] = send.split('|')
      raw.send(...(file === 'connect' ? [] : [nextConnect()]), bytesOf(first))
      for (const [i, step] of steps.entries()) {
        const before = bytesOf(
          answers
            .split('|')
            .slice(0, i + 1)
            .join(''),
        )
        await vi.waitFor(() => expect(short(raw.received).length).toBe(2 * (ACCEPTED.length + before.length)), SOON)
        raw.send(bytesOf(step))
      }
      const wanted = Buffer.concat([ACCEPTED, bytesOf(answers)]).toString('hex')
      if (outcome === 'accepted') {
        raw.send(MARKER)
        const all = wanted + MARKER_ACK.toString('hex')
        await vi.waitFor(() => expect(short(raw.received)).toHaveLength(all.length), SOON)
        if (anyOrder) expect([...short(raw.received)].sort()).toEqual([...all].sort())
        else expect(short(raw.received)).toBe(all)
        expect(raw.isClosed).toBe(false)
        return
      }
      await raw.closes()
      const [kind, code = ''] = outcome.split(' ')
      if (kind === 'connack') expect(reasonAndSentence(raw.received, 0x20)).toMatchObject({ reason: code })
      else if (kind === 'disconnect') {
        expect(raw.received.toString('hex')).toMatch(new RegExp(`^${ACCEPTED.toString('hex')}`))
        const told = reasonAndSentence(raw.received.subarray(ACCEPTED.length), 0xe0)
        expect(told).toMatchObject({ reason: code, sentence: expect.stringMatching(/\w+ \w+/) })
      } else expect(short(raw.received)).toBe(wanted)
    } finally {
      raw.socket.destroy()
    }
  })
})

test('no two rows are the same, and every packet type stands in one', () => {
  const all = files.flatMap(({ vectors }) => vectors)
  expect(all.length).toBeGreaterThan(140)
  expect(new Set(all.map(({ send }) => send)).size).toBe(all.length)
  const types = new Set(all.map(({ send }) => bytesOf(send)[0]! >> 4))
  expect(types.size).toBe(16)
})

/** In hex; of an acknowledgement both forms are right, with reason 0 and without a reason [MQTT 5 §3.4.2.1]. */
function short(bytes: Buffer): string {
  return bytes.toString('hex').replace(/(40|50|62|70)04(.{4})0000/g, '$102$2')
}

/** Reads a CONNACK or DISCONNECT whose remaining length has one or two bytes; the reason in hex. */
function reasonAndSentence(bytes: Buffer, firstByte: number): { readonly reason: string; readonly sentence: string } {
  expect(bytes[0]).toBe(firstByte)
  const bodyAt = bytes[1]! < 0x80 ? 2 : 3
  const reasonAt = firstByte === 0x20 ? bodyAt + 1 : bodyAt
  const reason = bytes.subarray(reasonAt, reasonAt + 1).toString('hex')
  const text = bytes.indexOf(0x1f, reasonAt + 1)
  const sentence = text < 0 ? '' : bytes.subarray(text + 3, text + 3 + bytes.readUInt16BE(text + 1)).toString()
  return { reason, sentence }
}
