import type * as loaded from 'node-opcua-client'
import { describe, expect, test } from 'vitest'
import { qualityRank } from '../../../../src/base/quality.js'
import { statusCodeQuality } from '../../../../src/decode/profile/status-code.js'
import { loadOpcua } from '../../../../src/intake/opcua/library.js'
import { isOverflow, opcuaValueOf } from '../../../../src/intake/opcua/values.js'

/** Proves that values of the library come into the journal as they were sent, and that no StatusCode of its table is taken for a better one. */

const library = await loadOpcua()
const { DataType, DataValue, StatusCodes, VariantArrayType } = library
const AT = new Date('2026-11-30T08:00:00Z')

const contentOf = (
  dataType: loaded.DataType,
  value: unknown,
  isElement = false,
  arrayType = VariantArrayType.Scalar,
) => {
  const data = new DataValue({
    value: { dataType, arrayType, value },
    statusCode: StatusCodes.Good,
    sourceTimestamp: AT,
  })
  const { value: held, type } = opcuaValueOf(library, 'i=1', data, isElement)
  return [held, type]
}

describe('a value', () => {
  test.each([
    [DataType.Double, 1.5, 1.5, 'Double'],
    [DataType.Double, Number.NaN, 'NaN', 'Double'],
    [DataType.Double, Number.NEGATIVE_INFINITY, '-Infinity', 'Double'],
    [DataType.UInt32, 4_294_967_295, 4_294_967_295, 'UInt32'],
    [DataType.Boolean, false, false, 'Boolean'],
    [DataType.String, 'EXECUTE', 'EXECUTE', 'String'],
    [DataType.LocalizedText, { text: 'Idle', locale: 'en' }, 'Idle', 'LocalizedText'],
    [DataType.Int64, [0, 77], 77, 'Int64'],
    [DataType.Int64, [0xffff_ffff, 0xffff_ffff], -1, 'Int64'],
    [DataType.UInt64, [0xffff_ffff, 0xffff_ffff], '18446744073709551615', 'UInt64'],
    [DataType.UInt64, [0x001f_ffff, 0xffff_ffff], Number.MAX_SAFE_INTEGER, 'UInt64'],
    [DataType.DateTime, AT, null, 'DateTime'],
    [DataType.ByteString, Buffer.from('x'), null, 'ByteString'],
  ])('of type %i, %j, is %j', (dataType, sent, held, type) => {
    expect(contentOf(dataType, sent)).toEqual([held, type])
  })

  test('that is an array is told with its length, one element of it as a scalar', () => {
    const array = Float64Array.of(1, 2, 3)
    expect(contentOf(DataType.Double, array, false, VariantArrayType.Array)).toEqual([null, 'Double[3]'])
    expect(contentOf(DataType.Double, Float64Array.of(2), true, VariantArrayType.Array)).toEqual([2, 'Double'])
    // Servers send a text that is empty as null.
    for (const type of [DataType.String, DataType.ByteString, DataType.LocalizedText]) {
      expect(contentOf(type, [null], true, VariantArrayType.Array)[0]).toBeNull()
    }
  })

  test('that is not there is none', () => {
    expect(opcuaValueOf(library, 'i=1', new DataValue({ statusCode: StatusCodes.BadNoCommunication }), false)).toEqual({
      item: 'i=1',
      value: null,
      type: 'Null',
      status: 0x8031_0000,
      source_ms: null,
      server_ms: null,
    })
  })

  test('before which others were thrown away says so', () => {
    expect(isOverflow({ status: 0x480 })).toBe(true)
    expect(isOverflow({ status: 0x400 })).toBe(false)
    expect(isOverflow({ status: 0 })).toBe(false)
  })
})

const table = Object.entries(StatusCodes as unknown as Record<string, loaded.StatusCode>).filter(([name]) =>
  /^(Good|Uncertain|Bad)/.test(name),
)

test('no StatusCode of the table is taken for a better one', () => {
  expect(table.length).toBeGreaterThan(200)
  const ranks = (...words: string[]) => words.map((word) => qualityRank(word))
  const wrong = table.filter(([name, { value }]) => {
    const expected = name.startsWith('Good')
      ? ranks('good')
      : name.startsWith('Uncertain')
        ? ranks('uncertain')
        : ranks('fault', 'comm_fault')
    const quality = statusCodeQuality(value >>> 0)
    return quality === null || !expected.includes(quality)
  })
  expect(wrong.map(([name]) => name)).toEqual([])
})
