import { DAY_MS } from '../../../base/durations.js'
import type { EntryStatus, EntryType } from '../../../base/entries.js'
import type { ReportRow, Text } from '../../../base/report.js'
import type { EntryItem } from '../../../base/wire/entries.js'
import { PlantDays } from '../../../kpi/time/plant-days.js'
import { toWire } from '../../../kpi/windows/point.js'
import { entryItemsOf, eventItem } from '../../entries.js'
import { lastDay } from '../../periods.js'
import { BILLED_KPIS, type Bill, billsOf, reconcile } from '../../reconciliation.js'
import { decimal, sumOfRounded } from '../decimal.js'
import { type PlantFacts, printedInstant } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import { bilingual, figureCell, left, NONE, right, row, tableOf, textCell, wordCell } from '../words.js'
import type { ReportBlock } from './block.js'

/** Data that no meter sends: bills against meters, and everything that people put on record of the period. */
export const statements: ReportBlock = (facts, figures) => {
  const entries = entryItemsOf(facts.events.map(eventItem))
  return [bills(facts, figures, billsOf(entries)), onRecord(facts, entries)]
}

const VERDICTS: Readonly<Record<'agrees' | 'differs' | 'unknown', Text>> = {
  agrees: bilingual('agrees', '一致'),
  differs: bilingual('differs', '不一致'),
  unknown: bilingual('not known: a day of the bill has no figure', '未知：账单期内有日值缺失'),
}

function bills(facts: PlantFacts, figures: ReportFigures, all: readonly Bill[]) {
  const columns = [
    left('bill', 'Bill', '账单'),
    left('days', 'Days', '账期'),
    left('kpi', 'Compared with', '对照指标'),
    right('billed', 'Billed', '账单量'),
    right('metered', 'Metered', '计量量'),
    right('difference', 'Difference', '差值'),
    right('percent', 'Of the metered', '差值占比'),
    left('verdict', 'Verdict', '结论'),
  ]
  const title = bilingual('Bills against meters', '账单与计量核对')
  const note = bilingual(
    `Bills whose first day lies in the period; a difference of up to ${facts.options.bill_tolerance_pct} % agrees. A bill never counts in a figure.`,
    `首日在报告期内的账单；差值不超过 ${facts.options.bill_tolerance_pct} % 视为一致。账单不计入任何数值。`,
  )
  const rows = all.map((bill) => billRow(facts, figures, bill))
  const none = row(textCell(NONE), ...columns.slice(1).map(() => null))
  return tableOf('bills', title, columns, rows.length > 0 ? rows : [none], note)
}

function billRow(facts: PlantFacts, figures: ReportFigures, bill: Bill): ReportRow {
  const { metric, from, to, amount } = bill.fields
  const kpi = BILLED_KPIS[metric] ?? metric
  const days = new PlantDays(facts.plant.timezone)
  const [startMs, endMs] = [days.startMs(from), days.startMs(to)]
  const points = facts.days(kpi, 'plant', facts.plant.id).filter((one) => one.startMs >= startMs && one.endMs <= endMs)
  const due = Math.round((endMs - startMs) / DAY_MS)
  const { verdict, metered } = reconcile(bill, points.map(toWire), due, facts.options.bill_tolerance_pct)
  const unit = points[0]?.stream.unit ?? kpiOf(kpi).unit
  const stem = `${facts.plant.id}/bill/${bill.id}`
  const paper = bill.document ?? bill.id
  const named = (en: string, zh: string) => bilingual(`Bill ${paper}: ${en}`, `账单 ${paper}：${zh}`)
  const billed = figures.statement(
    `${stem}/billed`,
    named('billed', '账单量'),
    unit,
    decimal(amount),
    bill.document ?? '',
  )
  const sum = metered === null ? null : sumOfRounded(points.map((point) => point.numerator))
  const counted = figures.count(
    `${stem}/metered`,
    named('metered', '计量量'),
    unit,
    sum,
    `final days of ${kpi}, ${from}/${to}`,
  )
  const less = figures.sum(`${stem}/difference`, named('difference', '差值'), unit, [billed], [counted])
  const share = figures.quotient(`${stem}/share`, named('difference, share', '差值占比'), '%', [less, counted], 100)
  return row(
    wordCell(bill.document ?? bill.id),
    wordCell(facts.words === 2 ? `${from}/${lastDay(to)}` : `${from}/${to}`),
    facts.words === 2 ? textCell(kpiOf(kpi).name) : wordCell(kpi),
    figureCell(billed, unit, 1),
    figureCell(counted, unit, 1),
    figureCell(less, unit, 1),
    figureCell(share, '%', 2),
    textCell(VERDICTS[verdict]),
  )
}

export const ENTRY_TYPE_WORDS: Readonly<Record<EntryType, Text>> = {
  bill: bilingual('bill', '账单'),
  fuel_used: bilingual('fuel used or received', '燃料消耗或入库'),
  fuel_quality: bilingual('laboratory value', '化验值'),
  refrigerant_refill: bilingual('refrigerant refilled', '制冷剂充注'),
  process_input: bilingual('material of a process', '工艺原料'),
  correction: bilingual('correction of a reading', '读数更正'),
  non_routine_event: bilingual('no saving: non-routine event', '非例行事件（不计为节能）'),
  energy_certificate: bilingual('certificate of green electricity', '绿色电力证书'),
  production_lot: bilingual('lot of a product', '产品批次'),
  lot_input: bilingual('input of a lot', '批次输入'),
  supplier_footprint: bilingual('footprint of a supplier', '供应商碳足迹'),
  allowance: bilingual('allowances', '碳配额'),
  allowance_price: bilingual('price of allowances', '碳配额价格'),
  month_attestation: bilingual('attestation of a month', '月度数据确认'),
  centre_look: bilingual('functions of the centre as found', '能碳管理中心功能使用记录'),
  period_statement: bilingual('amount of a period', '期间数据申报'),
}

const STATUSES: Readonly<Record<EntryStatus, Text>> = {
  counted: bilingual('counts', '已计入'),
  recorded: bilingual('on record', '已备案'),
  proposed: bilingual('waits for approval', '待复核'),
  rejected: bilingual('rejected', '已驳回'),
  withdrawn: bilingual('withdrawn', '已撤回'),
}

/** Names who put something on record, as the gateway knows it. */
function originText(origin: EntryItem['origin']): Text {
  if (origin === null) return bilingual('earlier: not recorded', '早期记录：来源未留存')
  if (origin.kind === 'device') {
    const { device, ingress, client } = origin
    return bilingual(
      `device ${device} by ${ingress}, client ${client}`,
      `设备 ${device}（${ingress}，客户端 ${client}）`,
    )
  }
  const { account, approver } = origin
  const approval =
    approver === undefined
      ? bilingual('', '')
      : approver === null
        ? bilingual('; approved without sign-in', '；复核时未登录')
        : bilingual(`; approved by account ${approver}`, `；复核账户 ${approver}`)
  if (account === null) return bilingual(`person, not signed in${approval.en}`, `人员（未登录）${approval.zh}`)
  return bilingual(`person, account ${account}${approval.en}`, `人员，账户 ${account}${approval.zh}`)
}

function onRecord(facts: PlantFacts, entries: readonly EntryItem[]) {
  const isWithOrigins = entries.some(({ origin }) => origin !== null)
  const columns = [
    left('time', 'Time', '时间'),
    left('type', 'What', '类型'),
    left('device', 'Device', '设备'),
    left('status', 'Status', '状态'),
    left('author', 'Author', '填报人'),
    left('approved', 'Approved by', '复核人'),
    left('document', 'Document', '凭证'),
    left('said', 'As it was said', '原始内容'),
    // Reports of before origins were kept stay as they were, letter by letter.
    ...(isWithOrigins ? [left('origin', 'Origin', '来源')] : []),
  ]
  const rows = entries.map(({ ts, type, device, status, author, approved_by, document, refused, fields, origin }) => {
    const said = Object.entries(fields)
      .filter(([key]) => !['author', 'document', 'approved_by'].includes(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    const why = refused === null ? [] : [`${refused.by}: ${refused.reason}`]
    return row(
      wordCell(facts.words === 2 ? printedInstant(facts, Date.parse(ts)) : ts),
      textCell(ENTRY_TYPE_WORDS[type]),
      wordCell(device),
      textCell(STATUSES[status]),
      wordCell(author),
      approved_by === null ? textCell(NONE) : wordCell(approved_by),
      document === null ? textCell(NONE) : wordCell(document),
      wordCell([...said, ...why].join('; ')),
      ...(isWithOrigins ? [textCell(originText(origin))] : []),
    )
  })
  const none = row(textCell(NONE), ...columns.slice(1).map(() => null))
  return tableOf('entries', bilingual('Put on record by people', '人工填报'), columns, rows.length > 0 ? rows : [none])
}
