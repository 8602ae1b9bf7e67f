import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../../../src/intake/broker.js'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import { DISCONNECT, puback, publish } from './packets.js'
import { RawClient } from './raw-client.js'
import { startAlone } from './started-broker.js'
import { vectorFiles } from './vector-files.js'

/** One row of `test/cases/mqtt/`: bytes of a client, and what MQTT 3.1.1 (and where it leaves a choice, we) say to them. */
interface Vector {
  readonly kind: 'valid' | 'boundary' | 'malformed'
  readonly clause: string
  readonly name: string
  /** Hex and "ASCII", each with "*n" behind it that many times. What is behind "|" is sent when all before it is answered. */
  readonly send: string
  readonly outcome: 'accepted' | 'closed' | `connack ${number}`
  /** All that comes back besides CONNACK 0, with as many "|". */
  readonly answers?: string
  /** The answers are of two kinds that need not wait for each other. */
  readonly anyOrder?: boolean
  /** The marker that is sent behind comes back as well. */
  readonly echoes?: boolean
}

const files = vectorFiles<Vector>('mqtt')

const CONNECT = bytesOf('10 0c 0004 "MQTT" 04 02 0000 0000')
const ACCEPTED = bytesOf('20 02 00 00')
const MARKER_ID = 0xabcd
const MARKER = publish({ topic: 'm', id: MARKER_ID })
const MARKER_ACK = puback(MARKER_ID)
const ECHO = publish({ topic: 'm', qos: 0 })

let broker: Broker
beforeAll(async () => {
  broker = await startAlone()
})
afterAll(() => broker.close())

describe.each(files)('the bytes of $name', ({ name: file, vectors }) => {
  test.each(vectors)('$kind, $clause: $name: $outcome', async (vector) => {
    const { send, outcome, answers = '', echoes = false, anyOrder = false } = vector
    const isFirst = file === 'connect'
    const raw = await RawClient.dial(broker.port)
    try {
      const [first = '', ...steps] = send.split('|')
      raw.send(...(isFirst ? [] : [CONNECT]), bytesOf(first))
      for (const [i, step] of steps.entries()) {
        const before = bytesOf(
          answers
            .split('|')
            .slice(0, i + 1)
            .join(''),
        )
        await vi.waitFor(() => expect(raw.received.length).toBe(ACCEPTED.length + before.length), SOON)
        raw.send(bytesOf(step))
      }
      if (outcome === 'accepted') {
        raw.send(MARKER)
        await raw.receives(MARKER_ACK)
        if (echoes) await raw.receives(ECHO)
        // A delivery has another way than the acknowledgements, and may come behind them.
        const bytes = ACCEPTED.length + bytesOf(answers).length + MARKER_ACK.length + (echoes ? ECHO.length : 0)
        await vi.waitFor(() => expect(raw.received.length).toBeGreaterThanOrEqual(bytes), SOON)
        const came = without(without(raw.received, MARKER_ACK), echoes ? ECHO : Buffer.alloc(0))
        const wanted = Buffer.concat([ACCEPTED, bytesOf(answers)])
        if (anyOrder) expect(sorted(came)).toBe(sorted(wanted))
        else expect(came.toString('hex')).toBe(wanted.toString('hex'))
        expect(raw.isClosed).toBe(false)
        // So that no will is published.
        raw.send(DISCONNECT)
      } else {
        await raw.closes()
        const code = Number(outcome.split(' ')[1])
        const refusal = Number.isNaN(code) ? Buffer.alloc(0) : Buffer.of(0x20, 2, 0, code)
        const wanted = Buffer.concat([isFirst ? refusal : ACCEPTED, bytesOf(answers)])
        expect(raw.received.toString('hex')).toBe(wanted.toString('hex'))
      }
    } finally {
      raw.socket.destroy()
    }
  })
})

test('every packet type stands in a row, and no two rows are the same', () => {
  const all = files.flatMap(({ vectors }) => vectors)
  expect(all.length).toBeGreaterThan(200)
  expect(new Set(all.map(({ send }) => send)).size).toBeGreaterThan(all.length - 3)
  for (const { clause } of all) expect(clause).toMatch(/^(MQTT-\d|§\d)/)
  const types = new Set(all.map(({ send }) => bytesOf(send)[0]! >> 4))
  expect([...types].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, type) => type))
})

test('what was not acknowledged comes again with DUP under its packet id [MQTT-3.3.1-1] [MQTT-4.4.0-1]', async () => {
  const session = bytesOf('10 0e 0004 "MQTT" 04 00 0000 0002 "s1"')
  const first = await RawClient.dial(broker.port)
  first.send(session, bytesOf('82 06 0001 0001 "g" 01'))
  await first.receives(bytesOf('90 03 0001 01'))
  first.send(publish({ topic: 'g', id: 5, payload: 'x' }))
  await first.receives(bytesOf('32 06 0001 "g"'))
  const delivered = first.received.subarray(first.received.indexOf(bytesOf('32 06 0001 "g"')))
  const packetId = delivered.subarray(5, 7)
  first.socket.destroy()
  await first.closes()

  const second = await RawClient.dial(broker.port)
  second.send(session)
  await second.receives(bytesOf('20 02 01 00'))
  await second.receives(Buffer.concat([bytesOf('3a 06 0001 "g"'), packetId, Buffer.from('x')]))
  second.socket.destroy()
})

test('whoever is malformed disturbs nobody else', async () => {
  const honest = await RawClient.dial(broker.port)
  honest.send(CONNECT, MARKER)
  await honest.receives(MARKER_ACK)
  const hostile = files.flatMap(({ name, vectors }) =>
    vectors.filter(({ kind }) => kind === 'malformed').map(({ send }) => ({ send, isFirst: name === 'connect' })),
  )
  const raws = await Promise.all(hostile.map(() => RawClient.dial(broker.port)))
  raws.forEach((raw, i) => {
    const { send, isFirst } = hostile[i]!
    raw.send(...(isFirst ? [] : [CONNECT]), bytesOf(send))
  })
  await vi.waitFor(() => expect(raws.every(({ isClosed }) => isClosed)).toBe(true), SOON)
  honest.received = Buffer.alloc(0)
  honest.send(MARKER)
  await honest.receives(MARKER_ACK)
  honest.socket.destroy()
})

function without(bytes: Buffer, part: Buffer): Buffer {
  const at = bytes.indexOf(part)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + part.length)])
}

/** Hex of each packet, sorted, so that their order does not matter; for packets with a length of one byte. */
function sorted(bytes: Buffer): string {
  const packets: string[] = []
  for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]!) {
    packets.push(bytes.subarray(at, at + 2 + bytes[at + 1]!).toString('hex'))
  }
  return packets.sort().join(' ')
}
