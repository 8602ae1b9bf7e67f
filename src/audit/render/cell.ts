import type { Report, ReportFigure } from '../../base/report.js'
import { REASON_WORDS } from '../words.js'
import { type ReportLanguage, say, unitIn } from './language.js'
import { grouped, printed, times } from './number.js'
import { figureOf, type SheetCell } from './sheet.js'

/** A cell as a person reads it. */
export interface Shown {
  readonly text: string
  /** As it is shown; '' where the cell is no figure or has no value. */
  readonly unit: string
  /** The figure it shows; '' where it is none. */
  readonly figure: string
  /** The exact value in that unit; null where the cell is no figure or has no value. */
  readonly exact: string | null
  readonly kind: 'number' | 'null' | 'word' | 'text' | 'empty'
}

const EMPTY: Shown = { text: '', unit: '', figure: '', exact: null, kind: 'empty' }

export function shown(report: Report, cell: SheetCell, language: ReportLanguage): Shown {
  if (cell === null) return EMPTY
  if ('text' in cell) return { ...EMPTY, text: say(cell.text, language), kind: 'text' }
  if ('zh' in cell) return { ...EMPTY, text: say({ en: cell.word, zh: cell.zh }, language), kind: 'word' }
  if ('word' in cell) return { ...EMPTY, text: cell.word, kind: 'word' }
  if ('exact' in cell) return { ...EMPTY, text: grouped(cell.exact), exact: cell.exact, kind: 'number' }
  const figure = figureOf(report, cell.figure)
  if (figure.value === null) {
    return { ...EMPTY, text: nullText(figure, language), figure: cell.figure, kind: 'null' }
  }
  return {
    text: printed(figure.value, cell.scale, cell.decimals),
    unit: cell.unit === '1' ? '' : unitIn(cell.unit, language),
    figure: cell.figure,
    exact: times(figure.value, cell.scale),
    kind: 'number',
  }
}

/** A dash with the reason in words: never 0, never blank. */
export function nullText({ reason }: ReportFigure, language: ReportLanguage): string {
  return reason === '' ? '\u2014' : `\u2014 ${say(REASON_WORDS[reason], language, ' ')}`
}
