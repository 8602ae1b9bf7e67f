import { describe, expect, it } from 'vitest'
import type { RangePoint } from '../../../dashboards/src/series/range-point.js'
import { barWindow, totalOf } from '../../../dashboards/src/series/totals.js'
import { parseRange } from '../../../dashboards/src/time/range.js'
import type { RangeFigure } from '../../../src/base/range-figure.js'
import { hourPoint } from './point.js'

const DAY = { from: '2026-11-24T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' }
const ofRange = (figure: Partial<RangeFigure>): RangePoint => ({
  ...hourPoint(0, 15),
  figure: { ...DAY, data_from: DAY.from, ...figure } as RangeFigure,
})

describe('what a range comes to', () => {
  it('bars of hours for a day, of days for a month, of months for a year', () => {
    expect(['24h', '2026-11', '2026'].map((text) => barWindow(parseRange(text)!))).toEqual(['1h', '1d', '1mo'])
  })

  it('is what the gateway says of it, with its basis', () => {
    const total = totalOf([{ ...ofRange({}), factors: ['a'], flags: ['co2_only'] }])
    expect(total).toMatchObject({ value: 15, reason: '', factors: ['a'], flags: ['co2_only'] })
    expect(total.span).toEqual({ fromMs: Date.parse(DAY.from), toMs: Date.parse(DAY.to) })
  })

  it('begins with its data where these begin inside of it', () => {
    const total = totalOf([ofRange({ data_from: '2026-11-24T18:00:00.000Z' })])
    expect(total.span?.fromMs).toBe(Date.parse('2026-11-24T18:00:00.000Z'))
  })

  it('nothing known at all is null with its reason, not 0', () => {
    expect(totalOf([hourPoint(8, null)])).toMatchObject({ value: null, reason: 'no_data' })
    expect(totalOf([])).toMatchObject({ value: null, span: null })
  })
})
