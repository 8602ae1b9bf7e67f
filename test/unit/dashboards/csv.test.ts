import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { alarmsCsv } from '../../../dashboards/src/export/alarms-csv.js'
import { chartCsv } from '../../../dashboards/src/export/chart-csv.js'
import { csvText } from '../../../dashboards/src/export/csv.js'
import { chartFileName, fileName } from '../../../dashboards/src/export/file-name.js'
import { reportCsv } from '../../../dashboards/src/export/report-csv.js'
import { isoText } from '../../../dashboards/src/time/time.js'
import type { KpiInfo } from '../../../src/base/kpi.js'
import { anAlarm as alarm } from '../../support/alarm.js'
import { hourPoint } from './point.js'

const rowsOf = (text: string) => parse(text, { bom: true, columns: true }) as Record<string, string>[]

describe('a table as a file', () => {
  it('begins as Excel wants it, and each line ends as RFC 4180 says', () => {
    expect(csvText(['a', 'b'], [[1, null]])).toBe('\uFEFFa,b\r\n1,\r\n')
  })

  it.each(['=cmd()', '+1', '-1', '@sum', '\t=1', '\r=1'])(
    'what somebody has written is never a formula: %j',
    (text) => {
      expect(rowsOf(csvText(['note'], [[text]]))).toEqual([{ note: `'${text}` }])
    },
  )

  it('a number below zero stays one, a comma, a quote and a new line stay what they are', () => {
    const words = 'chiller 3, "off"\nat 16:40'
    expect(rowsOf(csvText(['value', 'is', 'note'], [[-4.000000001, true, words]]))).toEqual([
      { value: '-4.000000001', is: 'true', note: words },
    ])
  })
})

it('the rows of a chart are its windows, unrounded, in the time of the plant', () => {
  const points = [
    hourPoint(8, 10.123456789, { estimated_share: 0.25, rev: 2, flags: ['estimated', 'restated'] }),
    hourPoint(9, null, { coverage: 0, provisional: true }),
  ]
  expect(rowsOf(chartCsv(points, 'Asia/Shanghai'))).toEqual([
    {
      start: '2026-11-24T16:00:00+08:00',
      end: '2026-11-24T17:00:00+08:00',
      value: '10.123456789',
      unit: 'kWh',
      coverage: '1',
      estimated_share: '0.25',
      provisional: 'false',
      rev: '2',
      reason: '',
      flags: 'estimated restated',
      factors: '',
    },
    expect.objectContaining({ value: '', coverage: '0', provisional: 'true', reason: 'no_data' }),
  ])
})

it('the rows of a report are its figures by name, unrounded, with what they rest on', () => {
  const info = { id: 'carbon_total_lb', name: { en: 'Carbon, total', zh: '碳排放总量' } } as KpiInfo
  const point = hourPoint(8, 2_345.678912, { unit: 'kg', estimated_share: 0.5, factors: ['grid-cn', 'gas'] })
  const unknown = hourPoint(9, null, { provisional: true })
  const report = [point, unknown].map((of) => ({ group: 'emissions', info, point: of }) as const)
  expect(rowsOf(reportCsv(report, 'Asia/Shanghai', 'zh'))).toEqual([
    {
      figure: 'carbon_total_lb',
      name: '碳排放总量',
      value: '2345.678912',
      unit: 'kg',
      start: '2026-11-24T16:00:00+08:00',
      end: '2026-11-24T17:00:00+08:00',
      coverage: '1',
      estimated_share: '0.5',
      state: 'final',
      reason: '',
      flags: '',
      factors: 'grid-cn gas',
    },
    expect.objectContaining({ value: '', state: 'provisional', reason: 'no_data' }),
  ])
  expect(rowsOf(reportCsv(report, 'UTC', 'en'))[0]!.name).toBe('Carbon, total')
})

it('the rows of the alarms are one each, with what was said', () => {
  const noted = alarm('a', {
    value: 158.2,
    limit: 150,
    acked_by: 'Li, Wei',
    notes: [
      { at: '2026-11-24T08:31:00Z', by: 'Li, Wei', text: 'chiller 3 "goes off"\nat 16:40' },
      { at: '2026-11-24T08:40:00Z', by: null, text: 'corrected' },
    ],
  })
  expect(rowsOf(alarmsCsv([noted, alarm('b')], 'en'))).toMatchObject([
    {
      plant: 'p',
      alarm: 'a',
      id: 'a',
      severity: 'minor',
      value: '158.2',
      limit: '150',
      started: '2026-11-24T08:00:00Z',
      cleared: '',
      acknowledged_by: 'Li, Wei',
      watched: 'true',
      notes: '2026-11-24T08:31:00Z Li, Wei: chiller 3 "goes off"\nat 16:40\n2026-11-24T08:40:00Z gateway: corrected',
    },
    { id: 'b', acknowledged_by: '', notes: '' },
  ])
})

describe('the name of a file', () => {
  it('says of what and of when it is', () => {
    const span = { fromMs: Date.UTC(2026, 10, 23, 16), toMs: Date.UTC(2026, 10, 24, 16) }
    const stream = { plant: 'suzhou-1', line: 'press', kpi: 'oee', window: '1h' } as const
    const name = 'suzhou-1_press_oee_1h_20261124T0000_20261125T0000.csv'
    expect(chartFileName(stream, span, 'Asia/Shanghai', 'csv')).toBe(name)
  })

  it('needs no quoting, whatever a device calls itself', () => {
    expect(fileName(['p', 'robot 7/../#2', 'clock'], 'csv')).toBe('p_robot-7-..-2_clock.csv')
  })
})

it.each([
  ['Asia/Kolkata', '2026-11-24T17:30:00+05:30'],
  ['America/Monterrey', '2026-11-24T06:00:00-06:00'],
  ['UTC', '2026-11-24T12:00:00+00:00'],
])('an instant in %s has its offset', (zone, text) => {
  expect(isoText(Date.UTC(2026, 10, 24, 12), zone)).toBe(text)
})

it('the rows of a chart that compares have the value of the period before, and the difference', () => {
  const dayBefore = { start: '2026-11-23T08:00:00Z', end: '2026-11-23T09:00:00Z' }
  const before = { points: [hourPoint(8, 8, dayBefore)], shiftMs: 86_400_000 }
  const rows = rowsOf(chartCsv([hourPoint(8, 10.5), hourPoint(9, 12)], 'Asia/Shanghai', before))
  expect(rows).toEqual([
    expect.objectContaining({ value: '10.5', previous: '8', difference: '2.5' }),
    expect.objectContaining({ value: '12', previous: '', difference: '' }),
  ])
})
