import type { RecordKind } from '../../archive/record/kinds.js'
import { QUALITIES } from '../../base/quality.js'

/**
 * The rows of the record as lines, one a leaf of a day's tree and one a row of the evidence's CSV files: RFC 4180, quoted
 * only where needed, in UTF-8, without the line end. Instants are RFC 3339 in UTC with milliseconds, numbers the shortest
 * that JavaScript writes, a quality is its name. What is not there is an empty field, an empty text is `""`.
 * The order of a day's lines is that of `day-lines.ts`. Plain: the verifier that comes with a bundle has this file.
 */

/** Value of a cell: epoch ms, a number, a text, `QUALITIES` by its rank, true or false; null where nothing is. */
export type TableCell = number | string | boolean | null

const FORMS = {
  text: { write: text, read: (field: string) => field },
  number: { write: (cell: TableCell) => String(cell), read: Number },
  instant: {
    write: (cell: TableCell) => new Date(cell as number).toISOString(),
    read: (field: string) => Date.parse(field),
  },
  quality: {
    write: (cell: TableCell) => QUALITIES[cell as number] ?? String(cell),
    read: (field: string) => QUALITIES.indexOf(field as (typeof QUALITIES)[number]),
  },
  truth: { write: (cell: TableCell) => String(cell), read: (field: string) => field === 'true' },
} as const

export interface TableColumn {
  /** As the first line of a CSV file names it. */
  readonly name: string
  /** Column of the record's Parquet file. */
  readonly source: string
  readonly form: keyof typeof FORMS
}

function column(name: string, form: keyof typeof FORMS, source = name): TableColumn {
  return { name, source, form }
}

const READING: readonly TableColumn[] = [
  column('line', 'text'),
  column('device', 'text'),
  column('class', 'text'),
  column('metric', 'text'),
  column('unit', 'text'),
  column('ts', 'instant'),
  column('value', 'number'),
  column('word', 'text'),
  column('quality', 'quality'),
  column('seq', 'number'),
  column('received_at', 'instant'),
  column('assumed', 'truth'),
]

export const COLUMNS: Readonly<Record<RecordKind, readonly TableColumn[]>> = {
  reading: READING,
  conflict: READING,
  event: [
    column('line', 'text'),
    column('device', 'text'),
    column('id', 'text'),
    column('type', 'text'),
    column('ts', 'instant'),
    column('received_at', 'instant'),
    column('fields', 'text'),
  ],
  link: [column('device', 'text'), column('at', 'instant', 'at_ms'), column('is_up', 'truth')],
  config: [column('from', 'instant', 'from_ms'), column('sha256', 'text', 'hash'), column('content', 'text')],
  device_fact: [
    column('device', 'text'),
    column('what', 'text'),
    column('at', 'instant', 'at_ms'),
    column('is_bad', 'truth'),
    column('value', 'number'),
  ],
  act: [column('at', 'instant', 'at_ms'), column('content', 'text')],
}

/** The first line of a CSV file of a kind. It is no leaf. */
export function headOf(kind: RecordKind): string {
  return COLUMNS[kind].map(({ name }) => name).join(',')
}

/** Writes rows of one kind, given as columns. Keeps the last text of each column: mostly the next row has the same. */
export class RowWriter {
  readonly #columns: readonly { readonly write: (cell: TableCell) => string; last: TableCell; written: string }[]

  constructor(kind: RecordKind) {
    this.#columns = COLUMNS[kind].map(({ form }) => ({ write: FORMS[form].write, last: null, written: '' }))
  }

  /** The line of row `index`; `cells` holds an array a column, in the order of `COLUMNS`. */
  line(cells: readonly (readonly TableCell[])[], index: number): string {
    let line = ''
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]!
      const cell = cells[i]![index]!
      if (cell !== column.last) {
        column.last = cell
        column.written = cell === null ? '' : column.write(cell)
      }
      line += i === 0 ? column.written : `,${column.written}`
    }
    return line
  }
}

/** The line of one row. */
export function lineOf(kind: RecordKind, cells: readonly TableCell[]): string {
  return new RowWriter(kind).line(
    cells.map((cell) => [cell]),
    0,
  )
}

/** The cells of a line, in the order of `COLUMNS`. Throws a `RowError` when it is not one of this kind, letter by letter. */
export function parseLine(kind: RecordKind, line: string): readonly TableCell[] {
  const fields = fieldsOf(line)
  const columns = COLUMNS[kind]
  if (fields.length !== columns.length) {
    throw new RowError(`it has ${fields.length} fields, a row of this kind has ${columns.length}`)
  }
  return columns.map(({ name, form }, i) => {
    const field = fields[i]!
    if (field === null) return null
    const { read, write } = FORMS[form]
    const cell = read(field)
    const isWritten = !(typeof cell === 'number' && Number.isNaN(cell)) && plain(write(cell)) === field
    if (!isWritten) throw new RowError(`${name} is ${JSON.stringify(field)}, which is no ${form}`)
    return cell
  })
}

/** A line is not a row of the record; the message goes on after "line 17: ". */
export class RowError extends Error {
  override readonly name = 'RowError'
}

function text(cell: TableCell): string {
  const written = cell as string
  if (written === '') return '""'
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written
}

/** Text of a written field once its quotes are off. */
function plain(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written
}

/** The fields of a line without their quotes; null is an empty one. */
function fieldsOf(line: string): readonly (string | null)[] {
  if (!line.includes('"')) return line.split(',').map((field) => (field === '' ? null : field))
  const fields: (string | null)[] = []
  for (let at = 0; at <= line.length; ) {
    if (line[at] !== '"') {
      const comma = line.indexOf(',', at)
      const end = comma < 0 ? line.length : comma
      fields.push(end === at ? null : line.slice(at, end))
      at = end + 1
      continue
    }
    let end = at + 1
    while (end < line.length && (line[end] !== '"' || line[end + 1] === '"')) end += line[end] === '"' ? 2 : 1
    if (end >= line.length || (end + 1 < line.length && line[end + 1] !== ',')) {
      throw new RowError('its quotation marks do not close')
    }
    fields.push(line.slice(at + 1, end).replaceAll('""', '"'))
    at = end + 2
  }
  return fields
}

/**
 * The lines of a CSV file out of its pieces, the first one included. A line end between quotation marks belongs to the
 * line. `\n` alone ends a line; a `\r` before it is part of the line, and so will not be found in the tree.
 */
export async function* linesOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let rest = ''
  let isOpen = false
  for await (const piece of pieces) {
    const lines = decoder.decode(piece, { stream: true }).split('\n')
    for (let i = 0; i < lines.length; i++) {
      const part = lines[i]!
      rest = i === 0 || isOpen ? `${rest}${i === 0 ? '' : '\n'}${part}` : part
      if (part.includes('"') && (part.split('"').length - 1) % 2 === 1) isOpen = !isOpen
      if (i < lines.length - 1 && !isOpen) {
        yield rest
        rest = ''
      }
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
