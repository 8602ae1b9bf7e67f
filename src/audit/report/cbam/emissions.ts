import type { ReportCell, ReportRow, Text } from '../../../base/report.js'
import { activity } from '../blocks/activity.js'
import { streamsOf } from '../blocks/completeness.js'
import { coverageFigure, gapTable, overallQualityTable, streamQualityTable } from '../blocks/quality.js'
import { scope1Figures, sourceFigures } from '../blocks/scope1.js'
import { bilingual, emissionCell, joinedTexts, same, textCell, tonnesCell } from '../words.js'
import {
  confirmed,
  doesNotApply,
  eachOr,
  figureAnswer,
  given,
  type ItemAnswer,
  type ItemAnswering,
  type ItemContext,
  isExchanged,
  lacking,
  NO_GOODS,
  notConfigured,
  notMeasured,
  partnersOf,
  said,
  subject,
  tonnesAnswer,
} from './answer.js'
import { measuredSources, NO_MEASUREMENT } from './installation.js'

export const totalDirect: ItemAnswering = ({ facts, figures }) => [
  given(emissionCell(figures, scope1Figures(facts, figures).total)),
]

export const totalDirectByProcess: ItemAnswering = (context) => [
  ...totalDirect(context),
  ...eachOr(context.processes, NO_GOODS, ({ name, direct }) => tonnesAnswer(direct, name)),
]

export const monthsMonitored: ItemAnswering = ({ cbam }) =>
  cbam.months_monitored === undefined
    ? [
        doesNotApply(
          'report.cbam.months_monitored does not say that the installation is new',
          'report.cbam.months_monitored 未表明装置为新建',
        ),
      ]
    : [given({ word: String(cbam.months_monitored) })]

const USED_HERE = bilingual('produced and used in the installation', '在装置内产生并使用')
const EXCHANGED = bilingual('imported from or exported to other installations', '自其他装置输入或向其输出')

/** The summary asks whether, so it has no amounts. */
export const wasteGases: ItemAnswering = (context) => [
  confirmed(context.cbam.waste_gas_used, 'waste_gas_used', USED_HERE),
  isExchanged(context, ['waste_gas_in', 'waste_gas_out'], EXCHANGED),
]

export const wasteGasesAndPartners: ItemAnswering = (context) => [
  said(context.cbam.waste_gas, 'waste_gas'),
  confirmed(context.cbam.waste_gas_used, 'waste_gas_used', USED_HERE),
  ...partnersOf(context, ['waste_gas_in', 'waste_gas_out']),
]

export const co2Transfer: ItemAnswering = (context) => [
  said(context.cbam.co2, 'co2'),
  ...partnersOf(context, ['co2_out'], ['country', 'registry_id', 'contact']),
]

export const co2Capture: ItemAnswering = (context) => [
  confirmed(context.cbam.co2_captured, 'co2_captured', bilingual('CO2 capture is used', '采用 CO2 捕集')),
  ...partnersOf(context, ['co2_out']),
]

export const co2Quantities: ItemAnswering = (context) => [
  said(context.cbam.co2, 'co2'),
  ...partnersOf(context, ['co2_in', 'co2_out']),
]

/** The rows of the table of activity data: the amount of each source stream, and the factors it is multiplied by. */
export const activityData: ItemAnswering = ({ facts, figures, processes }) => {
  const [table] = activity(facts, figures)
  const rows = (table?.rows ?? []).filter(({ cells }) => isFigure(cells[AMOUNT]))
  const none = notMeasured('no meter has sent, and nothing was reported', '无计量数据，也无上报')
  return [
    ...eachOr(rows, none, (row) => {
      const [device, carrier] = row.cells
      const of = bilingual(
        `${wordsOf(device).en}: ${wordsOf(carrier).en}`,
        `${wordsOf(device).zh}：${wordsOf(carrier).zh}`,
      )
      const factors = factorsOf(row, table?.columns.map(({ title }) => title) ?? [])
      const of2 = subject(of, bilingual('calculation factors', '计算因子'))
      return [
        given(row.cells[AMOUNT] ?? null, of),
        factors === null
          ? doesNotApply('no factor is applied to this stream', '该数据流不乘因子', of2)
          : given(textCell(factors), of2),
      ]
    }),
    ...processes.map(({ name, goods }) =>
      goods.some(({ good }) => good.direct_devices === undefined)
        ? notMeasured(
            'source streams are metered for the installation and attributed by a share',
            '源流按装置计量，按份额归属',
            name,
          )
        : given(
            textCell(same(goods.flatMap(({ good }) => good.direct_devices ?? []).join(', '))),
            subject(name, bilingual('its source streams are those of', '其源流来自')),
          ),
    ),
  ]
}

/** Columns of the table of activity data. */
const AMOUNT = 3
const [FIRST_FACTOR, LAST_FACTOR] = [4, 8]

function isFigure(cell: ReportCell | undefined): boolean {
  return cell !== null && cell !== undefined && 'figure' in cell
}

function wordsOf(cell: ReportCell | undefined): Text {
  if (cell === null || cell === undefined || 'figure' in cell) return same('')
  return 'text' in cell ? cell.text : same(cell.word)
}

function factorsOf({ cells }: ReportRow, titles: readonly Text[]): Text | null {
  const parts = cells.slice(FIRST_FACTOR, LAST_FACTOR + 1).flatMap((cell, i) => {
    const title = titles[FIRST_FACTOR + i]
    return cell === null || title === undefined ? [] : [subject(title, wordsOf(cell))]
  })
  return parts.length === 0 ? null : joinedTexts(parts)
}

export const measuredEmissions: ItemAnswering = (context) =>
  eachOr(measuredSources(context), NO_MEASUREMENT, ({ device, id }) => given(tonnesCell(id, 'tCO2'), same(device)))

/** Leaks are known by what is filled in, neither by calculation from a stream nor by measurement. */
export const otherMethods: ItemAnswering = ({ facts, figures }) => {
  const leaks = sourceFigures(facts, figures).filter(({ kind }) => kind === 'scope1_fugitive')
  const none = doesNotApply(
    'every source is calculated or measured, as far as is configured and reported',
    '就已配置和上报的内容，各排放源均为计算或测量',
  )
  return eachOr(leaks, none, ({ device, id }) => {
    const of = bilingual(`${device}: gas filled in`, `${device}：充注气体`)
    return given(emissionCell(figures, id), of)
  })
}

/** Silences that the item lists; all of them are counted, and the table of gaps has the first thousand. */
const GAPS_LISTED = 10

/** From the gateway's own record of what came and what did not. */
export const dataGaps: ItemAnswering = (context) => {
  const { facts, figures } = context
  streamQualityTable(facts, figures)
  overallQualityTable(facts, figures)
  const plant = facts.plant.id
  const stems = streamsOf(facts).map(({ device, metric }) => `${plant}/stream/${device}/${metric}`)
  if (stems.length === 0) return [notMeasured('nothing was received in the period', '报告期内未收到数据')]
  const sum = (key: string, unit: string, name: Text) =>
    figures.sum(
      `${plant}/cbam/${key}`,
      name,
      unit,
      stems.map((stem) => `${stem}/${key}`),
    )
  const count = bilingual('gaps of more than an hour, over all streams', '大于 1 小时的缺口，全部数据流')
  const hours = bilingual('hours in these gaps, over all streams', '上述缺口时长，全部数据流')
  const complete = bilingual('readings received of those due', '应收读数中已收到')
  return [
    figureAnswer(`${plant}/data_completeness`, '%', 3, complete),
    figureAnswer(sum('gaps', '1', count), '1', 0, count),
    figureAnswer(sum('gap_hours', 'h', hours), 'h', 2, hours),
    ...listedGaps(context),
    ...estimates(context),
  ]
}

function listedGaps({ facts }: ItemContext): readonly ItemAnswer[] {
  return gapTable(facts)
    .rows.filter(({ cells }) => cells[1] !== null)
    .toSorted((a, b) => Number(wordsOf(b.cells[4]).en) - Number(wordsOf(a.cells[4]).en))
    .slice(0, GAPS_LISTED)
    .map(({ cells }) => {
      const [device, metric, from, to] = cells.map(wordsOf)
      const span = bilingual(`from ${from?.en} to ${to?.en}`, `${from?.zh} 至 ${to?.zh}`)
      return given(
        textCell(span),
        bilingual(`gap of ${device?.en}, ${metric?.en}`, `缺口：${device?.zh}，${metric?.zh}`),
      )
    })
}

/** Coverage and estimated shares of the days that direct emissions and electricity are added up from. */
function estimates({ facts, figures }: ItemContext): readonly ItemAnswer[] {
  const { kinds } = scope1Figures(facts, figures)
  return [...kinds, `${facts.plant.id}/energy_elec_consumed`]
    .filter((id) => figures.has(id))
    .flatMap((id) =>
      (['coverage', 'estimated'] as const).map((key) => {
        const share = coverageFigure(figures, id, key)
        return figureAnswer(share, '%', 2, figures.get(share).name)
      }),
    )
}

/** The settings of goods say how the emissions of each process were attributed. */
export const attribution: ItemAnswering = ({ processes, cbam }) =>
  eachOr(processes, NO_GOODS, ({ name, goods }) =>
    goods.flatMap(({ good, name: of }) => {
      const about = goods.length === 1 ? name : subject(name, of)
      const parts = [
        way('direct emissions', '直接排放', good.direct_share, good.direct_devices),
        way('electricity', '电量', good.electricity_share, good.electricity_devices),
      ]
      const lacks = parts.indexOf(null)
      if (lacks !== -1) return notConfigured(`goods[].${lacks === 0 ? 'direct_share' : 'electricity_share'}`, about)
      const factor =
        cbam.electricity === undefined
          ? bilingual('times the factor of the location', '乘以基于位置的因子')
          : bilingual(
              `times the configured factor (${cbam.electricity.source})`,
              `乘以配置的因子（${cbam.electricity.source}）`,
            )
      return given(textCell(joinedTexts([...parts.filter((part) => part !== null), factor])), about)
    }),
  )

function way(en: string, zh: string, share: number | undefined, devices: readonly string[] | undefined): Text | null {
  if (devices !== undefined)
    return bilingual(`${en}: those of ${devices.join(', ')}`, `${zh}：${devices.join('、')} 的全部`)
  return share === undefined
    ? null
    : bilingual(`${en}: ${share} of those of the installation`, `${zh}：装置总量的 ${share}`)
}

export const processEmissions: ItemAnswering = ({ processes }) =>
  eachOr(processes, NO_GOODS, ({ name, mass, direct, indirect }) => [
    figureAnswer(mass, 't', 3, subject(name, bilingual('activity level', '活动水平'))),
    tonnesAnswer(direct, subject(name, bilingual('attributed direct emissions', '归属直接排放'))),
    tonnesAnswer(indirect, subject(name, bilingual('attributed indirect emissions', '归属间接排放'))),
  ])

const FLOWS = [
  bilingual('imported', '输入'),
  bilingual('produced', '产生'),
  bilingual('consumed', '消耗'),
  bilingual('exported', '输出'),
] as const

/** A balance has what comes in, is made, is used and goes out; the meters of an installation know what is used. */
export const balances: ItemAnswering = ({ processes, cbam }) =>
  eachOr(processes, NO_GOODS, ({ name, kwh, heat }) => {
    const rows = (what: Text, consumed: ItemAnswer) =>
      FLOWS.map((flow, i) => {
        const of = subject(name, bilingual(`${what.en} ${flow.en}`, `${flow.zh}${what.zh}`))
        return i === 2 ? { ...consumed, of } : notMeasured('no meter of the process counts it', '该过程无相应计量', of)
      })
    const gases = said(cbam.waste_gas, 'waste_gas')
    return [
      ...rows(
        bilingual('measurable heat', '可计量热力'),
        heat === null ? notConfigured('goods[].heat_devices') : figureAnswer(heat, 'GJ', 3),
      ),
      gases.lacks === null
        ? given(gases.cell, subject(name, bilingual('waste gases, of the installation as a whole', '废气（装置整体）')))
        : lacking(gases.lacks, subject(name, bilingual('waste gases', '废气'))),
      ...rows(bilingual('electricity', '电力'), figureAnswer(kwh, 'kWh', 3)),
    ]
  })
