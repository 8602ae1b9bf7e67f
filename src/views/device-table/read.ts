import { CsvError, parse } from 'csv-parse/sync'
import { DEVICE_COLUMNS, type DeviceColumn, KEY_COLUMNS } from './columns.js'

/** Devices in one table. */
export const DEVICE_ROWS_MAX = 1000

/** A table that cannot be read as a whole. */
export class TableUnreadable extends Error {}

export interface TableRow {
  /** Its number in the table, from 1 on; the first row names the columns. */
  readonly row: number
  /** Cells by column; undefined where the table does not have it. */
  readonly cells: Readonly<Partial<Record<DeviceColumn, string>>>
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Rows of a table as a spreadsheet writes it: comma or semicolon, any line end, with or without a byte order mark; rows without any
 * text are left out. Throws `TableUnreadable`.
 */
export function readDeviceTable(bytes: Uint8Array): readonly TableRow[] {
  const [head, ...records] = recordsOf(textOf(bytes))
  const names = (head ?? []).map((cell) => cell.trim().toLowerCase())
  checkColumns(names)
  const rows = records.flatMap((record, index): TableRow[] => {
    const row = index + 2
    const cells = record.map((cell) => cell.trim())
    if (cells.every((cell) => cell === '')) return []
    if (cells.slice(names.length).some((cell) => cell !== '')) {
      throw new TableUnreadable(
        `Row ${row} has more cells than the ${names.length} columns of row 1: quote a cell that holds the separator.`,
      )
    }
    return [{ row, cells: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])) }]
  })
  if (rows.length === 0) throw new TableUnreadable('The table has no device: put one into each row below the columns.')
  if (rows.length > DEVICE_ROWS_MAX) {
    throw new TableUnreadable(
      `The table has ${rows.length} devices, and one may have ${DEVICE_ROWS_MAX}: divide it, plant by plant.`,
    )
  }
  return rows
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new TableUnreadable('The table is not UTF-8: save it as "CSV UTF-8".')
  }
}

function recordsOf(text: string): readonly (readonly string[])[] {
  try {
    return parse(text, {
      bom: true,
      delimiter: [',', ';'],
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new TableUnreadable(`The table is no CSV: ${error.message}. Write it as RFC 4180 says.`)
  }
}

function checkColumns(names: readonly string[]): void {
  const known: readonly string[] = DEVICE_COLUMNS
  const remedy = `The first row names them: ${DEVICE_COLUMNS.join(', ')}; only ${KEY_COLUMNS.join(' and ')} have to be there.`
  const lacking = KEY_COLUMNS.filter((name) => !names.includes(name))
  if (lacking.length > 0) throw new TableUnreadable(`The table has no column ${lacking.join(', ')}. ${remedy}`)
  const foreign = names.filter((name) => !known.includes(name))
  if (foreign.length > 0) {
    const said = foreign.map((name) => JSON.stringify(name)).join(', ')
    throw new TableUnreadable(`The table has a column ${said}, which is not known. ${remedy}`)
  }
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0) throw new TableUnreadable(`The table has the column ${twice.join(', ')} twice. ${remedy}`)
}
