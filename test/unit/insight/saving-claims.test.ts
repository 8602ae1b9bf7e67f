/** Proves that a claimed saving goes by the calendar of its plant, by known days alone, and by its events. */
import { describe, expect, test } from 'vitest'
import { dayMeans, type QuarterSum } from '../../../src/audit/report/day-temperatures.js'
import { plantOptions } from '../../../src/base/plant.js'
import { type ClaimDays, claimedSaving, claimSeriesKey } from '../../../src/insight/savings/claim.js'
import { workDays } from '../../../src/insight/savings/work-days.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const CLAIM = {
  id: 'lamps',
  measure: 'new lamps',
  baseline: { from: '2026-01-01', to: '2026-04-30' },
  reporting: { from: '2026-05-04', to: '2026-05-31' },
}
const plant = (more: object = {}) => plantOptions.parse({ id: 'works', name: {}, timezone: 'UTC', ...more })

describe('days of a plant', () => {
  const range = { from: '2026-05-01', to: '2026-05-08' }
  const working = (more: object) => workDays(plant(more), range).flatMap(({ day, isWorking }) => (isWorking ? day : []))

  test('are worked from Monday to Friday where there are no shifts, but not on a planned stop', () => {
    expect(working({})).toEqual(['2026-05-01', '2026-05-04', '2026-05-05', '2026-05-06', '2026-05-07'])
    expect(working({ calendar: [{ date: '2026-05-04', to: '2026-05-06', planned_stop: true }] })).toEqual([
      ...['2026-05-01', '2026-05-07'],
    ])
  })

  test('are worked when a shift starts on them, and have its hours', () => {
    const shifts = [
      { name: 'night', start: '22:00', end: '06:00', days: ['sat'] },
      { name: 'long', start: '20:00', end: '04:00', days: ['sat'] },
    ]
    const days = workDays(plant({ shifts }), range)
    expect(days.filter(({ isWorking }) => isWorking).map(({ day, shiftHours }) => [day, shiftHours])).toEqual([
      ['2026-05-02', 10],
    ])
    expect(days[0]!.shiftHours).toBe(0)
  })
})

describe('a saving of a claim', () => {
  test('is that of its days: 100 kWh of 600 are saved on 28 days, and nothing on one that is not known', () => {
    const found = savingOf({ unknown: '2026-05-10' })
    expect(found.saving!.savedKwh).toBeCloseTo(27 * 100, 6)
    expect(found.leftOut).toEqual([{ day: '2026-05-10', period: 'reporting', why: 'no_energy' }])
    expect(found.pricePerKwh).toBeCloseTo(0.5, 9)
    expect(found.kgCo2ePerKwh).toBeCloseTo(0.6, 9)
  })

  test('has what an event took away put back, from its first to its last day', () => {
    const event = { from: '2026-05-11', to: '2026-05-12', kwhPerDay: -100, reason: 'line sold', author: 'Li' }
    expect(savingOf({ events: [event] }).saving!.savedKwh).toBeCloseTo(26 * 100, 6)
    expect(savingOf({ events: [{ ...event, to: null }] }).saving!.savedKwh).toBeCloseTo(7 * 100, 6)
  })

  test('is that of its days within a span', () => {
    expect(savingOf({ within: { from: '2026-05-08', to: '2026-05-18' } }).saving!.days).toBe(10)
    const none = savingOf({ within: { from: '2026-06-08', to: '2026-06-18' } })
    expect([none.saving, none.reason]).toEqual([null, 'no_data'])
  })

  test('goes by the temperature where enough days have one, leaves days without one out, and knows nothing where too few have one', () => {
    const warm = (i: number) => 10 + (i % 20)
    const found = savingOf({ outdoorC: (i) => (i === 7 ? null : warm(i)), perDegree: 5 })
    expect(found.baseline!.model.heatingBaseC).not.toBe(null)
    expect(found.leftOut).toContainEqual({ day: '2026-01-08', period: 'baseline', why: 'no_temperature' })
    const few = savingOf({ outdoorC: (i) => (i < 50 ? warm(i) : null) })
    expect([few.saving, few.baseline, few.reason]).toEqual([null, null, 'no_variable'])
  })
})

test('the mean of a day is that of its hours, and a day with fewer than twenty is not known', () => {
  const start = Date.UTC(2026, 0, 1)
  const hours = (count: number): QuarterSum[] =>
    Array.from({ length: count }, (_, i) => ({ startMs: start + i * HOUR_MS, sum: 1000 * i, count: 1 }))
  // An hour with many readings weighs as much as any other.
  const more = [...hours(24), { startMs: start + HOUR_MS / 2, sum: 0, count: 59 }]
  expect(dayMeans(more, [start], 'UTC').get(start)).toBeCloseTo(11.5, 9)
  expect(dayMeans(hours(20), [start], 'UTC').has(start)).toBe(true)
  expect(dayMeans(hours(19), [start], 'UTC').has(start)).toBe(false)
})

test('the mean of the last day before a gap has no hour of the day after it, and a day of 25 hours has all', () => {
  const start = Date.parse('2026-10-25T00:00:00+02:00')
  const quarters = Array.from({ length: 26 }, (_, i) => ({
    startMs: start + i * HOUR_MS,
    sum: i < 25 ? 1000 : 99_000,
    count: 1,
  }))
  expect(dayMeans(quarters, [start], 'Europe/Berlin').get(start)).toBe(1)
  const ordinary = quarters.map((one, i) => ({ ...one, sum: i < 24 ? 1000 : 99_000 }))
  expect(dayMeans(ordinary, [start], 'Africa/Lagos').get(start)).toBe(1)
})

interface Given {
  readonly unknown?: string
  readonly events?: Parameters<typeof claimedSaving>[0]['events']
  readonly within?: { readonly from: string; readonly to: string }
  readonly outdoorC?: (i: number) => number | null
  readonly perDegree?: number
}

/** A works that needs 600 kWh a day, and 100 less from May on. */
function savingOf(given: Given) {
  const { unknown, events = [], within = { from: '', to: '2026-12-31' }, outdoorC, perDegree = 0 } = given
  const first = Date.UTC(2026, 0, 1)
  const energies = new Map<number, number>()
  const temperatures = new Map<number, number>()
  for (let i = 0; i < 160; i++) {
    const ms = first + i * DAY_MS
    const warm = outdoorC?.(i) ?? null
    const day = new Date(ms).toISOString().slice(0, 10)
    const kwh = (day < '2026-05-01' ? 600 : 500) + perDegree * Math.max(0, 16 - (warm ?? 16))
    if (day !== unknown) energies.set(ms, kwh)
    if (warm !== null) temperatures.set(ms, warm)
  }
  const scaled = (share: number) => new Map([...energies].map(([ms, kwh]) => [ms, kwh * share]))
  const of = (name: string) => claimSeriesKey({ of: 'plant', id: 'works', name })
  const days: ClaimDays = new Map([
    [of('energy_elec_import'), energies],
    [of('energy_cost'), scaled(0.5)],
    [of('scope2_lb'), scaled(0.6)],
    [claimSeriesKey({ of: 'reading', id: 'weather', name: 'outdoor_c' }), temperatures],
  ])
  const temperature = outdoorC === undefined ? {} : { temperature: { device: 'weather', metric: 'outdoor_c' } }
  const [claim] = plant({ savings: [{ ...CLAIM, ...temperature }] }).savings
  return claimedSaving({ claim: claim!, plant: plant(), within, days, events })
}
