import { fc, test as property } from '@fast-check/vitest'
import mqttPacket from 'mqtt-packet'
import { expect, test, vi } from 'vitest'
import { decodeFirstProperties, decodeProperties, encodeProperties } from '../../../src/base/message-properties.js'
import { keptOfPacket, keptOfWire, type PacketProperties } from '../../../src/intake/kept-properties.js'
import { LastProperties } from '../../../src/intake/last-properties.js'

const always = () => true
const never = () => false
const sent = (properties: object) => encodeProperties({ userProperties: [], ...properties })
const read = (kept: Uint8Array) => decodeProperties(kept)

test('content type, expiry and user properties are kept, an alias and the payload format are not', () => {
  const wire = Buffer.concat([
    Buffer.of(1, 1, 35, 0, 7),
    sent({
      contentType: 'application/json',
      messageExpiryS: 60,
      userProperties: [
        ['site', '苏州'],
        ['fw', '1.2'],
      ],
    }),
  ])
  expect(read(keptOfWire(wire, never))).toEqual({
    contentType: 'application/json',
    messageExpiryS: 60,
    userProperties: [
      ['fw', '1.2'],
      ['site', '苏州'],
    ],
  })
})

test('a response topic is kept with its correlation data, and only where it may be answered', () => {
  const wire = sent({ responseTopic: 'answers/7', correlationData: Buffer.of(0, 255) })
  expect(read(keptOfWire(wire, always))).toMatchObject({
    responseTopic: 'answers/7',
    correlationData: Buffer.of(0, 255),
  })
  expect(keptOfWire(wire, never)).toHaveLength(0)
  expect(keptOfWire(sent({ responseTopic: 'a', correlationData: Buffer.alloc(1025) }), always)).toHaveLength(0)
  expect(keptOfWire(sent({ correlationData: Buffer.of(1) }), always)).toHaveLength(0)
})

test('of a name that comes again the same is kept as of what a parser makes of it, also when a value is empty', () => {
  const userProperties: [string, string][] = ['', '', 'x', '', 'y'].map((value) => ['a', value])
  userProperties.push(['b', ''], ['c', ''], ['c', ''])
  const properties = sent({ userProperties })
  const head = Buffer.of(0x30, properties.length + 4, 0, 1, 0x74, properties.length)
  const parser = mqttPacket.parser({ protocolVersion: 5 })
  const parsed: { properties?: PacketProperties }[] = []
  parser.on('packet', (packet) => parsed.push(packet as object))
  parser.parse(Buffer.concat([head, properties]))
  expect(keptOfWire(properties, never)).toEqual(keptOfPacket(parsed[0]!.properties, never))
})

test('no more is kept than the bounds allow, whatever is sent', () => {
  const many = Array.from({ length: 100 }, (_, i): [string, string] => [`name-${i}`, 'x'])
  expect(read(keptOfWire(sent({ userProperties: many }), never)).userProperties).toHaveLength(16)
  const long: [string, string][] = [
    ['a', 'x'.repeat(1000)],
    ['b', 'x'.repeat(100)],
  ]
  expect(read(keptOfWire(sent({ userProperties: long }), never)).userProperties).toEqual([long[0]])
  expect(keptOfWire(sent({ contentType: 'x'.repeat(257) }), never)).toHaveLength(0)
})

test('of thousands of user properties texts are made of those alone that are kept', () => {
  const userProperties = Array.from({ length: 2000 }, (_, i): [string, string] => [`${(i * 7919) % 2000}`, 'x'])
  const wire = sent({ userProperties })
  const texts = vi.spyOn(Buffer.prototype, 'toString')
  const kept = keptOfWire(wire, never)
  const made = texts.mock.calls.length
  texts.mockRestore()
  const names = userProperties.map(([name]) => name).sort()
  expect(read(kept).userProperties.map(([name]) => name)).toEqual(names.slice(0, 16))
  expect(made).toBe(32)
})

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'))
/** A parser keeps no empty value before others of its name. */
const lists = fc
  .array(text, { minLength: 1, maxLength: 3 })
  .filter(([first, ...more]) => first !== '' || more.length === 0)
const properties = fc.record(
  {
    contentType: text,
    messageExpiryInterval: fc.nat(2 ** 32 - 1),
    responseTopic: text,
    correlationData: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    userProperties: fc.dictionary(text, fc.oneof(text, lists), {
      maxKeys: 20,
    }),
  },
  { requiredKeys: [] },
)

property.prop([properties, fc.boolean()])(
  'the same is kept of bytes as of what a parser made of them',
  (packet, may) => {
    const { contentType, messageExpiryInterval, responseTopic, correlationData, userProperties = {} } = packet
    const wire = encodeProperties({
      ...(contentType === undefined ? {} : { contentType }),
      ...(messageExpiryInterval === undefined ? {} : { messageExpiryS: messageExpiryInterval }),
      ...(responseTopic === undefined ? {} : { responseTopic }),
      ...(correlationData === undefined ? {} : { correlationData }),
      userProperties: Object.entries(userProperties).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    })
    expect(keptOfWire(wire, () => may)).toEqual(keptOfPacket(packet, () => may))
  },
)

/** Names that begin alike, of one letter and of all lengths of a character, among which the order of bytes is not that of texts. */
const name = fc
  .array(fc.constantFrom('a', 'b', 'é', '苏', '\u{e000}', '\u{1f600}'), { maxLength: 3 })
  .map((all) => all.join(''))
const pairs = fc.array(fc.tuple(name, fc.constantFrom('', 'x', 'y')), { maxLength: 60 })

property.prop([pairs, fc.integer({ min: 1, max: 16 })])(
  'the first by name are those of all that are read, merged and sorted',
  (userProperties, most) => {
    const values = new Map<string, string[]>()
    for (const [name, value] of userProperties) {
      const before = values.get(name) ?? []
      values.set(name, before.length === 1 && before[0] === '' ? [value] : [...before, value])
    }
    const names = [...values.keys()].sort()
    const all = names.flatMap((name) => values.get(name)!.map((value) => [name, value]))
    expect(decodeFirstProperties(sent({ userProperties }), most).userProperties).toEqual(all.slice(0, most))
  },
)

property.prop([fc.uint8Array({ maxLength: 60 })])('whatever bytes there are can be read', (bytes) => {
  expect(() => decodeProperties(bytes)).not.toThrow()
})

test('what says the same as the last is worked out once, until a right changes', () => {
  const last = new LastProperties()
  const wire = Buffer.concat([Buffer.of(9, 9), sent({ responseTopic: 'a', contentType: 'x' }), Buffer.of(9)])
  let asked = 0
  const keptOf = (version: number) =>
    last.keptOf(wire, 2, wire.length - 1, version, () => {
      asked += 1
      return version < 2
    })
  expect(keptOf(1)).toBe(keptOf(1))
  expect(asked).toBe(1)
  expect(read(keptOf(2))).toEqual({ contentType: 'x', userProperties: [] })
  expect(last.keptOf(Buffer.of(35, 0, 1), 0, 3, 2, always)).toHaveLength(0)
})
