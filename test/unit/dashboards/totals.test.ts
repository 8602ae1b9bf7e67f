import { describe, expect, it } from 'vitest'
import {
  barWindow,
  ENERGY_WINDOWS,
  HOURLY_WINDOWS,
  ratioOf,
  sumOf,
  sumWindow,
} from '../../../dashboards/src/series/totals.js'
import { parseRange } from '../../../dashboards/src/time/range.js'
import { hourPoint } from './point.js'

describe('what the windows of a range come to', () => {
  it('the windows of the calendar for its periods, else the longest that fit', () => {
    const windowOf = (text: string) => sumWindow(parseRange(text)!, ENERGY_WINDOWS)
    expect(['2026-11-24', 'week-2026-11-23', '2026-11', '2026'].map(windowOf)).toEqual(['1d', '1d', '1mo', '1mo'])
    expect(['1h', '6h', '24h', '7d', '30d'].map(windowOf)).toEqual(['15m', '15m', '1h', '1h', '1d'])
    expect(sumWindow(parseRange('1h')!, HOURLY_WINDOWS)).toBe('1h')
  })

  it('bars of hours for a day, of days for a month, of months for a year', () => {
    expect(['24h', '2026-11', '2026'].map((text) => barWindow(parseRange(text)!))).toEqual(['1h', '1d', '1mo'])
  })

  it('a sum lacks the hours that are not known, and says how many', () => {
    const total = sumOf([hourPoint(8, 10), hourPoint(9, null), hourPoint(10, 5)])
    expect(total).toMatchObject({ value: 15, missing: 1, reason: '' })
  })

  it('nothing known at all is null with its reason, not 0', () => {
    expect(sumOf([hourPoint(8, null)])).toMatchObject({ value: null, missing: 0, reason: 'no_data' })
    expect(sumOf([])).toMatchObject({ value: null, span: null })
  })

  it('ratios are not averaged: 1 of 2 and 90 of 100 are 91 of 102', () => {
    const ratio = (hour: number, numerator: number, denominator: number) =>
      hourPoint(hour, numerator / denominator, { numerator, denominator })
    expect(ratioOf([ratio(8, 1, 2), ratio(9, 90, 100)]).value).toBeCloseTo(91 / 102, 12)
  })

  it('coverage and the estimated part are weighed by time, factors and flags are told once', () => {
    const day = { end: '2026-11-25T10:00:00.000Z', coverage: 0.5, estimated_share: 0.2 }
    const total = sumOf([
      hourPoint(8, 1, { factors: ['b', 'a'], flags: ['co2_only'] }),
      hourPoint(9, 1, { ...day, end: '2026-11-24T12:00:00.000Z', factors: ['a'], flags: ['co2_only'] }),
    ])
    expect(total.coverage).toBeCloseTo((1 + 3 * 0.5) / 4, 12)
    expect(total.estimatedShare).toBeCloseTo((3 * 0.2) / 4, 12)
    expect(total).toMatchObject({ factors: ['a', 'b'], flags: ['co2_only'] })
  })
})
