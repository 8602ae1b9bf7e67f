import { describe, expect, it } from 'vitest'
import { stackDevices, stackRemarks, stackRows, trackEnd } from '../../../dashboards/src/plant/stacks.js'
import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { Target } from '../../../src/base/wire.js'
import { aPlant } from './plant.js'
import { hourPoint } from './point.js'

const limit: Target = { kpi: 'pollutant_mean_nox', window: '1h', max: 150 }

/** The newest points of a stack, by kpi and window; null is a figure without a value. */
function stack(figures: Readonly<Record<string, number | null>>) {
  return (kpi: string, window: Window): KpiPoint | undefined => {
    const value = figures[`${kpi.replace('pollutant_', '')} ${window}`]
    return value === undefined ? undefined : hourPoint(8, value, { kpi, window })
  }
}

describe('the rows of a stack', () => {
  it('are those of what is measured', () => {
    const rows = stackRows(stack({ 'mean_nox 1h': 118, 'mass_pm 1d': 3 }), [])
    expect(rows.map(({ pollutant }) => pollutant)).toEqual(['nox', 'pm'])
    expect(rows[0]!.day).toBeNull()
    expect(stackRows(stack({}), [])).toEqual([])
  })

  it('keep their place when a value goes', () => {
    const rows = stackRows(stack({ 'mean_nox 1h': null }), [limit])
    expect(rows.map(({ pollutant }) => pollutant)).toEqual(['nox'])
    expect(rows[0]!.hour?.point.reason).toBe('no_data')
  })

  it('compare an hour with the limit of the hour, and a day with that of the day', () => {
    const newest = stack({ 'mean_nox 1h': 151, 'mean_nox 1d': 151 })
    const [row] = stackRows(newest, [limit])
    expect(row!.hour?.reference).toEqual({ kind: 'limit', value: 150, isMissed: true })
    expect(row!.day?.reference).toBeNull()
    expect(stackRows(stack({ 'mean_nox 1h': 150 }), [limit])[0]!.hour?.reference?.isMissed).toBe(false)
  })
})

describe('a stack with a limit of a standard', () => {
  /** 418 mg/Nm3 at reference oxygen against 200. */
  const newest = (kpi: string, window: Window) => {
    const figures = { pollutant_mean_nox: 395, pollutant_ref_mean_nox: 418, exceed_multiple_nox: 1.09 }
    const value = figures[kpi as keyof typeof figures]
    return value === undefined ? undefined : hourPoint(8, value, { kpi, window, denominator: 200 })
  }

  it('is compared at reference oxygen, in the hour and in the day', () => {
    const [row] = stackRows(newest, [])
    expect(row!.hour).toMatchObject({
      point: { value: 418 },
      reference: { kind: 'limit', value: 200, isMissed: true },
    })
    expect(row!.day?.point.value).toBe(418)
    expect(trackEnd([row!], 'nox')).toBe(250)
  })

  it('has none where several stacks are one row', () => {
    expect(stackRows(newest, [], false)[0]!.hour).toMatchObject({ point: { value: 395 }, reference: null })
  })

  it('in an hour that is not valid is shown as measured', () => {
    const invalid = (kpi: string, window: Window) =>
      kpi === 'pollutant_mean_nox' ? newest(kpi, window) : hourPoint(8, null, { kpi, window })
    expect(stackRows(invalid, [])[0]!.hour).toMatchObject({ point: { value: 395 }, reference: null })
  })
})

describe('the track of a row', () => {
  it('has the limit at 80 %, for every stack of the plant', () => {
    const rows = [stackRows(stack({ 'mean_nox 1h': 90 }), [limit]), stackRows(stack({ 'mean_nox 1h': 400 }), [])].flat()
    expect(trackEnd(rows, 'nox')).toBe(187.5)
  })

  it('without a limit has the highest mean there', () => {
    const rows = [stackRows(stack({ 'mean_nox 1h': 90 }), []), stackRows(stack({ 'mean_nox 1h': 120 }), [])].flat()
    expect(trackEnd(rows, 'nox')).toBe(150)
    expect(trackEnd(stackRows(stack({ 'mean_nox 1h': null }), []), 'nox')).toBe(0)
  })
})

describe('what is said of a stack in words', () => {
  it('is nothing while all is there and within its limits', () => {
    expect(stackRemarks(stackRows(stack({ 'mean_nox 1h': 118, 'mass_nox 1d': 2 }), [limit]))).toEqual([])
  })

  it('is said once of what is true of all pollutants', () => {
    const rows = stackRows(stack({ 'mean_nox 1h': 1, 'mass_nox 1d': null, 'mean_pm 1h': null, 'mass_pm 1d': null }), [])
    expect(stackRemarks(rows).map(({ figures, pollutants }) => ({ figures, pollutants }))).toEqual([
      { figures: ['hour'], pollutants: ['pm'] },
      { figures: ['mass'], pollutants: [] },
    ])
  })

  it('is said once of figures that are missing for the same reason', () => {
    const rows = stackRows(stack({ 'mean_nox 1h': null, 'mean_nox 1d': null, 'mass_nox 1d': null }), [])
    expect(stackRemarks(rows)).toMatchObject([{ figures: ['hour', 'day', 'mass'], pollutants: [] }])
  })

  it('names what is above its limit', () => {
    const rows = stackRows(stack({ 'mean_nox 1h': 151, 'mean_so2 1h': 8 }), [limit])
    expect(stackRemarks(rows)).toMatchObject([
      { figures: ['hour'], pollutants: ['nox'], of: { reference: { value: 150 } } },
    ])
  })
})

it('a stack is a device of that role', () => {
  const plant = aPlant([
    { id: 'boiler-1', role: 'stack' },
    { id: 'main-1', role: 'main' },
    { id: 'stranger', role: null },
  ])
  expect(stackDevices(plant).map(({ id }) => id)).toEqual(['boiler-1'])
})
