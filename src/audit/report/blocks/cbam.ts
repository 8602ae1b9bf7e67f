import type { CbamGood } from '../../../base/options/reporting.js'
import type { ReportCell, ReportRow, Text } from '../../../base/report.js'
import { localTime } from '../../periods.js'
import { add, decimal, multiply, quotient } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures, unknownValue } from '../figures.js'
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
import { scope1Figures } from './scope1.js'
import { scope2Figures } from './scope2.js'

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

interface GoodFigures {
  readonly mass: string
  readonly direct: string
  readonly kwh: string
  readonly seeDirect: string
  readonly kwhPerT: string
  readonly factor: string
  readonly seeIndirect: string
  readonly embeddedDirect: string
  readonly embeddedIndirect: string
  readonly defaultShare: string
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

function goodFigures(facts: PlantFacts, figures: ReportFigures, good: CbamGood): GoodFigures {
  const stem = `${facts.plant.id}/cbam/${good.id}`
  const title = (en: string, zh: string) => bilingual(`${good.id}: ${en}`, `${good.id}：${zh}`)
  const mass = massFigure(facts, figures, good, stem)
  const direct = attributed(facts, figures, {
    id: `${stem}/direct`,
    name: title('attributed direct emissions', '归属直接排放'),
    unit: 'kgCO2e',
    share: good.direct_share,
    total: scope1Figures(facts, figures).total,
    devices: good.direct_devices,
    kpi: 'scope1_co2e',
  })
  const consumed = figures.days(facts, `${facts.plant.id}/energy_elec_consumed`, {
    kpi: 'energy_elec_consumed',
    scope: 'plant',
    id: facts.plant.id,
  })
  const kwh = attributed(facts, figures, {
    id: `${stem}/kwh`,
    name: title('electricity', '电量'),
    unit: 'kWh',
    share: good.electricity_share,
    total: consumed,
    devices: good.electricity_devices,
    kpi: 'energy_elec_import',
  })
  const kgPerT = figures.quotient(`${stem}/kg_per_t`, title('kg a tonne', '每吨千克'), 'kgCO2e/t', [direct, mass])
  const seeDirect = scaled(figures, `${stem}/see_direct`, title('SEE direct', '直接强度'), kgPerT)
  const kwhPerT = figures.quotient(`${stem}/kwh_per_t`, title('electricity a tonne', '吨电耗'), 'kWh/t', [kwh, mass])
  const factor = electricityFactor(facts, figures)
  const seeIndirect = figures.rule(`${stem}/see_indirect`, title('SEE indirect', '间接强度'), 'tCO2e/t', {
    formula: 'cbam_electricity',
    of: [kwhPerT, factor],
    value: (per, ef) => knownValue(multiply(multiply(per!, ef!), '0.001')),
  })
  const embedded = (name: string, own: string, key: 'see_direct' | 'see_indirect', zh: string) =>
    figures.rule(`${stem}/embedded_${name}`, title(`SEE ${name} with precursors`, zh), 'tCO2e/t', {
      formula: 'cbam_embedded',
      of: [own],
      value: (see) =>
        knownValue(add(see!, ...good.precursors.map((one) => multiply(decimal(one.t_per_t), decimal(one[key]))))),
    })
  const embeddedDirect = embedded('direct', seeDirect, 'see_direct', '含前体直接强度')
  const embeddedIndirect = embedded('indirect', seeIndirect, 'see_indirect', '含前体间接强度')
  const defaults = good.precursors
    .filter(({ is_default }) => is_default)
    .map((one) => multiply(decimal(one.t_per_t), add(decimal(one.see_direct), decimal(one.see_indirect))))
  const defaultShare = figures.rule(`${stem}/default_share`, title('share of default values', '缺省值占比'), '%', {
    formula: 'cbam_default_share',
    of: [embeddedDirect, embeddedIndirect],
    value: (a, b) => {
      const share = quotient(add('0', ...defaults), add(a!, b!), 100)
      return share === null ? unknownValue('no_denominator') : knownValue(share)
    },
  })
  return { mass, direct, kwh, seeDirect, kwhPerT, factor, seeIndirect, embeddedDirect, embeddedIndirect, defaultShare }
}

function scaled(figures: ReportFigures, id: string, name: Text, kg: string): string {
  return figures.rule(id, name, 'tCO2e/t', {
    formula: 'cbam_embedded',
    of: [kg],
    value: (value) => knownValue(multiply(value!, '0.001')),
  })
}

/** Tonnes that were made: pieces by what each weighs, or as weighed and stated for all of the period. */
function massFigure(facts: PlantFacts, figures: ReportFigures, good: CbamGood, stem: string): string {
  const name = bilingual(`${good.id}: tonnes made`, `${good.id}：产量`)
  if (good.counted_by !== undefined) {
    const pieces = good.counted_by.map((device) => {
      return figures.days(facts, `${stem}/pieces/${device}`, {
        kpi: 'good_units',
        scope: 'device',
        id: device,
        name: bilingual(`${device}: good pieces`, `${device}：合格品`),
      })
    })
    const all = figures.sum(`${stem}/pieces`, bilingual(`${good.id}: pieces`, `${good.id}：件数`), 'pcs', pieces)
    return figures.rule(`${stem}/mass`, name, 't', {
      formula: 'cbam_mass',
      of: [all],
      value: (count) => knownValue(multiply(count!, multiply(decimal(good.kg_per_piece!), '0.001'))),
    })
  }
  const { from, to } = facts.period
  const stated = good.produced
    .filter((one) => one.from >= from && one.to <= to)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
  let until = from
  for (const one of stated) if (one.from === until) until = one.to
  const value = stated.length > 0 && until === to ? add(...stated.map(({ t }) => decimal(t))) : null
  return figures.statement(`${stem}/mass`, name, 't', value, stated.map(({ source }) => source).join('; '))
}

interface Attribution {
  readonly id: string
  readonly name: Text
  readonly unit: string
  readonly share: number | undefined
  readonly total: string
  readonly devices: readonly string[] | undefined
  readonly kpi: 'scope1_co2e' | 'energy_elec_import'
}

function attributed(facts: PlantFacts, figures: ReportFigures, wanted: Attribution): string {
  const { id, name, unit, share, total, devices, kpi } = wanted
  if (devices !== undefined) {
    const parts = devices.map((device) =>
      figures.days(facts, `${id}/${device}`, {
        kpi,
        scope: 'device',
        id: device,
        name: bilingual(`${device}: ${kpiOf(kpi).name.en}`, `${device}：${kpiOf(kpi).name.zh}`),
      }),
    )
    return figures.sum(id, name, unit, parts)
  }
  return figures.rule(id, name, unit, {
    formula: 'share_of',
    of: [total],
    value: (value) =>
      share === undefined ? unknownValue('not_configured') : knownValue(multiply(value!, decimal(share))),
  })
}

function electricityFactor(facts: PlantFacts, figures: ReportFigures): string {
  const name = bilingual('Factor of electricity', '电力因子')
  const { electricity } = facts.options.report.cbam ?? {}
  const id = `${facts.plant.id}/cbam/electricity_factor`
  if (electricity !== undefined) {
    return figures.statement(id, name, 'kgCO2e/kWh', decimal(electricity.kg_per_kwh), electricity.source)
  }
  const { electricityLb, importKwh } = scope2Figures(facts, figures)
  return figures.quotient(id, name, 'kgCO2e/kWh', [electricityLb, importKwh])
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
