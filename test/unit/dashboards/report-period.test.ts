import { describe, expect, it } from 'vitest'
import { dayAfter, dayBefore, firstChoice, firstWholeDay, lastPeriods } from '../../../dashboards/src/reports/period.js'
import { periodText } from '../../../dashboards/src/time/range-text.js'

describe('the periods that a report is offered for', () => {
  const today = Date.parse('2026-11-25T10:00Z')

  it('are the newest that are over', () => {
    expect(lastPeriods('month', today, 2)).toEqual([
      { from: '2026-10-01', to: '2026-11-01' },
      { from: '2026-09-01', to: '2026-10-01' },
    ])
    expect(lastPeriods('quarter', today, 4)[3]).toEqual({ from: '2025-10-01', to: '2026-01-01' })
    expect(lastPeriods('year', today, 1)).toEqual([{ from: '2025-01-01', to: '2026-01-01' }])
  })

  it('in January the last month is of the year before', () => {
    expect(lastPeriods('month', Date.parse('2026-01-01T00:00Z'), 1)).toEqual([{ from: '2025-12-01', to: '2026-01-01' }])
  })

  it('a day has one before and one after it, across February and the year', () => {
    expect([dayAfter('2024-02-28'), dayAfter('2026-12-31'), dayBefore('2026-03-01')]).toEqual([
      '2024-02-29',
      '2027-01-01',
      '2026-02-28',
    ])
  })
})

describe('what a new report begins with', () => {
  const today = Date.parse('2026-11-25T10:00Z')

  it.each([
    ['last month, when it has data', '2026-10-31', '2026-11-25', { preset: 'month', place: 0 }],
    [
      'the newest month that has, when the plant fell silent',
      '2026-01-10',
      '2026-08-15',
      { preset: 'month', place: 2 },
    ],
    [
      'the days that are over, when all data are of this month',
      '2026-11-21',
      '2026-11-25',
      { preset: 'custom', days: { from: '2026-11-21', to: '2026-11-25' } },
    ],
    [
      'the first whole day, when it began today: today would be empty',
      '2026-11-25',
      '2026-11-25',
      { preset: 'custom', days: { from: '2026-11-26', to: '2026-11-27' } },
    ],
    [
      'the days with data, when they are older than what is offered',
      '2020-01-03',
      '2020-01-05',
      { preset: 'custom', days: { from: '2020-01-03', to: '2020-01-06' } },
    ],
  ])('is %s', (_, first, last, choice) => {
    expect(firstChoice({ first, last }, today, 24)).toEqual(choice)
  })

  it('the first whole day is told on the first day alone', () => {
    expect(firstWholeDay({ first: '2026-11-25' }, today)).toBe('2026-11-26')
    expect(firstWholeDay({ first: '2026-11-24' }, today)).toBeNull()
    expect(firstWholeDay(null, today)).toBeNull()
    expect(firstWholeDay({ first: '2026-12-31' }, Date.parse('2026-12-31T23:59Z'))).toBe('2027-01-01')
  })

  it('is last month when nothing is known', () => {
    expect(firstChoice(null, today, 24)).toEqual({ preset: 'month', place: 0 })
  })
})

describe('a period in words', () => {
  it.each([
    ['2026-10-01', '2026-11-01', 'Oct 2026', '2026年10月'],
    ['2025-12-01', '2026-01-01', 'Dec 2025', '2025年12月'],
    ['2026-01-01', '2027-01-01', '2026', '2026年'],
    ['2026-10-05', '2026-10-06', '5 Oct 2026', '2026年10月5日'],
    ['2026-07-01', '2026-10-01', '1 Jul 2026 – 30 Sept 2026', '2026年7月1日 – 2026年9月30日'],
    ['2026-04-01', '2027-04-01', '1 Apr 2026 – 31 Mar 2027', '2026年4月1日 – 2027年3月31日'],
  ])('%s to before %s is %s', (from, to, en, zh) => {
    expect(periodText(from, to, 'en')).toBe(en)
    expect(periodText(from, to, 'zh')).toBe(zh)
  })
})
