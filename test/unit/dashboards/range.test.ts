import { describe, expect, it } from 'vitest'
import { en } from '../../../dashboards/src/i18n/en.js'
import {
  type Period,
  parseRange,
  periodOf,
  type Range,
  rangeParameter,
  reachesNow,
  spanBefore,
  spanOfRange,
  stepped,
  windowThatFits,
} from '../../../dashboards/src/time/range.js'
import { rangeText } from '../../../dashboards/src/time/range-text.js'

const NOW = Date.parse('2026-11-24T08:42:00Z')
const SHANGHAI = 'Asia/Shanghai'
const BERLIN = 'Europe/Berlin'
const range = (text: string) => parseRange(text)!
const hours = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => (toMs - fromMs) / 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

describe('a time range in an address', () => {
  it.each([
    '1h',
    '24h',
    '365d',
    '2026-11-24',
    'week-2026-11-23',
    '2026-11',
    '2026',
    '2026-11-24T08:00:00Z..2026-11-24T10:30:00Z',
  ])('%s is read and written alike', (text) => expect(rangeParameter(range(text))).toBe(text))

  it.each(['', '25h', '2026-13', '2026-02-30', '1999', '2026-11-24T10:00:00Z..2026-11-24T08:00:00Z', 'x..y'])(
    '%s is none',
    (text) => expect(parseRange(text)).toBeNull(),
  )

  it('a week begins on Monday, whichever of its days is named', () => {
    expect(range('week-2026-11-29')).toEqual({ kind: 'week', first: '2026-11-23' })
  })
})

describe('the span of a range', () => {
  it('a day is that of the plant', () => {
    expect(iso(spanOfRange(range('2026-11-24'), SHANGHAI, NOW).fromMs)).toBe('2026-11-23T16:00:00.000Z')
    expect(iso(spanOfRange(range('2026-11-24'), 'America/Monterrey', NOW).fromMs)).toBe('2026-11-24T06:00:00.000Z')
  })

  it('a day on which clocks change has 23 or 25 hours', () => {
    expect(hours(spanOfRange(range('2026-03-29'), BERLIN, NOW))).toBe(23)
    expect(hours(spanOfRange(range('2026-10-25'), BERLIN, NOW))).toBe(25)
    expect(hours(spanOfRange(range('2026-10'), BERLIN, NOW))).toBe(31 * 24 + 1)
  })

  it('is compared with the period before it, or as long a stretch', () => {
    expect(spanBefore(range('2026-03'), BERLIN, NOW)).toEqual(spanOfRange(range('2026-02'), BERLIN, NOW))
    expect(iso(spanBefore(range('24h'), SHANGHAI, NOW).fromMs)).toBe('2026-11-22T08:42:00.000Z')
  })
})

describe('a step', () => {
  it('back and on again is the same', () => {
    for (const text of ['2026-11-20', 'week-2026-11-09', '2026-02', '2024']) {
      expect(stepped(stepped(range(text), -1, BERLIN, NOW), 1, BERLIN, NOW)).toEqual(range(text))
    }
  })

  it('never goes beyond now', () => {
    for (const text of ['24h', '2026-11-24', 'week-2026-11-23', '2026-11', '2026']) {
      expect(reachesNow(range(text), SHANGHAI, NOW)).toBe(true)
      expect(stepped(range(text), 1, SHANGHAI, NOW)).toEqual(range(text))
    }
  })

  it('from the last hours back is a fixed stretch, and on again moves with the clock', () => {
    const before = stepped(range('6h'), -1, SHANGHAI, NOW)
    expect(before).toMatchObject({ kind: 'span', toMs: NOW - 6 * 3_600_000 })
    expect(stepped(before, 1, SHANGHAI, NOW)).toEqual(range('6h'))
  })

  it('a day, week, month or year is that in which what was shown ends', () => {
    const of = (shown: Range, kind: Period) => rangeParameter(periodOf(shown, kind, SHANGHAI, NOW))
    expect(of(range('24h'), 'day')).toBe('2026-11-24')
    expect(of(range('2026-10'), 'day')).toBe('2026-10-31')
    expect(of(range('2026-10'), 'week')).toBe('week-2026-10-26')
    expect(of(range('2026'), 'month')).toBe('2026-11')
  })
})

describe('the window that fits', () => {
  const DAY = 86_400_000
  it.each([
    [DAY / 24, '1m'],
    [DAY, '15m'],
    [7 * DAY, '1h'],
    [31 * DAY, '1d'],
    [366 * DAY, '1d'],
    [5 * 366 * DAY, '1mo'],
  ] as const)('%d ms are shown by %s', (lengthMs, window) => {
    expect(windowThatFits(lengthMs, ['1m', '15m', '1h', '1d', '1mo', 'shift'])).toBe(window)
  })

  it('is one that the figure has', () => {
    expect(windowThatFits(DAY / 24, ['1h', '1d'])).toBe('1h')
    expect(windowThatFits(5 * 366 * DAY, ['1h', '1d'])).toBe('1d')
    expect(windowThatFits(DAY, ['shift'])).toBe('shift')
  })
})

describe('a range in words', () => {
  const text = (parameter: string) => rangeText(range(parameter), { zone: 'UTC', language: 'en', nowMs: NOW }, en)

  it.each([
    ['24h', 'Last 24 h'],
    ['2026-11-24', 'Tue 24 Nov'],
    ['2024-11-24', 'Sun 24 Nov 2024'],
    ['week-2026-11-23', '23 Nov – 29 Nov'],
    ['week-2025-12-29', '29 Dec 2025 – 4 Jan 2026'],
    ['2025-11', 'Nov 2025'],
    ['2026-11-24T08:00:00Z..2026-11-24T10:30:00Z', '24 Nov 08:00 – 10:30'],
    ['2026-11-23T08:00:00Z..2026-11-24T10:30:00Z', '23 Nov 08:00 – 24 Nov 10:30'],
    ['2025-11-24T00:00:00Z..2026-11-24T00:00:00Z', '24 Nov 2025 00:00 – 24 Nov 2026 00:00'],
    ['2024-11-24T08:00:00Z..2024-11-24T10:30:00Z', '24 Nov 2024 08:00 – 10:30'],
  ])('%s is %s', (parameter, words) => {
    expect(text(parameter)).toBe(words)
  })

  it('in Chinese, a day of another year', () => {
    const reader = { zone: 'UTC', language: 'zh', nowMs: NOW } as const
    expect(rangeText(range('2024-11-24'), reader, en)).toBe('2024年11月24日周日')
  })
})
