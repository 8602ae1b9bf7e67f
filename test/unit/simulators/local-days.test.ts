import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LocalDays, wallMinute } from '../../../simulators/physics/local-days.js'

const berlin = new LocalDays('Europe/Berlin', '2026-01-01')

/** Hour and minute that a clock in the zone shows, independent of the code under test. */
function clock(zone: string, timeMs: number): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  return format.format(timeMs)
}

function shown(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

describe('the days of Dresden', () => {
  it.each([
    ['2026-03-28T23:00:00Z', 23, 7],
    ['2026-03-29T22:00:00Z', 24, 1],
    ['2026-10-24T22:00:00Z', 25, 7],
    ['2026-10-25T23:00:00Z', 24, 1],
  ])('the one that begins at %s has %d hours', (start, hours, weekday) => {
    const day = berlin.at(Date.parse(start))
    expect(new Date(day.startMs).toISOString()).toBe(start.replace('Z', '.000Z'))
    expect(day).toMatchObject({ minutes: hours * 60, weekday })
    // The last millisecond of the day before belongs to the day before.
    expect(berlin.at(day.startMs - 1).index).toBe(day.index - 1)
  })

  it('show two o’clock once, not at all, and twice', () => {
    const [spring, autumn] = ['2026-03-29T12:00Z', '2026-10-25T12:00Z'].map((noon) => berlin.at(Date.parse(noon)))
    expect([119, 120, 1379].map((minute) => shown(wallMinute(spring!, minute)))).toEqual(['01:59', '03:00', '23:59'])
    expect([120, 179, 180, 1499].map((minute) => shown(wallMinute(autumn!, minute)))).toEqual([
      '02:00',
      '02:59',
      '02:00',
      '23:59',
    ])
  })
})

describe.each(['Asia/Shanghai', 'Europe/Berlin', 'America/Monterrey', 'America/New_York', 'Asia/Kolkata'])(
  'in %s',
  (zone) => {
    const days = new LocalDays(zone, '2026-01-01')

    it('every instant lies in the day that says so, at the minute that the clocks show', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 500 * 1440 - 1 }), (minutes) => {
          const at = days.epochMs + minutes * 60_000
          const day = days.at(at)
          expect(at).toBeGreaterThanOrEqual(day.startMs)
          expect(at).toBeLessThan(day.startMs + day.minutes * 60_000)
          expect(shown(wallMinute(day, (at - day.startMs) / 60_000))).toBe(clock(zone, at))
        }),
      )
    })

    it('days follow each other without a hole, a weekday each', () => {
      for (let index = 1; index < 400; index++) {
        const [before, day] = [days.day(index - 1), days.day(index)]
        expect(day.startMs).toBe(before.startMs + before.minutes * 60_000)
        expect(day.weekday).toBe((before.weekday % 7) + 1)
      }
    })
  },
)

describe('before its epoch', () => {
  it('a plant has no days', () => {
    expect(() => berlin.at(berlin.epochMs - 1)).toThrow('begins at 2025-12-31T23:00:00.000Z')
  })
})
