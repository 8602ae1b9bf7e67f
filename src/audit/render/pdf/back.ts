import type { PreviousReport, Text } from '../../../base/report.js'
import { type ReportLanguage, textIn } from '../language.js'
import { grouped, printedNumber } from '../number.js'
import { column, plainRow, type Sheet } from '../sheet.js'
import { REPORT_WORDS, restatedWords } from '../words.js'
import { drawPair } from './front.js'
import { BODY, INK, NOTE, type Paper } from './paper.js'
import { type Destinations, fitTable } from './table.js'

/** Draws what has changed since the version before, and whether it had to be issued anew. */
export function drawChanges(paper: Paper, number: string, previous: PreviousReport, destinations: Destinations): void {
  const { language } = paper.options
  paper.heading(1, number, textIn(REPORT_WORDS.changes, language), 120)
  paper.space(8)
  const percent = (part: number) => `${printedNumber(String(part), 100, 3)} %`
  drawPair(paper, textIn(REPORT_WORDS.previousVersion, language), `${previous.version}`)
  drawPair(paper, textIn(REPORT_WORDS.sha256, language), previous.sha256)
  const change = previous.change === null ? textIn(REPORT_WORDS.changeUnknown, language) : percent(previous.change)
  drawPair(paper, textIn(REPORT_WORDS.largestChange, language), change)
  drawPair(paper, textIn(REPORT_WORDS.threshold, language), percent(previous.threshold))
  paper.space(8)
  paper.paragraph(textIn(previous.mandatory ? REPORT_WORDS.mandatory : REPORT_WORDS.notMandatory, language), {
    ...BODY,
    strong: true,
  })
  paper.space(12)
  if (previous.differences.length === 0) {
    paper.paragraph(textIn(REPORT_WORDS.noChanges, language), BODY)
    return
  }
  const table = fitTable(paper, changesSheet(paper, previous))
  table.turnPaper()
  table.draw(destinations)
}

function changesSheet({ report }: Paper, previous: PreviousReport): Sheet {
  const value = (decimal: string | null) => ({ text: untranslated(decimal === null ? '\u2014' : grouped(decimal)) })
  return {
    id: 'changes',
    title: REPORT_WORDS.changes,
    columns: [
      column('figure', REPORT_WORDS.figure),
      column('before', REPORT_WORDS.before, 'right'),
      column('after', REPORT_WORDS.after, 'right'),
      column('delta', REPORT_WORDS.delta, 'right'),
      column('unit', REPORT_WORDS.unit),
      column('why', REPORT_WORDS.why),
    ],
    rows: previous.differences.map(({ figure, before, after, delta, reasons }) => {
      const known = report.figures[figure]
      const why = reasons.length === 0 ? REPORT_WORDS.noReasonOnRecord : restatedWords(reasons)
      return plainRow([
        { text: named(known?.name ?? untranslated(''), figure) },
        value(before),
        value(after),
        value(delta),
        { word: known?.unit ?? '' },
        { text: why },
      ])
    }),
  }
}

/** A name with the id below it. */
export function named(name: Text, id: string): Text {
  return { en: `${name.en}\n${id}`.trim(), zh: `${name.zh}\n${id}`.trim() }
}

export function untranslated(text: string): Text {
  return { en: text, zh: text }
}

export function drawUnchecked(paper: Paper, number: string): void {
  const { report, options } = paper
  paper.heading(1, number, textIn(REPORT_WORDS.unchecked, options.language), 60)
  paper.space(4)
  paper.paragraph(textIn(REPORT_WORDS.uncheckedNote, options.language), NOTE)
  paper.space(6)
  paper.tags.within('L', () => {
    for (const text of report.unchecked) drawListed(paper, textIn(text, options.language))
  })
}

function drawListed(paper: Paper, text: string): void {
  const { tags, type } = paper
  paper.need(30)
  tags.within('LI', () => {
    tags.within('Lbl', () => {
      type.draw(type.line('\u2013', BODY), paper.left, paper.y + BODY.size * 1.08, INK.quiet)
    })
    tags.within('LBody', () => paper.paragraph(text, BODY, paper.left + 14, paper.width - 14))
  })
  paper.space(4)
}

const SIGNERS = [REPORT_WORDS.prepared, REPORT_WORDS.approved, REPORT_WORDS.verified]
const SIGNED = [REPORT_WORDS.personName, REPORT_WORDS.position, REPORT_WORDS.date, REPORT_WORDS.signature]
const BLOCK_HEIGHT = 150

/** Lines to sign on paper, below the hash that says what is signed. */
export function drawSignatures(paper: Paper, number: string): void {
  const { report, options } = paper
  const { language } = options
  paper.page()
  paper.heading(1, number, textIn(REPORT_WORDS.signatures, language), 200)
  paper.space(6)
  paper.paragraph(textIn(REPORT_WORDS.signaturesNote, language), NOTE)
  paper.space(10)
  drawPair(paper, textIn(REPORT_WORDS.reportId, language), report.id)
  drawPair(paper, textIn(REPORT_WORDS.version, language), `${report.version}`)
  drawPair(paper, textIn(REPORT_WORDS.sha256, language), paper.sha256)
  drawPair(paper, textIn(REPORT_WORDS.fingerprint, language), options.fingerprint)
  paper.space(26)
  for (const signer of SIGNERS) drawSigner(paper, signer, language)
}

function drawSigner(paper: Paper, signer: Text, language: ReportLanguage): void {
  paper.need(BLOCK_HEIGHT)
  paper.paragraph(textIn(signer, language, ' '), { size: 10, strong: true, color: INK.strong })
  paper.space(26)
  const top = paper.y
  const gap = 14
  const width = (paper.width - gap * (SIGNED.length - 1)) / SIGNED.length
  SIGNED.forEach((what, index) => {
    const x = paper.left + index * (width + gap)
    paper.y = top
    paper.rule(INK.edge, 0.75, x, width)
    paper.space(3)
    paper.paragraph(textIn(what, language, ' '), { size: 7.5, color: INK.quiet }, x, width)
  })
  paper.space(30)
}
