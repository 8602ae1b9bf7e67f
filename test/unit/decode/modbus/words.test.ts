import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { highFirst, numberOfRegisters, REGISTER_TYPES, type RegisterType } from '../../../../src/decode/modbus/words.js'

describe('what registers hold', () => {
  test.each<[RegisterType, string, number]>([
    ['int16', '7fff', 32_767],
    ['int16', '8000', -32_768],
    ['uint16', 'ffff', 65_535],
    ['int32', 'ffffffff', -1],
    ['uint32', 'ffffffff', 4_294_967_295],
    ['uint32', '0001e240', 123_456],
    // The example of Eastron's protocol for 230.2 V.
    ['float32', '43663334', 230.200_012_207_031_25],
    ['float64', '4093480000000000', 1234],
    ['int64', 'ffffffffffffffff', -1],
    ['uint64', '001fffffffffffff', 2 ** 53 - 1],
    ['uint64', 'ffffffffffffffff', 2 ** 64],
  ])('%s %s is %s', (type, hex, value) => expect(numberOfRegisters(hex, type)).toBe(value))

  test('a meter that sends the lower register first has its registers turned, not its bytes', () => {
    expect(highFirst('33344366', 'low_first')).toBe('43663334')
    expect(highFirst('ccccbbbbaaaa0001', 'low_first')).toBe('0001aaaabbbbcccc')
    expect(highFirst('43663334', 'high_first')).toBe('43663334')
    expect(highFirst('8000', 'low_first')).toBe('8000')
  })
})

const types = fc.constantFrom(...(Object.keys(REGISTER_TYPES) as RegisterType[]))

property.prop([types, fc.uint8Array({ minLength: 8, maxLength: 8 })])(
  'any registers are a number, or a float that is none; turned twice they are what they were',
  (type, bytes) => {
    const hex = Buffer.from(bytes)
      .toString('hex')
      .slice(0, REGISTER_TYPES[type] * 4)
    expect(typeof numberOfRegisters(hex, type)).toBe('number')
    if (!type.startsWith('float')) expect(Number.isFinite(numberOfRegisters(hex, type))).toBe(true)
    expect(highFirst(highFirst(hex, 'low_first'), 'low_first')).toBe(hex)
  },
)
