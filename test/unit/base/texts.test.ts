import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { Texts } from '../../../src/base/texts.js'

const texts = new Texts(4)
const few = fc.constantFrom('', 'a', 'b', 'state', 'state_', 'elec_import_kwh', 'ü', '\ufefftext', 'x'.repeat(300))

test.prop([fc.array(fc.oneof(few, fc.string({ unit: 'grapheme' }))), fc.nat(5)])(
  'bytes become their text, whatever came before',
  (all, before) => {
    for (const text of all) {
      const bytes = Buffer.concat([Buffer.alloc(before, 'a'), Buffer.from(text), Buffer.from('a')])
      expect(texts.of(bytes, before, bytes.length - 1)).toBe(text)
    }
  },
)

it('what is not UTF-8 becomes U+FFFD', () => {
  expect(texts.of(Buffer.from([0x61, 0xff]), 0, 2)).toBe('a\ufffd')
})

it('a text that is kept keeps nothing of the buffer that it came in', () => {
  const kept = new Texts(4)
  const record = Buffer.from('one device')
  expect(kept.of(record, 0, 3)).toBe('one')
  record.write('two')
  expect(kept.of(record, 0, 3)).toBe('two')
})
