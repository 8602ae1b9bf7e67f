import { expect, test } from 'vitest'
import { legible } from '../../../src/decode/text.js'

test.each([
  ['a text', Buffer.from('{"线":1}\r\n'), '{"线":1}\r\n'],
  ['a text with a NUL behind it', Buffer.from('{"a":1}\0'), '{"a":1}\0'],
  ['a text in another encoding', Buffer.from('{"t":"21°C"}', 'latin1'), '{"t":"21\ufffdC"}'],
  ['a text that was cut within a character', Buffer.from('线').subarray(0, 2), '\ufffd'],
  ['bytes that are no text', Buffer.of(0x08, 0xe4, 0x9b, 0x12, 0x00), 'hex: 08 e4 9b 12 00'],
  ['bytes that are no text but could be UTF-8', Buffer.of(0x08, 0x41, 0x12, 0x19), 'hex: 08 41 12 19'],
  ['nothing', Buffer.alloc(0), ''],
])('%s can be read', (_, bytes, text) => expect(legible(bytes)).toBe(text))

test('of many bytes that are no text the first KiB is shown', () => {
  const hex = legible(Buffer.alloc(1025, 0x81).fill(0x01, 1))
  expect(hex.startsWith('hex: 81 01 01')).toBe(true)
  expect(hex.endsWith(' 01 …')).toBe(true)
  expect(hex.match(/ [0-9a-f]{2}/g)).toHaveLength(1024)
})
