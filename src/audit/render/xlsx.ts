import writeXlsxFile, { type CellObject, type Row, type Sheet as XlsxSheet } from 'write-excel-file/node'
import type { Report } from '../../base/report.js'
import { shownCell } from './cell.js'
import { coverLinesOf } from './cover.js'
import { textIn } from './language.js'
import { decimalsOf, fitsSpreadsheet } from './number.js'
import type { RenderOptions } from './options.js'
import { type Sheet, type SheetCell, sheetsOf, unitOf } from './sheet.js'
import { REPORT_WORDS } from './words.js'
import { withoutTimes } from './zip-times.js'

/**
 * A workbook with a sheet for each table. Numbers are numbers, in the unit that the report shows them in and with its
 * decimals as format; where 15 digits are not all of one, its exact value stands beside it as text.
 * Words are text cells with the format of text, so that none becomes a formula, even when somebody edits it.
 */
export async function xlsxOf(report: Report, options: RenderOptions): Promise<Buffer> {
  const names = new Set<string>()
  const cover = nameOf('report', names)
  const named = sheetsOf(report).map((sheet) => ({ name: nameOf(sheet.id, names), sheet }))
  const sheets = named.map(({ name, sheet }) => tableSheet(report, sheet, options, name))
  const all = [coverSheet(report, options, { name: cover, named }), ...sheets]
  return withoutTimes(await writeXlsxFile(all).toBuffer())
}

type WrittenSheet = XlsxSheet<never> & { readonly data: Row[] }

interface NamedSheet {
  readonly name: string
  readonly sheet: Sheet
}

/** Says what the report is, what each sheet holds, with the notes of its table, and what was not checked. */
function coverSheet(
  report: Report,
  options: RenderOptions,
  { name, named }: { readonly name: string; readonly named: readonly NamedSheet[] },
): WrittenSheet {
  const { language } = options
  const heading = (text: string, fontSize: number) => words(text, { fontWeight: 'bold', fontSize })
  const lines = coverLinesOf(report, options).map(({ title, text }) => [
    words(textIn(title, language), QUIET),
    words(text),
  ])
  const contents = named.map(({ name, sheet: { title, note } }) => [
    words(name, QUIET),
    words(textIn(title, language)),
    note === undefined ? null : words(textIn(note, language), WRAPPED),
  ])
  const unchecked = report.unchecked.map((one) => [null, words(textIn(one, language), WRAPPED)])
  return {
    sheet: name,
    columns: [{ width: 34 }, { width: 100 }, { width: 100 }],
    data: [
      [heading(textIn(report.title, language), 14)],
      [],
      ...lines,
      [],
      [heading(textIn(REPORT_WORDS.contents, language), 11)],
      ...contents,
      ...(unchecked.length === 0
        ? []
        : [
            [],
            [
              heading(textIn(REPORT_WORDS.unchecked, language), 11),
              words(textIn(REPORT_WORDS.uncheckedNote, language)),
            ],
          ]),
      ...unchecked,
    ],
  }
}

const QUIET = { textColor: '#616C72', alignVertical: 'top' } as const
const WRAPPED = { wrap: true } as const

function tableSheet(report: Report, sheet: Sheet, options: RenderOptions, name: string): WrittenSheet {
  const columns = sheet.columns.map((_, index) => layoutOf(report, sheet, index, options))
  const head = columns.flatMap(({ head }) => head.map((text) => words(text, HEAD)))
  const rows = sheet.rows.map(({ level, strong, cells }) =>
    columns.flatMap((column, index) => {
      const written = column.cells(cells[index] ?? null)
      return written.map((cell, i) => styled(cell, strong, index === 0 && i === 0 ? level : 0))
    }),
  )
  const data: Row[] = [head, ...rows]
  return { sheet: name, data, stickyRowsCount: 1, columns: head.map((_, i) => ({ width: widthOf(data, i) })) }
}

/** One column of a table may need more in a sheet: its unit, where the rows have several, and the exact values. */
interface ColumnLayout {
  readonly head: readonly string[]
  cells(cell: SheetCell): CellObject[]
}

function layoutOf(report: Report, sheet: Sheet, index: number, { language }: RenderOptions): ColumnLayout {
  const title = textIn(sheet.columns[index]?.title ?? { en: '', zh: '' }, language)
  const cells = sheet.rows.map((row) => row.cells[index] ?? null)
  const hasFigures = cells.some((cell) => cell !== null && 'figure' in cell)
  const unit = unitOf(sheet, index, language)
  const hasUnits = hasFigures && unit === null
  const hasExact = cells.some((cell) => {
    const { exact } = shownCell(report, cell, 'en')
    return exact !== null && !fitsSpreadsheet(exact)
  })
  const head = [
    unit === null || unit === '' || title.endsWith(unit) ? title : `${title} (${unit})`,
    ...(hasUnits ? [textIn(REPORT_WORDS.unit, language)] : []),
    ...(hasExact ? [`${title}: ${textIn(REPORT_WORDS.allDigits, language, ' ')}`] : []),
  ]
  return {
    head,
    cells(cell) {
      const { text, exact, unit, kind } = shownCell(report, cell, language)
      return [
        kind === 'number' && exact !== null ? number(exact, cell) : words(text, kind === 'null' ? RIGHT : {}),
        ...(hasUnits ? [words(unit)] : []),
        ...(hasExact ? [words(exact ?? '', RIGHT)] : []),
      ]
    },
  }
}

function number(exact: string, cell: SheetCell): CellObject {
  const decimals = cell !== null && 'figure' in cell ? cell.decimals : Math.min(decimalsOf(exact), 15)
  const format = decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`
  return { value: Number(exact), type: Number, format, align: 'right' }
}

const HEAD = { fontWeight: 'bold', bottomBorderStyle: 'thin', wrap: true, alignVertical: 'top' } as const
const RIGHT = { align: 'right' } as const

/** A spreadsheet takes a file with a longer cell for a broken one; JSON and CSV have all of it. */
const CELL_CHARS_MAX = 32_767
/** In a cell it stands for the character of that number, ECMA-376-1 §22.9.2.19: an underline that begins one is written as one. */
const ESCAPE = /_(?=x[0-9a-f]{4}_)/gi

function words(text: string, style: Partial<CellObject> = {}): CellObject {
  if (text === '') return { ...style }
  const escaped = text.replaceAll(ESCAPE, '_x005F_')
  const value = escaped.length > CELL_CHARS_MAX ? `${escaped.slice(0, CELL_CHARS_MAX - 1)}\u2026` : escaped
  return { value, type: String, format: '@', wrap: text.includes('\n'), ...style }
}

function styled(cell: CellObject, strong: boolean, level: number): CellObject {
  return { ...cell, ...(strong ? { fontWeight: 'bold' } : {}), ...(level > 0 ? { indent: level } : {}) }
}

const WIDTH_MAX = 60

/** In characters; a Chinese one is as wide as two. */
function widthOf(data: readonly Row[], index: number): number {
  let width = 8
  for (const row of data) {
    const cell = row[index] as CellObject | undefined
    const text = cell?.value === undefined ? '' : String(cell.value)
    for (const line of text.split('\n')) width = Math.max(width, line.replace(/[^\x20-\u02ff]/g, '00').length + 3)
  }
  return Math.min(width, WIDTH_MAX)
}

/** A spreadsheet allows 31 characters and takes no two names that differ in case alone. */
function nameOf(id: string, names: Set<string>): string {
  let name = id.slice(0, 31)
  for (let n = 2; names.has(name.toLowerCase()); n++) name = `${id.slice(0, 28)}-${n}`
  names.add(name.toLowerCase())
  return name
}
