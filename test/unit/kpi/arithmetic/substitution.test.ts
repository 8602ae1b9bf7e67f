import { describe, expect, test } from 'vitest'
import {
  type HourCause,
  type StackHour,
  substitutedByHj75,
  substitutedByMrr,
} from '../../../../src/kpi/formulas/arithmetic/substitution.js'

const HOUR_MS = 3_600_000
type Stretch = readonly [hours: number, what: number | Exclude<HourCause, 'measured'>]

/** Hours from time 0 on: a number is what was measured, a word why nothing was. */
function hoursOf(...stretches: readonly Stretch[]): StackHour[] {
  return stretches
    .flatMap(([count, what]) => Array.from({ length: count }, () => what))
    .map((what, i) => ({
      startMs: i * HOUR_MS,
      value: typeof what === 'number' ? what : null,
      cause: typeof what === 'number' ? 'measured' : what,
    }))
}

/** 2000 hours of which each older stretch was worse: 50 in the last 180, 60 before, 70 before that. */
const HISTORY: readonly Stretch[] = [
  [1280, 70],
  [540, 60],
  [180, 50],
]
const filled = (capture: number, ...gap: readonly Stretch[]) => substitutedByHj75(hoursOf(...HISTORY, ...gap), capture)

describe('HJ 75 (KPI specification §2.4, secondary source)', () => {
  test('S1: at 92 % capture a gap of 10 h takes the highest of the last 180 measured hours', () => {
    const log = filled(0.92, [10, 'invalid'])
    expect(log).toHaveLength(10)
    expect(log[0]).toEqual({
      startMs: 2000 * HOUR_MS,
      cause: 'invalid',
      gapHours: 10,
      fromHours: 180,
      value: 50,
      method: 'hj75_max_180',
      reason: '',
    })
    expect(log[9]).toEqual({ ...log[0], startMs: 2009 * HOUR_MS })
  })

  test('S1: a gap of 30 h takes the highest of the last 720', () => {
    expect(filled(0.92, [30, 'invalid'])[29]).toMatchObject({ value: 60, method: 'hj75_max_720', fromHours: 720 })
  })

  test('S2: at 80 % it is the highest of the last 2160, here of the 2000 that there are', () => {
    expect(filled(0.8, [1, 'invalid'])).toMatchObject([{ value: 70, method: 'hj75_max_2160', fromHours: 2000 }])
  })

  test('S3: at 70 % nothing is put in, every hour is left to the operator', () => {
    expect(filled(0.7, [2, 'invalid'])).toMatchObject([
      { value: null, method: null, reason: 'low_coverage', fromHours: 0 },
      { value: null, method: null, reason: 'low_coverage', fromHours: 0 },
    ])
  })

  test.each([
    [0.9, 24, 'hj75_max_180'],
    [0.9, 25, 'hj75_max_720'],
    [0.8999, 24, 'hj75_max_2160'],
    [0.75, 25, 'hj75_max_2160'],
    [0.7499, 1, null],
    [Number.NaN, 1, null],
  ] as const)('at a capture of %d a gap of %d h is filled by %s', (capture, gapHours, method) => {
    expect(filled(capture, [gapHours, 'invalid'])[0]?.method).toBe(method)
  })

  test('the 181st hour back does not count', () => {
    expect(substitutedByHj75(hoursOf([1, 99], [180, 50], [1, 'invalid']), 0.95)).toMatchObject([{ value: 50 }])
    expect(substitutedByHj75(hoursOf([1, 99], [179, 50], [1, 'invalid']), 0.95)).toMatchObject([{ value: 99 }])
  })

  test('what was measured after a gap does not fill it, and what was put in fills no later one', () => {
    const log = substitutedByHj75(hoursOf([1, 80], [1, 'invalid'], [180, 50], [1, 'invalid'], [5, 90]), 0.95)
    expect(log).toMatchObject([{ value: 80 }, { value: 50 }])
  })

  test('a stopped hour is not missing: it is not filled, not counted, and ends no gap', () => {
    const log = filled(0.95, [12, 'invalid'], [3, 'stopped'], [12, 'invalid'])
    expect(log).toHaveLength(24)
    expect(log.every((hour) => hour.gapHours === 24 && hour.method === 'hj75_max_180')).toBe(true)
    expect(filled(0.95, [3, 'stopped'])).toEqual([])
  })

  test('out of control: hours after the last good calibration are in doubt and do not count', () => {
    const hours = hoursOf([10, 50], [5, 90], [2, 'out_of_control'])
    const at = (hour: number) => hour * HOUR_MS
    expect(substitutedByHj75(hours, 0.95, [at(3), at(10), at(16)])).toMatchObject([
      { value: 50, fromHours: 10, cause: 'out_of_control' },
      { value: 50, fromHours: 10 },
    ])
    expect(substitutedByHj75(hours, 0.95)).toMatchObject([
      { value: null, method: 'hj75_max_180', reason: 'no_data' },
      { value: null, reason: 'no_data' },
    ])
    expect(substitutedByHj75(hoursOf([10, 50], [5, 90], [2, 'invalid']), 0.95, [at(10)])[0]?.value).toBe(90)
  })

  test('a gap with nothing before it has nothing to take', () => {
    expect(substitutedByHj75(hoursOf([1, 'invalid'], [5, 50]), 0.95)).toMatchObject([
      { value: null, reason: 'no_data' },
    ])
    expect(substitutedByHj75([], 0.95)).toEqual([])
  })
})

describe('EU monitoring regulation, Article 45', () => {
  test('of 9 10 11, before and after the gap, mean 10 and deviation 1 make 12', () => {
    expect(substitutedByMrr(hoursOf([1, 9], [1, 10], [2, 'invalid'], [1, 11]))).toMatchObject([
      { startMs: 2 * HOUR_MS, value: 12, method: 'mrr_mean_2_sigma', fromHours: 3, gapHours: 2 },
      { startMs: 3 * HOUR_MS, value: 12 },
    ])
  })

  test('one measured hour has no deviation', () => {
    expect(substitutedByMrr(hoursOf([1, 9], [1, 'invalid']))).toMatchObject([{ value: null, reason: 'low_sample' }])
  })
})
