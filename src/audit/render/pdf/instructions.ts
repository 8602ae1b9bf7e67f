import { encode } from 'uqr'
import { textIn } from '../language.js'
import { REPORT_WORDS } from '../words.js'
import { INK, NOTE, type Paper } from './paper.js'

/** Side of the code, points: a telephone reads it from an arm's length. */
const SIDE = 92
const GAP = 16

/** Draws the code that leads to the instructions for whoever checks the report, with the same in letters beside it. */
export function drawInstructions(paper: Paper, text: string): void {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  paper.space(18)
  paper.need(SIDE + 4)
  const [top, cell] = [paper.y, SIDE / size]
  const drawCode = () => {
    paper.pdf.save().fillColor('#000000')
    data.forEach((row, y) => {
      row.forEach((isDark, x) => {
        if (isDark) paper.pdf.rect(paper.left + x * cell, top + y * cell, cell, cell)
      })
    })
    paper.pdf.fill().restore()
  }
  paper.tags.within('Figure', () => paper.tags.content(drawCode), { alt: text })
  const [x, width] = [paper.left + SIDE + GAP, paper.width - SIDE - GAP]
  const title = textIn(REPORT_WORDS.instructions, paper.options.language, ' · ')
  paper.paragraph(title, { size: 11, strong: true, color: INK.strong }, x, width)
  paper.space(4)
  paper.paragraph(text, NOTE, x, width)
  paper.y = Math.max(paper.y, top + SIDE)
}
