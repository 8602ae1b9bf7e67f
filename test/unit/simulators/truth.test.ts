import { describe, expect, it, test } from 'vitest'
import type { FaultName } from '../../../simulators/faults/names.js'
import { faultsOf } from '../../../simulators/faults/plan.js'
import type { SimulatedDevice } from '../../../simulators/plant.js'
import type { Expectation } from '../../../simulators/truth/expectation.js'
import { expectedOf } from '../../../simulators/truth/expected.js'
import { followLevel } from '../../../simulators/truth/level.js'
import { followRegister } from '../../../simulators/truth/register.js'
import { PlantPlan } from '../../../simulators/truth/shifts.js'
import { followStates } from '../../../simulators/truth/states.js'
import { localDays } from '../../../simulators/truth/windows.js'
import { plantOptions } from '../../../src/base/plant.js'
import { STATES } from '../../../src/base/states.js'
import { FROM, HOUR_MS, meter, robot, samplesOf, stack } from '../../support/cast.js'

const METER = { isPieces: false, maxGapMs: 1_200_000 }
const PIECES = { isPieces: true, maxGapMs: 1_200_000 }
const minute = 60_000
const at = (minutes: number, value: number) => ({ ts: minutes * minute, value })

describe('a register between two samples', () => {
  // KPI specification §7, S6 and S7.
  it('is in a straight line: 60 kWh from 9:50 to 10:20 are 20 for hour 9 and 40 for hour 10, estimated', () => {
    const { at: found, marks } = followRegister(
      [at(540, 0), at(590, 100), at(620, 160), at(660, 160)],
      hours(9, 11),
      METER,
    )
    expect(differencesOf(found)).toEqual([120, 40])
    expect(marks.map((mark) => mark.flag)).toEqual(['estimated', 'estimated', 'estimated'])
  })

  it('gives a piece to the hour that holds the sample that showed it', () => {
    const { at: found } = followRegister([at(540, 0), at(590, 100), at(620, 130), at(660, 130)], hours(9, 11), PIECES)
    expect(differencesOf(found)).toEqual([100, 30])
  })

  it('gives what was shown on the hour to the hour before', () => {
    const { at: found } = followRegister([at(540, 0), at(600, 7), at(660, 7)], hours(9, 11), PIECES)
    expect(differencesOf(found)).toEqual([7, 0])
  })

  it('skips a 0 that is none: 10452, 0, 10453 is one kWh', () => {
    const { at: found, marks } = followRegister([at(540, 10_452), at(545, 0), at(600, 10_453)], hours(9, 10), METER)
    expect(differencesOf(found)).toEqual([1])
    expect(marks).toContainEqual({ startMs: 545 * minute, endMs: 545 * minute + 1, flag: 'counter_glitch' })
  })

  it('begins anew after a reset: 100, 0, 3, 5 is five more', () => {
    const fall = [at(540, 100), at(541, 0), at(542, 3), at(600, 5)]
    const { at: found, marks } = followRegister(fall, hours(9, 10), METER)
    expect(differencesOf(found)).toEqual([5])
    expect(marks[0]).toEqual({ startMs: 540 * minute, endMs: 541 * minute, flag: 'counter_reset' })
  })
})

describe('a level', () => {
  const hour = [{ startMs: 0, endMs: 60 * minute }]
  it('holds for one period and no longer', () => {
    const [found] = followLevel([at(0, 80), at(1, 100), at(30, 50)], hour, 2 * minute)
    expect(found).toEqual({ integral: (80 + 200 + 100) * minute, coveredMs: 5 * minute, min: 50, max: 100 })
  })

  it('ends with a sample that is not good', () => {
    const [found] = followLevel([at(0, 80), { ts: minute, value: null }], hour, 2 * minute)
    expect(found).toMatchObject({ integral: 80 * minute, coveredMs: minute })
  })
})

test.each([
  ['Europe/Berlin', '2026-03-29', 23],
  ['Europe/Berlin', '2026-10-25', 25],
  ['Asia/Shanghai', '2026-07-01', 24],
])('a day of %s on %s has %d hours, and each is an hour', (zone, date, count) => {
  const noon = Date.parse(`${date}T12:00:00Z`)
  const [day] = localDays(zone, noon, noon + 1)
  expect(day!.hours).toHaveLength(count)
  expect(day!.hours.map((hour) => hour.endMs - hour.startMs)).toEqual(Array(count).fill(HOUR_MS))
})

const plantP = (more: Record<string, unknown> = {}) =>
  plantOptions.parse({ id: 'p', name: {}, timezone: 'UTC', ...more })

describe("the plant's plan", () => {
  const nights = { name: 'night', start: '22:00', end: '06:00', days: ['mon'] }
  const breaks = { breaks: [{ start: '01:00', end: '01:30' }], breaks_in_pbt: false }
  const plan = new PlantPlan(plantP({ shifts: [{ ...nights, ...breaks }] }))
  // A Monday, and the Tuesday after it.
  test.each([
    ['2026-02-02T21:59:00Z', false, null, '22:00'],
    ['2026-02-02T22:00:00Z', true, null, '00:00'],
    ['2026-02-03T00:59:00Z', true, null, '01:00'],
    ['2026-02-03T01:00:00Z', true, 'break', '01:30'],
    ['2026-02-03T05:00:00Z', true, null, '06:00'],
    ['2026-02-03T23:00:00Z', false, null, '00:00'],
  ])('of a night shift with a break, at %s', (time, inShift, slot, change) => {
    const part = plan.at(Date.parse(time))
    expect({ ...part, endMs: new Date(part.endMs).toISOString().slice(11, 16) }).toEqual({
      inShift,
      slot,
      endMs: change,
    })
  })

  it('without shifts is always in shift', () => {
    expect(new PlantPlan(plantP()).at(FROM)).toMatchObject({ inShift: true, slot: null })
  })
})

describe('a time account', () => {
  const hour = [{ startMs: FROM, endMs: FROM + HOUR_MS }]
  const account = (holdMs: number, shifts: unknown[] = []) => {
    const samples = [
      { ts: FROM, metrics: { state: 'Execute' } },
      { ts: FROM + 20 * minute, metrics: { state: 'Idle' } },
    ]
    const [found] = followStates(samples, hour, new PlantPlan(plantP({ shifts })), holdMs)
    return Object.fromEntries(STATES.flatMap((state, i) => (found![i]! > 0 ? [[state, found![i]! / minute]] : [])))
  }

  it('holds a word until the next one while the device is connected', () => {
    expect(account(Infinity)).toEqual({ PRODUCING: 20, IDLE_STARVED: 40 })
  })

  it('is unknown where a word has held for as long as it may', () => {
    expect(account(5 * minute)).toEqual({ PRODUCING: 5, IDLE_STARVED: 5, UNKNOWN: 50 })
  })

  it('splits idle time where the shift ends', () => {
    expect(account(Infinity, [{ name: 'short', start: '00:00', end: '00:30' }])).toEqual({
      PRODUCING: 20,
      IDLE_STARVED: 10,
      IDLE_NO_ORDER: 30,
    })
  })
})

describe('what must come of a run of two days', () => {
  const series = { period_s: 15 }
  const plant = plantP({
    devices: [
      { id: 'main', role: 'main', metrics: { elec_import_kwh: { ...series, max_rate: 500 } } },
      { id: 's1', role: 'stack', metrics: { nox_mgm3: series, stack_flow_nm3h: series } },
      { id: 'r1', role: 'robot', on_change: true, metrics: { cycle_count: series } },
    ],
  })
  const expected = (device: SimulatedDevice, ...faults: FaultName[]): Expectation[] => {
    const samples = samplesOf(device)
    return expectedOf(plant, [{ samples, faults: faultsOf(faults, samples, 1).ofSamples }], FROM, FROM + 48 * HOUR_MS)
  }
  const main = meter('main', 'elec_import_kwh')
  const kpi = (id: string, window: '1h' | '1d') => (one: Expectation) => one.kpi === id && one.window === window

  it('is stated for every hour and day, of the meter and of the plant whose main meter it is', () => {
    const found = expected(main)
    expect(found).toHaveLength(2 * (48 + 2))
    expect(found.every((one) => one.exact)).toBe(true)
    expect(new Set(found.filter((one) => one.window === '1h').map((one) => one.value))).toEqual(new Set([120]))
    expect(found.filter((one) => one.window === '1d').map((one) => one.scope)).toEqual([
      'device',
      'device',
      'plant',
      'plant',
    ])
  })

  it('is 8 kg of NOx an hour at 80 mg/Nm³ and 100,000 Nm³/h', () => {
    const found = expected(stack('s1'))
    expect(new Set(found.filter(kpi('pollutant_mean_nox', '1h')).map((one) => one.value))).toEqual(new Set([80]))
    for (const one of found.filter(kpi('pollutant_mass_nox', '1h'))) expect(one.value).toBeCloseTo(8, 9)
    for (const one of found.filter(kpi('pollutant_mass_nox', '1d'))) expect(one.value).toBeCloseTo(192, 9)
  })

  it('is half an hour of work, half of holding, and 30 cycles each hour', () => {
    const found = expected(robot('r1'))
    expect(new Set(found.filter(kpi('time_producing', '1h')).map((one) => one.value))).toEqual(new Set([1800]))
    expect(new Set(found.filter(kpi('time_held', '1d')).map((one) => one.value))).toEqual(new Set([43_200]))
    expect(new Set(found.filter(kpi('cycles', '1d')).map((one) => one.value))).toEqual(new Set([720]))
    // All states of an hour make an hour.
    const times = found.filter((one) => one.kpi.startsWith('time_') && one.start === new Date(FROM).toISOString())
    const hour = times.filter((one) => one.window === '1h').reduce((sum, one) => sum + one.value!, 0)
    expect(hour).toBe(3600)
  })

  it('is exact and flagged after a glitch', () => {
    const flagged = expected(main, 'glitch').filter((one) => one.flags !== undefined && one.window === '1h')
    // Eight in two days, less none in the first half hour; device and plant.
    expect(flagged).toHaveLength(16)
    expect(flagged.every((one) => one.exact && one.flags?.includes('counter_glitch'))).toBe(true)
  })

  it('is off by less than one step after a reset, and flagged', () => {
    const changed = expected(main, 'reset').filter((one) => !one.exact && one.window === '1h')
    expect(changed).toHaveLength(8)
    for (const one of changed) {
      expect(one.bound).toBeLessThanOrEqual(0.5 + 1e-6)
      expect(one.flags).toEqual(['counter_reset'])
    }
  })

  it('is bridged over a silence: constant power loses nothing, and the hours are estimated', () => {
    const flagged = expected(main, 'silence').filter((one) => one.flags?.includes('estimated'))
    expect(flagged.length).toBeGreaterThan(8)
    expect(flagged.every((one) => one.exact && one.value! % 120 === 0)).toBe(true)
  })

  it('is no figure for an hour in which a stack was silent for more than 15 minutes', () => {
    const found = expected(stack('s1'), 'silence')
    const nulls = found.filter(kpi('pollutant_mean_nox', '1h')).filter((one) => one.value === null)
    expect(nulls.length).toBeGreaterThanOrEqual(4)
    expect(nulls.every((one) => one.coverage_below === 1)).toBe(true)
    for (const day of found.filter(kpi('pollutant_mean_nox', '1d')))
      expect(day).toMatchObject({ value: 80, exact: true })
    for (const day of found.filter(kpi('pollutant_mass_nox', '1d'))) {
      expect(day.exact).toBe(false)
      expect(day.bound).toBeGreaterThan(8)
    }
  })

  it('is within what flowed meanwhile when the clock was behind, and refused samples are named', () => {
    const found = expected(main, 'clock').filter((one) => one.window === '1h' && one.scope === 'device')
    const behind = found.filter((one) => !one.exact)
    expect(behind).toHaveLength(4)
    for (const one of behind) {
      expect(one.bound).toBeLessThan(40)
      expect(one.flags_if_different).toContain('implausible_rate')
    }
    expect(found.filter((one) => one.rejected)).toHaveLength(4)
  })

  it('is a state that held too long where samples of a robot were refused', () => {
    const changed = expected(robot('r1'), 'clock').filter((one) => !one.exact)
    expect(changed.length).toBeGreaterThan(0)
    expect(changed.every((one) => one.rejected === true)).toBe(true)
  })
})

function hours(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * 60 * minute)
}

function differencesOf(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - values[i]!)
}
