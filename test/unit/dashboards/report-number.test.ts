import { describe, expect, it } from 'vitest'
import { cellText, decimalText, exactDecimal, shortDigest } from '../../../dashboards/src/reports/number.js'

const cell = (scale: number, decimals: number) => ({ figure: 'f', unit: 't', scale, decimals })

describe('a figure of a report, as it is shown', () => {
  it.each([
    ['257137.585280', 0.001, 3, '257.138'],
    ['257137.500000', 0.001, 3, '257.138'],
    ['-0.000500', 1, 3, '\u22120.001'],
    ['0.997000', 100, 2, '99.70'],
    ['441286.400000', 1, 1, '441,286.4'],
    ['12', 1, 0, '12'],
  ])('%s times %d with %d decimals is %s', (value, scale, decimals, shown) => {
    expect(cellText({ value }, cell(scale, decimals), 'en')).toBe(shown)
    expect(cellText({ value }, cell(scale, decimals), 'zh')).toBe(shown)
  })

  it('a half is rounded away from zero by its decimal text, where the nearest binary number lies below it', () => {
    expect(decimalText('1.005', 2, 'en')).toBe('1.01')
    expect(decimalText('-1.005', 2, 'en')).toBe('\u22121.01')
  })

  it('has more digits than a binary number when it is shown exactly', () => {
    expect(exactDecimal('9007199254740993.123456', 'en')).toBe('9,007,199,254,740,993.123456')
    expect(exactDecimal('441286.400000', 'en')).toBe('441,286.4')
  })

  it('that is not known is none', () => {
    expect(cellText({ value: null }, cell(1, 2), 'en')).toBeNull()
  })

  it('a digest is told by its ends', () => {
    expect(shortDigest(`4be19a07${'0'.repeat(52)}52f0`)).toBe('4be19a07…52f0')
  })
})
