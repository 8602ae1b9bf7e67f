/** Proves that ends of months and years are projected by days alike, with bounds that hold what they promise, or not at all. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../src/base/plant.js'
import { plantOptions } from '../../../src/base/plant.js'
import { type PeriodProjection, periodAround } from '../../../src/insight/budget/projection.js'
import { LocalDays } from '../../../src/insight/series/local-days.js'
import { projectPlant } from '../../../src/insight/stage/projection-task.js'

const SHIFT = { name: 'day', start: '08:00', end: '16:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] }
const WORKS = plantOptions.parse({ id: 'works', name: {}, timezone: 'Europe/Berlin', shifts: [SHIFT] })

/** The day with this number from the first of January 2025 on. */
type DayValue = (i: number, weekday: number) => number

const FIRST = '2025-01-01'

/** Projects at the start of a day what a plant has used since the beginning of 2025. */
function projected(today: string, amountOf: DayValue, plan: PlantOptions = WORKS, first = FIRST) {
  const days = new LocalDays(plan)
  const [from, to] = [first, today].map((day) => Date.parse(day) / 86_400_000) as [number, number]
  const known = Array.from({ length: to - from }, (_, i) => {
    const day = days.day(from + i)
    return { startMs: day.startMs, value: amountOf(i, day.weekday) }
  }).filter(({ value }) => !Number.isNaN(value))
  const task = {
    plan,
    todayMs: days.day(to).startMs,
    series: [
      {
        ...{ kpi: 'energy_elec_import', unit: 'kWh' },
        startsMs: Float64Array.from(known, ({ startMs }) => startMs),
        values: Float64Array.from(known, ({ value }) => value),
      },
    ],
  }
  const [month, year] = projectPlant(task)[0]!.periods as [PeriodProjection, PeriodProjection]
  return { month, year }
}

const weekly: DayValue = (_, weekday) => (weekday < 5 ? 1000 : 200)
/** An even number between -1 and 1 for a day, always the same. */
const noise = (seed: number) => {
  const random = xoroshiro128plus(seed)
  const drawn = Array.from({ length: 1100 }, () => random.next() / 2 ** 31)
  return (i: number) => drawn[i]!
}

describe('the end of a month and of a year', () => {
  test('is what was measured and what days alike were, weekdays as weekdays', () => {
    const { month, year } = projected('2025-09-10', weekly)
    // September 2025 has 22 working days and 8 others; nine days of it are known.
    expect(month).toMatchObject({
      daysKnown: 9,
      daysLeft: 21,
      daysUnknown: 0,
      measured: 7 * 1000 + 2 * 200,
      fault: null,
    })
    expect(month.projected).toMatchObject({ value: 22 * 1000 + 8 * 200, model: 'day_profile', blockDays: 21 })
    expect(year.projected!.value).toBe(261 * 1000 + 104 * 200)
    expect(month.projected!.naiveRmse).toBeGreaterThan(month.projected!.rmse)
  })

  test('knows holidays and Saturdays that are worked from the calendar', () => {
    const calendar = [
      { date: '2025-10-01', to: '2025-10-07', name: 'National Day' },
      { date: '2025-10-11', name: 'worked instead', shifts: ['day'] },
    ]
    const plan = plantOptions.parse({ id: 'works', name: {}, timezone: 'Asia/Shanghai', shifts: [SHIFT], calendar })
    const { month } = projected('2025-10-01', weekly, plan)
    // October 2025 has 23 days from Monday to Friday; five of them are holidays, and one Saturday is worked.
    expect(month.projected!.value).toBe(19 * 1000 + 12 * 200)
  })

  test('takes the season of the year before, where it is known', () => {
    const seasonal: DayValue = (i, weekday) => weekly(i, weekday) * (1 + 0.4 * Math.cos((i / 365.25) * 2 * Math.PI))
    const { year } = projected('2026-09-01', seasonal)
    const truth = Array.from({ length: 365 }, (_, i) => {
      const day = Date.parse('2026-01-01') / 86_400_000 + i
      return seasonal(365 + i, new LocalDays(WORKS).day(day).weekday)
    }).reduce((sum, one) => sum + one, 0)
    expect(year.projected!.model).toBe('day_profile_season')
    expect(Math.abs(year.projected!.value / truth - 1)).toBeLessThan(0.02)
  })

  test.each([
    ['13 days of the year before are not known', '2027-06-10', [[617, 630]]],
    ['yesterday is not known on the first of January', '2027-01-01', [[729, 730]]],
    ['a leap year begins', '2028-01-01', []],
    ['the weeks of the year before that today is compared with are not known', '2027-06-10', [[465, 500]]],
  ] as const)('has a year where %s', (_, today, gaps) => {
    const isGap = (i: number) => gaps.some(([from, to]) => from <= i && i < to)
    const seasonal: DayValue = (i, weekday) => weekly(i, weekday) * (1 + 0.4 * Math.cos((i / 365.25) * 2 * Math.PI))
    const { year } = projected(today, (i, weekday) => (isGap(i) ? Number.NaN : seasonal(i, weekday)))
    const [from, to] = periodAround(Date.parse(today) / 86_400_000, 'year')
    const days = new LocalDays(WORKS)
    let truth = 0
    for (let day = from; day < to; day++) truth += seasonal(day - Date.parse(FIRST) / 86_400_000, days.day(day).weekday)
    expect(year.fault).toBeNull()
    expect(year.projected!.low90).toBeLessThan(truth)
    expect(year.projected!.high90).toBeGreaterThan(truth)
  })

  test('is projected by the mean where nothing is better, and says so', () => {
    const step = noise(3)
    let level = 1000
    const walk = Array.from({ length: 400 }, (_, i) => (level += 30 * step(i)))
    expect(projected('2025-12-05', (i) => walk[i]!).month.projected!.model).toBe('mean_28_days')
  })

  test('is never below what was measured of a register, and may be of a saving', () => {
    const rough = noise(5)
    const late = (offset: number) => projected('2025-09-29', (i) => offset + 90 * Math.abs(rough(i))).month
    expect(late(0).projected!.low90).toBeGreaterThanOrEqual(late(0).measured!)
    expect(projected('2025-09-02', (i) => 100 * rough(i)).month.projected!.low90).toBeLessThan(0)
  })

  test.each([
    ['no_data', 'no_data', () => Number.NaN],
    ['too_short', 'gaps', (i: number) => (i < 220 ? Number.NaN : 1000)],
    ['gaps', 'gaps', (i: number) => (i % 3 === 0 || i > 245 ? Number.NaN : 1000)],
  ] as const)('is not projected: month %s, year %s', (ofMonth, ofYear, amountOf) => {
    const { month, year } = projected('2025-09-10', amountOf)
    expect(month).toMatchObject({ fault: ofMonth, projected: null })
    expect(year).toMatchObject({ fault: ofYear, projected: null })
  })

  test('expects a day that is over and not known like those to come, and counts it', () => {
    const { month } = projected('2025-09-10', (i, weekday) => (i === 246 ? Number.NaN : weekly(i, weekday)))
    expect(month).toMatchObject({ daysKnown: 8, daysUnknown: 1, daysLeft: 21 })
    expect(month.projected!.value).toBe(22 * 1000 + 8 * 200)
  })

  test('bounds of 50 and 90 % hold about as many ends as they promise', { tags: ['slow'] }, () => {
    const held = { in50: 0, in90: 0, all: 0 }
    for (let seed = 1; seed <= 12; seed++) {
      const [daily, slow] = [noise(seed), noise(seed + 100)]
      let level = 0
      const values = Array.from({ length: 640 }, (_, i) => {
        level = 0.95 * level + 60 * slow(i)
        return Math.max(0, (([4, 5].includes(i % 7) ? 300 : 1000) + level) * (1 + 0.1 * daily(i)))
      })
      for (const today of ['2026-02-03', '2026-03-12', '2026-04-21', '2026-05-07', '2026-06-18', '2026-07-02']) {
        const { month } = projected(today, (i) => values[i]!)
        const [from, to] = periodAround(Date.parse(today) / 86_400_000, 'month')
        const start = Date.parse(FIRST) / 86_400_000
        const end = values.slice(from - start, to - start).reduce((sum, one) => sum + one, 0)
        const { low50, high50, low90, high90 } = month.projected!
        held.all++
        if (low50 <= end && end <= high50) held.in50++
        if (low90 <= end && end <= high90) held.in90++
      }
    }
    expect(held.in90 / held.all).toBeGreaterThan(0.84)
    expect(held.in90 / held.all).toBeLessThan(0.99)
    expect(held.in50 / held.all).toBeGreaterThan(0.36)
    expect(held.in50 / held.all).toBeLessThan(0.7)
  })
})

test('periods are those of the calendar', () => {
  const day = (text: string) => Date.parse(text) / 86_400_000
  expect(periodAround(day('2028-02-29'), 'month')).toEqual([day('2028-02-01'), day('2028-03-01')])
  expect(periodAround(day('2025-12-31'), 'year')).toEqual([day('2025-01-01'), day('2026-01-01')])
})
