import {
  CENTRE_FUNCTION_NAMES,
  type CentreFunctionId,
  type CentreState,
  type ProofState,
  proofName,
} from '../../../base/management-centre.js'
import type { ReportCell, ReportTable, Text } from '../../../base/report.js'
import { CATALOGUE } from '../../../kpi/catalogue.js'
import type { ReportBlock } from '../blocks/block.js'
import { type PlantFacts, printedInstant } from '../facts.js'
import { energyMeters } from '../green/meters.js'
import { bilingual, joinedTexts, left, NONE, pairs, row, same, tableOf, textCell, wordCell } from '../words.js'
import type { CentreLook } from './centre-look.js'

type LookedAt = CentreLook['said']['functions'][number]

const STATE_WORDS: Readonly<Record<CentreState, Text>> = {
  in_use: bilingual('in use', '使用中'),
  partly: bilingual('partly in use', '部分使用'),
  stopped: bilingual('data have stopped', '数据已中断'),
  not_in_use: bilingual('not in use', '未使用'),
  not_offered: bilingual('not offered', '暂不提供'),
}

const NOT_LOOKED = bilingual('nobody has put on record what is in use', '尚未登记功能使用记录')

/** Parts that a function is done by, and where people and programs find it. */
const PLACES: Readonly<Record<CentreFunctionId, readonly [part: Text, page: string]>> = {
  monitoring: [bilingual('archive and figures', '数据归档与指标计算'), '/plants/{plant}'],
  energy_flow: [bilingual('balance of meters', '计量平衡'), '/plants/{plant}/energy'],
  analysis: [bilingual('forecasts, anomalies, load plan', '预测、异常检查、用能计划'), '/plants/{plant}/outlook'],
  intensity: [bilingual('figures by unit of output', '单位产品指标'), '/plants/{plant}/figures'],
  benchmarking: [bilingual('baselines and targets', '能源基准与目标'), '/plants/{plant}/energy'],
  balance: [bilingual('balance of meters, load plan', '计量平衡、用能计划'), '/plants/{plant}'],
  budget: [bilingual('budgets and projections', '预算与预计'), '/plants/{plant}/outlook'],
  carbon_accounting: [bilingual('carbon figures and reports', '碳排放指标与报告'), '/plants/{plant}/figures'],
  product_footprint: [bilingual('lots and their footprints', '批次碳足迹'), '/reports'],
  supply_chain: [bilingual('footprints of suppliers', '供应商碳足迹'), '/plants/{plant}/entries'],
  carbon_assets: [bilingual('allowances, certificates, contracts', '配额、绿证、合同'), '/plants/{plant}/market'],
  verification: [bilingual('ledger, bundles, verifier', '账本、证据包、校验程序'), '/reports'],
}

/** Layers of the system, with what this plant has in each. */
export const centreArchitecture: ReportBlock = (facts) => [layers(facts), functionMap(facts)]

function layers(facts: PlantFacts): ReportTable {
  const { lines, devices } = facts.options
  const meters = energyMeters(facts).length
  const rows: readonly (readonly [Text, ReportCell])[] = [
    [
      bilingual('Field', '现场采集层'),
      textCell(
        bilingual(
          `${lines.length} lines, ${devices.length} devices, ${meters} of them meters of energy`,
          `产线 ${lines.length} 条，设备 ${devices.length} 台，其中能源计量表 ${meters} 块`,
        ),
      ),
    ],
    [
      bilingual('Intake', '接入与存证层'),
      textCell(
        bilingual(
          'each message is journaled before it is acknowledged; what is not understood is kept in quarantine',
          '每条报文先写入日志再应答；无法识别的报文留存于隔离区',
        ),
      ),
    ],
    [
      bilingual('Computation', '计算层'),
      textCell(
        bilingual(
          `windows of minutes to months by calculation rules of edition ${facts.edition}; the same journal gives the same figures`,
          `按第 ${facts.edition} 版计算规则逐级汇总（分钟至月）；同一日志得出同一数值`,
        ),
      ),
    ],
    [
      bilingual('Evidence', '存证与核查层'),
      textCell(
        bilingual(
          'a ledger of signed entries, chained by hashes (Ed25519, SHA-256); frozen reports with an offline verifier',
          '账本条目逐条签名并以哈希相链（Ed25519、SHA-256）；冻结报告附离线校验程序',
        ),
      ),
    ],
    [
      bilingual('Use', '应用层'),
      textCell(
        bilingual('pages in Chinese and English, HTTP API, workbooks, PDF', '中英文页面、HTTP API、电子表格、PDF'),
      ),
    ],
  ]
  return pairs('centre-layers', bilingual('Architecture', '系统架构'), rows)
}

function functionMap({ centre, plant }: PlantFacts): ReportTable {
  const columns = [
    left('no', 'No.', '序号'),
    left('function', 'Function', '功能'),
    left('part', 'Done by', '实现模块'),
    left('page', 'Page', '页面'),
    left('state', 'State', '状态'),
  ]
  const states = new Map(centre?.said.functions.map(({ id, state }) => [id, state]))
  const rows = ids().map((id, i) => {
    const [part, page] = PLACES[id]
    const state = states.get(id)
    return row(
      wordCell(i + 1),
      textCell(CENTRE_FUNCTION_NAMES[id]),
      textCell(part),
      wordCell(page.replace('{plant}', plant.id)),
      textCell(state === undefined ? NOT_LOOKED : STATE_WORDS[state]),
    )
  })
  return tableOf('centre-map', bilingual('Functions and where they live', '功能与架构对应'), columns, rows)
}

function ids(): readonly CentreFunctionId[] {
  return Object.keys(CENTRE_FUNCTION_NAMES) as CentreFunctionId[]
}

/** Each function with what proves it, and what is missing. */
export const centreFunctionProofs: ReportBlock = (facts, figures) => {
  const { centre, plant } = facts
  const columns = [
    left('no', 'No.', '序号'),
    left('function', 'Function', '功能'),
    left('state', 'State', '状态'),
    left('proof', 'Proved by', '依据'),
    left('missing', 'Missing', '缺少'),
  ]
  functionCount(facts, figures)
  const found = new Map(centre?.said.functions.map((one) => [one.id, one]))
  const rows = ids().map((id, i) => {
    const one = found.get(id)
    const state = textCell(one === undefined ? NOT_LOOKED : STATE_WORDS[one.state])
    return row(
      wordCell(i + 1),
      textCell(CENTRE_FUNCTION_NAMES[id]),
      state,
      ...(one === undefined ? [null, null] : proofCells(facts, one)),
    )
  })
  const note =
    centre === null
      ? NOT_LOOKED
      : bilingual(
          `As the gateway found them at ${secondOf(facts, centre.atMs)}; put on record by ${centre.author} as entry ${centre.entry}. A function is in use when a figure not older than two days, or a register, setting or frozen report that was there, meets each of its needs. Nobody else has checked it.`,
          `网关于 ${secondOf(facts, centre.atMs)} 自动检查，由 ${centre.author} 登记（记录 ${centre.entry}）。各项需求均有两日以内的数值，或已有台账、设置、冻结报告为依据，即列为使用中；未经第三方核实。`,
        )
  return [
    tableOf('centre-functions', bilingual('Functions in use', '功能使用情况'), columns, rows, note),
    attachments(plant.id),
  ]
}

function proofCells(facts: PlantFacts, { proofs }: LookedAt): readonly ReportCell[] {
  const of = (states: readonly ProofState[]) => {
    const texts = proofs.filter(({ state }) => states.includes(state)).map((proof) => proofText(facts, proof))
    return textCell(texts.length === 0 ? NONE : joinedTexts(texts))
  }
  return [of(['in_use']), of(['stopped', 'missing', 'not_offered'])]
}

function proofText(facts: PlantFacts, { id, state, at }: LookedAt['proofs'][number]): Text {
  const name = CATALOGUE.find((kpi) => kpi.id === id)?.name ?? proofName(id) ?? same(id)
  if (state === 'not_offered') return bilingual(`${name.en} (not offered)`, `${name.zh}（暂不提供）`)
  if (at === undefined) return name
  const time = lastTime(facts, Date.parse(at))
  const last = state === 'stopped' ? bilingual('last ', '最后一次 ') : same('')
  return bilingual(`${name.en} (${last.en}${time})`, `${name.zh}（${last.zh}${time}）`)
}

/** An instant to the second; in forms of before with its milliseconds. */
function secondOf(facts: PlantFacts, ms: number): string {
  return printedInstant(facts, facts.words === 2 ? Math.floor(ms / 1000) * 1000 : ms)
}

/** The day of a figure that ends at midnight, as that may be yet to come; else the time. */
function lastTime(facts: PlantFacts, ms: number): string {
  const time = secondOf(facts, ms)
  const isMidnight = facts.words === 2 && time.slice(11, 19) === '00:00:00'
  return isMidnight ? printedInstant(facts, ms - 1).slice(0, 10) : time
}

/** Number of functions that were found in use; null while nobody has put that on record. */
export function functionCount(
  { centre, plant }: PlantFacts,
  figures: Pick<Parameters<ReportBlock>[1], 'statement'>,
): string {
  const name = bilingual('Functions of the centre in use', '能碳管理中心使用中的功能数')
  const value = centre === null ? null : String(centre.said.in_use)
  return figures.statement(`${plant.id}/centre/functions_in_use`, name, '1', value, centre?.entry ?? 'centre_look')
}

/** Papers that a declaration is asked for, and that a program cannot make. */
function attachments(plant: string): ReportTable {
  const columns = [left('paper', 'Paper', '材料'), left('from', 'Where it comes from', '来源')]
  const rows = [
    row(
      textCell(bilingual('Screenshots of the own plant', '本厂系统界面截图')),
      textCell(
        bilingual(
          `not made by this document: take them of the pages above, such as /plants/${plant}`,
          `本文件不含，请自行截取上列页面，例如 /plants/${plant}`,
        ),
      ),
    ),
    row(
      textCell(bilingual('Manual of operation', '操作手册')),
      textCell(bilingual('served by the gateway below /help/', '由网关在 /help/ 提供')),
    ),
    row(
      textCell(bilingual('Organisation, rules and duties', '管理制度与职责')),
      textCell(bilingual('by the enterprise', '由企业提供')),
    ),
  ]
  return tableOf('centre-attachments', bilingual('To be attached', '须另附材料'), columns, rows)
}
