import { describe, expect, test } from 'vitest'
import { OversizeFilter } from '../../../src/intake/bridge/oversize-filter.js'
import { discardedOf } from '../../../src/intake/discarded.js'
import { varint } from '../../../src/intake/packet-fields.js'
import { CONNACK, number16, packet, publish, text } from './packets.js'

const MAX = 1024

/** All that comes out of the filter when these bytes go in, cut into chunks of a size. */
async function filtered(
  version: 4 | 5,
  bytes: Buffer,
  { chunkBytes = bytes.length, max = MAX, onLeftOut = () => {} } = {},
): Promise<Buffer> {
  const filter = new OversizeFilter(version, max, onLeftOut)
  for (let at = 0; at < bytes.length; at += chunkBytes) filter.write(bytes.subarray(at, at + chunkBytes))
  filter.end()
  const chunks: Buffer[] = []
  for await (const chunk of filter) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const CHUNKS = [1, 2, 7, 1000, 100_000]
/** MQTT 5 §3.3.2.3.7: a user property of so many bytes in all. */
const property = (bytes: number) => Buffer.concat([Buffer.of(0x26), text('k'), text('v'.repeat(bytes - 6))])
/** A length in two bytes, as most are here. MQTT 5 §1.5.5 */
const length2 = (n: number) => Buffer.of((n % 128) + 128, Math.floor(n / 128))

describe.each(CHUNKS)('in chunks of %i bytes', (chunkBytes) => {
  test.each([
    [
      'nothing but small packets',
      Buffer.concat([CONNACK, publish({ payload: 'a' }), publish({ qos: 0, payload: '' })]),
    ],
    ['a payload of just the size', publish({ payload: 'x'.repeat(MAX) })],
    ['one of QoS 0', publish({ qos: 0, payload: 'x'.repeat(MAX) })],
  ])('%s: passed on as it is', async (_, bytes) => {
    expect(await filtered(4, bytes, { chunkBytes })).toEqual(bytes)
  })

  test('a payload of one byte more: a small packet with the same topic and packet id stands in for it', async () => {
    const after = publish({ topic: 'after', id: 8, payload: 'b' })
    const large = publish({ topic: 'p/q', id: 7, payload: 'x'.repeat(MAX + 1), retain: true })
    const bytes = await filtered(4, Buffer.concat([CONNACK, large, after]), { chunkBytes })
    expect(bytes.subarray(0, CONNACK.length)).toEqual(CONNACK)
    expect(bytes.subarray(-after.length)).toEqual(after)
    const standIn = bytes.subarray(CONNACK.length, -after.length)
    const headEnd = standIn.indexOf(Buffer.concat([text('p/q'), number16(7)])) + text('p/q').length + 2
    expect(discardedOf(standIn.subarray(headEnd))).toMatchObject({ fullSizeBytes: MAX + 1, retain: true })
  })

  test('under MQTT 5 the properties are not counted, and of a large packet left out', async () => {
    const properties = property(200)
    const head = [text('p/q'), number16(7)]
    const payload = Buffer.alloc(MAX, 'x')
    const whole = packet(0x32, ...head, length2(properties.length), properties, payload)
    expect(await filtered(5, whole, { chunkBytes })).toEqual(packet(0x32, ...head, Buffer.of(0), payload))

    const large = packet(0x32, ...head, length2(properties.length), properties, payload, Buffer.from('y'))
    const bytes = await filtered(5, large, { chunkBytes })
    const at = bytes.indexOf(Buffer.concat([...head, Buffer.of(0)])) + Buffer.concat(head).length + 1
    const discarded = discardedOf(bytes.subarray(at))
    expect(discarded).toMatchObject({ fullSizeBytes: MAX + 1, retain: false })
    expect(discarded?.sample).toEqual(Buffer.concat([payload, Buffer.from('y')]))
  })
})

test.each([1, 1000, 100_000])(
  'in chunks of %i bytes, more than 16 KiB of properties are left out and told, however small the payload, and no fewer',
  async (chunkBytes) => {
    const told = { max: 1_048_576, leftOut: 0, onLeftOut: () => (told.leftOut += 1), chunkBytes }
    const head = [text('p/q'), number16(7)]
    const of = (bytes: number) => {
      const properties = property(bytes)
      return packet(0x32, ...head, varint(properties.length), properties, Buffer.from('{}'))
    }
    const most = of(16 * 1024)
    const sent = Buffer.concat([most, of(16 * 1024 + 1), most])
    const bare = packet(0x32, ...head, Buffer.of(0), Buffer.from('{}'))
    expect(await filtered(5, sent, told)).toEqual(Buffer.concat([most, bare, most]))
    expect(told.leftOut).toBe(1)
  },
)

test('64 MiB are never kept: what is held of a payload is its first 4 KiB', async () => {
  const filter = new OversizeFilter(4, MAX)
  const size = 64 * 1024 * 1024
  const head = Buffer.concat([text('t'), number16(1)])
  const total = size + head.length
  const length = [0, 7, 14, 21].map((shift) => ((total >> shift) & 127) | (shift < 21 ? 128 : 0))
  filter.write(Buffer.concat([Buffer.of(0x32), Buffer.from(length), head]))
  const chunk = Buffer.alloc(64 * 1024, 'x')
  for (let sent = 0; sent < size; sent += chunk.length) filter.write(chunk)
  const standIn = filter.read() as Buffer
  expect(standIn.length).toBeLessThan(5000)
  expect(discardedOf(standIn.subarray(-(4096 + 21)))?.fullSizeBytes).toBe(size)
})

test.each([
  ['a length of five bytes', Buffer.of(0x32, 0xff, 0xff, 0xff, 0xff, 0x01), 'more than four bytes'],
  ['70,000 bytes that are no PUBLISH', packet(0x90, Buffer.alloc(70_000)), 'no PUBLISH'],
  [
    'a PUBLISH that ends inside its properties',
    packet(0x32, text('t'), number16(1), length2(16_000), Buffer.alloc(2000)),
    'inside its properties',
  ],
])('%s: the connection ends', async (_, bytes, sentence) => {
  await expect(filtered(5, bytes)).rejects.toThrow(sentence)
})
