import { brokenRow, type HistoryCell, type HistoryFile, type HistoryRow, UnreadableHistory } from './history-file.js'
import { GOES_ON, type LineCells, readLine } from './line-protocol.js'
import { TextSource } from './text-source.js'

const ROWS_TOGETHER = 1000
/** A line that is longer is none: the file is something else. */
const LINE_CHARS_MAX = 1024 * 1024
/** A text in quotation marks that is longer has no end: InfluxDB keeps 64 KiB of one. */
const OPEN_CHARS_MAX = 128 * 1024

/** Line of an export that makes the database, as `influx_inspect export` of InfluxDB 1.x writes it. */
const COMMAND = /^(CREATE (DATABASE|RETENTION POLICY)|USE) /

class LineRow implements HistoryRow {
  readonly problem = ''

  constructor(
    readonly number: number,
    readonly cells: LineCells,
  ) {}

  cell(column: string): HistoryCell {
    return this.cells.get(column)
  }

  names(): readonly string[] {
    return [...this.cells.keys()]
  }
}

/** An export of InfluxDB in line protocol (`influx_inspect export` of 1.x, `influxd inspect export-lp` of 2.x), line by line. */
export class LineProtocolFile implements HistoryFile {
  readonly placeName = 'line'
  readonly #file: string
  readonly #source: TextSource

  constructor(file: string, sizeBytes: number) {
    this.#file = file
    this.#source = new TextSource(file, sizeBytes)
  }

  share(): number {
    return this.#source.share()
  }

  async *rows(): AsyncGenerator<readonly HistoryRow[]> {
    let rows: HistoryRow[] = []
    let number = 0
    /** Beginning of a line whose text in quotation marks goes on, and where it stands. */
    let open = { text: '', number: 0 }
    for await (const line of this.#lines()) {
      number++
      const begins = open.number === 0
      if (begins && (line === '' || line.startsWith('#') || COMMAND.test(line))) continue
      open = begins ? { text: line, number } : { ...open, text: `${open.text}\n${line}` }
      const read = readLine(open.text)
      if (read === GOES_ON && open.text.length < OPEN_CHARS_MAX) continue
      rows.push(rowOf(read, open.number, number))
      open = { text: '', number: 0 }
      if (rows.length < ROWS_TOGETHER) continue
      yield rows
      rows = []
    }
    if (open.number > 0) rows.push(rowOf(GOES_ON, open.number, number))
    yield rows
  }

  async *#lines(): AsyncGenerator<string> {
    let rest = ''
    for await (const piece of this.#source.pieces()) {
      const lines = (rest + piece).split('\n')
      rest = lines.pop()!
      if (rest.length > LINE_CHARS_MAX) {
        throw new UnreadableHistory(
          `${this.#file} has a line of more than a million characters: it is no line protocol`,
        )
      }
      for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
    }
    if (rest !== '') yield rest
  }
}

function rowOf(read: ReturnType<typeof readLine>, number: number, last: number): HistoryRow {
  if (read === GOES_ON) {
    const lost = last > number ? `, so nothing is read up to line ${last}` : ''
    return brokenRow(number, `has a text in quotation marks that does not end${lost}`)
  }
  return 'problem' in read ? brokenRow(number, read.problem) : new LineRow(number, read)
}
