import { type ShownCell, shownCell } from '../cell.js'
import { textIn } from '../language.js'
import { type Sheet, type SheetRow, unitOf } from '../sheet.js'
import { REPORT_WORDS } from '../words.js'
import { INK, type Paper } from './paper.js'
import { linkWithin } from './tags.js'
import { LEADING, type Style, type TextLine } from './typeset.js'

/** Named destination in the annex, by figure; undefined for a figure that the annex does not tell more of. */
export type Destinations = ReadonlyMap<string, string>

const GAP = 12
const PADDING = 3.6
const INDENT = 10
const UNIT_GAP = 4
const SIZE = 8.5
/** Smaller than this only where no page is wide enough; annexes begin with it. */
export const SIZE_SMALL = 7
const SIZE_MIN = 6

interface Column {
  readonly head: string
  readonly isRight: boolean
  readonly width: number
  /** Kept free at its right end for units, where the rows have several; 0 where the head says the unit. */
  readonly unitWidth: number
}

/** Height of the beginning of a table, points: a heading above it has to keep it on the same page. */
export const TABLE_START = 70

/** So many rows are never parted where they fit on one page, and a longer table ends with as many together. */
const TOGETHER_ROWS_MAX = 14
const LAST_ROWS_TOGETHER = 3

/**
 * A table over the whole width: hairlines between rows, numbers to the right, its head again on every page. Takes smaller
 * letters when it needs more width than an upright page has, as turning the paper leaves the rest of two pages empty; a page
 * lengthwise when that is not enough, and the smallest letters when nothing else is.
 *
 * @param largest size of its letters, points
 */
export function fitTable(paper: Paper, sheet: Sheet, largest = SIZE): FittedTable {
  const upright = 487
  const across = 734
  let widthAtLargest = 0
  for (const [available, isLandscape, least] of [
    [upright, false, SIZE_SMALL],
    [across, true, SIZE_MIN + 0.5],
  ] as const) {
    for (let size = largest; size >= least; size -= 0.5) {
      // Measuring a long table takes time: a size that is far from fitting is not tried.
      if ((widthAtLargest * size) / largest > available * 1.1) continue
      const columns = columnsOf(paper, sheet, size, available)
      if (columns.fits) return new FittedTable(paper, sheet, columns, size, isLandscape)
      if (size === largest) widthAtLargest = columns.least
    }
  }
  return new FittedTable(paper, sheet, columnsOf(paper, sheet, SIZE_MIN, across), SIZE_MIN, true)
}

/**
 * A table that no page is wide enough for is parted into as few as fit an upright page; each begins with the first column. So is
 * a short one that would need a page lengthwise, where its first column says which row is which: paper that is turned for a few
 * rows leaves the rest of two pages empty.
 */
export function fitParts(paper: Paper, sheet: Sheet): readonly FittedTable[] {
  const whole = fitTable(paper, sheet)
  if (whole.fits && !(whole.isLandscape && isShort(paper, sheet))) return [whole]
  const most = whole.fits ? 2 : sheet.columns.length - 2
  for (let count = 2; count <= most; count++) {
    const parts = partsOf(sheet, count).map((part) => fitTable(paper, part))
    if (parts.every(({ fits, isLandscape }) => fits && !isLandscape)) return parts
  }
  return [whole]
}

function isShort({ report, options }: Paper, { rows }: Sheet): boolean {
  const names = new Set(rows.map(({ cells }) => shownCell(report, cells[0] ?? null, options.language).text))
  return rows.length <= TOGETHER_ROWS_MAX && names.size === rows.length
}

function partsOf(sheet: Sheet, count: number): readonly Sheet[] {
  const each = Math.ceil((sheet.columns.length - 1) / count)
  return Array.from({ length: count }, (_, part) => {
    const isIn = (_: unknown, index: number) => index === 0 || Math.floor((index - 1) / each) === part
    const rows = sheet.rows.map((row) => ({ ...row, cells: row.cells.filter(isIn) }))
    return { ...sheet, columns: sheet.columns.filter(isIn), rows }
  })
}

interface Columns {
  readonly columns: Column[]
  readonly fits: boolean
  /** The least width that the words and numbers need, with what is between the columns. */
  readonly least: number
}

function columnsOf(paper: Paper, sheet: Sheet, size: number, available: number): Columns {
  const { type, report, options } = paper
  const measured = sheet.columns.map((column, index) => {
    const unit = unitOf(sheet, index, options.language)
    const title = textIn(column.title, options.language)
    const head = unit === null || unit === '' || title.endsWith(unit) ? title : `${title}\n${unit}`
    // A short head stays in one piece: two Chinese letters one below the other are no word.
    let least = Math.max(type.widestPiece(head, headStyle(size)), Math.min(40, type.width(title, headStyle(size))))
    let most = Math.max(...head.split('\n').map((line) => type.width(line, headStyle(size))))
    let unitWidth = 0
    for (const row of sheet.rows) {
      const cell = shownCell(report, row.cells[index] ?? null, options.language)
      const style = styleOf(row, cell, size)
      const indent = index === 0 ? row.level * INDENT : 0
      if (unit === null && cell.unit !== '') unitWidth = Math.max(unitWidth, UNIT_GAP + type.width(cell.unit, style))
      const longest = Math.max(...cell.text.split('\n').map((line) => type.width(line, style)))
      least = Math.max(least, indent + Math.max(type.widestPiece(cell.text, style), Math.min(SHORT, longest)))
      most = Math.max(most, indent + longest)
    }
    // A hash or a long id may be broken; a number never is.
    const floor = column.align === 'right' ? least : Math.min(least, 150)
    const beside = unitWidth + SLACK
    return { head, isRight: column.align === 'right', unitWidth, least: floor + beside, most: most + beside }
  })
  const space = available - GAP * (measured.length - 1)
  const least = measured.reduce((sum, column) => sum + column.least, 0)
  const widths = widthsOf(measured, space)
  // Width that is left over goes to the words, so that the numbers stand at the right edge.
  const left = Math.max(0, space - widths.reduce((sum, width) => sum + width, 0))
  const words = measured.filter(({ isRight }) => !isRight).length
  return {
    columns: measured.map(({ head, isRight, unitWidth }, i) => {
      const more = words === 0 ? left / measured.length : isRight ? 0 : left / words
      return { head, isRight, unitWidth, width: (widths[i] ?? 0) + more }
    }),
    fits: least <= space,
    least: least + GAP * (measured.length - 1),
  }
}

interface Measured {
  readonly least: number
  readonly most: number
}

/** A few Chinese characters may be broken anywhere, and are no word one below the other: no column is narrower than so many points for them. */
const SHORT = 36
/** Sums of widths differ in their last bits: a number that just fits is not broken for that. */
const SLACK = 0.05
/** Up to this width a text is kept on one line where the page has room for it. */
const ONE_LINE = 64

/** Widths that come to no more than the space: first what cannot be broken, then short texts on one line, then the long ones. */
function widthsOf(columns: readonly Measured[], space: number): readonly number[] {
  const steps = [
    columns.map(({ least }) => least),
    columns.map(({ least, most }) => Math.max(least, Math.min(most, ONE_LINE))),
    columns.map(({ least, most }) => Math.max(least, most)),
  ]
  let widths = steps[0]!
  const total = (of: readonly number[]) => of.reduce((sum, width) => sum + width, 0)
  if (total(widths) >= space) return widths.map((width) => (width * space) / total(widths))
  for (const wanted of steps.slice(1)) {
    const [has, wants] = [total(widths), total(wanted)]
    if (wants <= space) widths = wanted
    else return widths.map((width, i) => width + ((wanted[i]! - width) * (space - has)) / (wants - has))
  }
  return widths
}

function headStyle(size: number): Style {
  return { size: size - 0.8, color: INK.quiet }
}

function styleOf(row: SheetRow, cell: ShownCell, size: number): Style {
  const color = cell.kind === 'null' ? INK.quiet : row.strong ? INK.strong : INK.text
  return { size, strong: row.strong && cell.kind !== 'null', color }
}

interface DrawnCell {
  readonly lines: readonly TextLine[]
  readonly style: Style
  readonly x: number
  readonly width: number
  readonly isRight: boolean
  readonly unit: string
  readonly figure: string
}

export class FittedTable {
  readonly isLandscape: boolean
  /** False where words or numbers had to be broken. */
  readonly fits: boolean
  readonly #paper: Paper
  readonly #sheet: Sheet
  readonly #columns: readonly Column[]
  readonly #size: number
  /** Rows that were set to know how high they are are not set again. */
  readonly #drawn = new WeakMap<SheetRow, readonly DrawnCell[]>()

  constructor(paper: Paper, sheet: Sheet, columns: Columns, size: number, isLandscape: boolean) {
    this.#paper = paper
    this.#sheet = sheet
    this.#columns = columns.columns
    this.fits = columns.fits
    this.#size = size
    this.isLandscape = isLandscape
  }

  /** Begins a page where this one lies the other way: before the heading of the table, so that they stay together. */
  turnPaper(): void {
    if (this.isLandscape !== this.#paper.isLandscape) this.#paper.page(this.isLandscape)
  }

  /**
   * A heading keeps this height with it, points: all of a short table, so that its total stands with the rows that it adds up,
   * and the beginning of a longer one.
   */
  get keptHeight(): number {
    const { rows } = this.#sheet
    if (rows.length > TOGETHER_ROWS_MAX) return TABLE_START
    const whole = this.#headHeight() + this.#heightOf(rows)
    return whole > this.#paper.pageHeight ? TABLE_START : Math.max(TABLE_START, whole)
  }

  /** `anchors` names each row, so that figures elsewhere can lead to it. */
  draw(destinations: Destinations, anchors?: readonly string[]): void {
    this.#paper.tags.within('Table', () => {
      this.#head()
      const { rows } = this.#sheet
      rows.forEach((row, index) => {
        if (index === rows.length - LAST_ROWS_TOGETHER) this.#keepTogether(rows.slice(index))
        this.#row(row, anchors?.[index], destinations)
      })
    })
  }

  /** A last row alone on a page, most often a total, says nothing: some of those before it go with it. */
  #keepTogether(rows: readonly SheetRow[]): void {
    const paper = this.#paper
    const height = this.#heightOf(rows)
    if (paper.y + height > paper.bottom && height < paper.pageHeight / 2) this.#turn()
  }

  #heightOf(rows: readonly SheetRow[]): number {
    const leading = this.#size * LEADING
    return rows.reduce((sum, row) => sum + this.#linesOf(this.#cellsOf(row)) * leading + 2 * PADDING, 0)
  }

  #linesOf(cells: readonly DrawnCell[]): number {
    return Math.max(1, ...cells.map(({ lines }) => lines.length))
  }

  #headHeight(): number {
    const { type } = this.#paper
    const style = headStyle(this.#size)
    const lines = this.#columns.map(({ head, width }) => type.lines(head, style, width).length)
    return Math.max(...lines) * style.size * LEADING + 3
  }

  #head(): void {
    const { type, tags } = this.#paper
    const style = headStyle(this.#size)
    const heads = this.#columns.map(({ head, width }) => type.lines(head, style, width))
    const height = Math.max(...heads.map(({ length }) => length)) * style.size * LEADING
    let x = this.#paper.left
    const draw = (lines: readonly TextLine[], index: number) => {
      const { width, isRight, unitWidth } = this.#columns[index] as Column
      let y = this.#paper.y + height - lines.length * style.size * LEADING
      for (const line of lines) {
        const at = isRight ? x + width - unitWidth - line.width : x
        type.draw(line, Math.max(x, at), y + style.size * 1.08, style.color)
        y += style.size * LEADING
      }
      x += width + GAP
    }
    tags.within('TR', () => {
      for (const [index, lines] of heads.entries()) tags.within('TH', () => draw(lines, index), { scope: 'Column' })
    })
    this.#paper.space(height + 3)
    this.#paper.rule(INK.edge, 0.75)
  }

  #row(row: SheetRow, anchor: string | undefined, destinations: Destinations): void {
    const paper = this.#paper
    const cells = this.#cellsOf(row)
    const leading = this.#size * LEADING
    const count = this.#linesOf(cells)
    if (paper.y + count * leading + 2 * PADDING > paper.bottom) this.#turn()
    if (anchor !== undefined) paper.pdf.addNamedDestination(anchor, 'XYZ', 0, paper.y - 4, null as unknown as number)
    paper.tags.within('TR', () => {
      const places = cells.map(() => paper.tags.add('TD'))
      // Only a row that is higher than a page is taken apart.
      for (let from = 0; from < count; ) {
        const fits = Math.max(1, Math.floor((paper.bottom - paper.y - 2 * PADDING) / leading))
        const to = Math.min(count, from + fits)
        const draw = (cell: DrawnCell) => this.#draw(cell, from, to, destinations)
        for (const [i, cell] of cells.entries()) paper.tags.into(places[i]!, () => draw(cell))
        paper.space((to - from) * leading + 2 * PADDING)
        paper.rule()
        from = to
        if (from < count) this.#turn()
      }
    })
  }

  #cellsOf(row: SheetRow): readonly DrawnCell[] {
    const known = this.#drawn.get(row)
    if (known !== undefined) return known
    const cells = this.#setCells(row)
    this.#drawn.set(row, cells)
    return cells
  }

  #setCells(row: SheetRow): DrawnCell[] {
    const { type, report, options, left } = this.#paper
    let x = left
    return this.#columns.map((column, index) => {
      const cell = shownCell(report, row.cells[index] ?? null, options.language)
      const style = styleOf(row, cell, this.#size)
      const indent = index === 0 ? row.level * INDENT : 0
      const room = cell.kind === 'number' ? column.unitWidth : 0
      const lines = type.lines(cell.text, style, column.width - indent - room)
      const drawn = { lines, style, x: x + indent, width: column.width - indent - room }
      x += column.width + GAP
      return { ...drawn, isRight: column.isRight, unit: column.unitWidth > 0 ? cell.unit : '', figure: cell.figure }
    })
  }

  #draw(cell: DrawnCell, from: number, to: number, destinations: Destinations): void {
    const { type, tags, pdf, y } = this.#paper
    const { lines, style, x, width, isRight, unit, figure } = cell
    const leading = style.size * LEADING
    lines.slice(from, to).forEach((line, i) => {
      const at = isRight ? x + width - line.width : x
      const baseline = y + PADDING + i * leading + style.size * 1.08
      const destination = destinations.get(figure)
      if (destination === undefined) type.draw(line, at, baseline, style.color)
      else
        tags.within('Link', (link) => {
          type.draw(line, at, baseline, style.color)
          pdf.goTo(at, y + PADDING + i * leading, line.width, leading, destination, linkWithin(link))
        })
      if (unit !== '' && from + i === 0) {
        const unitStyle = { ...style, strong: false }
        type.draw(type.line(unit, unitStyle), x + width + UNIT_GAP, baseline, INK.quiet)
      }
    })
  }

  /** Goes on on the next page, where the table says again what it is. */
  #turn(): void {
    const { paper, title } = { paper: this.#paper, title: this.#sheet.title }
    paper.page(this.isLandscape)
    const { language } = paper.options
    const again = `${textIn(title, language, ' \u00b7 ')} (${textIn(REPORT_WORDS.continued, language, ' ')})`
    paper.tags.artifact(() => {
      paper.paragraph(again, { size: 8, color: INK.quiet })
      paper.space(6)
      this.#head()
    })
  }
}
