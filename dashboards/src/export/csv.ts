export type Cell = string | number | boolean | null

/** Excel takes a file for UTF-8 only when it begins so, and Chinese for something else otherwise. */
const BYTE_ORDER_MARK = '\uFEFF'
/** A spreadsheet takes these at the beginning of a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/

/** A table as a text for spreadsheets: RFC 4180. What is not known is an empty cell. */
export function csvText(columns: readonly string[], rows: Iterable<readonly Cell[]>): string {
  return BYTE_ORDER_MARK + [columns, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

/** A number is a number, whatever its sign and unrounded; text never is a formula. */
function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
