import type { ReportSection, Text } from '../../../base/report.js'
import { shownCell } from '../cell.js'
import { coverLinesOf } from '../cover.js'
import { textIn } from '../language.js'
import { REPORT_WORDS } from '../words.js'
import { drawInstructions } from './instructions.js'
import { BODY, type ContentsLine, INK, NOTE, type Paper } from './paper.js'
import { linkWithin, type Tag } from './tags.js'
import { LEADING, type Style } from './typeset.js'

/** The title page: what it is of, which version, and the two numbers by which its authenticity is checked. */
export function drawTitlePage(paper: Paper): void {
  const { report, options } = paper
  const { language, status } = options
  paper.page()
  paper.y = 54
  paper.paragraph('Greengauge \u7eff\u8861', { size: 9, strong: true, color: INK.strong })
  paper.y = 88
  paper.tags.within('H1', () => {
    paper.paragraph(textIn(report.title, language), { size: 25, strong: true, color: INK.strong })
  })
  paper.space(8)
  for (const plant of report.plants) paper.paragraph(textIn(plant.name, language), { size: 12, color: INK.text })
  paper.space(16)
  if (status === 'draft' || status === 'superseded') {
    const says = status === 'draft' ? REPORT_WORDS.draftSays : REPORT_WORDS.supersededSays
    paper.paragraph(textIn(says, language), { ...BODY, strong: true, color: INK.strong })
    paper.space(14)
  }
  paper.rule(INK.edge, 0.75)
  for (const { title, text } of coverLinesOf(report, options)) drawPair(paper, textIn(title, language), text)
  // The code stands on the first page, however long the notice is.
  if (report.instructions !== undefined) drawInstructions(paper, report.instructions)
  drawNotice(paper)
}

/** Draws the rules by which totals are added and figures are rounded. */
export function drawRules(paper: Paper): void {
  paper.space(RULES_GAP)
  for (const text of rulesOf(paper)) {
    paper.paragraph(text, NOTE)
    paper.space(RULE_GAP)
  }
}

/** The page that is being filled has room for them: alone on a page of their own they would look lost. */
export function hasRoomForRules(paper: Paper): boolean {
  const lines = rulesOf(paper).reduce((sum, text) => sum + paper.type.lines(text, NOTE, paper.width).length, 0)
  return paper.y + RULES_GAP + lines * NOTE.size * LEADING + 2 * RULE_GAP <= paper.bottom
}

const RULES_GAP = 14
const RULE_GAP = 4

function rulesOf({ report, options: { language } }: Paper): readonly string[] {
  return [textIn(addingWords(report.basis.rule), language), textIn(REPORT_WORDS.rounding, language)]
}

/** Draws what limits the figures, where nobody misses it. */
function drawNotice(paper: Paper): void {
  const { language } = paper.options
  const section = paper.report.sections.find(isNotice)
  for (const { title, rows } of section?.tables ?? []) {
    paper.space(16)
    paper.need(60)
    paper.tags.within('H2', () => {
      paper.paragraph(textIn(title, language, ' \u00b7 '), { size: 11, strong: true, color: INK.strong })
    })
    paper.space(4)
    paper.rule(INK.edge, 0.75)
    for (const { cells } of rows) {
      const [what = '', says = ''] = cells.map((cell) => shownCell(paper.report, cell, language).text)
      drawPair(paper, what, says)
    }
  }
}

/** It stands on the title page and not among the numbered sections. */
export function isNotice({ id }: ReportSection): boolean {
  return id === 'notice'
}

function addingWords(rule: Text): Text {
  return { en: `${REPORT_WORDS.adding.en}: ${rule.en}`, zh: `${REPORT_WORDS.adding.zh}：${rule.zh}` }
}

const LABEL_WIDTH = 150

/** A label and what it says, with a hairline below. */
export function drawPair(paper: Paper, label: string, text: string): void {
  const style: Style = { size: 9, color: INK.strong }
  const labelStyle: Style = { size: 8.5, color: INK.quiet }
  const width = paper.width - LABEL_WIDTH
  const lines = Math.max(
    paper.type.lines(text, style, width).length,
    paper.type.lines(label, labelStyle, LABEL_WIDTH - 10).length,
  )
  paper.need(lines * 13 + 9)
  const top = paper.y + 4.5
  paper.y = top
  paper.paragraph(label, labelStyle, paper.left, LABEL_WIDTH - 10)
  const labelEnd = paper.y
  paper.y = top
  paper.paragraph(text, style, paper.left + LABEL_WIDTH, width)
  paper.y = Math.max(paper.y, labelEnd) + 4.5
  paper.rule()
}

const ENTRY_HEIGHT = 12
const ENTRY_HEIGHT_LEAST = 10.2
const ENTRIES_HEIGHT = 672

/** Height of each entry of the contents, and how many a page has: closer together where that saves a page with a few. */
function contentsLayout(entries: number): { readonly height: number; readonly perPage: number } {
  const isCloser = entries * ENTRY_HEIGHT > ENTRIES_HEIGHT && entries * ENTRY_HEIGHT_LEAST <= ENTRIES_HEIGHT
  const height = isCloser ? ENTRIES_HEIGHT / entries : ENTRY_HEIGHT
  return { height, perPage: isCloser ? entries : Math.floor(ENTRIES_HEIGHT / ENTRY_HEIGHT) }
}

/** Places of the contents in the order of the document, before what stands in them is known. */
export interface ContentsPlace {
  readonly heading: Tag | null
  readonly list: Tag | null
  /** Number of the first page that was left free for it. */
  readonly firstPage: number
}

/** Leaves pages free for the contents of so many entries. */
export function leaveContents(paper: Paper, entries: number): ContentsPlace {
  const firstPage = paper.pageNumber + 1
  const pages = Math.max(1, Math.ceil(entries / contentsLayout(entries).perPage))
  for (let i = pages; i > 0; i--) paper.page()
  return { heading: paper.tags.add('H2'), list: paper.tags.add('TOC'), firstPage }
}

/** Draws them when it is known where everything stands. */
export function drawContents(paper: Paper, entries: readonly ContentsLine[], place: ContentsPlace): void {
  const { pdf, tags, options } = paper
  const { height, perPage } = contentsLayout(entries.length)
  entries.forEach((entry, index) => {
    const onPage = index % perPage
    if (onPage === 0) pdf.switchToPage(place.firstPage - 1 + index / perPage)
    if (index === 0) {
      paper.y = 72
      const title = textIn(REPORT_WORDS.contents, options.language, ' ')
      tags.into(place.heading, () => paper.paragraph(title, { size: 15, strong: true, color: INK.strong }))
    }
    const y = 104 + onPage * height
    tags.into(place.list, () => {
      tags.within('TOCI', () => {
        tags.within('Link', (link) => {
          drawEntry(paper, entry, y)
          pdf.goTo(paper.left, y, paper.width, height, entry.destination, linkWithin(link))
        })
      })
    })
    paper.y = y + height - (height < ENTRY_HEIGHT ? 0 : 2)
    paper.rule()
  })
}

function drawEntry({ type, left, width }: Paper, entry: ContentsLine, y: number): void {
  const style: Style = entry.level === 1 ? { ...BODY, strong: true, color: INK.strong } : { size: 8.5, color: INK.text }
  const x = left + (entry.level === 1 ? 0 : 22)
  const page = type.line(String(entry.page), style)
  const [title] = type.lines(entry.title, style, width - 100)
  if (entry.number !== '') type.draw(type.line(entry.number, style), x, y + 10, style.color)
  const indent = entry.number === '' ? 0 : Math.max(22, type.width(entry.number, style) + 10)
  if (title !== undefined) type.draw(title, x + indent, y + 10, style.color)
  type.draw(page, left + width - page.width, y + 10, style.color)
}
