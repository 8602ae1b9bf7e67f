import type { ReportCell, ReportRow, Text } from '../../../base/report.js'
import { localTime } from '../../periods.js'
import { goodFigures } from '../cbam/good-figures.js'
import {
  bilingual,
  configuredText,
  figureCell,
  left,
  NOT_CONFIGURED,
  pairs,
  right,
  row,
  statedCell,
  tableOf,
  textCell,
  tonnesCell,
  wordCell,
} from '../words.js'
import type { ReportBlock } from './block.js'

const MONITORING: Readonly<Record<'calculation' | 'measurement' | 'both', Text>> = {
  calculation: bilingual('calculation', '基于计算'),
  measurement: bilingual('measurement', '基于测量'),
  both: bilingual('calculation and measurement', '计算与测量结合'),
}

/** The installation as a CBAM operator names it. */
export const installation: ReportBlock = ({ plant, options }) => {
  const { report, carbon } = options
  const { cbam } = report
  const or = (word: string | undefined): ReportCell => (word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word))
  const place =
    report.latitude === undefined || report.longitude === undefined
      ? undefined
      : `${report.latitude}, ${report.longitude}`
  const rows: [Text, ReportCell][] = [
    [bilingual('Installation', '装置'), textCell(configuredText(report.site) ?? plant.name)],
    [bilingual('Operator', '运营方'), statedCell(cbam?.operator ?? report.organisation)],
    [bilingual('Address', '地址'), statedCell(report.address)],
    [bilingual('UN/LOCODE', '联合国口岸代码（UN/LOCODE）'), or(report.unlocode)],
    [bilingual('Latitude, longitude', '纬度、经度'), or(place)],
    [bilingual('Period from', '报告期起'), wordCell(localTime(plant.start, plant.timezone))],
    [bilingual('Period to, not included', '报告期止（不含）'), wordCell(localTime(plant.end, plant.timezone))],
    [bilingual('Monitoring method', '监测方法'), textCell(MONITORING[cbam?.monitoring ?? carbon.method])],
    [bilingual('Verifier', '核查机构'), statedCell(report.verifier)],
    [bilingual('Heat in and out', '热力流'), statedCell(cbam?.heat)],
    [bilingual('Waste gases in and out', '废气流'), statedCell(cbam?.waste_gas)],
  ]
  return [pairs('installation', bilingual('Installation', '装置信息'), rows)]
}

/** Production and embedded emissions of each good. Source: KPI specification §6 (fields from memory). */
export const goods: ReportBlock = (facts, figures) => {
  const { cbam } = facts.options.report
  const columns = [
    left('cn', 'CN code', 'CN 编码'),
    left('good', 'Good', '产品'),
    left('category', 'Category', '产品类别'),
    left('route', 'Production route', '生产工艺'),
    right('mass', 'Activity level', '活动水平（产量）'),
    right('direct', 'Attributed direct', '归属直接排放'),
    right('see_direct', 'SEE direct', '直接隐含排放强度'),
    right('kwh', 'Electricity', '电耗'),
    right('factor', 'Electricity factor', '电力因子'),
    right('see_indirect', 'SEE indirect', '间接隐含排放强度'),
    right('all_direct', 'SEE direct with precursors', '含前体直接强度'),
    right('all_indirect', 'SEE indirect with precursors', '含前体间接强度'),
    right('default', 'Default values', '缺省值占比'),
  ]
  const rows: ReportRow[] = (cbam?.goods ?? []).map((good) => {
    const made = goodFigures(facts, figures, good)
    const see = 'tCO2e/t'
    return row(
      wordCell(good.cn_code),
      textCell(configuredText(good.name) ?? bilingual(good.id, good.id)),
      statedCell(good.category),
      statedCell(good.route),
      figureCell(made.mass, 't', 3),
      tonnesCell(made.direct, 'tCO2e'),
      figureCell(made.seeDirect, see, 6),
      figureCell(made.kwhPerT, 'kWh/t', 3),
      figureCell(made.factor, 'kgCO2e/kWh', 6),
      figureCell(made.seeIndirect, see, 6),
      figureCell(made.embeddedDirect, see, 6),
      figureCell(made.embeddedIndirect, see, 6),
      figureCell(made.defaultShare, '%', 2),
    )
  })
  const none = row(textCell(NOT_CONFIGURED), ...columns.slice(1).map(() => null))
  const origin = cbam?.electricity
  const note =
    origin === undefined
      ? bilingual('The factor of electricity is that of the location.', '电力因子为基于位置的因子。')
      : bilingual(
          `The factor of electricity is configured (${origin.origin.replaceAll('_', ' ')}: ${origin.source}).`,
          `电力因子为配置值（${origin.origin}：${origin.source}）。`,
        )
  return [tableOf('goods', bilingual('Goods', '产品'), columns, rows.length > 0 ? rows : [none], note)]
}

/** Precursors that go into the goods. */
export const precursors: ReportBlock = ({ options }) => {
  const columns = [
    left('good', 'Good', '产品'),
    left('name', 'Precursor', '前体'),
    left('cn', 'CN code', 'CN 编码'),
    left('installation', 'Installation of origin', '来源装置'),
    left('country', 'Country', '国家'),
    right('share', 't/t', 't/t'),
    right('direct', 'SEE direct', '直接强度'),
    right('indirect', 'SEE indirect', '间接强度'),
    left('default', 'Values', '数值类型'),
    left('source', 'Source', '出处'),
  ]
  const or = (word: string | undefined): ReportCell => (word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word))
  const rows = (options.report.cbam?.goods ?? []).flatMap((good) =>
    good.precursors.map((one) =>
      row(
        wordCell(good.id),
        statedCell(one.name),
        or(one.cn_code),
        or(one.installation),
        or(one.country),
        wordCell(one.t_per_t),
        wordCell(one.see_direct),
        wordCell(one.see_indirect),
        textCell(one.is_default ? bilingual('default', '缺省值') : bilingual('actual', '实际值')),
        wordCell(one.source),
      ),
    ),
  )
  const none = row(textCell(bilingual('none is configured', '未配置')), ...columns.slice(1).map(() => null))
  return [tableOf('precursors', bilingual('Precursors', '前体'), columns, rows.length > 0 ? rows : [none])]
}

export const carbonPrice: ReportBlock = ({ options }) => {
  const price = options.report.cbam?.carbon_price
  const rows: [Text, ReportCell][] = [
    [
      bilingual('Carbon price due, each tCO2e', '应付碳价（每 tCO2e）'),
      price === undefined ? textCell(NOT_CONFIGURED) : wordCell(`${price.amount} ${price.currency}`),
    ],
    [bilingual('Form', '形式'), statedCell(price?.form)],
    [bilingual('Rebate', '返还'), statedCell(price?.rebate)],
    [bilingual('Source', '出处'), statedCell(price?.source)],
  ]
  return [pairs('carbon-price', bilingual('Carbon price', '碳价'), rows)]
}
