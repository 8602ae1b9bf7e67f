import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { csvOf } from '../../../dashboards/src/export/csv.js'
import { fileName } from '../../../dashboards/src/export/file-name.js'
import { isoText } from '../../../dashboards/src/time.js'
import { hourPoint } from './point.js'

const rowsOf = (text: string) => parse(text, { bom: true, columns: true }) as Record<string, string>[]

it('the rows of a CSV are the windows of the chart, unrounded, in the time of the plant', () => {
  const points = [
    hourPoint(8, 10.123456789, { estimated_share: 0.25, rev: 2, flags: ['estimated', 'restated'] }),
    hourPoint(9, null, { coverage: 0, provisional: true }),
  ]
  const text = csvOf(points, 'Asia/Shanghai')
  expect(text.startsWith('\uFEFFstart,end,value,unit,')).toBe(true)
  expect(rowsOf(text)).toEqual([
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

it('a text that a spreadsheet would take for a formula is a text, a negative number is a number', () => {
  const [row] = rowsOf(csvOf([hourPoint(8, -5, { factors: ['=HYPERLINK("http://x","y")'], unit: '@kg' })], 'UTC'))
  expect(row).toMatchObject({ value: '-5', factors: `'=HYPERLINK("http://x","y")`, unit: "'@kg" })
})

it('its name says of what and of when it is', () => {
  const span = { fromMs: Date.UTC(2026, 10, 23, 16), toMs: Date.UTC(2026, 10, 24, 16) }
  const stream = { plant: 'suzhou-1', line: 'press', kpi: 'oee', window: '1h' } as const
  expect(fileName(stream, span, 'Asia/Shanghai', 'csv')).toBe('suzhou-1_press_oee_1h_20261124T0000_20261125T0000.csv')
})

it.each([
  ['Asia/Kolkata', '2026-11-24T17:30:00+05:30'],
  ['America/Monterrey', '2026-11-24T06:00:00-06:00'],
  ['UTC', '2026-11-24T12:00:00+00:00'],
])('an instant in %s has its offset', (zone, text) => {
  expect(isoText(Date.UTC(2026, 10, 24, 12), zone)).toBe(text)
})
