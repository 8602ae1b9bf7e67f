import { expect, test } from 'vitest'
import { sealedOf } from '../../../../src/audit/reports/sealed-days.js'

const DAY_MS = 86_400_000
const period = { start: '2026-09-30T16:00:00Z', end: '2026-10-04T16:00:00Z', timezone: 'Asia/Shanghai' }
const utcDays = [...Array(5).keys()].map((i) => Date.parse('2026-09-30T00:00:00Z') / DAY_MS + i)

test('four days of Shanghai are four days, though they lie in five of UTC', () => {
  expect(sealedOf(new Set(utcDays), period, () => true)).toEqual({ days: 4, sealed: 4 })
})

test('a day is sealed when both days of UTC that it has readings of are', () => {
  expect(sealedOf(new Set(utcDays), period, (day) => day !== utcDays[2])).toEqual({ days: 4, sealed: 2 })
})

test('a day without readings has nothing to be sealed', () => {
  expect(sealedOf(new Set(utcDays.slice(0, 2)), period, () => true)).toEqual({ days: 2, sealed: 2 })
})
