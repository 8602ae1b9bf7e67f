import { readTime } from '../../decode/profile/time-reader.js'
import type { HistoryCell, HistoryRow } from './history-file.js'

/** Finds the column of the time in the first rows of a file, and how it is written there. */

/** Patterns of wall clocks that exports have, beside `rfc3339` and `local`. */
const PATTERNS = [
  'YYYY-MM-DD hh:mm',
  'YYYY/MM/DD hh:mm:ss',
  'YYYY/MM/DD hh:mm',
  'DD.MM.YYYY hh:mm:ss.SSS',
  'DD.MM.YYYY hh:mm:ss',
  'DD.MM.YYYY hh:mm',
  'DD/MM/YYYY hh:mm:ss',
  'DD/MM/YYYY hh:mm',
  'MM/DD/YYYY hh:mm:ss',
  'MM/DD/YYYY hh:mm',
  'YYYYMMDDhhmmss',
] as const
/** Formats of whole numbers by their digits, from 2001 until 2033: those that begin with a 2 may be written by the calendar. */
const EPOCHS: ReadonlyMap<number, string> = new Map([
  [10, 'epoch_s'],
  [13, 'epoch_ms'],
  [16, 'epoch_us'],
  [19, 'epoch_ns'],
])
const NAMED = /time|stamp|date|zeit|datum|uhr|^ts$|^t$|时间|时刻|日期/i
/** Part of the cells that have to be times; a head or a foot may have others. */
const SHARE_MIN = 0.95

export interface SuggestedTime {
  readonly columns: readonly string[]
  /** Every format that all of the cells fit: one, unless days and months cannot be told apart. */
  readonly formats: readonly [string, ...string[]]
  readonly hasZone: boolean
}

/** Null where no column, and no two that stand beside each other, have times. */
export function suggestedTime(columns: readonly string[], rows: readonly HistoryRow[]): SuggestedTime | null {
  const pairs = columns.slice(1).map((second, i) => [columns[i]!, second])
  for (const sets of [columns.map((one) => [one]), pairs]) {
    const found = sets.flatMap((set) => {
      const formats = formatsOf(rows.map((row) => set.map((column) => row.cell(column))))
      return formats === null ? [] : [{ columns: set, formats }]
    })
    const chosen = found.find((one) => one.columns.some((column) => NAMED.test(column))) ?? found[0]
    if (chosen !== undefined) return { ...chosen, hasZone: /^(?:rfc3339|epoch_)/.test(chosen.formats[0]) }
  }
  return null
}

function formatsOf(rows: readonly (readonly HistoryCell[])[]): readonly [string, ...string[]] | null {
  const texts = rows
    .filter((cells) => cells.every((cell) => typeof cell === 'string' || typeof cell === 'number'))
    .map((cells) => cells.map(String).join(' ').trim())
    .filter((text) => text !== '')
  if (texts.length === 0 || texts.length < rows.length / 2) return null
  const isMostly = (fits: (text: string) => boolean) => texts.filter(fits).length >= SHARE_MIN * texts.length
  for (const [digits, format] of EPOCHS) {
    if (isMostly((text) => text.length === digits && /^1\d+$/.test(text))) return [format]
  }
  const fitting = (formats: readonly string[]) =>
    formats.filter((format) => {
      const read = readTime(format, 'UTC')
      return isMostly((text) => !/^\d{1,13}$/.test(text) && read(text, 0) !== null)
    })
  for (const formats of [['rfc3339'], ['local'], PATTERNS]) {
    const [first, ...others] = fitting(formats)
    if (first !== undefined) return [first, ...others]
  }
  return null
}
