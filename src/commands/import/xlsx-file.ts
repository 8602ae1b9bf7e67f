import {
  brokenRow,
  columnPositions,
  type HistoryCell,
  type HistoryFile,
  type HistoryRow,
  ListedRow,
  namesThereTwice,
  UnreadableHistory,
} from './history-file.js'
import type { HistoryMapping } from './mapping.js'
import { clockOfDays } from './xlsx-date.js'
import { XlsxPackage } from './xlsx-package.js'
import { isXmlTrue, readWorkbook, readXml, type XlsxWorkbook } from './xlsx-workbook.js'

/** Columns that a sheet of any program has at most. */
const COLUMNS_MAX = 16_384
const ROW_CHARS_MAX = 1024 * 1024

/** One sheet of a workbook, row by row: cells as their formats say, formulas as they were computed when it was saved. */
export class XlsxFile implements HistoryFile {
  readonly placeName = 'row'
  twice: readonly string[] = []
  readonly #file: string
  readonly #form: HistoryMapping['xlsx']
  #readChars = 0
  #sizeBytes = 0

  constructor(file: string, form: HistoryMapping['xlsx']) {
    this.#file = file
    this.#form = form
  }

  share(): number {
    return this.#sizeBytes === 0 ? 0 : Math.min(1, this.#readChars / this.#sizeBytes)
  }

  async *rows(): AsyncGenerator<readonly HistoryRow[]> {
    const book = await XlsxPackage.open(this.#file)
    try {
      const workbook = await readWorkbook(book)
      const { part } = this.#sheetOf(workbook)
      this.#sizeBytes = book.sizeOf(part)
      this.#readChars = 0
      yield* this.#read(book, part, workbook)
    } finally {
      book.close()
    }
  }

  #sheetOf({ sheets }: XlsxWorkbook): XlsxWorkbook['sheets'][number] {
    const { sheet } = this.#form
    const found = sheet === undefined ? sheets[0] : sheets.find(({ name }) => name === sheet)
    if (found !== undefined) return found
    if (sheets.length === 0) throw new UnreadableHistory(`${this.#file} has no sheet`)
    const there = sheets.map(({ name }) => JSON.stringify(name)).join(', ')
    throw new UnreadableHistory(`${this.#file} has no sheet ${JSON.stringify(sheet)}; it has ${there}`)
  }

  async *#read(book: XlsxPackage, part: string, workbook: XlsxWorkbook): AsyncGenerator<readonly HistoryRow[]> {
    const { header, skip_rows: skipped } = this.#form
    const reader = new SheetReader(workbook)
    let columns: ReadonlyMap<string, number> | null = null
    for await (const _ of readXml(book, part, reader)) {
      this.#readChars = reader.chars
      const rows: HistoryRow[] = []
      for (const { number, cells, problem } of reader.take()) {
        if (number <= skipped) continue
        if (columns === null) {
          const names = header ? cells.map((cell) => String(cell ?? '').trim()) : cells.map((_, at) => lettersOf(at))
          columns = columnPositions(names)
          this.twice = namesThereTwice(names)
          if (header) continue
        }
        rows.push(problem === '' ? new ListedRow(number, columns, cells) : brokenRow(number, problem))
      }
      if (rows.length > 0) yield rows
    }
    if (columns === null) throw new UnreadableHistory(`${this.#file}: its sheet has no rows`)
  }
}

interface SheetRow {
  readonly number: number
  readonly cells: HistoryCell[]
  problem: string
}

/** Makes rows of the events of a sheet's XML. */
class SheetReader {
  /** Characters of texts and tags that have come, about. */
  chars = 0
  readonly #workbook: XlsxWorkbook
  #rows: SheetRow[] = []
  #row: SheetRow = { number: 0, cells: [], problem: '' }
  #rowChars = 0
  #at = -1
  #type = ''
  #style = 0
  #value: string | null = null
  #text = ''
  #isValue = false
  #isPhonetic = false
  #hasFormula = false

  constructor(workbook: XlsxWorkbook) {
    this.#workbook = workbook
  }

  /** Rows that are whole; those without any cell are none. */
  take(): readonly SheetRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  opened(name: string, attributes: Readonly<Record<string, string>>): void {
    this.chars += name.length + 20
    switch (name) {
      case 'row': {
        const number = Number(attributes.r ?? this.#row.number + 1)
        this.#row = { number, cells: [], problem: '' }
        this.#rowChars = 0
        this.#at = -1
        return
      }
      case 'c':
        this.#at = attributes.r === undefined ? this.#at + 1 : columnOf(attributes.r)
        this.#type = attributes.t ?? 'n'
        this.#style = Number(attributes.s ?? 0)
        this.#value = null
        this.#hasFormula = false
        return
      case 'f':
        this.#hasFormula = true
        return
      case 'rPh':
        this.#isPhonetic = true
        return
      case 'v':
      case 't':
        this.#text = ''
        this.#isValue = !this.#isPhonetic
    }
  }

  text(text: string): void {
    this.chars += text.length
    if (!this.#isValue) return
    this.#text += text
    this.#rowChars += text.length
    if (this.#rowChars > ROW_CHARS_MAX) throw new UnreadableHistory(`row ${this.#row.number} is too long to be one`)
  }

  closed(name: string): void {
    switch (name) {
      case 'rPh':
        this.#isPhonetic = false
        return
      case 'v':
      case 't':
        if (this.#isValue) this.#value = (this.#value ?? '') + this.#text
        this.#isValue = false
        return
      case 'c':
        this.#closeCell()
        return
      case 'row':
        if (this.#row.cells.length > 0 || this.#row.problem !== '') this.#rows.push(this.#row)
    }
  }

  #closeCell(): void {
    const cells = this.#row.cells
    if (!(this.#at >= 0 && this.#at < COLUMNS_MAX))
      throw new UnreadableHistory(`row ${this.#row.number} has a cell nowhere`)
    // Programs that do not compute write an empty result; one that is an empty text has the type of texts.
    const isEmpty = this.#value === null || (this.#value === '' && this.#type === 'n')
    if (this.#hasFormula && (isEmpty || this.#workbook.isUncomputed)) {
      this.#row.problem ||= `${lettersOf(this.#at)}${this.#row.number} has a formula that was never computed: open the workbook and save it`
    }
    if (this.#value === null || isEmpty) return
    while (cells.length < this.#at) cells.push(null)
    cells[this.#at] = this.#cell(this.#value)
  }

  #cell(value: string): HistoryCell {
    switch (this.#type) {
      case 's':
        return value === '' ? null : (this.#workbook.texts[Number(value)] ?? null)
      case 'b':
        return value === '' ? null : isXmlTrue(value)
      case 'n': {
        const number = Number(value)
        if (!Number.isFinite(number)) return value
        const shown = this.#workbook.shown[this.#style] ?? null
        return clockOfDays(number, shown, this.#workbook.calendar) ?? number
      }
      default:
        // Texts, faults such as #N/A, and dates of ISO 8601.
        return value
    }
  }
}

/** Position of the column of a cell such as `B7`; A is 0. NaN for what is no cell. */
function columnOf(cell: string): number {
  const [, letters] = /^([A-Z]{1,3})\d+$/.exec(cell) ?? []
  if (letters === undefined) return Number.NaN
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function lettersOf(at: number): string {
  const last = String.fromCharCode(65 + (at % 26))
  return at < 26 ? last : lettersOf(Math.floor(at / 26) - 1) + last
}
