import { type Fault, fault, isFault } from '../fault.js'
import { DATE_TIME, WireValue } from './value.js'
import { LENGTH, VARINT, type Wire } from './wire.js'

const COLUMNS_MAX = 100
const ROWS_MAX = 1000
const NAME_BYTES_MAX = 512

const COLUMN = (2 << 3) | LENGTH
const TYPE = (3 << 3) | VARINT
/** Some writers pack the list of types. */
const TYPES_PACKED = (3 << 3) | LENGTH
const ROW = (4 << 3) | LENGTH
const ELEMENT = (1 << 3) | LENGTH
const FIRST_VALUE = 1

type Element = number | string | boolean | Fault

/** A table that came as one value (Sparkplug 3.0 §6.4.19). */
export interface DataSet {
  readonly columns: readonly string[]
  readonly rows: readonly DataSetRow[]
}

export interface DataSetRow {
  /** Epoch ms, of the first column of type DateTime; null without such a column. */
  readonly ts: number | null
  /** By column; null where there is no value, and in the column of the time. */
  readonly values: readonly (Element | null)[]
}

const value = new WireValue()

/**
 * Reads a table. Several rows need a column of type DateTime that tells them apart: else they would be as many values of
 * one metric at one time.
 */
export function readDataSet(wire: Wire, start: number, end: number): DataSet | Fault {
  wire.pos = start
  wire.len = end
  const columns: string[] = []
  const types: number[] = []
  const spans: { readonly start: number; readonly end: number }[] = []
  try {
    while (wire.pos < end) {
      const tag = wire.tag()
      if (tag === COLUMN) {
        const nameEnd = wire.span()
        if (nameEnd - wire.pos > NAME_BYTES_MAX) return fault('bad_sparkplug', 'the name of a column is too long')
        columns.push(Buffer.from(wire.buf.subarray(wire.pos, nameEnd)).toString('utf8'))
        wire.pos = nameEnd
      } else if (tag === TYPE) types.push(wire.uint32())
      else if (tag === TYPES_PACKED) for (const typesEnd = wire.span(); wire.pos < typesEnd; ) types.push(wire.uint32())
      else if (tag === ROW) {
        const rowEnd = wire.span()
        spans.push({ start: wire.pos, end: rowEnd })
        wire.pos = rowEnd
      } else wire.skipType(tag & 7, 0, tag >>> 3)
      const limited = limitOf(columns.length, types.length, spans.length)
      if (limited !== null) return limited
    }
    if (types.length !== columns.length) {
      return fault('bad_sparkplug', `a data set has ${columns.length} columns and ${types.length} types of columns`)
    }
    const timeColumn = types.indexOf(DATE_TIME)
    if (spans.length > 1 && timeColumn < 0) {
      return fault(
        'bad_sparkplug',
        `a data set has ${spans.length} rows and no column of type DateTime to tell them apart`,
      )
    }
    const rows: DataSetRow[] = []
    for (const span of spans) {
      const row = readRow(wire, span, types, timeColumn)
      if (isFault(row)) return row
      rows.push(row)
    }
    return { columns, rows }
  } catch (error) {
    return fault('bad_sparkplug', `a data set cannot be read: ${(error as Error).message}`)
  }
}

function limitOf(columns: number, types: number, rows: number): Fault | null {
  if (columns > COLUMNS_MAX || types > COLUMNS_MAX) {
    return fault('bad_sparkplug', `a data set has more than ${COLUMNS_MAX} columns`)
  }
  return rows > ROWS_MAX ? fault('bad_sparkplug', `a data set has more than ${ROWS_MAX} rows`) : null
}

function readRow(
  wire: Wire,
  { start, end }: { readonly start: number; readonly end: number },
  types: readonly number[],
  timeColumn: number,
): DataSetRow | Fault {
  wire.pos = start
  wire.len = end
  let ts: number | null = null
  const values: (Element | null)[] = []
  while (wire.pos < end) {
    const tag = wire.tag()
    if (tag !== ELEMENT) {
      wire.skipType(tag & 7, 0, tag >>> 3)
      continue
    }
    const column = values.length
    if (column === types.length) return fault('bad_sparkplug', 'a row of a data set has more elements than columns')
    const element = readElement(wire, wire.span(), types[column]!)
    if (column === timeColumn && typeof element === 'number') ts = element
    values.push(column === timeColumn ? null : element)
  }
  if (values.length < types.length) return fault('bad_sparkplug', 'a row of a data set has fewer elements than columns')
  if (timeColumn >= 0 && ts === null) return fault('bad_sparkplug', 'a row of a data set lacks its time')
  return { ts, values }
}

function readElement(wire: Wire, end: number, type: number): Element | null {
  const rowEnd = wire.len
  wire.len = end
  value.clear()
  while (wire.pos < end) {
    const tag = wire.tag()
    if (!value.read(wire, (tag >>> 3) - FIRST_VALUE, tag & 7)) wire.skipType(tag & 7, 0, tag >>> 3)
  }
  wire.len = rowEnd
  return value.isThere ? value.as(type) : null
}
