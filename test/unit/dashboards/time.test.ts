import { describe, expect, it } from 'vitest'
import {
  clockText,
  dateText,
  dayText,
  exactText,
  isSameDay,
  offsetMs,
  offsetText,
  tickText,
  timeTicks,
  windowText,
} from '../../../dashboards/src/time/time.js'

const HOUR = 3_600_000
const noonUtc = Date.UTC(2026, 10, 24, 12)

describe('times stand in the zone of the plant', () => {
  it.each([
    ['Asia/Shanghai', '20:00', 'UTC+8'],
    ['Asia/Kolkata', '17:30', 'UTC+5:30'],
    ['America/Monterrey', '06:00', 'UTC\u22126'],
    ['UTC', '12:00', 'UTC'],
  ])('%s reads %s, %s', (zone, clock, offset) => {
    expect(clockText(noonUtc, zone, 'en')).toBe(clock)
    expect(offsetText(noonUtc, zone)).toBe(offset)
  })

  it('days are written as each language writes them', () => {
    expect(dayText(noonUtc, 'Asia/Shanghai', 'en')).toBe('24 Nov')
    expect(dayText(noonUtc, 'Asia/Shanghai', 'zh')).toBe('11月24日')
    expect(exactText(noonUtc, 'Asia/Shanghai', 'en')).toBe('24 Nov 2026 20:00:00 UTC+8')
  })

  it('midnight is 00:00, never 24:00', () => {
    expect(clockText(Date.UTC(2026, 10, 23, 16), 'Asia/Shanghai', 'en')).toBe('00:00')
    expect(clockText(Date.UTC(2026, 10, 23, 16), 'Asia/Shanghai', 'zh')).toBe('00:00')
  })

  it('a day of another year says which year, and is not today', () => {
    const reader = { zone: 'Asia/Shanghai', language: 'en', nowMs: noonUtc } as const
    const aYearAgo = Date.UTC(2025, 10, 24, 12)
    expect(dateText(noonUtc, reader)).toBe('24 Nov')
    expect(dateText(aYearAgo, reader)).toBe('24 Nov 2025')
    expect(dateText(aYearAgo, { ...reader, language: 'zh' })).toBe('2025年11月24日')
    // The year of the plant: in Shanghai it is 2026 already.
    expect(dateText(Date.UTC(2025, 11, 31, 16), reader)).toBe('1 Jan')
    expect(isSameDay(aYearAgo, noonUtc, 'UTC')).toBe(false)
    expect(isSameDay(noonUtc, noonUtc + 4 * HOUR, 'Asia/Shanghai')).toBe(false)
    expect(isSameDay(noonUtc, noonUtc + 4 * HOUR, 'UTC')).toBe(true)
  })

  it('a window of another day says which', () => {
    const place = { zone: 'UTC', language: 'en', nowMs: noonUtc } as const
    expect(windowText(noonUtc - HOUR, noonUtc, '1h', place)).toBe('11:00–12:00')
    expect(windowText(noonUtc - 25 * HOUR, noonUtc - 24 * HOUR, '1h', place)).toBe('23 Nov 11:00–12:00')
    expect(windowText(noonUtc - 12 * HOUR, noonUtc + 12 * HOUR, '1d', place)).toBe('24 Nov')
    expect(windowText(Date.UTC(2026, 10), Date.UTC(2026, 11), '1mo', place)).toBe('Nov 2026')
  })
})

describe('ticks of a time axis', () => {
  it('are round in local time, also where the offset is half an hour', () => {
    const ticks = timeTicks(noonUtc, noonUtc + 6 * HOUR, 'Asia/Kolkata', 7)
    expect(ticks.map((t) => tickText(t, 'Asia/Kolkata', 'en'))).toEqual([
      '18:00',
      '19:00',
      '20:00',
      '21:00',
      '22:00',
      '23:00',
    ])
  })

  it('name the day at midnight', () => {
    const from = Date.UTC(2026, 10, 24, 14)
    const ticks = timeTicks(from, from + 4 * HOUR, 'Asia/Shanghai', 4)
    expect(ticks.map((t) => tickText(t, 'Asia/Shanghai', 'zh'))).toEqual([
      '22:00',
      '23:00',
      '11月25日',
      '01:00',
      '02:00',
    ])
  })

  it('stay at midnight over the end of summer time', () => {
    // Berlin leaves summer time on 25 October 2026: that day has 25 hours.
    const from = Date.UTC(2026, 9, 23, 22)
    const ticks = timeTicks(from, from + 4 * 24 * HOUR + HOUR, 'Europe/Berlin', 5)
    expect(ticks.map((t) => clockText(t, 'Europe/Berlin', 'en'))).toEqual(['00:00', '00:00', '00:00', '00:00', '00:00'])
    expect(offsetMs(from, 'Europe/Berlin')).toBe(2 * HOUR)
    expect(offsetMs(ticks.at(-1)!, 'Europe/Berlin')).toBe(HOUR)
  })

  it('are the starts of months when a year is in view, over summer time too', () => {
    const from = Date.UTC(2025, 10, 24)
    const ticks = timeTicks(from, from + 366 * 24 * HOUR, 'Europe/Berlin', 13)
    expect(ticks).toHaveLength(12)
    expect(ticks.map((t) => clockText(t, 'Europe/Berlin', 'en'))).toEqual(ticks.map(() => '00:00'))
    expect(tickText(ticks[0]!, 'Europe/Berlin', 'en')).toBe('1 Dec')
    const quarters = timeTicks(from, from + 366 * 24 * HOUR, 'Europe/Berlin', 5)
    expect(quarters.map((t) => tickText(t, 'Europe/Berlin', 'en'))).toEqual(['1 Jan', '1 Apr', '1 Jul', '1 Oct'])
  })
})
