import { stringify } from 'csv-stringify/sync'
import type { Report } from '../../base/report.js'
import { figureOfCell, type Sheet, type SheetCell, sheetsOf } from './sheet.js'

/**
 * Tables as CSV: UTF-8, RFC 4180, the first line names the columns. The same for every language: a text has a column for
 * each; a word that is stated in English has its Chinese in a column behind it. A figure stands as it stands in the JSON, exact
 * and in its own unit, with unit, reason and id beside it.
 * A text that a spreadsheet would take for a formula begins with an apostrophe; numbers never do.
 */
export function csvOf(report: Report, sheet: Sheet): Buffer {
  const columns = sheet.columns.flatMap(({ id }, index) => partsOf(sheet, index).map((part) => ({ id, index, part })))
  const head = ['level', ...columns.map(({ id, part }) => `${id}${SUFFIX[part]}`)]
  const rows = sheet.rows.map(({ level, cells }) => [
    new Decimal(String(level)),
    ...columns.map(({ index, part }) => fieldOf(report, cells[index] ?? null, part)),
  ])
  const text = stringify([head, ...rows], {
    record_delimiter: '\r\n',
    escape_formulas: true,
    // RFC 4180, 2.6; the library leaves a lone CR unquoted when lines end in CRLF.
    quoted_match: /\r/,
    cast: { object: (field) => ({ value: String(field), escape_formulas: false }) },
  })
  return Buffer.from(text, 'utf8')
}

/** The file of each table, by its id. */
export function csvFiles(report: Report): Map<string, Buffer> {
  return new Map(sheetsOf(report).map((sheet) => [sheet.id, csvOf(report, sheet)]))
}

type Part = 'value' | 'unit' | 'reason' | 'figure' | 'en' | 'zh'

const SUFFIX: Readonly<Record<Part, string>> = {
  value: '',
  unit: '_unit',
  reason: '_reason',
  figure: '_figure',
  en: '_en',
  zh: '_zh',
}

/** Parts that a column is written in, by the cells in it: a column of ids needs no unit. */
function partsOf(sheet: Sheet, index: number): Part[] {
  const cells = sheet.rows.flatMap(({ cells }) => cells[index] ?? [])
  const hasFigures = cells.some((cell) => 'figure' in cell)
  const hasTexts = cells.some((cell) => 'text' in cell)
  const hasWords = cells.some((cell) => 'word' in cell || 'exact' in cell)
  const hasChinese = cells.some((cell) => 'zh' in cell)
  return [
    ...(hasFigures || hasWords || !hasTexts ? (['value'] as const) : []),
    ...(hasFigures ? (['unit', 'reason', 'figure'] as const) : []),
    ...(hasTexts ? (['en', 'zh'] as const) : []),
    ...(hasChinese ? (['zh'] as const) : []),
  ]
}

/** A number that is written as it is: as a JavaScript number it would lose digits, as a text get an apostrophe. */
class Decimal {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

function fieldOf(report: Report, cell: SheetCell, part: Part): string | Decimal | null {
  if (cell === null) return null
  if ('text' in cell) return part === 'en' || part === 'zh' ? cell.text[part] : null
  if ('word' in cell) {
    if (part === 'zh') return 'zh' in cell ? cell.zh : null
    return part === 'value' ? cell.word : null
  }
  if ('exact' in cell) return part === 'value' ? new Decimal(cell.exact) : null
  const figure = figureOfCell(report, cell.figure)
  if (part === 'value') return figure.value === null ? null : new Decimal(figure.value)
  if (part === 'unit') return figure.unit
  if (part === 'reason') return figure.reason
  return part === 'figure' ? cell.figure : null
}
