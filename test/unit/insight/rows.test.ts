import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import { SUN_COLUMNS } from '../../../src/insight/features/clear-sky.js'
import { DAY_COLUMNS, dayLevels, dayRow } from '../../../src/insight/features/day-row.js'
import { HOURS_COLUMNS, hoursRows } from '../../../src/insight/features/hours-row.js'
import { NEXT_COLUMNS, nextRow } from '../../../src/insight/features/next-row.js'
import { DaySlots, similarDays } from '../../../src/insight/features/similar-days.js'
import { KnownSeries } from '../../../src/insight/series/known-series.js'
import { LocalDays } from '../../../src/insight/series/local-days.js'
import { Sunshine } from '../../../src/insight/series/sunshine.js'

/** Proves that each column of a row is written once, and that times of day are those of the wall clock. */

const START_MS = Date.parse('2026-01-01T00:00:00Z')

function slotsOf(
  timezone: string,
  days: number,
  calendar: { date: string; name: string; planned_stop: boolean }[] = [],
) {
  const series = new KnownSeries(HOUR_MS, 400 * 24)
  for (let hour = 0; hour < days * 24; hour++) {
    const startMs = START_MS + hour * HOUR_MS
    series.take({ startMs, value: hour, arrivedAtMs: startMs + HOUR_MS })
  }
  return new DaySlots(series, new LocalDays({ timezone, shifts: [], calendar }))
}

test('each column of both kinds of rows is written, and nothing beside them', () => {
  const slots = slotsOf('UTC', 100)
  const nowMs = START_MS + 100 * DAY_MS
  const similar = similarDays(slots.days, slots.days.dayAt(nowMs))
  const write = (columns: number, fill: (row: Float32Array, at: number) => void) => {
    const row = new Float32Array(columns + 2).fill(Number.NaN)
    fill(row, 1)
    return [...row].map((value, i) => (Number.isNaN(value) ? i : -1)).filter((i) => i !== -1)
  }
  const levels = dayLevels(slots, similar)
  expect(write(NEXT_COLUMNS, (row, at) => nextRow(slots, similar, nowMs, row, at))).toEqual([0, NEXT_COLUMNS + 1])
  expect(write(DAY_COLUMNS, (row, at) => dayRow(slots, similar, levels, nowMs, row, at))).toEqual([0, DAY_COLUMNS + 1])
})

test('each column of the rows of the next hours is written, also behind midnight, and with the sun where the place is known', () => {
  const plain = slotsOf('UTC', 100)
  const sunshine = new Sunshine({ latitude: 31.3, longitude: 120.6 }, HOUR_MS)
  const nowMs = START_MS + 100 * DAY_MS - 4 * HOUR_MS
  const newest = plain.series.numberOf(nowMs) - 1
  for (const slots of [plain, new DaySlots(plain.series, plain.days, sunshine)]) {
    const write = hoursRows(slots, similarDays(slots.days, slots.days.dayAt(nowMs)), nowMs)
    for (const ahead of [0, 3, 4, 7]) {
      const startMs = nowMs + ahead * HOUR_MS
      const similar = similarDays(slots.days, slots.days.dayAt(startMs))
      const row = new Float32Array(HOURS_COLUMNS + (slots.sunshine === null ? 0 : SUN_COLUMNS)).fill(Number.NaN)
      write({ slots, similar, startMs, newest }, row)
      expect(row[0]).toBe(ahead)
      expect([...row].every((value) => !Number.isNaN(value))).toBe(true)
    }
  }
})

test('the same time of yesterday is that of the wall clock when the clocks have changed', () => {
  const { days } = slotsOf('Europe/Berlin', 100)
  // 2026-03-29 has 23 hours.
  const [short, before] = [
    days.dayAt(Date.parse('2026-03-29T12:00:00Z')),
    days.dayAt(Date.parse('2026-03-28T12:00:00Z')),
  ]
  expect(short.endMs - short.startMs).toBe(23 * HOUR_MS)
  const noon = Date.parse('2026-03-29T10:00:00Z')
  expect(days.timeOfDayMs(short, noon)).toBe(12 * HOUR_MS)
  expect(days.instantOf(short, 12 * HOUR_MS)).toBe(noon)
  expect(days.instantOf(before, days.timeOfDayMs(short, noon))).toBe(Date.parse('2026-03-28T11:00:00Z'))
})

test('a holiday is like Sundays and other holidays, and a weekday is not like a holiday of its name', () => {
  const calendar = [{ date: '2026-03-02', name: 'holiday', planned_stop: false }]
  const { days } = slotsOf('UTC', 100, calendar)
  const dates = (list: readonly { readonly startMs: number }[]) =>
    list.slice(0, 2).map(({ startMs }) => new Date(startMs).toISOString().slice(0, 10))
  const holiday = similarDays(days, days.dayAt(Date.parse('2026-03-02T00:00:00Z')))
  expect(dates(holiday.sameWeekday)).toEqual(['2026-03-01', '2026-02-22'])
  const monday = similarDays(days, days.dayAt(Date.parse('2026-03-09T00:00:00Z')))
  expect(dates(monday.sameWeekday)).toEqual(['2026-02-23', '2026-02-16'])
})
