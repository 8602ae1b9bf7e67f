import { CsvError, parse } from 'csv-parse/sync'
import { EXIT } from '../../src/base/exit-codes.js'
import { Stop } from '../stop.js'

/** Format of the file of a public data set, and the columns of it that are read. */
export interface CsvFormat<Column extends string> {
  /** As people call the data set, for error messages. */
  readonly dataset: string
  /** The name under which it is published. */
  readonly file: string
  /** Names as in the header, without the blanks around them. */
  readonly columns: Readonly<Record<Column, string>>
  readonly delimiter: ',' | ';'
  readonly decimalMark: '.' | ','
}

/** The cells of one row, without the blanks around them; '' for one that is empty. */
export interface CsvRow<Column extends string> {
  /** Line of the file, the header being 1. */
  readonly line: number
  readonly cells: Readonly<Record<Column, string>>
}

/**
 * The rows of a published file: a BOM, either kind of line ending and columns without a name are no matter. Anything
 * that makes it another file, or leaves no rows, is bad data (65).
 */
export function csvRows<Column extends string>(csv: string, format: CsvFormat<Column>): readonly CsvRow<Column>[] {
  const [header = [], ...records] = parsed(csv, format)
  const wanted = Object.entries(format.columns) as [Column, string][]
  const missing = wanted.filter(([, name]) => !header.includes(name)).map(([, name]) => name)
  if (header.length > 0 && missing.length > 0) {
    throw badData(format, `line 1: no column ${missing.join(', ')}: is this ${format.file}?`)
  }
  if (records.length === 0) throw badData(format, 'the file has no rows')
  const positions = wanted.map(([column, name]) => [column, header.indexOf(name)] as const)
  return records.map((record, index) => ({
    line: index + 2,
    cells: Object.fromEntries(positions.map(([column, at]) => [column, record[at]])) as Record<Column, string>,
  }))
}

function parsed(csv: string, format: CsvFormat<string>): string[][] {
  try {
    return parse(csv, { bom: true, delimiter: format.delimiter, skip_empty_lines: true, trim: true })
  } catch (error) {
    if (error instanceof CsvError) throw badData(format, error.message)
    throw error
  }
}

const NUMBER = { '.': /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, ',': /^-?\d+(,\d+)?(e[+-]?\d+)?$/i } as const

/** The number in a cell, to the nearest double; a cell that holds none, an empty one too, is bad data (65). */
export function numberIn<Column extends string>(
  row: CsvRow<Column>,
  column: Column,
  format: CsvFormat<Column>,
): number {
  const text = row.cells[column]
  if (!NUMBER[format.decimalMark].test(text)) {
    throw badRow(format, row, `${format.columns[column]} is "${text}", not a number`)
  }
  return Number(text.replace(',', '.'))
}

/** Bad data (65) in one row. */
export function badRow(format: CsvFormat<string>, row: { readonly line: number }, what: string): Stop {
  return badData(format, `line ${row.line}: ${what}`)
}

function badData(format: CsvFormat<string>, what: string): Stop {
  return new Stop(EXIT.badData, `${format.dataset} data set: ${what}`)
}
