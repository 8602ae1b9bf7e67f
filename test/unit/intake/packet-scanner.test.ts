import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { discardedOf } from '../../../src/intake/discarded.js'
import { openingFault } from '../../../src/intake/opening-fault.js'
import { varint } from '../../../src/intake/packet-fields.js'
import type { PacketFault } from '../../../src/intake/packet-rules.js'
import { PacketScanner } from '../../../src/intake/packet-scanner.js'
import { connect, DISCONNECT, number16, PINGREQ, packet, publish, subscribe, text } from './packets.js'

const PAYLOAD_BYTES_MAX = 100

interface Scan {
  passed: Buffer
  pings: number
  keepAliveS: number | null
  fault: PacketFault | null
}

/** Sends the chunks one by one; the CONNECT is accepted between two of them, as aedes would. */
function scan(chunks: readonly Buffer[], payloadBytesMax = PAYLOAD_BYTES_MAX): Scan {
  const passed: Buffer[] = []
  const result: Scan = { passed: Buffer.alloc(0), pings: 0, keepAliveS: null, fault: null }
  const scanner = new PacketScanner(
    {
      pass: (bytes) => passed.push(Buffer.from(bytes)),
      connect: ({ keepAliveS }) => {
        result.keepAliveS = keepAliveS
      },
      ping: () => {
        result.pings += 1
      },
    },
    payloadBytesMax,
  )
  for (const chunk of chunks) {
    result.fault ??= scanner.scan(chunk)
    if (scanner.isWaiting) result.fault ??= scanner.accept()
  }
  result.passed = Buffer.concat(passed)
  return result
}

/** Scans packets behind a good CONNECT; `passed` is without it. */
function afterConnect(...packets: Buffer[]): Scan {
  const all = scan([connect(), Buffer.concat(packets)])
  return { ...all, passed: all.passed.subarray(connect().length) }
}

describe('what is well formed goes through unchanged', () => {
  test.each([
    ['PUBLISH of QoS 0', publish({ qos: 0, payload: 'x' })],
    ['PUBLISH without a payload', publish({ payload: '' })],
    ['PUBLISH of QoS 2, retained', publish({ qos: 2, retain: true, id: 65535 })],
    ['a Chinese topic', publish({ topic: '工厂/一' })],
    ['a topic with U+FEFF, which is not stripped [MQTT-1.5.3-3]', publish({ topic: '\ufeffa' })],
    ['a payload of exactly the limit', publish({ payload: 'x'.repeat(PAYLOAD_BYTES_MAX) })],
    ['SUBSCRIBE', subscribe('+/a/#', 2)],
    ['UNSUBSCRIBE', packet(0xa2, number16(1), text('#'))],
    ['PUBREL', packet(0x62, number16(7))],
    ['DISCONNECT', DISCONNECT],
  ])('%s', (_, bytes) => {
    expect(afterConnect(bytes)).toMatchObject({ fault: null, passed: bytes })
  })

  test('CONNECT, with the keep alive taken out because the guard watches over it', () => {
    const result = scan([connect({ keepAliveS: 60 })])
    expect(result).toMatchObject({ fault: null, keepAliveS: 60, passed: connect({ keepAliveS: 0 }) })
  })

  test('but PINGREQ is answered by the guard and DISCONNECT ends the stream', () => {
    const result = afterConnect(PINGREQ, publish(), PINGREQ, DISCONNECT, publish())
    expect(result).toMatchObject({ pings: 2, fault: null, passed: Buffer.concat([publish(), DISCONNECT]) })
  })
})

describe('what breaks a rule is not passed on, and the reason names the clause', () => {
  const surrogate = Buffer.from([0x61, 0xed, 0xa0, 0x80])
  test.each([
    ['PUBLISH of QoS 3', publish({ qos: 3 }), 'MQTT-3.3.1-4'],
    ['packet id 0 in PUBLISH', publish({ id: 0 }), 'MQTT-2.3.1-1'],
    ['packet id 0 in SUBSCRIBE', subscribe('a', 0, 0), 'MQTT-2.3.1-1'],
    ['packet id 0 in PUBACK', packet(0x40, number16(0)), 'MQTT-2.3.1-1'],
    ['an empty topic', publish({ topic: '' }), 'MQTT-4.7.3-1'],
    ['a wildcard in a topic', publish({ topic: 'a/+' }), 'MQTT-3.3.2-2'],
    ['a wildcard after a Chinese character', publish({ topic: '厂/#' }), 'MQTT-3.3.2-2'],
    ['U+0000 in a topic', publish({ topic: 'a\0' }), 'MQTT-1.5.3-2'],
    ['a surrogate in a topic', publish({ topic: surrogate }), 'MQTT-1.5.3-1'],
    ['an overlong sequence in a topic', publish({ topic: Buffer.of(0xc0, 0xaf) }), 'MQTT-1.5.3-1'],
    ['broken UTF-8 in a filter', subscribe(Buffer.of(0xff)), 'MQTT-1.5.3-1'],
    ['a# as a filter', subscribe('a#'), 'MQTT-4.7.1-2'],
    ['#/x as a filter', subscribe('#/x'), 'MQTT-4.7.1-2'],
    ['a+/b as a filter', subscribe('a+/b'), 'MQTT-4.7.1-3'],
    ['an empty filter', subscribe(''), 'MQTT-4.7.3-1'],
    ['a requested QoS of 3', subscribe('a', 3), 'MQTT-3.8.3-4'],
    ['SUBSCRIBE without a filter', packet(0x82, number16(1)), 'MQTT-3.8.3-3'],
    ['reserved flags of SUBSCRIBE', packet(0x80, number16(1), text('a'), Buffer.of(0)), 'MQTT-2.2.2-2'],
    ['reserved flags of PINGREQ', Buffer.of(0xc1, 0), 'MQTT-2.2.2-2'],
    ['a second CONNECT', connect(), 'MQTT-3.1.0-2'],
    ['a packet that only servers send', Buffer.of(0x20, 2, 0, 0), 'not sent by clients'],
    ['a remaining length of five bytes', Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 1), '§2.2.3'],
    ['PUBLISH that ends inside its topic', packet(0x30, number16(9), Buffer.from('abc')), 'ends inside'],
    ['PUBACK of three bytes', packet(0x40, Buffer.of(0, 1, 2)), 'instead of 2'],
    ['SUBSCRIBE above the limit', packet(0x82, number16(1), text('a'.repeat(PAYLOAD_BYTES_MAX))), 'max_packet_bytes'],
  ])('%s', (_, bytes, reason) => {
    const result = afterConnect(publish({ id: 9 }), bytes, publish({ id: 10 }))
    expect(result.fault?.sentence).toContain(reason)
    expect(result.passed).toEqual(publish({ id: 9 }))
  })

  test.each([
    ['something else before CONNECT', publish(), 'MQTT-3.1.0-1'],
    ['a CONNECT above 4 KiB', connect({ id: 'x'.repeat(4096) }), 'larger than 4096'],
    ['U+0000 in the client id', connect({ id: 'a\0b' }), 'MQTT-1.5.3-2'],
    ['the reserved flag', connect({ flags: 3 }), 'MQTT-3.1.2-3'],
    ['a will QoS without a will', connect({ flags: 0x0a }), 'MQTT-3.1.2-11'],
    ['a will of QoS 3', connect({ flags: 0x1e, rest: [text('w'), text('')] }), 'MQTT-3.1.2-14'],
    ['a wildcard in the will topic', connect({ flags: 6, rest: [text('w/#'), text('')] }), 'MQTT-3.3.2-2'],
    ['a password without a user', connect({ flags: 0x42, rest: [text('p')] }), 'MQTT-3.1.2-22'],
    ['broken UTF-8 in the user name', connect({ flags: 0x82, rest: [text(Buffer.of(0xff))] }), 'MQTT-1.5.3-1'],
    ['bytes after the end', connect({ rest: [Buffer.of(0)] }), 'MQTT-3.1.3-1'],
    ['an absent will payload', connect({ flags: 6, rest: [text('w')] }), 'MQTT-3.1.3-1'],
  ])('at CONNECT: %s', (_, bytes, reason) => {
    const result = scan([bytes])
    expect(result.fault?.sentence).toContain(reason)
    expect(result.passed).toHaveLength(0)
  })

  test('the refusal of a version and of a session without a name has a code of its own', () => {
    expect(scan([connect({ level: 2 })]).fault?.connackCode).toBe(1) // [MQTT-3.1.2-2]
    expect(scan([connect({ level: 6 })]).fault).toMatchObject({ reason: 0x84 })
    expect(scan([connect({ id: '', flags: 0 })]).fault?.connackCode).toBe(2) // [MQTT-3.1.3-8]
    expect(scan([connect({ id: '', flags: 2 })]).fault).toBeNull()
  })
})

describe('a payload above the limit', () => {
  const large = 'y'.repeat(5000)

  test('is replaced by its size, its retain flag and its first 4 KiB, under the same topic and packet id', () => {
    const { passed, fault } = afterConnect(publish({ topic: 'a/b', id: 513, payload: large, retain: true }), publish())
    expect(fault).toBeNull()
    const standIn = passed.subarray(0, passed.length - publish().length)
    expect(standIn[0]).toBe(0x32) // QoS 1, retain cleared
    expect(standIn.subarray(3, 8)).toEqual(text('a/b'))
    expect(standIn.readUInt16BE(8)).toBe(513)
    expect(discardedOf(standIn.subarray(10))).toEqual({
      fullSizeBytes: 5000,
      retain: true,
      sample: Buffer.from('y'.repeat(4096)),
    })
  })

  test('of one byte more is already too large', () => {
    const { passed } = afterConnect(publish({ qos: 0, payload: 'y'.repeat(PAYLOAD_BYTES_MAX + 1) }))
    expect(discardedOf(passed.subarray(5))?.fullSizeBytes).toBe(PAYLOAD_BYTES_MAX + 1)
  })

  test('cannot be imitated without the token', () => {
    expect(discardedOf(Buffer.alloc(100))).toBeNull()
  })
})

const stream = fc.array(
  fc.oneof(
    fc.record({ topic: fc.constantFrom('a', '厂/b'), payload: fc.uint8Array({ maxLength: 300 }) }).map(publish),
    fc.constantFrom(
      PINGREQ,
      subscribe('a/#'),
      publish({ id: 0 }),
      publish({ payload: 'z'.repeat(6000) }),
      DISCONNECT,
      Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff),
      packet(0x82, number16(2), ...Array.from({ length: 9 }, () => Buffer.concat([text('bcd'), Buffer.of(1)]))),
    ),
    fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  ),
  { maxLength: 8 },
)

property.prop([stream, fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 })])(
  'the result is the same however the stream is cut',
  (packets, cuts) => {
    const bytes = Buffer.concat([connect(), ...packets])
    const chunks: Buffer[] = []
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const end = at + cuts[i % cuts.length]!
      chunks.push(bytes.subarray(at, end))
      at = end
    }
    const whole = scan([bytes])
    expect(scan(chunks)).toEqual(whole)
    if (bytes.length < 2000) expect(scan([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole)
  },
)

test.each([
  ['passed on', false, 62],
  ['taken straight, of one topic', true, 2500],
])(
  'one call goes through so many small packets that are %s, and the next go on where it stopped',
  (_, takes, atOnce) => {
    let straight = 0
    let passedBytes = 0
    const scanner = new PacketScanner(
      {
        pass: (bytes) => {
          passedBytes += bytes.length
        },
        connect: () => {},
        ping: () => {},
        straight: () => {
          if (takes) straight += 1
          return takes
        },
      },
      PAYLOAD_BYTES_MAX,
    )
    expect(scanner.scan(connect())).toBeNull()
    expect(scanner.accept()).toBeNull()
    scanner.takeUnits()
    passedBytes = 0
    const small = publish({ topic: 't', qos: 0 })
    const count = () => straight + passedBytes / small.length
    // Half a packet is there before, so that what was held is joined to what comes.
    expect(scanner.scan(small.subarray(0, 3))).toBeNull()
    const rest = Buffer.concat([small.subarray(3), ...Array.from({ length: 2 * atOnce }, () => small)])
    expect(scanner.scan(rest)).toBeNull()
    for (let calls = 1; scanner.isInterrupted; calls++) {
      expect(count()).toBeGreaterThanOrEqual(calls * (atOnce - 10))
      expect(count()).toBeLessThanOrEqual(calls * (atOnce + 10))
      expect(scanner.takeUnits()).toBeLessThanOrEqual(254)
      expect(scanner.scan(Buffer.alloc(0))).toBeNull()
    }
    expect(count()).toBe(2 * atOnce + 1)
  },
)

/** A PUBLISH of MQTT 5 with so many user properties of seven bytes. */
function withPairs(pairs: number): Buffer {
  const properties = Buffer.concat(Array.from({ length: pairs }, () => Buffer.of(0x26, 0, 1, 0x61, 0, 1, 0x78)))
  return packet(0x30, text('t'), varint(properties.length), properties)
}

test.each([
  ['taken straight', true, 30],
  ['passed on', false, 400],
])('the properties of a message that is %s cost by their number and size', (_, takes, unitsMin) => {
  const output = { pass: () => {}, connect: () => {}, ping: () => {}, straight: () => takes }
  const scanner = new PacketScanner(output, PAYLOAD_BYTES_MAX)
  const unitsOf = (bytes: Buffer) => {
    expect(scanner.scan(bytes, Number.POSITIVE_INFINITY)).toBeNull()
    return scanner.takeUnits()
  }
  const connect5 = packet(0x10, text('MQTT'), Buffer.of(5, 2), number16(0), Buffer.of(0), text('c'))
  expect(scanner.scan(connect5)).toBeNull()
  expect(scanner.accept()).toBeNull()
  unitsOf(withPairs(0))
  const bare = unitsOf(withPairs(0))
  expect(unitsOf(withPairs(1)) - bare).toBeLessThan(0.5)
  expect(unitsOf(withPairs(2000)) - bare).toBeGreaterThan(unitsMin)
})

describe('the first bytes of a connection, before anything is made for it', () => {
  test.each([
    ['256 MiB announced', Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f), 'larger than 4096'],
    ['a length without an end', Buffer.alloc(100, 0xff), 'more than four bytes'],
    ['another packet', publish(), 'not CONNECT'],
    ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'not CONNECT'],
    ['reserved flags', Buffer.of(0x11, 0x00), 'reserved flags'],
  ])('%s', (_, bytes, sentence) => {
    expect(openingFault(bytes)?.sentence).toContain(sentence)
    expect(openingFault(bytes)).toEqual(scan([bytes]).fault)
  })

  test('are judged no further than they have come', () => {
    const whole = Buffer.concat([connect({ id: 'x'.repeat(200) }), publish({ payload: 'x'.repeat(500) })])
    for (let length = 0; length <= whole.length; length++) expect(openingFault(whole.subarray(0, length))).toBe(null)
  })
})
