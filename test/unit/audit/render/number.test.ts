import { expect, test } from 'vitest'
import { fitsSpreadsheet, grouped, printedNumber, rounded, times } from '../../../../src/audit/render/number.js'

test.each([
  ['2.5', 0, '3'],
  ['-2.5', 0, '-3'],
  ['2.4999999999999999999', 0, '2'],
  ['1.005', 2, '1.01'],
  ['-0.0004', 3, '0.000'],
  ['7', 3, '7.000'],
  ['123456789012345678.125', 2, '123456789012345678.13'],
])('%s to %i decimals is %s: half away from zero, by the exact digits', (decimal, decimals, expected) => {
  expect(rounded(decimal, decimals)).toBe(expected)
})

test.each([
  ['257137.58528', 0.001, '257.13758528'],
  ['441286.400000', 1, '441286.400000'],
  ['-0.5', 1e-7, '-0.00000005'],
  ['1.5', 1e21, '1500000000000000000000.0'],
])('%s times %d is %s: no digit is lost', (decimal, scale, expected) => expect(times(decimal, scale)).toBe(expected))

test('in print thousands stand apart and the minus is as wide as a plus', () => {
  expect(printedNumber('-1234567.8905', 0.001, 3)).toBe('\u22121,234.568')
  expect(grouped('-1234567.8905')).toBe('\u22121,234,567.8905')
  expect(printedNumber('-0.0001', 1, 2)).toBe('0.00')
})

test('what is no decimal is refused, not printed as a number', () => {
  for (const wrong of ['', 'NaN', '1,000', '0x10', '1.', '.5']) expect(() => rounded(wrong, 2)).toThrow('is none')
})

test('a spreadsheet keeps 15 digits', () => {
  expect(fitsSpreadsheet('123456789.123456')).toBe(true)
  expect(fitsSpreadsheet('1234567890.123456')).toBe(false)
  expect(fitsSpreadsheet('0.00000000000000000012')).toBe(true)
  expect(fitsSpreadsheet('1.50000000000000000000')).toBe(true)
})
