import { CsvError, parse } from 'csv-parse/sync'

/** One row of a table, which knows where it stands. */
export class CsvRow {
  /** `emission-factors.csv:12`. */
  readonly place: string
  readonly #cells: Readonly<Record<string, string>>

  constructor(file: string, line: number, cells: Readonly<Record<string, string>>) {
    this.place = `${file}:${line}`
    this.#cells = cells
  }

  text(column: string): string {
    return this.#cells[column] ?? ''
  }

  number(column: string): number {
    const text = this.text(column)
    const value = Number(text)
    if (text !== '' && Number.isFinite(value) && value >= 0) return value
    throw new RowFault(this, `${column} ${JSON.stringify(text)} is no number`, 'write digits and a decimal point')
  }

  day(column: string): string {
    const text = this.text(column)
    const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
    if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)) return text
    throw new RowFault(this, `${column} ${JSON.stringify(text)} is no day`, 'write it like 2026-01-31')
  }

  word(column: string, words: readonly string[]): string {
    const text = this.text(column)
    if (words.includes(text)) return text
    throw new RowFault(this, `${column} ${JSON.stringify(text)} is not known`, `use one of ${words.join(', ')}`)
  }
}

/** A table cannot be used: its message says file, line and remedy. */
export class TableError extends Error {}

export class RowFault extends TableError {
  constructor(row: Pick<CsvRow, 'place'>, problem: string, remedy: string) {
    super(`${row.place}: ${problem}; ${remedy}`)
  }
}

/** All rows of a table with exactly these columns, in any order, ids each once. Throws a TableError. */
export function readRows(file: string, text: string, columns: readonly string[]): CsvRow[] {
  let records: readonly { record: Record<string, string>; info: { lines: number } }[]
  try {
    // Written with CRLF, as RFC 4180 has it; an editor may have put LF into some lines.
    records = parse(text, {
      record_delimiter: ['\r\n', '\n'],
      columns: true,
      info: true,
      bom: true,
      skip_empty_lines: true,
    }) as unknown as typeof records
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new TableError(`${file}: is no CSV: ${error.message}; write it as RFC 4180 says`)
  }
  const rows = records.map(({ record, info }) => ({ row: new CsvRow(file, info.lines, record), record }))
  const first = rows[0]
  if (first === undefined) throw new TableError(`${file}: has no rows; take the file of the release`)
  const lacking = columns.filter((column) => !Object.hasOwn(first.record, column))
  if (lacking.length > 0) {
    throw new TableError(`${file}:1: has no column ${lacking.join(', ')}; its columns are ${columns.join(', ')}`)
  }
  const places = new Map<string, string>()
  for (const { row } of rows) {
    const id = row.text('id')
    if (id === '') throw new RowFault(row, 'has no id', 'give it one that no other row has')
    const earlier = places.get(id)
    if (earlier !== undefined) throw new RowFault(row, `id ${id} stands already at ${earlier}`, 'rename one of the two')
    places.set(id, row.place)
  }
  return rows.map(({ row }) => row)
}
