import { describe, expect, test } from 'vitest'
import { plantOptions } from '../../../src/base/plant.js'
import { Schedule } from '../../../src/kpi/schedule.js'

/** Stretches of a plant in Berlin as `MM-DD HH:MM MM-DD HH:MM shift|- slot|-`, in UTC. */
function stretches(options: Record<string, unknown>, from: string, to: string): string[] {
  const schedule = new Schedule(plantOptions.parse({ id: 'p', name: {}, timezone: 'Europe/Berlin', ...options }))
  const clock = (ms: number) => new Date(ms).toISOString().slice(5, 16).replace('T', ' ')
  return [...schedule.stretches(Date.parse(from), Date.parse(to))].map(
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
