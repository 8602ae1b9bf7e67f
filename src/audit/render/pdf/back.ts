import type { PreviousReport, Text } from '../../../base/report.js'
import { type ReportLanguage, say } from '../language.js'
import { grouped, printed } from '../number.js'
import { column, plainRow, type Sheet } from '../sheet.js'
import { restatedWords, WORDS } from '../words.js'
import { drawPair } from './front.js'
import { BODY, INK, NOTE, type Paper } from './paper.js'
import { type Destinations, fitTable } from './table.js'

/** Draws what has changed since the version before, and whether it had to be issued anew. */
export function drawChanges(paper: Paper, number: string, previous: PreviousReport, destinations: Destinations): void {
  const { language } = paper.options
  paper.heading(1, number, say(WORDS.changes, language), 120)
  paper.space(8)
  const percent = (part: number) => `${printed(String(part), 100, 3)} %`
  drawPair(paper, say(WORDS.previousVersion, language), `${previous.version}`)
  drawPair(paper, say(WORDS.sha256, language), previous.sha256)
  const change = previous.change === null ? say(WORDS.changeUnknown, language) : percent(previous.change)
  drawPair(paper, say(WORDS.largestChange, language), change)
  drawPair(paper, say(WORDS.threshold, language), percent(previous.threshold))
  paper.space(8)
  paper.paragraph(say(previous.mandatory ? WORDS.mandatory : WORDS.notMandatory, language), { ...BODY, strong: true })
  paper.space(12)
  if (previous.differences.length === 0) {
    paper.paragraph(say(WORDS.noChanges, language), BODY)
    return
  }
  const table = fitTable(paper, changesSheet(paper, previous))
  table.turnPaper()
  table.draw(destinations)
}

function changesSheet({ report }: Paper, previous: PreviousReport): Sheet {
  const value = (decimal: string | null) => ({ text: plain(decimal === null ? '\u2014' : grouped(decimal)) })
  return {
    id: 'changes',
    title: WORDS.changes,
    columns: [
      column('figure', WORDS.figure),
      column('before', WORDS.before, 'right'),
      column('after', WORDS.after, 'right'),
      column('delta', WORDS.delta, 'right'),
      column('unit', WORDS.unit),
      column('why', WORDS.why),
    ],
    rows: previous.differences.map(({ figure, before, after, delta, reasons }) => {
      const known = report.figures[figure]
      const why = reasons.length === 0 ? WORDS.noReasonOnRecord : restatedWords(reasons)
      return plainRow([
        { text: named(known?.name ?? plain(''), figure) },
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

export function plain(text: string): Text {
  return { en: text, zh: text }
}

export function drawUnchecked(paper: Paper, number: string): void {
  const { report, options } = paper
  paper.heading(1, number, say(WORDS.unchecked, options.language), 60)
  paper.space(4)
  paper.paragraph(say(WORDS.uncheckedNote, options.language), NOTE)
  paper.space(6)
  for (const text of report.unchecked) {
    paper.need(30)
    const y = paper.y
    paper.type.draw(paper.type.line('\u2013', BODY), paper.left, y + BODY.size * 1.08, INK.quiet)
    paper.paragraph(say(text, options.language), BODY, paper.left + 14, paper.width - 14)
    paper.space(4)
  }
}

const SIGNERS = [WORDS.prepared, WORDS.approved, WORDS.verified]
const SIGNED = [WORDS.personName, WORDS.position, WORDS.date, WORDS.signature]
const BLOCK_HEIGHT = 150

/** Lines to sign on paper, below the hash that says what is signed. */
export function drawSignatures(paper: Paper, number: string): void {
  const { report, options } = paper
  const { language } = options
  paper.page()
  paper.heading(1, number, say(WORDS.signatures, language), 200)
  paper.space(6)
  paper.paragraph(say(WORDS.signaturesNote, language), NOTE)
  paper.space(10)
  drawPair(paper, say(WORDS.reportId, language), report.id)
  drawPair(paper, say(WORDS.version, language), `${report.version}`)
  drawPair(paper, say(WORDS.sha256, language), paper.sha256)
  drawPair(paper, say(WORDS.fingerprint, language), options.fingerprint)
  paper.space(26)
  for (const signer of SIGNERS) drawSigner(paper, signer, language)
}

function drawSigner(paper: Paper, signer: Text, language: ReportLanguage): void {
  paper.need(BLOCK_HEIGHT)
  paper.paragraph(say(signer, language, ' '), { size: 10, strong: true, color: INK.strong })
  paper.space(26)
  const top = paper.y
  const gap = 14
  const width = (paper.width - gap * (SIGNED.length - 1)) / SIGNED.length
  SIGNED.forEach((what, index) => {
    const x = paper.left + index * (width + gap)
    paper.y = top
    paper.rule(INK.edge, 0.75, x, width)
    paper.space(3)
    paper.paragraph(say(what, language, ' '), { size: 7.5, color: INK.quiet }, x, width)
  })
  paper.space(30)
}
