import type { EfficiencyGrade } from '../../../base/options/equipment.js'
import type { ReportRow, ReportTable, Text } from '../../../base/report.js'
import { lastDay } from '../../periods.js'
import type { ReportBlock } from '../blocks/block.js'
import { sourcelessText } from '../blocks/no-direct-source.js'
import { kindsOf } from '../blocks/scope1.js'
import { decimal } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import { boundedTable } from '../market/plan-tables.js'
import {
  bilingual,
  configuredText,
  figureCell,
  joinedTexts,
  left,
  NONE,
  NOT_CONFIGURED,
  partRow,
  right,
  row,
  same,
  statedCell,
  tableOf,
  textCell,
  tonnesCell,
  wordCell,
} from '../words.js'
import { indicatorFigures } from './indicator-figures.js'
import { INDICATORS, statedReference } from './indicator-list.js'
import { energyMeters } from './meters.js'
import { FACTORY_REFERENCES, type ReferencedIndicator, type ReferenceValue, referenceText } from './reference-values.js'
import { equipmentInService, isEfficient, productsWithLots } from './register-figures.js'
import { MEASURE_WORDS, moneyFaults, statementFigure, statementsOf } from './stated-amounts.js'

/** Indicators with what each is made of, and the values that public documents state for them. */
export const indicators: ReportBlock = (facts, figures) => {
  indicatorFigures(facts, figures)
  return [indicatorTable(facts, figures), referenceTable('green-references', FACTORY_REFERENCES)]
}

function indicatorTable(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const { options, plant } = facts
  const columns = [
    left('no', 'No.', '序号'),
    left('indicator', 'Indicator', '指标'),
    right('value', 'Value', '数值'),
    left('basic', 'Basic value', '基本要求'),
    left('leading', 'Leading value', '引领值'),
  ]
  const cell = (figure: string, decimals: number) => {
    const id = `${plant.id}/${figure}`
    const { name, unit } = figures.get(id)
    const value = unit === 'kgCO2' ? tonnesCell(id, 'tCO2') : figureCell(id, unit, decimals)
    return [textCell(name), value] as const
  }
  const stated = (text: string | null) => (text === null ? null : wordCell(text))
  const rows: readonly ReportRow[] = INDICATORS.flatMap((one) => [
    row(
      wordCell(one.number),
      ...cell(one.figure, one.decimals),
      stated(statedReference(one, 'basic')),
      stated(statedReference(one, 'leading')),
    ),
    ...(one.parts ?? []).map(([figure, decimals]) => partRow(null, ...cell(figure, decimals), null, null)),
  ])
  const kinds = kindsOf(facts)
  const hasDirect = kinds.some((kind) => kind !== 'scope1_fugitive')
  const note = indicatorNote(options.carbon.electricity_basis, hasDirect, sourcelessText(facts, kinds.length > 0))
  return tableOf('green-indicators', bilingual('Indicators', '指标'), columns, rows, note)
}

const NO_DIRECT = bilingual(
  ' No direct source of CO2 is configured or reported: CO2 is that of purchased energy alone, which does not say that there is no other.',
  '未配置任何 CO2 直接排放源，也无上报：碳排放量仅为外购能源部分，并不表示不存在直接排放。',
)

/** The rules that the indicators count by, and what is not known of them; `stated` is what people said of direct sources. */
export function indicatorNote(
  electricityBasis: 'equivalent' | 'primary',
  hasDirect: boolean,
  stated: Text | null = null,
): Text {
  const basis =
    electricityBasis === 'primary'
      ? bilingual(
          'Purchased electricity counts at its primary value, and generation on site at its equivalent value.',
          '外购电力按等价值折标，自发电按当量值折标。',
        )
      : bilingual('Electricity counts at its equivalent value.', '电力按当量值折标。')
  const unstated = hasDirect ? same('') : NO_DIRECT
  const direct = stated === null ? unstated : bilingual(` Direct emissions: ${stated.en}`, `直接排放：${stated.zh}`)
  return bilingual(
    `${basis.en}${direct.en} Self-assessments that were read take the primary value for 1.1 and 2.1 (carbon.electricity_basis: primary). Whether 1.1 goes by location or by what was bought was not found: both stand here. In 1.3 nothing that was traded counts, and no certificate. Of carbon removal (2.3) nothing is known here.`,
    `${basis.zh}${direct.zh}所查阅的自评资料中 1.1、2.1 采用等价值（carbon.electricity_basis: primary）。1.1 按位置还是按市场核算未查明，两者并列。1.3 不含交易电量和绿证。碳清除率（2.3）无数据。`,
  )
}

const INDICATOR_WORDS: Readonly<Record<ReferencedIndicator, Text>> = {
  carbon_per_tce: bilingual('CO2 of a tonne of coal equivalent', '单位能耗碳排放'),
  non_fossil_share: bilingual('Share of non-fossil energy', '非化石能源消费占比'),
  physical_share: bilingual(
    'Share of physically identified non-fossil electricity',
    '非化石能源电力消费物理认定量占比',
  ),
}
const LEVEL_WORDS = { basic: bilingual('basic', '基本要求'), leading: bilingual('leading', '引领值') } as const

/** Values that public documents state, each with its source. */
export function referenceTable(id: string, values: readonly ReferenceValue[]): ReportTable {
  const columns = [
    left('indicator', 'Indicator', '指标'),
    left('level', 'Level', '档次'),
    left('value', 'Value', '数值'),
    left('for', 'Holds for', '适用范围'),
    left('source', 'Source', '来源'),
  ]
  const rows = values.map((one) =>
    row(
      textCell(INDICATOR_WORDS[one.indicator]),
      textCell(LEVEL_WORDS[one.level]),
      wordCell(referenceText(one)),
      textCell(one.holdsFor),
      textCell(one.source),
    ),
  )
  const note = bilingual(
    'Quoted to be compared with, from secondary sources: check against the original, and whether a value applies to this plant.',
    '引自二手资料，供对照：请与原文核对，并确认是否适用于本厂。',
  )
  return tableOf(id, bilingual('Values to compare with', '对标参考值'), columns, rows, note)
}

const GRADE_WORDS: Readonly<Record<EfficiencyGrade, Text>> = {
  grade_1: bilingual('grade 1', '能效 1 级'),
  grade_2: bilingual('grade 2', '能效 2 级'),
  grade_3: bilingual('grade 3', '能效 3 级'),
  advanced: bilingual('advanced level', '先进水平'),
  saving: bilingual('saving level', '节能水平'),
  access: bilingual('access level', '准入水平'),
  below: bilingual('below access level', '低于准入水平'),
}
const YES = bilingual('yes', '是')
const NO = bilingual('no', '否')

/** Registers that shares are counted in, and what people stated. */
export const greenRegisters: ReportBlock = (facts, figures) => [
  statedTable(facts, figures),
  equipmentTable(facts),
  productTable(facts, figures),
  meterTable(facts),
]

function statedTable(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const columns = [
    left('measure', 'What', '内容'),
    left('days', 'Days', '期间'),
    right('amount', 'Amount', '数值'),
    left('author', 'Author', '填报人'),
    left('document', 'Document', '凭证'),
    left('sha256', 'SHA-256 of the original', '原件 SHA-256'),
  ]
  const rows = statementsOf(facts).map((one) => {
    const { measure, from, to, currency = '1' } = one.said
    return row(
      textCell(MEASURE_WORDS[measure]),
      wordCell(facts.words === 2 ? `${from}/${lastDay(to)}` : `${from}/${to}`),
      figureCell(statementFigure(facts, figures, one), currency, 2),
      wordCell(one.author),
      one.document === null ? textCell(NONE) : wordCell(one.document),
      one.sha256 === null ? textCell(NONE) : wordCell(one.sha256),
    )
  })
  const note = bilingual(
    'Money counts where statements follow each other from the first day of the period to its last, in one currency; a part of a statement is never taken.',
    '金额须自报告期首日至末日逐段相接且币种一致方可计入，不拆分任何一段。',
  )
  const faults = facts.words === 2 ? moneyFaults(facts) : []
  const said = joinedTexts([note, ...faults], ' ')
  return boundedTable('green-stated', bilingual('Stated by people', '人工申报数据'), columns, rows, said)
}

function equipmentTable(facts: PlantFacts): ReportTable {
  const columns = [
    left('id', 'Equipment', '装备'),
    left('name', 'Name', '名称'),
    right('kw', 'Rated power of one, kW', '单台额定功率，kW'),
    right('count', 'Pieces', '台数'),
    left('grade', 'Efficiency', '能效水平'),
    left('efficient', 'Counts as efficient', '计为节能装备'),
    left('standard', 'Standard', '标准'),
    left('document', 'Document', '凭证'),
  ]
  const rows = equipmentInService(facts).map((one) =>
    row(
      wordCell(one.id),
      textCell(configuredText(one.name) ?? NOT_CONFIGURED),
      wordCell(decimal(one.rated_kw)),
      wordCell(one.count),
      textCell(one.efficiency === undefined ? NOT_CONFIGURED : GRADE_WORDS[one.efficiency]),
      textCell(isEfficient(one) ? YES : NO),
      statedCell(one.standard),
      statedCell(one.document),
    ),
  )
  const note = bilingual(
    'In service on the last day of the period. Grade 2 or better, and the levels advanced and saving, count as efficient.',
    '报告期末日在用装备。能效 2 级及以上、先进水平和节能水平计为节能装备。',
  )
  return boundedTable('green-equipment', bilingual('Equipment', '装备台账'), columns, rows, note)
}

function productTable(facts: PlantFacts, figures: ReportFigures): ReportTable {
  const columns = [
    left('product', 'Product', '产品'),
    left('footprint', 'Has a footprint', '已开展碳足迹分析'),
    left('lots', 'Lots', '批次'),
  ]
  const none = facts.words === 2 ? textCell(NONE) : null
  const rows = productsWithLots(facts, figures).map(({ id, lots }) =>
    row(wordCell(id), textCell(lots.length > 0 ? YES : NO), lots.length === 0 ? none : wordCell(lots.join(', '))),
  )
  const note = bilingual(
    'A product has a footprint when that of one of its lots in the period is known: the form product-footprint shows how it was made.',
    '报告期内任一批次的碳足迹已知，即视为该产品已开展；计算过程见 product-footprint 报告。',
  )
  return boundedTable('green-products', bilingual('Products', '产品'), columns, rows, note)
}

function meterTable(facts: PlantFacts): ReportTable {
  const columns = [
    left('device', 'Meter', '计量表'),
    left('line', 'Line', '产线'),
    left('metrics', 'Registers', '表底指标'),
    left('automatic', 'Reports by itself', '有效自动采集'),
  ]
  const rows = energyMeters(facts).map(({ device, metrics, isAutomatic }) =>
    row(
      wordCell(device.id),
      device.line === undefined ? textCell(NOT_CONFIGURED) : wordCell(device.line),
      wordCell(metrics.join(', ')),
      textCell(isAutomatic ? YES : NO),
    ),
  )
  const note = bilingual(
    'In service at the end of the period. A meter reports by itself when three quarters of the readings that were due of each of its registers came, those that people typed in left out.',
    '报告期末在用计量表。每个表底指标的应收读数收到四分之三以上（不含人工填报）即为有效自动采集。',
  )
  return boundedTable('green-meters', bilingual('Meters of energy', '能源计量表'), columns, rows, note)
}
