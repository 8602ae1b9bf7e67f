import { describe, expect, it } from 'vitest'
import { cellOf, figuresInOrder, saysUnit, unitOfColumn, usersOf } from '../../../dashboards/src/reports/figures.js'
import { isInterpolated, registerAt } from '../../../dashboards/src/reports/register.js'
import type { ReportCell, ReportFigure, ReportTable } from '../../../src/base/report.js'

const text = (en: string) => ({ en, zh: en })
const figure = (id: string, unit = 'kWh'): ReportCell => ({ figure: id, unit, scale: 1, decimals: 0 })
const row = (...cells: ReportCell[]) => ({ level: 0, strong: false, cells }) as const

const table: ReportTable = {
  id: 'energy',
  title: text('Energy'),
  columns: [
    { id: 'what', title: text('What'), align: 'left' },
    { id: 'a', title: text('Bought'), align: 'right' },
    { id: 'b', title: text('Made, kWh'), align: 'right' },
  ],
  rows: [
    row({ text: text('Electricity') }, figure('bought'), figure('made')),
    row({ text: text('Gas') }, figure('gas', 'Nm3'), null),
    row({ text: text('Again') }, figure('bought'), null),
  ],
}
const report = { sections: [{ id: 's', title: text('S'), tables: [table] }] }
const made = (by: ReportFigure['made']) => ({ made: by }) as ReportFigure

describe('the figures of a report', () => {
  it('are read row by row, each once', () => {
    expect(figuresInOrder(report)).toEqual(['bought', 'made', 'gas'])
  })

  it('are shown elsewhere as where they stand first; one that only others are made of as none', () => {
    expect(cellOf(report, 'gas')).toMatchObject({ unit: 'Nm3' })
    expect(cellOf(report, 'hidden')).toBeNull()
  })

  it('know which others are made of them: what is taken off is a part too', () => {
    const figures = {
      sum: made({ by: 'sum', of: ['a'], less: ['b'] }),
      ratio: made({ by: 'quotient', of: ['a', 'c'], times: 1 }),
      days: made({ by: 'count', of: 'a' }),
    }
    expect(usersOf(figures, 'a')).toEqual(['sum', 'ratio'])
    expect(usersOf(figures, 'b')).toEqual(['sum'])
  })

  it('of one unit say it once in the head of the column, of several each its own', () => {
    expect(unitOfColumn(table, 0)).toBe('')
    expect(unitOfColumn(table, 1)).toBeNull()
    expect(unitOfColumn(table, 2)).toBe('kWh')
    expect(table.columns.map((column) => saysUnit(column, 'kWh'))).toEqual([false, false, true])
  })
})

describe('a register between two readings', () => {
  const reading = (ts: string, value: number | string) => ({ ts, value, quality: 'good', seq: null })
  const atMs = Date.parse('2026-10-01T00:00:00Z')

  it('lies on the straight line between them', () => {
    const around = [reading('2026-09-30T23:59:45Z', 100), reading('2026-10-01T00:00:45Z', 104)]
    expect(registerAt(around, atMs)).toBe(101)
  })

  it('is that of a reading at the instant itself', () => {
    expect(registerAt([reading('2026-10-01T00:00:00Z', 7)], atMs)).toBe(7)
  })

  it('is interpolated only where no reading stands at the instant itself', () => {
    expect(isInterpolated([reading('2026-09-30T23:59:45Z', 100), reading('2026-10-01T00:00:45Z', 104)], atMs)).toBe(
      true,
    )
    expect(isInterpolated([reading('2026-09-30T23:00:00Z', 6), reading('2026-10-01T00:00:00Z', 7)], atMs)).toBe(false)
    expect(isInterpolated([reading('2026-09-30T23:00:00Z', 6)], atMs)).toBe(false)
  })

  it('is not known where one side has none, or only words', () => {
    expect(registerAt([reading('2026-09-30T23:59:45Z', 100)], atMs)).toBeNull()
    expect(registerAt([reading('2026-10-01T00:00:00Z', 'Execute')], atMs)).toBeNull()
    expect(registerAt([], atMs)).toBeNull()
  })
})
