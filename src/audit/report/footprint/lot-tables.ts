import { type AllocationRule, LOT_UNITS } from '../../../base/production-lots.js'
import type { ReportCell, ReportRow, ReportTable, Text } from '../../../base/report.js'
import { localTime } from '../../periods.js'
import type { ReportBlock } from '../blocks/block.js'
import { decimal } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import {
  bilingual,
  CO2_ONLY_NOTE,
  configuredText,
  figureCell,
  isAnyCo2Only,
  joinedTexts,
  left,
  NONE,
  NOT_CONFIGURED,
  pairs,
  right,
  row,
  statedCell,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import type { LotFigures } from './lot.js'
import { lotFigures } from './lot-figures.js'

const ALLOCATIONS: Readonly<Record<AllocationRule, Text>> = {
  metered_energy: bilingual('metered energy', '实测能耗'),
  time: bilingual('time', '工时'),
  mass: bilingual('mass', '质量'),
}

/** Lots of the period with their footprints, what these are made of, and lots that reach beyond it. */
export const lots: ReportBlock = (facts, figures) => {
  const made = facts.lots.within.map((lot) => lotFigures(facts, figures, lot))
  return [
    footprints(facts, figures, made),
    energyOfLots(made),
    inputsOfLots(made),
    contents(made),
    ...beyond(facts),
  ].map(orNone)
}

/** A table without rows says that there is nothing. */
function orNone(table: ReportTable): ReportTable {
  if (table.rows.length > 0) return table
  return { ...table, rows: [row(textCell(NONE), ...table.columns.slice(1).map(() => null))] }
}

function footprints(facts: PlantFacts, figures: ReportFigures, made: readonly LotFigures[]): ReportTable {
  const columns = [
    left('lot', 'Lot', '批次'),
    left('product', 'Product', '产品'),
    left('name', 'Name', '名称'),
    left('line', 'Line', '产线'),
    left('from', 'From', '起'),
    left('to', 'To', '止'),
    right('quantity', 'Quantity', '数量'),
    left('allocation', 'Allocated by', '分配规则'),
    right('share', 'Part of the line', '占产线份额'),
    right('own', 'Own emissions, kgCO2e', '自身排放，kgCO2e'),
    right('upstream', 'Inputs, kgCO2e', '输入，kgCO2e'),
    right('total', 'Footprint, kgCO2e', '碳足迹，kgCO2e'),
    right('each', 'For one unit', '单位产品碳足迹'),
    right('primary', 'Primary data', '初级数据占比'),
    right('metered', 'With measured energy', '实测能耗占比'),
    left('paper', 'Paper', '凭证'),
  ]
  const rows = made.map(({ lot, quantity, share, own, upstream, total, perUnit, primaryShare, meteredShare }) => {
    const { said, document, entry } = lot
    const name = configuredText(facts.options.products.find(({ id }) => id === said.product)?.name)
    const kg = (id: string) => figureCell(id, 'kgCO2e', 3)
    return row(
      wordCell(said.lot),
      wordCell(said.product),
      name === null ? textCell(NOT_CONFIGURED) : textCell(name),
      wordCell(said.line),
      wordCell(timeIn(facts, lot.fromMs)),
      wordCell(timeIn(facts, lot.toMs)),
      figureCell(quantity, said.unit, 3),
      textCell(ALLOCATIONS[said.allocation]),
      figureCell(share, '1', 6),
      ...[own, upstream, total].map(kg),
      figureCell(perUnit, `kgCO2e/${said.unit}`, 6),
      figureCell(primaryShare, '%', 2),
      figureCell(meteredShare, '%', 2),
      wordCell(document ?? entry),
    )
  })
  const isCo2 = isAnyCo2Only(
    figures,
    made.map(({ line }) => line),
  )
  const note = joinedTexts([NULLS_NOTE, ...(isCo2 ? [CO2_ONLY_NOTE] : [])], ' ')
  return tableOf('lots', bilingual('Footprints of lots', '批次碳足迹'), columns, rows, note)
}

const NULLS_NOTE = bilingual(
  'A footprint is not known while a part of it is not: the meters of the line, as many inputs as the lot states, each with a valid footprint of its supplier. Where lots of a line get more than all of its energy in some hour, none of them is known.',
  '任一部分未知则碳足迹未知：产线计量、批次所列数量的输入及其有效的供应商碳足迹。同一产线各批次在某小时的份额合计超过全部能耗时，这些批次均为未知。',
)

function timeIn({ plant }: PlantFacts, ms: number): string {
  return localTime(new Date(ms).toISOString(), plant.timezone)
}

/** Energy and emissions of the line in the hours of each lot, by carrier, before anything is allocated. */
function energyOfLots(made: readonly LotFigures[]): ReportTable {
  const columns = [
    left('lot', 'Lot', '批次'),
    left('carrier', 'Carrier', '能源'),
    right('activity', 'Used by the line', '产线用量'),
    right('co2e', 'Emissions of the line, kgCO2e', '产线排放，kgCO2e'),
  ]
  const rows = made.flatMap(({ lot, parts }) =>
    parts.map(({ name, activity, co2e }) =>
      row(
        wordCell(lot.said.lot),
        textCell(name),
        activity === null ? null : figureCell(activity, activityUnit(activity), 3),
        figureCell(co2e, 'kgCO2e', 3),
      ),
    ),
  )
  const note = bilingual(
    'A carrier without a row has no meter on the line. Emissions of purchased energy are the part that the line used of all that the plant used in the same hours.',
    '未列出的能源在该产线无计量。外购能源的排放按产线用量占同一时段全厂用量的比例计算。',
  )
  return tableOf('lot-energy', bilingual('Energy of the lines', '产线能耗'), columns, rows, note)
}

function activityUnit(id: string): string {
  return id.endsWith('/energy_elec_import') ? kpiOf('energy_elec_import').unit : 'GJ'
}

function inputsOfLots(made: readonly LotFigures[]): ReportTable {
  const columns = [
    left('lot', 'Lot', '批次'),
    left('material', 'Material', '材料'),
    left('supplier', 'Supplier', '供应商'),
    left('product', 'Product of the supplier', '供应商产品'),
    right('amount', 'Amount', '用量'),
    right('footprint', 'Footprint of one unit', '单位碳足迹'),
    right('co2e', 'Emissions, kgCO2e', '排放，kgCO2e'),
    left('primary', 'Primary data, %', '初级数据占比，%'),
    left('id', 'Id of the footprint', '碳足迹编号'),
    left('sha256', 'SHA-256 of its file', '文件 SHA-256'),
  ]
  const or = (word: string | null | undefined): ReportCell =>
    word === null || word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word)
  const rows = made.flatMap(({ lot, inputs }) =>
    inputs.map(({ input: { said, footprint }, amount, each, co2e }) => {
      const { declared } = LOT_UNITS[said.unit]
      return row(
        wordCell(lot.said.lot),
        wordCell(said.material),
        or(footprint?.supplier),
        or(footprint?.product),
        figureCell(amount, declared, 3),
        figureCell(each, `kgCO2e/${declared}`, 6),
        figureCell(co2e, 'kgCO2e', 3),
        or(footprint?.primaryDataShare),
        wordCell(said.footprint),
        or(footprint?.sha256),
      )
    }),
  )
  return tableOf('lot-inputs', bilingual('Inputs from suppliers', '供应商输入'), columns, rows)
}

/** Statements about one unit of each lot that the file for buyers needs. */
function contents(made: readonly LotFigures[]): ReportTable {
  const columns = [
    left('lot', 'Lot', '批次'),
    right('mass', 'Mass of one unit, kg', '单位质量，kg'),
    right('fossil', 'Fossil carbon, kgC', '化石碳含量，kgC'),
    right('biogenic', 'Biogenic carbon, kgC', '生物碳含量，kgC'),
    right('exempted', 'Exempted emissions, %', '豁免排放，%'),
  ]
  const or = (value: number | undefined): ReportCell =>
    value === undefined ? textCell(NOT_CONFIGURED) : wordCell(decimal(value))
  const rows = made.map(({ lot: { said } }): ReportRow => {
    const { kg_each, fossil_carbon_kg, biogenic_carbon_kg, exempted_pct } = said
    return row(wordCell(said.lot), or(kg_each), or(fossil_carbon_kg), or(biogenic_carbon_kg), or(exempted_pct))
  })
  const note = bilingual(
    'For one unit of the quantity, as the entry of the lot states it.',
    '按数量单位计，依据批次录入。',
  )
  return tableOf('lot-contents', bilingual('Contents stated of one unit', '单位产品的声明内容'), columns, rows, note)
}

function beyond(facts: PlantFacts): readonly ReportTable[] {
  if (facts.lots.beyond.length === 0) return []
  const columns = [left('lot', 'Lot', '批次'), left('from', 'From', '起'), left('to', 'To', '止')]
  const rows = facts.lots.beyond.map(({ said, fromMs, toMs }) =>
    row(wordCell(said.lot), wordCell(timeIn(facts, fromMs)), wordCell(timeIn(facts, toMs))),
  )
  const note = bilingual(
    'These reach beyond the days of this report that are over: a report of a longer period has their footprint.',
    '以下批次超出本报告已结束的日期范围，需在更长报告期的报告中给出碳足迹。',
  )
  return [tableOf('lots-beyond', bilingual('Lots beyond the period', '超出报告期的批次'), columns, rows, note)]
}

/** Owner of the footprints, and the assumptions that they rest on. */
export const lotDeclaration: ReportBlock = ({ options }) => {
  const { report, grid_region: region } = options
  const companyId = report.credit_code ?? report.cbam?.registration_number
  const columns = [
    left('company', 'Company', '企业'),
    left('company_id', 'Registration number', '统一社会信用代码或注册号'),
    left('region', 'Grid region', '电网区域'),
    left('gwp', 'Warming potentials', 'GWP 版本'),
  ]
  const owner = row(
    statedCell(report.organisation),
    companyId === undefined ? textCell(NOT_CONFIGURED) : wordCell(companyId),
    region === undefined ? textCell(NOT_CONFIGURED) : wordCell(region),
    wordCell(options.carbon.gwp),
  )
  return [
    tableOf('lot-owner', bilingual('Owner', '数据所有者'), columns, [owner]),
    pairs(
      'lot-assumptions',
      bilingual('Assumptions', '假设'),
      ASSUMPTIONS.map(([name, text]) => [name, textCell(text)]),
    ),
  ]
}

const ASSUMPTIONS: readonly (readonly [Text, Text])[] = [
  [
    bilingual('Boundary', '系统边界'),
    bilingual(
      'cradle to gate as far as it is on record: inputs that are entered with the footprint of their supplier, and the energy and direct emissions of the line in the hours of the lot. Transport, packaging, waste and shared services of the plant are in it only where they are entered as inputs or metered on the line.',
      '从摇篮到大门，以在录内容为限：已录入并附供应商碳足迹的输入，以及批次时段内产线的能耗和直接排放。运输、包装、废弃物和全厂公用设施仅在作为输入录入或在产线计量时计入。',
    ),
  ],
  [
    bilingual('Electricity', '电力'),
    bilingual(
      'location-based, with the factors of the carbon figures of this plant: emissions of generation, without those of fuels before the power station. Own generation is shared by all users of the plant in the same hours.',
      '基于位置，采用本工厂碳指标的因子：仅含发电环节，不含燃料上游。自发电由同一时段全厂用电共同分享。',
    ),
  ],
  [
    bilingual('Allocation', '分配'),
    bilingual(
      'by the rule that the entry of the lot states; nothing is expanded or credited.',
      '按批次录入所述规则；不作系统扩展或抵扣。',
    ),
  ],
  [
    bilingual('Primary data', '初级数据'),
    bilingual(
      'PACT Methodology: Σ part · its share of primary data / footprint. A part of the line is primary where its activity is measured and its emission factors are measured or of the supplier; a factor of a table makes it secondary. Inputs have the share that their supplier declares, 0 without one.',
      'PACT 方法学：Σ 各部分 · 其初级数据占比 / 碳足迹。产线部分仅当活动数据为实测且排放因子为实测或供应商提供时为初级；采用表列因子则为次级。输入取供应商声明的占比，未声明为 0。',
    ),
  ],
]
