import type { ReportCell, ReportRow, ReportTable, Text } from '../../../base/report.js'
import { REASON_WORDS } from '../../words.js'
import type { ReportBlock } from '../blocks/block.js'
import type { ReportFigures } from '../figures.js'
import { bilingual, left, same, tableOf, textCell, wordCell } from '../words.js'
import { type ItemAnswer, type ItemAnswering, type ItemContext, itemContext } from './answer.js'
import { FULL_ANSWERS } from './full-answers.js'
import { FULL_ITEMS } from './full-items.js'
import type { RegulationItem } from './item.js'
import { SUMMARY_ANSWERS } from './summary-answers.js'
import { SUMMARY_ITEMS } from './summary-items.js'

const COLUMNS = [
  left('item', 'Item', '条目'),
  left('words', 'Words of the regulation, and what the answer is about', '条例原文及所述对象'),
  left('answer', 'Answer', '内容'),
  left('lacks', 'Not filled, because', '未填原因'),
]

const NOTE = bilingual(
  'Items are numbered and worded as in Annex IV to Implementing Regulation (EU) 2025/2547; check against the original. Dashes are counted: 15(e)-3 is the third of 15(e).',
  '条目编号和文字同 (EU) 2025/2547 实施条例附件四，请与原文核对。破折号项按序编号：15(e)-3 为 15(e) 的第三项。',
)

/** Items `from` to `to` of the 35 of the operator's emissions report, with an answer or a reason for each. */
export function fullItems(from: number, to: number): ReportBlock {
  const [first, last] = [from, to].map((n) => String(n).padStart(2, '0'))
  const title = bilingual(`Items ${from} to ${to}`, `第 ${from} 至 ${to} 条`)
  return (facts, figures) => {
    const context = itemContext(facts, figures)
    const rows = rowsOf(FULL_ITEMS.slice(from - 1, to), FULL_ANSWERS, context)
    return [itemTable(`items-${first}-${last}`, title, rows)]
  }
}

/** The 16 items of the operator's summary emissions report. */
export const summaryItems: ReportBlock = (facts, figures) => {
  const rows = rowsOf(SUMMARY_ITEMS, SUMMARY_ANSWERS, itemContext(facts, figures))
  return [itemTable('items', bilingual('Items (1) to (16)', '第 (1) 至 (16) 条'), rows)]
}

function itemTable(id: string, title: Text, rows: readonly ReportRow[]): ReportTable {
  return tableOf(id, title, COLUMNS, rows, NOTE)
}

function rowsOf(
  items: readonly RegulationItem[],
  answers: Readonly<Record<string, ItemAnswering>>,
  context: ItemContext,
): readonly ReportRow[] {
  return items.flatMap((item) => rowsOfItem(item, answers, context, 0))
}

function rowsOfItem(
  item: RegulationItem,
  answers: Readonly<Record<string, ItemAnswering>>,
  context: ItemContext,
  depth: 0 | 1 | 2,
): readonly ReportRow[] {
  const { id, text, parts } = item
  const strong = depth === 0
  if (parts.length > 0) {
    const head: ReportRow = { level: depth, strong, cells: [wordCell(id), textCell(same(text)), null, null] }
    const deeper = depth === 0 ? 1 : 2
    return [head, ...parts.flatMap((part) => rowsOfItem(part, answers, context, deeper))]
  }
  const answering = answers[id]
  if (answering === undefined) throw new Error(`nothing answers item ${id}`)
  const given = answering(context)
  const [only] = given
  if (only !== undefined && given.length === 1 && only.of === null) {
    return [answerRow(context.figures, only, { id, text: same(text), level: depth, strong })]
  }
  const head: ReportRow = { level: depth, strong, cells: [wordCell(id), textCell(same(text)), null, null] }
  const level = depth === 0 ? 1 : 2
  const whole = bilingual('installation', '装置')
  return [
    head,
    ...given.map((answer) =>
      answerRow(context.figures, answer, { id, text: answer.of ?? whole, level, strong: false }),
    ),
  ]
}

function answerRow(
  figures: ReportFigures,
  { cell, lacks }: ItemAnswer,
  {
    id,
    text,
    level,
    strong,
  }: { readonly id: string; readonly text: Text; readonly level: 0 | 1 | 2; readonly strong: boolean },
): ReportRow {
  const why = lacks ?? unknownBecause(figures, cell)
  return { level, strong, cells: [wordCell(id), textCell(text), cell, why === null ? null : textCell(why)] }
}

/** A figure without a value says why. */
function unknownBecause(figures: ReportFigures, cell: ReportCell): Text | null {
  if (cell === null || !('figure' in cell)) return null
  const { reason } = figures.get(cell.figure)
  if (reason === '') return null
  const { en, zh } = REASON_WORDS[reason]
  return bilingual(`not known: ${en}`, `未知：${zh}`)
}
