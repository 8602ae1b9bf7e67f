import type { Report, ReportFigure } from '../../base/report.js'
import { REASON_WORDS } from '../words.js'
import { type ReportLanguage, textIn, unitText } from './language.js'
import { grouped, printedNumber, times } from './number.js'
import { figureOfCell, type SheetCell } from './sheet.js'

/** A cell as a person reads it. */
export interface ShownCell {
  readonly text: string
  /** As it is shown; '' where the cell is no figure or has no value. */
  readonly unit: string
  /** The figure it shows; '' where it is none. */
  readonly figure: string
  /** The exact value in that unit; null where the cell is no figure or has no value. */
  readonly exact: string | null
  readonly kind: 'number' | 'null' | 'word' | 'text' | 'empty'
}

const EMPTY: ShownCell = { text: '', unit: '', figure: '', exact: null, kind: 'empty' }

export function shownCell(report: Report, cell: SheetCell, language: ReportLanguage): ShownCell {
  if (cell === null) return EMPTY
  if ('text' in cell) return { ...EMPTY, text: textIn(cell.text, language), kind: 'text' }
  if ('zh' in cell) return { ...EMPTY, text: textIn({ en: cell.word, zh: cell.zh }, language), kind: 'word' }
  if ('word' in cell) return { ...EMPTY, text: cell.word, kind: 'word' }
  if ('exact' in cell) return { ...EMPTY, text: grouped(cell.exact), exact: cell.exact, kind: 'number' }
  const figure = figureOfCell(report, cell.figure)
  if (figure.value === null) {
    return { ...EMPTY, text: nullText(figure, language), figure: cell.figure, kind: 'null' }
  }
  return {
    text: printedNumber(figure.value, cell.scale, cell.decimals),
    unit: cell.unit === '1' ? '' : unitText(cell.unit, language),
    figure: cell.figure,
    exact: times(figure.value, cell.scale),
    kind: 'number',
  }
}

/** A dash with the reason in words: never 0, never blank. */
export function nullText({ reason }: ReportFigure, language: ReportLanguage): string {
  return reason === '' ? '\u2014' : `\u2014 ${textIn(REASON_WORDS[reason], language, ' ')}`
}
