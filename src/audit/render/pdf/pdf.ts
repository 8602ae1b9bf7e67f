import type { Report, ReportSection, ReportTable, Text } from '../../../base/report.js'
import { unnumberedTitle } from '../../../base/section-title.js'
import { textIn } from '../language.js'
import type { RenderOptions } from '../options.js'
import { REPORT_WORDS } from '../words.js'
import { annexesOf, drawAnnexes, figureDestinations } from './annex.js'
import { drawChanges, drawSignatures, drawUnchecked } from './back.js'
import { drawContents, drawRules, drawTitlePage, hasRoomForRules, isNotice, leaveContents } from './front.js'
import { BODY, NOTE, Paper } from './paper.js'
import { printedTable } from './printed.js'
import { type Destinations, type FittedTable, fitParts, TABLE_START } from './table.js'
import { LEADING } from './typeset.js'

/**
 * The report for people, as PDF/A-2a: self-contained and tagged, with bookmarks, every number a way to its exact value in the annex.
 * The same document and options give the same bytes on the same Node.
 */
export async function pdfOf(
  report: Report,
  options: RenderOptions & { readonly fontsFolder: string },
): Promise<Buffer> {
  const paper = new Paper(report, options, options.fontsFolder)
  const destinations = figureDestinations(report)
  drawTitlePage(paper)
  const isRoom = hasRoomForRules(paper)
  if (isRoom) drawRules(paper)
  const contents = leaveContents(paper, entriesOf(report))
  paper.page()
  if (!isRoom) {
    drawRules(paper)
    paper.space(22)
  }
  let number = 0
  for (const section of bodyOf(report)) drawSection(paper, `${++number}`, section, destinations)
  if (report.previous !== null) {
    drawGap(paper)
    drawChanges(paper, `${++number}`, report.previous, destinations)
  }
  if (report.unchecked.length > 0) {
    drawGap(paper)
    drawUnchecked(paper, `${++number}`)
  }
  drawSignatures(paper, `${++number}`)
  drawAnnexes(paper, destinations)
  drawContents(paper, paper.entries, contents)
  return paper.finish()
}

function bodyOf({ sections }: Report): readonly ReportSection[] {
  return sections.filter((section) => !isNotice(section))
}

function drawSection(paper: Paper, number: string, section: ReportSection, destinations: Destinations): void {
  const { language } = paper.options
  const tables = section.tables.map((whole): SectionTable => {
    const { table, leftOut } = printedTable(paper.report, whole)
    const [fitted, ...more] = fitParts(paper, table) as [FittedTable, ...FittedTable[]]
    return { table, leftOut, fitted, more }
  })
  if (number !== '1') drawGap(paper, tables[0]?.fitted.isLandscape ?? false)
  const kept = (part: SectionTable) => keptHeight(paper, part)
  const [first] = tables
  const start = first === undefined ? SECTION_START : Math.max(SECTION_START, kept(first) + TABLE_GAP)
  paper.heading(1, number, textIn(unnumberedTitle(section.title), language), start)
  if (section.note !== undefined) {
    paper.space(2)
    paper.paragraph(textIn(section.note, language), NOTE)
  }
  for (const part of tables) {
    const { table, fitted, more, leftOut } = part
    const remark = remarkOf(part)
    if (remark === null) fitted.turnPaper()
    paper.space(14)
    paper.heading(2, '', textIn(table.title, language, ' \u00b7 '), kept(part))
    if (table.note !== undefined) paper.paragraph(textIn(table.note, language), NOTE)
    paper.space(7)
    if (remark === null) drawParts(paper, [fitted, ...more], destinations)
    else paper.paragraph(textIn(remark, language, ' '), BODY)
    if (leftOut !== null && remark !== leftOut) drawLeftOut(paper, textIn(leftOut, language))
  }
}

/** A section's title is not left at the end of a page, away from what it is the title of. */
const SECTION_START = 110
/** The air above a table and its own title. */
const TABLE_GAP = 34

interface SectionTable {
  readonly table: ReportTable
  /** This sentence says which part is not printed and where it stands; null means that all is printed. */
  readonly leftOut: Text | null
  readonly fitted: FittedTable
  /** The rest of its columns, where no page is wide enough for all. */
  readonly more: readonly FittedTable[]
}

function drawParts(paper: Paper, parts: readonly FittedTable[], destinations: Destinations): void {
  for (const [index, part] of parts.entries()) {
    if (index > 0) paper.space(12)
    if (index > 0 && paper.y + part.keptHeight > paper.bottom) paper.page()
    part.draw(destinations)
  }
}

/** The title of a table keeps this height on its page, points, for its note and the part of the table that is not broken. */
function keptHeight(paper: Paper, part: SectionTable): number {
  const { table, fitted } = part
  if (remarkOf(part) !== null) return TABLE_START
  const note = table.note === undefined ? '' : textIn(table.note, paper.options.language)
  const lines = note === '' ? 0 : paper.type.lines(note, NOTE, paper.width).length
  return fitted.keptHeight + lines * NOTE.size * LEADING + 7
}

function drawLeftOut(paper: Paper, text: string): void {
  paper.space(5)
  paper.paragraph(text, NOTE)
}

/** More days than this help nobody on paper; then there are months beside them. */
const DAYS_PRINTED_MAX = 62

/** A remark stands in place of a table that has nothing to list, because a head above nothing helps nobody. */
function remarkOf({ table: { id, rows }, leftOut }: SectionTable): Text | null {
  if (rows.length === 0 && leftOut !== null) return leftOut
  if (/^daily(-|$)/.test(id) && rows.length > DAYS_PRINTED_MAX) return REPORT_WORDS.kept
  const [first] = rows
  if (first === undefined) return REPORT_WORDS.nothing
  const [cell = null, ...rest] = first.cells
  if (rows.length > 1 || cell === null || !('text' in cell) || rest.length === 0) return null
  return rest.every((one) => one === null) ? cell.text : null
}

/** Air above a heading, or a new page where what follows lies the other way. */
function drawGap(paper: Paper, isLandscape = false): void {
  if (paper.isLandscape !== isLandscape) paper.page(isLandscape)
  else paper.space(30)
}

/** As many as `heading` will be called: known before, so that pages can be left free for the contents. */
function entriesOf(report: Report): number {
  const sections = bodyOf(report)
  const tables = sections.reduce((sum, section) => sum + section.tables.length, 0)
  const parts = (report.previous === null ? 0 : 1) + (report.unchecked.length > 0 ? 1 : 0)
  return sections.length + tables + parts + 1 + annexesOf(report)
}
