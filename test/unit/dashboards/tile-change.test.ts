import { describe, expect, it } from 'vitest'
import {
  type Change,
  changeOfPeriod,
  changeOfSum,
  changeSoFar,
  changeText,
} from '../../../dashboards/src/tiles/change.js'
import { hourPoint } from './point.js'

const ZONE = 'UTC'
const at = (hour: number) => Date.UTC(2026, 10, 24, hour)
const iso = (hour: number) => new Date(at(hour)).toISOString()
/** The running day, and hours of it and of the day before (hours below 0). */
const day = hourPoint(0, 100, { window: '1d', start: iso(0), end: iso(24), provisional: true })
const hours = (values: Readonly<Record<number, number | null>>) =>
  Object.entries(values)
    .map(([hour, value]) => hourPoint(Number(hour), value))
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))

describe('the change of a running day', () => {
  it('holds its whole hours against the same hours of yesterday', () => {
    const points = hours({ [-24]: 10, [-23]: 20, [-22]: 40, 0: 11, 1: 22, 2: 5 })
    // 02:20: the third hour still runs.
    expect(changeOfSum(day, points, at(2) + 1_200_000, ZONE)).toEqual({ now: 33, before: 30, hours: 2 })
  })

  it('an hour is whole only when the data have come to its end', () => {
    const points = hours({ [-24]: 10, [-23]: 20, 0: 11, 1: 22 })
    expect(changeOfSum(day, points, at(2) - 1, ZONE)).toEqual({ now: 11, before: 10, hours: 1 })
  })

  it('is unknown before the first whole hour, and where an hour of either day is', () => {
    const all = { [-24]: 10, [-23]: 20, 0: 11, 1: 22 }
    expect(changeOfSum(day, hours(all), at(0) + 1, ZONE)).toBeNull()
    expect(changeOfSum(day, hours({ ...all, [-24]: null }), at(2), ZONE)).toBeNull()
    expect(changeOfSum(day, hours({ ...all, 0: null }), at(2), ZONE)).toBeNull()
    expect(changeOfSum(day, hours({ [-23]: 20, 0: 11, 1: 22 }), at(2), ZONE)).toBeNull()
    expect(changeOfSum(day, hours({ [-24]: 10, [-23]: 20, 1: 22 }), at(2), ZONE)).toBeNull()
  })

  it('the same hour is the same by the clock, also over the end of summer time', () => {
    // Berlin, 25 October 2026: the day has 25 hours, and begins at 22:00 UTC of the day before.
    const startMs = Date.UTC(2026, 9, 25, 23)
    const point = (ms: number, value: number) =>
      hourPoint(0, value, { start: new Date(ms).toISOString(), end: new Date(ms + 3_600_000).toISOString() })
    const monday = { ...day, start: new Date(startMs).toISOString(), end: new Date(startMs + 86_400_000).toISOString() }
    // Midnight of Sunday is 25 h, not 24 h, before midnight of Monday.
    const points = [point(startMs - 25 * 3_600_000, 10), point(startMs - 24 * 3_600_000, 99), point(startMs, 12)]
    expect(changeOfSum(monday, points, startMs + 3_600_000, 'Europe/Berlin')).toEqual({ now: 12, before: 10, hours: 1 })
  })

  /** Hours of 1 kWh from some instant on, and the day that begins later. */
  const change = (fromMs: number, dayMs: number, hourCount: number) => {
    const HOUR = 3_600_000
    const iso = (ms: number) => new Date(ms).toISOString()
    const points = Array.from({ length: (dayMs - fromMs) / HOUR + hourCount }, (_, i) =>
      hourPoint(0, 1, { start: iso(fromMs + i * HOUR), end: iso(fromMs + (i + 1) * HOUR) }),
    )
    const today = { ...day, start: iso(dayMs), end: iso(dayMs + 25 * HOUR) }
    return changeOfSum(today, points, dayMs + hourCount * HOUR, 'Europe/Berlin')
  }

  it('an hour that only one of two days has is in neither sum', () => {
    // Sunday has the hour from two twice: five hours of it are four of Saturday.
    const [saturday, sunday] = [Date.UTC(2026, 9, 23, 22), Date.UTC(2026, 9, 24, 22)]
    expect(change(saturday, sunday, 5)).toEqual({ now: 4, before: 4, hours: 4 })
    // In spring Sunday has none: Monday's has nothing to be held against.
    const spring = [Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22)] as const
    expect(change(...spring, 4)).toEqual({ now: 3, before: 3, hours: 3 })
  })
})

describe('the change of a level or ratio', () => {
  it('is against the window right before it, not against an older one', () => {
    expect(changeOfPeriod(hourPoint(9, 5), [hourPoint(8, 4), hourPoint(9, 5)])).toMatchObject({ now: 5, before: 4 })
    expect(changeOfPeriod(hourPoint(9, 5), [hourPoint(7, 4), hourPoint(9, 5)])).toBeNull()
  })

  it('is unknown where either is, and where the one before was mostly not measured', () => {
    expect(changeOfPeriod(hourPoint(9, null), [hourPoint(8, 4)])).toBeNull()
    expect(changeOfPeriod(hourPoint(9, 5), [hourPoint(8, null)])).toBeNull()
    expect(changeOfPeriod(hourPoint(9, 5), [hourPoint(8, 4, { coverage: 0.49 })])).toBeNull()
    expect(changeOfPeriod(hourPoint(9, 5), [hourPoint(8, 4, { coverage: 0.5 })])).not.toBeNull()
  })
})

describe('the change of a window that is running', () => {
  const [yesterday, today] = [hourPoint(8, 900), hourPoint(9, 400, { provisional: true })]

  it("today's peak so far is not held against the peak of all of yesterday", () => {
    expect(changeSoFar('level', today, [yesterday, today])).toBeNull()
    expect(changeSoFar('sum', today, [yesterday, today])).toBeNull()
    expect(changeSoFar('level', { ...today, provisional: false }, [yesterday, today])).not.toBeNull()
  })

  it('a ratio so far is', () => {
    expect(changeSoFar('ratio', today, [yesterday, today])).toMatchObject({ now: 400, before: 900 })
  })
})

describe('a change in words', () => {
  const kwh = { unit: 'kWh', factor: 1, digits: 0 }
  const percent = { unit: '%', factor: 100, digits: 1 }
  const pure = { unit: '', factor: 1, digits: 2 }
  const text = (now: number, before: number, unit: string, figure = kwh) =>
    changeText({ now, before, hours: null } satisfies Change, { unit }, figure, 'en', (n) => `${n} pt`)

  it('is per cent of what was before, points of a percentage, a difference of a pure number', () => {
    expect(text(110, 100, 'kWh')).toEqual({ direction: 'up', text: '10.0 %' })
    expect(text(0.79, 0.817, '1', percent)).toEqual({ direction: 'down', text: '2.7 pt' })
    expect(text(1.46, 1.5, '1', pure)).toEqual({ direction: 'down', text: '0.04' })
  })

  it('has no arrow when it rounds to nothing', () => {
    expect(text(100.01, 100, 'kWh')).toEqual({ direction: null, text: '0.0 %' })
  })

  it('there is none against nothing, and no more than 999 %', () => {
    expect(text(5, 0, 'kWh')).toBeNull()
    expect(text(5_000, 1, 'kWh')).toEqual({ direction: 'up', text: '999 %' })
  })
})
