import { describe, expect, it } from 'vitest'
import { figurePeriod, sparkPlan } from '../../../dashboards/src/tiles/period.js'
import { parseRange } from '../../../dashboards/src/time/range.js'
import { WINDOWS } from '../../../src/base/kpi.js'

const ZONE = 'Asia/Shanghai'
/** 24 November 2026, 16:42 in Shanghai. */
const NOW = Date.parse('2026-11-24T08:42:00Z')
const range = (text: string) => parseRange(text)!
const figure = (text: string) => figurePeriod(range(text), '1d', ZONE, NOW)
const spark = (text: string, isSlow = false) =>
  sparkPlan({ range: range(text), zone: ZONE, nowMs: NOW }, WINDOWS, isSlow)

describe('the figure of a tile', () => {
  it.each(['24h', '1h', '7d', '2026', 'week-2026-11-16'])('is that of the whole range %s', (text) => {
    expect(figure(text)).toMatchObject({ kind: 'range' })
  })

  it('of the last 24 h is of exactly so long, and compared with the 24 h before', () => {
    expect(figure('24h')).toEqual({
      kind: 'range',
      span: { fromMs: NOW - 86_400_000, toMs: NOW },
      before: { fromMs: NOW - 2 * 86_400_000, toMs: NOW - 86_400_000 },
    })
  })

  it('of today is that of the running day, and of what is judged by the hour that of this hour', () => {
    expect(figure('2026-11-24')).toEqual({ kind: 'running', window: '1d' })
    expect(figurePeriod(range('24h'), '1h', ZONE, NOW)).toEqual({ kind: 'running', window: '1h' })
    expect(figurePeriod(range('week-2026-11-16'), '1h', ZONE, NOW)).toMatchObject({ kind: 'range' })
  })

  it('is that of a day or a month that is over, by the clock of the plant', () => {
    expect(figure('2026-11-23')).toMatchObject({
      kind: 'past',
      window: '1d',
      span: { fromMs: Date.parse('2026-11-22T16:00:00Z'), toMs: Date.parse('2026-11-23T16:00:00Z') },
    })
    expect(figure('2026-10')).toMatchObject({ kind: 'past', window: '1mo' })
  })

  it('is that of the month so far when this month is chosen', () => {
    expect(figure('2026-11')).toEqual({ kind: 'running', window: '1mo' })
  })
})

describe('the spark of a tile', () => {
  it('is the last day by the hour, unless a day or a longer time is chosen', () => {
    expect(spark('24h')).toBeNull()
    expect(spark('1h')).toBeNull()
    expect(spark('2026-11-24')?.window).toBe('1h')
    expect(spark('30d')?.window).toBe('1d')
    expect(spark('2026')?.window).toBe('1mo')
  })

  it('never has more marks than it can show', () => {
    for (const text of ['7d', '30d', '2026-11', 'week-2026-11-16']) {
      const plan = spark(text)!
      const marks = (plan.span.toMs - plan.span.fromMs) / { '1h': 3_600_000, '1d': 86_400_000 }[plan.window as '1d']
      expect(marks).toBeLessThanOrEqual(60)
    }
  })

  it('of what has a value a day only goes by days', () => {
    expect(spark('24h', true)?.window).toBe('1d')
    expect(spark('2026-11-23', true)?.window).toBe('1d')
  })
})
