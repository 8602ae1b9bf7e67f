import { describe, expect, test } from 'vitest'
import { plantOptions } from '../../../src/base/plant.js'
import { type Planned, WorkSchedule } from '../../../src/kpi/time/schedule.js'

function scheduleOf(options: Record<string, unknown>): WorkSchedule {
  return new WorkSchedule(plantOptions.parse({ id: 'p', name: {}, timezone: 'Europe/Berlin', ...options }))
}

/** The plan of [fromMs, toMs), cut wherever it changes. */
function* planOf(schedule: WorkSchedule, fromMs: number, toMs: number): Generator<Planned> {
  for (let ms = fromMs; ms < toMs; ) {
    const planned = schedule.at(ms)
    ms = Math.min(toMs, planned.toMs)
    yield { ...planned, toMs: ms }
  }
}

/** Stretches of a plant in Berlin as `MM-DD HH:MM MM-DD HH:MM shift|- bucket|-`, in UTC. */
function stretches(options: Record<string, unknown>, from: string, to: string): string[] {
  const clock = (ms: number) => new Date(ms).toISOString().slice(5, 16).replace('T', ' ')
  return [...planOf(scheduleOf(options), Date.parse(from), Date.parse(to))].map(
    ({ fromMs, toMs, inShift, slot }) => `${clock(fromMs)} ${clock(toMs)} ${inShift ? 'shift' : '-'} ${slot ?? '-'}`,
  )
}

const day = { name: 'day', start: '08:00', end: '16:00', days: ['tue', 'wed'] }

describe('the plan of a plant', () => {
  test('without shifts a plant is always in shift', () => {
    expect(stretches({}, '2025-07-01T00:00Z', '2025-07-02T00:00Z')).toEqual(['07-01 00:00 07-02 00:00 shift -'])
  })

  test('shifts follow the wall clock of the zone, break by break', () => {
    const shift = { ...day, breaks: [{ start: '12:00', end: '12:30' }], breaks_in_pbt: false }
    expect(stretches({ shifts: [shift] }, '2025-07-01T04:00Z', '2025-07-01T20:00Z')).toEqual([
      '07-01 04:00 07-01 06:00 - -',
      '07-01 06:00 07-01 10:00 shift -',
      '07-01 10:00 07-01 10:30 shift break',
      '07-01 10:30 07-01 14:00 shift -',
      '07-01 14:00 07-01 20:00 - -',
    ])
  })

  test('a night shift belongs to the day on which it starts', () => {
    const night = { name: 'night', start: '22:00', end: '06:00', days: ['mon'] }
    expect(stretches({ shifts: [night] }, '2025-06-30T18:00Z', '2025-07-01T18:00Z')).toEqual([
      '06-30 18:00 06-30 20:00 - -',
      '06-30 20:00 06-30 22:00 shift -',
      '06-30 22:00 07-01 04:00 shift -',
      '07-01 04:00 07-01 18:00 - -',
    ])
  })

  test('the night in which clocks go forward is an hour shorter', () => {
    const night = { name: 'night', start: '22:00', end: '06:00', days: ['sat'] }
    const [before, ...rest] = stretches({ shifts: [night] }, '2024-03-30T20:00Z', '2024-03-31T06:00Z')
    expect(before).toBe('03-30 20:00 03-30 21:00 - -')
    // 22:00 CET is 21:00 UTC, 06:00 CEST is 04:00 UTC.
    expect(rest).toEqual([
      '03-30 21:00 03-30 23:00 shift -',
      '03-30 23:00 03-31 04:00 shift -',
      '03-31 04:00 03-31 06:00 - -',
    ])
  })

  test('on a day of planned stop nothing is to run', () => {
    const calendar = [{ date: '2025-07-02', planned_stop: true }]
    expect(stretches({ calendar }, '2025-07-01T21:00Z', '2025-07-01T23:00Z')).toEqual([
      '07-01 21:00 07-01 22:00 shift -',
      '07-01 22:00 07-01 23:00 shift planned_stop',
    ])
  })

  test('whether breaks are planned busy time has to be said', () => {
    const shift = { ...day, breaks: [{ start: '12:00', end: '12:30' }] }
    expect(() => stretches({ shifts: [shift] }, '2025-07-01T00:00Z', '2025-07-01T01:00Z')).toThrow('say true or false')
  })
})

describe('holidays of China, which move work to weekends', () => {
  const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri']
  const early = { name: 'early', start: '08:00', end: '16:00', days: WORKDAYS }
  const night = { name: 'night', start: '22:00', end: '06:00', days: WORKDAYS }
  const office = { timezone: 'Asia/Shanghai', shifts: [early] }
  /** National Day and Mid-Autumn 2025, 1 to 8 October; Sunday 28 September and Saturday 11 October are worked instead (from memory). */
  const calendar = [
    { date: '2025-10-01', to: '2025-10-08', name: '国庆节、中秋节', planned_stop: true, shifts: [] },
    { date: '2025-09-28', name: '调休', shifts: ['early'] },
    { date: '2025-10-11', name: '调休', shifts: ['early'] },
  ]

  /** Hours planned on each day of a stretch of local days. */
  function hours(options: Record<string, unknown>, from: string, days: number): number[] {
    const schedule = scheduleOf(options)
    return Array.from({ length: days }, (_, i) => {
      const fromMs = Date.parse(`${from}T00:00:00+08:00`) + i * 86_400_000
      const planned = [...planOf(schedule, fromMs, fromMs + 86_400_000)].filter((stretch) => stretch.isPlanned)
      return planned.reduce((sum, stretch) => sum + stretch.toMs - stretch.fromMs, 0) / 3_600_000
    })
  }

  test('a week without exceptions works from Monday to Friday', () => {
    expect(hours(office, '2025-09-22', 7)).toEqual([8, 8, 8, 8, 8, 0, 0])
  })

  test('in Golden Week nothing is planned, from the first day to the last one', () => {
    // Tuesday 30 September to Thursday 9 October.
    expect(hours({ ...office, calendar }, '2025-09-30', 10)).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 0, 8])
  })

  test('a make-up Saturday or Sunday is worked like a weekday', () => {
    // Saturday 27 September to Tuesday 30 September; Friday 10 October to Sunday 12 October.
    expect(hours({ ...office, calendar }, '2025-09-27', 4)).toEqual([0, 8, 8, 8])
    expect(hours({ ...office, calendar }, '2025-10-10', 3)).toEqual([8, 8, 0])
  })

  test('a make-up day works the shifts that it names, and no others', () => {
    expect(hours({ ...office, shifts: [early, night], calendar }, '2025-10-11', 2)).toEqual([6 + 8, 0])
    const both = [{ date: '2025-10-11', shifts: ['early', 'night'] }]
    expect(hours({ ...office, shifts: [early, night], calendar: both }, '2025-10-11', 2)).toEqual([6 + 8 + 2, 6])
  })

  test('the night shift before Golden Week ends where the planned stop begins', () => {
    // It starts on Tuesday 30 September at 22:00; nothing is planned from midnight on.
    expect(hours({ ...office, shifts: [night], calendar }, '2025-09-30', 2)).toEqual([6 + 2, 0])
    // Without planned_stop the shifts of the day before run to their end.
    const noStarts = [{ date: '2025-10-01', to: '2025-10-08', shifts: [] }]
    expect(hours({ ...office, shifts: [night], calendar: noStarts }, '2025-09-30', 3)).toEqual([6 + 2, 6, 0])
  })

  test('a holiday is a day of its own zone: in Shanghai it begins eight hours before UTC', () => {
    const slots = stretches({ ...office, calendar }, '2025-09-30T15:00Z', '2025-09-30T17:00Z')
    expect(slots).toEqual(['09-30 15:00 09-30 16:00 - -', '09-30 16:00 09-30 17:00 - planned_stop'])
  })
})
