import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, type Info, parse } from 'csv-parse'
import {
  brokenRow,
  columnPositions,
  type HistoryFile,
  type HistoryRow,
  ListedRow,
  namesThereTwice,
  UnreadableHistory,
} from './history-file.js'
import type { HistoryMapping } from './mapping.js'
import { TextSource } from './text-source.js'

/** A row that is longer is none: a quotation mark has no end. */
const ROW_BYTES_MAX = 1024 * 1024
const ROWS_TOGETHER = 1000

interface NumberedRecord {
  readonly record: readonly string[]
  readonly info: Info
}

/** A CSV file, row by row. */
export class CsvFile implements HistoryFile {
  readonly placeName = 'line'
  twice: readonly string[] = []
  readonly #file: string
  readonly #form: HistoryMapping['csv']
  readonly #source: TextSource

  constructor(file: string, sizeBytes: number, form: HistoryMapping['csv']) {
    this.#file = file
    this.#form = form
    this.#source = new TextSource(file, sizeBytes, form.encoding)
  }

  share(): number {
    return this.#source.share()
  }

  async *rows(): AsyncGenerator<readonly HistoryRow[]> {
    const { header, skip_lines: skipped } = this.#form
    let columns: ReadonlyMap<string, number> | null = null
    let width = 0
    let rows: HistoryRow[] = []
    try {
      for await (const { record, info } of this.#records()) {
        const number = info.lines + skipped
        if (columns === null) {
          width = record.length
          const names = header ? record : record.map((_, at) => String(at + 1))
          columns = columnPositions(names)
          this.twice = namesThereTwice(names)
          if (header) continue
        }
        rows.push(
          record.length === width
            ? new ListedRow(number, columns, record)
            : brokenRow(number, `has ${record.length} cells where the first row has ${width}`),
        )
        if (rows.length < ROWS_TOGETHER) continue
        yield rows
        rows = []
      }
    } catch (error) {
      if (error instanceof CsvError) throw new UnreadableHistory(`${this.#file}: ${error.message}`)
      throw error
    }
    yield rows
    if (columns === null) throw new UnreadableHistory(`${this.#file} has no rows`)
  }

  #records(): AsyncIterable<NumberedRecord> {
    const { delimiter } = this.#form
    const parser = parse({
      bom: true,
      delimiter,
      info: true,
      max_record_size: ROW_BYTES_MAX,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    })
    // An error on the way is thrown where the records are read.
    pipeline(Readable.from(this.#lines()), parser).catch(() => undefined)
    return parser as AsyncIterable<NumberedRecord>
  }

  /** The text behind the lines that are not read. */
  async *#lines(): AsyncGenerator<string> {
    let left = this.#form.skip_lines
    for await (const piece of this.#source.pieces()) {
      let from = 0
      while (left > 0) {
        const end = piece.indexOf('\n', from)
        if (end === -1) break
        from = end + 1
        left--
      }
      if (left === 0) yield piece.slice(from)
    }
  }
}
