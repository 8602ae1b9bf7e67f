import type { Report, ReportRow, ReportTable, Text } from '../../../base/report.js'
import { figureOfCell } from '../sheet.js'
import { REPORT_WORDS } from '../words.js'

/** A table as it is printed: what is left out of it stands in the workbook and as CSV, and the text says how much. */
export interface PrintedTable {
  readonly table: ReportTable
  readonly leftOut: Text | null
}

/** Rows of these tables that say only that all is well: hundreds of them would hide those that do not. */
const ALL_WELL: readonly (readonly [table: RegExp, isWell: (report: Report, cells: Cells) => boolean, what: Text])[] = [
  [/^streams(-|$)/, isStreamWell, REPORT_WORDS.streamsWell],
  [/^coverage(-|$)/, isCovered, REPORT_WORDS.figuresCovered],
]

/** So few rows are read in whole. */
const ROWS_ALWAYS_MAX = 12

export function printedTable(report: Report, table: ReportTable): PrintedTable {
  const rule = ALL_WELL.find(([id]) => id.test(table.id))
  if (rule === undefined || table.rows.length <= ROWS_ALWAYS_MAX) return { table, leftOut: null }
  const [, isWell, what] = rule
  const rows = table.rows.filter((row) => !isWell(report, cellsOf(table, row)))
  const count = table.rows.length - rows.length
  if (count === 0) return { table, leftOut: null }
  const of = table.rows.length
  return {
    table: { ...table, rows },
    leftOut: { en: `${count} of ${of} ${what.en}`, zh: `${of} 项中有 ${count} 项${what.zh}` },
  }
}

type Cells = ReadonlyMap<string, ReportRow['cells'][number]>

function cellsOf({ columns }: ReportTable, { cells }: ReportRow): Cells {
  return new Map(columns.map(({ id }, index) => [id, cells[index] ?? null]))
}

/** Everything due has come, of good quality, on time, without a gap, by a clock that is right. */
function isStreamWell(report: Report, cells: Cells): boolean {
  const value = (id: string) => valueIn(report, cells, id)
  const clock = cells.get('clock')
  const isClockGood = clock !== null && clock !== undefined && 'text' in clock && clock.text.en === 'good'
  const isComplete = cells.get('completeness') === null || value('completeness') === 100
  const isQuiet = ['gaps', 'gap_hours', 'late', 'assumed'].every((id) => value(id) === 0)
  return isClockGood && isComplete && isQuiet && value('good') === value('received')
}

function isCovered(report: Report, cells: Cells): boolean {
  const from = cells.get('from') ?? null
  const isWhole = from === null || 'text' in from
  return isWhole && valueIn(report, cells, 'coverage') === 100 && valueIn(report, cells, 'estimated') === 0
}

function valueIn(report: Report, cells: Cells, column: string): number | null {
  const cell = cells.get(column)
  if (cell === null || cell === undefined || !('figure' in cell)) return null
  const { value } = figureOfCell(report, cell.figure)
  return value === null ? null : Number(value)
}
