/** Proves that the offset of a clock reads as a person would say it, however far off the clock is. */
import { expect, test } from 'vitest'
import { clockDistanceText, clockOffsetText, isDirected } from '../../../dashboards/src/devices/text.js'

const HOUR_MS = 3_600_000

test.each([
  [47_100, '+47.1 s', '+47.1 s'],
  [-2, '\u22122 ms', '\u22122 ms'],
  [-2 * HOUR_MS - 300_000, '\u22122 h 5 min', '\u22122 小时 5 分钟'],
  [8_759 * HOUR_MS + 56 * 60_000, '+364 days', '+364 天'],
  [-69_334 * HOUR_MS, '\u22122,888 days', '\u22122,888 天'],
])('a clock off by %d ms', (ms, en, zh) => {
  expect(clockOffsetText(ms, 'en')).toBe(en)
  expect(clockOffsetText(ms, 'zh')).toBe(zh)
})

test('where a word says in which direction there is no sign', () => {
  expect(clockDistanceText(-69_334 * HOUR_MS, 'en')).toBe('2,888 days')
  expect(clockDistanceText(47_100, 'en')).toBe('47.1 s')
  expect([isDirected('behind'), isDirected('ahead'), isDirected('unsteady'), isDirected(null)]).toEqual([
    true,
    true,
    false,
    false,
  ])
})
