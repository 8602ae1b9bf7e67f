import writeXlsxFile, { type CellObject, type Row } from 'write-excel-file/node'
import { withoutTimes } from '../audit/render/zip-times.js'
import { FIGURE_COLUMNS, type FigureCell } from './figure-table.js'

const WIDTHS: Readonly<Partial<Record<(typeof FIGURE_COLUMNS)[number], number>>> = {
  kpi: 28,
  start: 27,
  end: 27,
  flags: 24,
}

/** The table as a workbook of one sheet: numbers are numbers, everything else is text that never becomes a formula. */
export async function figureWorkbook(rows: readonly (readonly FigureCell[])[]): Promise<Buffer> {
  const head: Row = FIGURE_COLUMNS.map((name) => ({ value: name, type: String, fontWeight: 'bold' }))
  const sheet = {
    sheet: 'figures',
    data: [head, ...rows.map((row) => row.map(cellOf))],
    stickyRowsCount: 1,
    columns: FIGURE_COLUMNS.map((name) => ({ width: WIDTHS[name] ?? 14 })),
  }
  return withoutTimes(await writeXlsxFile([sheet]).toBuffer())
}

function cellOf(value: FigureCell): CellObject {
  if (value === null || value === '') return {}
  if (typeof value === 'number') return { value, type: Number }
  return { value: String(value), type: String, format: '@' }
}
