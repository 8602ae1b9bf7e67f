import type { ReportCell, ReportTable } from '../../../base/report.js'
import type { EntryItem } from '../../../base/wire/entries.js'
import { entryItemsOf, eventItem } from '../../entries.js'
import { attestationOf } from '../../market/market-entries.js'
import { attestationDueMs, monthsOver } from '../../market/months.js'
import type { ReportBlock } from '../blocks/block.js'
import { scope1Figures } from '../blocks/scope1.js'
import { scope2Figures } from '../blocks/scope2.js'
import { ENTRY_TYPE_WORDS } from '../blocks/statements.js'
import { type PlantFacts, printedInstant } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import {
  bilingual,
  emissionCell,
  figureCell,
  left,
  NONE,
  NOT_CONFIGURED,
  partRow,
  right,
  row,
  strongRow,
  tableOf,
  textCell,
  tonnesCell,
  wordCell,
} from '../words.js'
import { type AllowanceFigures, allowanceFigures } from './allowance-figures.js'
import { COVERED_WORDS, MOVE_WORDS } from './market-words.js'
import { boundedTable } from './plan-tables.js'

/** Emissions of the period that allowances have to cover. */
export const covered: ReportBlock = (facts, figures) => {
  const id = coveredFigure(facts, figures)
  const columns = [left('what', 'Item', '项目'), right('t', 'Emissions', '排放量')]
  const { ets } = facts.options
  const parts =
    ets?.covered === 'direct_and_purchased' ? [`${facts.plant.id}/scope1_co2e`, `${facts.plant.id}/scope2_lb`] : []
  const rows = [
    ...parts.map((part) => partRow(textCell(figures.get(part).name), emissionCell(figures, part))),
    strongRow(
      textCell(ets === undefined ? NOT_CONFIGURED : COVERED_WORDS[ets.covered]),
      ets === undefined ? tonnesCell(id, 'tCO2e') : emissionCell(figures, id),
    ),
  ]
  const note = bilingual(
    'Days are added as whole millionths, so the twelve months of a year add up to it to the last digit.',
    '逐日按百万分之一取整后相加，全年十二个月之和与年度值逐位一致。',
  )
  return [tableOf('covered', bilingual('Covered emissions', '管控排放量'), columns, rows, note)]
}

/** Covered emissions of the period, kgCO2e; not configured in a plant that takes part in no market. */
function coveredFigure(facts: PlantFacts, figures: ReportFigures): string {
  const plant = facts.plant.id
  const name = bilingual('Covered emissions', '管控排放量')
  const { ets } = facts.options
  const id = `${plant}/market/covered`
  if (ets === undefined) return figures.statement(id, name, 'kgCO2e', null, 'ets')
  scope1Figures(facts, figures)
  if (ets.covered === 'direct') return figures.sum(id, name, 'kgCO2e', [`${plant}/scope1_co2e`])
  return figures.sum(id, name, 'kgCO2e', [`${plant}/scope1_co2e`, scope2Figures(facts, figures).locationBased])
}

/** Allowances of the year that the period begins in, as they stood at its end; and what they are worth. */
export const allowances: ReportBlock = (facts, figures) => {
  const made = allowanceFigures(facts, figures, coveredFigure(facts, figures))
  return [position(made), moves(facts, made)]
}

function position({ year, held, surrendered, covered: used, left: rest, price, value, currency }: AllowanceFigures) {
  const columns = [left('what', 'Item', '项目'), right('amount', 'Amount', '数量')]
  const rows = [
    row(textCell(bilingual(`Held for ${year}`, `${year} 年度持有`)), tonnesCell(held, 'tCO2e')),
    row(textCell(bilingual('Surrendered of them', '其中已清缴')), tonnesCell(surrendered, 'tCO2e')),
    row(textCell(bilingual('Emissions of the period', '报告期排放')), tonnesCell(used, 'tCO2e')),
    strongRow(
      textCell(bilingual('Held less emissions of the period', '持有量减报告期排放')),
      tonnesCell(rest, 'tCO2e'),
    ),
    row(textCell(bilingual('Price of one', '单价')), figureCell(price, `${currency}/tCO2e`, 2)),
    row(textCell(bilingual('Value of what is left', '余量价值')), figureCell(value, currency, 2)),
  ]
  const note = bilingual(
    'As people put it on record: the registry itself is not asked. A month has the emissions of that month alone; the report of the year has all. How the year will probably end, with bounds, is a forecast and no part of this document: the page of the carbon market has it.',
    '依据人工录入，未向登记机构查询。月度文件仅含当月排放，年度文件含全年排放。全年预计值及其区间属预测，不在本文件内，见碳市场页面。',
  )
  return tableOf('allowances', bilingual('Allowance position', '配额持仓'), columns, rows, note)
}

function moves(facts: PlantFacts, { entries }: AllowanceFigures): ReportTable {
  const columns = [
    left('at', 'Time', '时间'),
    left('move', 'Movement', '变动'),
    right('t', 'Allowances', '配额'),
    left('author', 'Author', '填报人'),
    left('document', 'Document', '凭证'),
    left('sha256', 'SHA-256 of the original', '原件 SHA-256'),
  ]
  const rows = entries.map(({ entry: { said, atMs, author, document, sha256 }, figure }) =>
    row(
      wordCell(printedInstant(facts, atMs)),
      textCell(MOVE_WORDS[said.move]),
      tonnesCell(figure, 'tCO2e'),
      wordCell(author),
      or(document),
      or(sha256),
    ),
  )
  return boundedTable('allowance-moves', bilingual('Movements of allowances', '配额变动'), columns, rows)
}

function or(word: string | null): ReportCell {
  return word === null ? textCell(NONE) : wordCell(word)
}

/** Entries that the data of the period rest on, with the hashes of their originals. */
export const originals: ReportBlock = (facts) => {
  const columns = [
    left('time', 'Time', '时间'),
    left('type', 'What', '类型'),
    left('document', 'Document', '凭证'),
    left('author', 'Author', '填报人'),
    left('approved', 'Approved by', '复核人'),
    left('sha256', 'SHA-256 of the original', '原件 SHA-256'),
  ]
  const own = entryItemsOf(facts.events.map(eventItem)).filter(isOnPaper)
  const rows = [...facts.market.laboratory, ...own].map(({ ts, type, document, author, approved_by, fields }) =>
    row(
      wordCell(printedInstant(facts, Date.parse(ts))),
      textCell(ENTRY_TYPE_WORDS[type]),
      or(document),
      wordCell(author),
      or(approved_by),
      typeof fields.document_sha256 === 'string' ? wordCell(fields.document_sha256) : textCell(NO_ORIGINAL),
    ),
  )
  const note = bilingual(
    'Originals are named by their SHA-256: whoever has the file can tell that it is the one. The gateway keeps those that were handed to it, and deletes none.',
    '原件以 SHA-256 标识，持有文件者可据此核对。网关保存已上传的原件，且不删除。',
  )
  return [boundedTable('originals', bilingual('Originals', '原始凭证'), columns, rows, note)]
}

const NO_ORIGINAL = bilingual('no original is named', '未登记原件')

/** Nothing rests on what is withdrawn, or waits for somebody else. */
function isOnPaper({ type, status }: EntryItem): boolean {
  const stands = status === 'counted' || status === 'recorded'
  return stands && type !== 'correction' && type !== 'month_attestation' && type !== 'centre_look'
}

/** Months of the year that are over when the report is made, and who answers for each. */
export const attestations: ReportBlock = (facts) => {
  const columns = [
    left('month', 'Month', '月份'),
    left('due', 'Due before', '截止'),
    left('by', 'Attested by', '确认人'),
    left('role', 'Office', '职务'),
    left('account', 'Account', '账户'),
    left('at', 'At', '时间'),
    left('report', 'Report and version', '报告及版本'),
    left('sha256', 'SHA-256 of the report', '报告 SHA-256'),
  ]
  const { ets } = facts.options
  const zone = facts.plant.timezone
  const months =
    ets === undefined ? [] : monthsOver(ets, zone, facts.dueMs).filter((month) => month.slice(0, 4) === yearOf(facts))
  const rows = months.map((month) => {
    const found = attestationOf(facts.market.entries.attestations, month)
    const due = wordCell(printedInstant(facts, attestationDueMs(month, ets!, zone)))
    if (found === null) return row(wordCell(month), due, textCell(NOT_ATTESTED), null, null, null, null, null)
    const { author, account, atMs, said } = found
    return row(
      wordCell(month),
      due,
      wordCell(author),
      or(said.role ?? null),
      account === null ? textCell(NOT_SIGNED_IN) : wordCell(account),
      wordCell(printedInstant(facts, atMs)),
      wordCell(`${said.report} v${said.version}`),
      wordCell(said.report_sha256),
    )
  })
  const note = bilingual(
    'A month is attested when its document is frozen, so its own attestation stands in the documents after it, in the ledger and on the page of the carbon market.',
    '月度文件冻结后方可确认，故本月的确认见其后的文件、账本及碳市场页面。',
  )
  return [boundedTable('attestations', bilingual('Attested months', '月度确认'), columns, rows, note)]
}

function yearOf({ period }: PlantFacts): string {
  return period.from.slice(0, 4)
}

const NOT_ATTESTED = bilingual('not attested when this was made', '编制时尚未确认')
const NOT_SIGNED_IN = bilingual('not signed in', '未登录')
