import { isPointSum, type Report, type Text } from '../../../base/report.js'
import { sourceInChinese } from '../../../kpi/catalogue-zh.js'
import { formulaInChinese } from '../../report/formulas-zh.js'
import { confidenceWords, FLAG_WORDS, REASON_WORDS } from '../../words.js'
import { textIn, unitText } from '../language.js'
import { grouped, printedNumber } from '../number.js'
import { column, factorsSheet, figureOfCell, idsOf, plainRow, type Sheet, type SheetRow } from '../sheet.js'
import { formulaIdOf, makingWords, REPORT_WORDS } from '../words.js'
import { named, untranslated } from './back.js'
import { NOTE, type Paper } from './paper.js'
import { type Destinations, fitTable, SIZE_SMALL, TABLE_START } from './table.js'

/**
 * Counts of single streams and days stand in full in their table, and would fill most of the annex; coverage and the estimated
 * share of a figure stand beside the figure itself, and what is made of it and the period before in the comparison.
 */
const ELSEWHERE = /^period-before\/|^[^/]+\/(stream|day)\/|\/(coverage|estimated)$/

function annexIds(report: Report): string[] {
  return idsOf(report).filter((id) => !ELSEWHERE.test(id))
}

/** Destination in the annex of each figure that it tells more of, by the id of the figure. */
export function figureDestinations(report: Report): Map<string, string> {
  return new Map(annexIds(report).map((id, index) => [id, `f${String(index).padStart(6, '0')}`]))
}

/** Exact values, formulas and factors: what is needed to do every figure again by hand. */
export function drawAnnexes(paper: Paper, destinations: Destinations): void {
  const { report } = paper
  const anchors = [...destinations.values()]
  drawAnnex(paper, 'A', exactSheet(report), anchors, REPORT_WORDS.figuresNote)
  drawAnnex(paper, 'B', formulasSheet(report))
  if (hasFactorsAnnex(report)) drawAnnex(paper, 'C', factorsSheet(report))
}

/** Most forms have the list of factors among their sections: twice it would say nothing more. */
function hasFactorsAnnex({ sections }: Report): boolean {
  return !sections.some(({ tables }) => tables.some(({ id }) => id === 'factors'))
}

/** A report that lists its factors among its sections has two annexes, others have three. */
export function annexesOf(report: Report): number {
  return hasFactorsAnnex(report) ? 3 : 2
}

function drawAnnex(paper: Paper, letter: string, sheet: Sheet, anchors?: readonly string[], note?: Text): void {
  const { language } = paper.options
  const table = fitTable(paper, sheet, SIZE_SMALL)
  paper.page(table.isLandscape)
  const title = `${textIn(REPORT_WORDS.annex, language === 'both' ? 'en' : language)} ${letter}`
  paper.heading(1, title, textIn(sheet.title, language), TABLE_START)
  if (note !== undefined) paper.paragraph(textIn(note, language), NOTE)
  paper.space(10)
  table.draw(new Map(), anchors)
}

function exactSheet(report: Report): Sheet {
  return {
    id: 'figures',
    title: REPORT_WORDS.figures,
    columns: [
      column('figure', REPORT_WORDS.figure),
      column('value', REPORT_WORDS.exact, 'right'),
      column('unit', REPORT_WORDS.unit),
      column('made', REPORT_WORDS.made),
    ],
    rows: annexIds(report).map((id) => exactRow(report, id)),
  }
}

function exactRow(report: Report, id: string): SheetRow {
  const figure = figureOfCell(report, id)
  const missing = figure.reason === '' ? untranslated('') : REASON_WORDS[figure.reason]
  const value =
    figure.value === null
      ? { en: `\u2014 ${missing.en}`.trim(), zh: `\u2014 ${missing.zh}`.trim() }
      : untranslated(grouped(figure.value))
  const facts = [makingWords(figure.made), ...factsOf(report, id)]
  const made = { en: facts.map(({ en }) => en).join('; '), zh: facts.map(({ zh }) => zh).join('；') }
  return plainRow([
    { text: named(figure.name, id) },
    { text: value },
    { text: { en: unitText(figure.unit, 'en'), zh: unitText(figure.unit, 'zh') } },
    { text: made },
  ])
}

function factsOf(report: Report, id: string): Text[] {
  const { made, factors, flags, coverage, estimated_share } = figureOfCell(report, id)
  const formula = formulaIdOf(made)
  const percent = (part: number) => `${printedNumber(String(part), 100, 2)} %`
  return [
    // A sum of days names the KPI already, and its formula has the same id.
    ...(formula !== '' && !isPointSum(made) ? [pair(REPORT_WORDS.formula, formula)] : []),
    // Each part of a sum or quotient names its own factors.
    ...(factors.length > 0 && made.by !== 'sum' && made.by !== 'quotient'
      ? [pair(REPORT_WORDS.factors, factors.join(', '))]
      : []),
    ...(coverage !== null ? [pair(REPORT_WORDS.coverage, percent(coverage))] : []),
    ...(estimated_share !== null && estimated_share > 0
      ? [pair(REPORT_WORDS.estimatedShare, percent(estimated_share))]
      : []),
    ...flags.map((flag) => FLAG_WORDS[flag]),
  ]
}

function pair(title: Text, text: string): Text {
  return { en: `${title.en.toLowerCase()} ${text}`, zh: `${title.zh} ${text}` }
}

function formulasSheet(report: Report): Sheet {
  return {
    id: 'formulas',
    title: REPORT_WORDS.formulas,
    columns: [
      column('name', REPORT_WORDS.name),
      column('formula', REPORT_WORDS.formula),
      column('source', REPORT_WORDS.source),
      column('confidence', REPORT_WORDS.confidence),
    ],
    rows: report.formulas.map(({ id, name, formula, source, confidence }) =>
      plainRow([
        { text: named(name, id) },
        { text: { en: formula, zh: formulaInChinese(formula) } },
        { text: { en: source, zh: sourceInChinese(source) } },
        { text: confidenceWords(confidence) },
      ]),
    ),
  }
}
