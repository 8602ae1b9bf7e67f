import type { Report, ReportCell, ReportColumn, ReportTable, Text } from '../../base/report.js'
import { sourceInChinese } from '../../kpi/catalogue-zh.js'
import { formulaInChinese } from '../report/formulas-zh.js'
import { confidenceWords, FLAG_WORDS, paramSourceWords, REASON_WORDS } from '../words.js'
import { type ReportLanguage, unitText } from './language.js'
import { times } from './number.js'
import { formulaIdOf, makingWords, REPORT_WORDS } from './words.js'

/** A table as it is written to a file: those of the report, and those that every report has beside them. */
export interface Sheet {
  readonly id: string
  readonly title: Text
  readonly note?: Text
  readonly columns: readonly ReportColumn[]
  readonly rows: readonly SheetRow[]
}

export interface SheetRow {
  readonly level: 0 | 1 | 2
  readonly strong: boolean
  readonly cells: readonly SheetCell[]
}

/**
 * `exact` is a decimal that is shown as it is, with all its digits. A word with `zh` is stated once, in English: a rendering in
 * Chinese says it in Chinese, and a CSV has both, the stated word under the name of the column.
 */
export type SheetCell = ReportCell | { readonly exact: string } | { readonly word: string; readonly zh: string }

/** All tables of a report in their order, then figures, formulas, factors and, where there is one, the differences. */
export function sheetsOf(report: Report): Sheet[] {
  const own: readonly ReportTable[] = report.sections.flatMap((section) => section.tables)
  const taken = new Set(own.map(({ id }) => id))
  const beside = [figuresSheet(report), formulasSheet(report), factorsSheet(report), ...changesSheets(report)]
  return [...own, ...beside.map((sheet) => (taken.has(sheet.id) ? { ...sheet, id: `annex-${sheet.id}` } : sheet))]
}

/** Every figure with everything that is known of it; `figures.csv`. */
export function figuresSheet(report: Report): Sheet {
  return {
    id: 'figures',
    title: REPORT_WORDS.figures,
    columns: [
      column('id', REPORT_WORDS.id),
      column('name', REPORT_WORDS.name),
      column('value', REPORT_WORDS.exact, 'right'),
      column('unit', REPORT_WORDS.unit),
      column('reason', REPORT_WORDS.reason),
      column('coverage', REPORT_WORDS.coverage, 'right'),
      column('estimated_share', REPORT_WORDS.estimatedShare, 'right'),
      column('flags', REPORT_WORDS.flags),
      column('factors', REPORT_WORDS.factors),
      column('formula', REPORT_WORDS.formula),
      column('made', REPORT_WORDS.made),
    ],
    rows: idsOf(report).map((id) => {
      const figure = figureOfCell(report, id)
      return plainRow([
        { word: id },
        { text: figure.name },
        exact(figure.value),
        { word: figure.unit },
        { word: figure.reason, zh: figure.reason === '' ? '' : REASON_WORDS[figure.reason].zh },
        share(figure.coverage),
        share(figure.estimated_share),
        { word: figure.flags.join(' '), zh: figure.flags.map((flag) => FLAG_WORDS[flag].zh).join('；') },
        { word: figure.factors.join(' ') },
        { word: formulaIdOf(figure.made) },
        { text: makingWords(figure.made) },
      ])
    }),
  }
}

export function formulasSheet(report: Report): Sheet {
  return {
    id: 'formulas',
    title: REPORT_WORDS.formulas,
    columns: [
      column('id', REPORT_WORDS.id),
      column('name', REPORT_WORDS.name),
      column('formula', REPORT_WORDS.formula),
      column('source', REPORT_WORDS.source),
      column('confidence', REPORT_WORDS.confidence),
    ],
    rows: report.formulas.map((formula) =>
      plainRow([
        { word: formula.id },
        { text: formula.name },
        { word: formula.formula, zh: formulaInChinese(formula.formula) },
        { word: formula.source, zh: sourceInChinese(formula.source) },
        { text: confidenceWords(formula.confidence) },
      ]),
    ),
  }
}

export function factorsSheet(report: Report): Sheet {
  return {
    id: 'factors-used',
    title: REPORT_WORDS.factors,
    columns: [
      column('id', REPORT_WORDS.id),
      column('value', REPORT_WORDS.value, 'right'),
      column('unit', REPORT_WORDS.unit),
      column('source', REPORT_WORDS.source),
      column('year', REPORT_WORDS.year),
      column('region', REPORT_WORDS.region),
      column('valid_from', REPORT_WORDS.validFrom),
      column('valid_to', REPORT_WORDS.validTo),
      column('published', REPORT_WORDS.published),
      column('param_source', REPORT_WORDS.paramSource),
      column('confidence', REPORT_WORDS.confidence),
    ],
    rows: report.factors.map((factor) =>
      plainRow([
        { word: factor.id },
        exact(factor.value),
        { word: factor.unit },
        { word: factor.source },
        { word: factor.year },
        { word: factor.region },
        { word: factor.valid_from },
        { word: factor.valid_to },
        { word: factor.published },
        { text: paramSourceWords(factor.param_source) },
        { text: confidenceWords(factor.confidence) },
      ]),
    ),
  }
}

function changesSheets(report: Report): Sheet[] {
  if (report.previous === null) return []
  const rows = report.previous.differences.map((difference) => {
    const figure = report.figures[difference.figure]
    return plainRow([
      { word: difference.figure },
      figure === undefined ? null : { text: figure.name },
      exact(difference.before),
      exact(difference.after),
      exact(difference.delta),
      { word: figure?.unit ?? '' },
      { word: difference.reasons.join(' ') },
    ])
  })
  return [
    {
      id: 'changes',
      title: REPORT_WORDS.changes,
      columns: [
        column('figure', REPORT_WORDS.figure),
        column('name', REPORT_WORDS.name),
        column('before', REPORT_WORDS.before, 'right'),
        column('after', REPORT_WORDS.after, 'right'),
        column('delta', REPORT_WORDS.delta, 'right'),
        column('unit', REPORT_WORDS.unit),
        column('reasons', REPORT_WORDS.why),
      ],
      rows,
    },
  ]
}

/** The unit that all figures of a column are shown in; null where there are several, or none. */
export function unitOf(sheet: Sheet, index: number, language: ReportLanguage): string | null {
  const units = new Set(
    sheet.rows.flatMap(({ cells }) => {
      const cell = cells[index] ?? null
      return cell !== null && 'figure' in cell ? [cell.unit === '1' ? '' : cell.unit] : []
    }),
  )
  const [unit] = units
  return units.size === 1 && unit !== undefined ? unitText(unit, language) : null
}

/** By their ids, in the order of their code units: the same on every machine. */
export function idsOf(report: Report): string[] {
  return Object.keys(report.figures).sort()
}

/** A cell that names a figure which is not there is a fault of whoever built the report. */
export function figureOfCell(report: Report, id: string): Report['figures'][string] {
  const figure = report.figures[id]
  if (figure === undefined) throw new Error(`render the report ${report.id}: it has no figure ${id}`)
  return figure
}

export function column(id: string, title: Text, align: ReportColumn['align'] = 'left'): ReportColumn {
  return { id, title, align }
}

export function plainRow(cells: readonly SheetCell[]): SheetRow {
  return { level: 0, strong: false, cells }
}

function exact(decimal: string | null): SheetCell {
  return decimal === null || decimal === '' ? null : { exact: decimal }
}

function share(part: number | null): SheetCell {
  return part === null ? null : { exact: times(String(part), 1) }
}
