import { CsvError, parse } from 'csv-parse/sync'
import { Temporal } from 'temporal-polyfill'
import { entryOf } from '../../base/entry-of.js'
import { UnfitData } from '../../base/unfit-data.js'
import type { Observation } from '../series/known-series.js'
import type { BacktestDataset } from './datasets.js'

type Format = Pick<
  BacktestDataset,
  'column' | 'delimiter' | 'decimalMark' | 'stepMs' | 'timezone' | 'firstRow' | 'timeColumn'
> & {
  /** Column with the time of arrival; null when a value came at the end of its interval. */
  readonly arrivedColumn: string | null
}

/** Columns of a file that is no known data set. */
export const PLAIN_COLUMNS = { column: 'value', timeColumn: 'time', arrivedColumn: 'arrived' } as const

interface Sums {
  sum: number
  count: number
  arrivedAtMs: number
}

/**
 * Intervals of a CSV file, in the order of their arrival. Where rows have times, an interval is the mean of its rows; empty cells
 * are unknown. Throws UnfitData with line and remedy.
 */
export function readIntervals(name: string, text: string, format: Format): readonly Observation[] {
  const rows = recordsOf(name, text, format.delimiter)
  const { stepMs, timeColumn, arrivedColumn } = format
  const first = firstRowMs(format)
  const intervals = new Map<number, Sums>()
  rows.forEach((row, i) => {
    const place = `${name}:${i + 2}`
    const value = numberIn(place, row, format)
    const ms = timeColumn === null ? first + i * stepMs : timeIn(place, row, timeColumn)
    const startMs = Math.floor(ms / stepMs) * stepMs
    if (value === null) return
    const arrived = arrivedColumn !== null && row[arrivedColumn] ? timeIn(place, row, arrivedColumn) : 0
    const sums = entryOf(intervals, startMs, () => ({ sum: 0, count: 0, arrivedAtMs: startMs + stepMs }))
    sums.sum += value
    sums.count++
    sums.arrivedAtMs = Math.max(sums.arrivedAtMs, arrived)
  })
  if (intervals.size === 0) throw new UnfitData(`${name} has no values in the column ${format.column}`)
  return [...intervals].map(([startMs, { sum, count, arrivedAtMs }]) => ({ startMs, value: sum / count, arrivedAtMs }))
}

function recordsOf(name: string, text: string, delimiter: string): readonly Readonly<Record<string, string>>[] {
  try {
    return parse(text, { delimiter, columns: true, bom: true, skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new UnfitData(`${name} cannot be read as CSV: ${error.message}`)
  }
}

function firstRowMs({ firstRow, timezone }: Format): number {
  if (firstRow === null) return 0
  return Temporal.PlainDateTime.from(firstRow).toZonedDateTime(timezone).epochMilliseconds
}

function cellOf(place: string, row: Readonly<Record<string, string>>, column: string): string {
  const text = row[column]
  if (text === undefined)
    throw new UnfitData(`${place}: there is no column ${column}; the first line names the columns`)
  return text
}

function numberIn(
  place: string,
  row: Readonly<Record<string, string>>,
  { column, decimalMark }: Format,
): number | null {
  const text = cellOf(place, row, column).trim()
  if (text === '') return null
  const value = Number(decimalMark === '.' ? text : text.replace(decimalMark, '.'))
  if (Number.isFinite(value)) return value
  throw new UnfitData(
    `${place}: ${column} ${JSON.stringify(text)} is no number; leave the cell empty where nothing is known`,
  )
}

function timeIn(place: string, row: Readonly<Record<string, string>>, column: string): number {
  const text = cellOf(place, row, column).trim()
  const ms = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  throw new UnfitData(`${place}: ${column} ${JSON.stringify(text)} is no time; write it like 2026-11-24T08:00:00+08:00`)
}
