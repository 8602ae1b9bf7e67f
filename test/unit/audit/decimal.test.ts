import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { add, decimal, multiply, quotient, subtract, sumOfRounded } from '../../../src/audit/report/decimal.js'

describe('a day is rounded to a millionth of its unit, half away from zero', () => {
  test.each([
    [[0.0078125], '0.007813'],
    [[-0.0078125], '-0.007813'],
    // The double next to 5e-7 lies below it.
    [[0.0000005], '0'],
    [[0.00000049], '0'],
    [[0.1, 0.2], '0.3'],
    // Together they have no room in a double; each is rounded before they are added.
    [[1e15, 0.000001], '1000000000000000.000001'],
    [[], '0'],
  ])('%j comes to %s', (values, sum) => {
    expect(sumOfRounded(values)).toBe(sum)
  })

  test.each([Number.NaN, Infinity, 1e21])('%d is no day', (value) => expect(() => sumOfRounded([value])).toThrow())
})

describe('decimals are exact', () => {
  test.each([
    [add('0.1', '0.2', '-0.3'), '0'],
    [subtract('1', '0.000001'), '0.999999'],
    [multiply('-1.5', '0.02'), '-0.03'],
    [decimal(1e-7), '0.0000001'],
    [decimal(1.5e21), '1500000000000000000000'],
    [decimal(-0.25), '-0.25'],
    [quotient('1', '3'), '0.3333333333333333'],
    [quotient('200', '3'), '66.66666666666667'],
    [quotient('-2', '3', 100), '-66.66666666666667'],
    [quotient('1', '8'), '0.125'],
    [quotient('0', '5'), '0'],
    [quotient('5', '0'), null],
  ])('%s is %s', (made, expected) => expect(made).toBe(expected))
})

const days = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 60 })

property.prop([days, fc.nat(60)])(
  'parts of a year come to the year, wherever it is cut and in any order',
  (values, cut) => {
    const parts = [sumOfRounded(values.slice(cut)), sumOfRounded(values.slice(0, cut))]
    expect(add(...parts)).toBe(sumOfRounded(values))
    expect(sumOfRounded(values.toReversed())).toBe(sumOfRounded(values))
  },
)

property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])('a setting is the double that it was', (value) => {
  expect(Number(decimal(value))).toBe(value === 0 ? 0 : value)
})
