import type { ReportFormula, ReportTable, Text } from '../../base/report.js'
import { bilingual, left, row, tableOf, textCell, wordCell } from './words.js'

const SYMBOLS: readonly (readonly [symbol: string, means: Text])[] = [
  [
    'ΔE_imp',
    bilingual(
      'electricity bought: what the registers of the grid meters gained, kWh',
      '外购电量：关口表累计值的增量，kWh',
    ),
  ],
  ['ΔE_pv', bilingual('electricity made on site, kWh', '自发电量，kWh')],
  ['ΔE_exp', bilingual('electricity fed into the grid, kWh', '上网电量，kWh')],
  ['Δcharge', bilingual('electricity put into storage, kWh', '储能充电量，kWh')],
  ['Δdischarge', bilingual('electricity taken from storage, kWh', '储能放电量，kWh')],
  ['N_g', bilingual('good pieces', '合格品件数')],
  [
    'EF_grid',
    bilingual('emission factor of the grid, kgCO2/kWh or kgCO2e/kWh', '电网排放因子，kgCO2/kWh 或 kgCO2e/kWh'),
  ],
  ['EF_heat', bilingual('emission factor of purchased heat, tCO2/GJ', '外购热力排放因子，tCO2/GJ')],
  ['EF_contract', bilingual('emission factor of a contract, kgCO2e/kWh', '合同电量排放因子，kgCO2e/kWh')],
  ['NCV', bilingual('net calorific value', '低位发热量')],
  ['CC', bilingual('carbon content for each unit of heat, tC/GJ', '单位热值含碳量，tC/GJ')],
  ['OF', bilingual('part of the carbon that is oxidised', '碳氧化率')],
  ['GWP', bilingual('warming potential over 100 years', '100 年全球变暖潜势')],
  ['44/12', bilingual('mass of CO2 over that of its carbon', 'CO2 与碳的质量比')],
  ['kgce', bilingual('kilogram of coal equivalent, 29,307.6 kJ', '千克标准煤，29,307.6 kJ')],
  ['u(activity)', bilingual('uncertainty of the meter, %', '活动数据不确定度，%')],
  ['u(factor)', bilingual('uncertainty of the factor, %', '排放因子不确定度，%')],
  ['C_ref', bilingual('concentration at reference oxygen, mg/m³', '基准氧含量下的浓度，mg/m³')],
  ['mean Q', bilingual('mean flow of the stack in the hour, Nm³/h dry', '排气筒小时平均标态干烟气流量，Nm³/h')],
  ['H_stop', bilingual('hours in which the source stood still', '停运小时数')],
  ['H_invalid', bilingual('hours without a valid value', '无效小时数')],
]

/** Table of what the signs in the formulas of a report stand for. */
export function symbols(formulas: readonly ReportFormula[]): ReportTable {
  const text = formulas.map(({ formula }) => formula).join('\n')
  const rows = SYMBOLS.filter(([symbol]) => text.includes(symbol)).map(([symbol, means]) => {
    return row(wordCell(symbol), textCell(means))
  })
  const columns = [left('symbol', 'Symbol', '符号'), left('means', 'Stands for', '含义')]
  const note = bilingual(
    'Formulas name KPIs and metrics by their ids. “KPI specification §…” is the rule book of this product, not of a standard; docs/kpis.md of the product lists each KPI with its formula and its source.',
    '公式以编号引用指标和测点。“KPI specification §…”指本产品自身的指标规范，并非标准；各指标的公式与来源见产品文件 docs/kpis.md。',
  )
  return tableOf('symbols', bilingual('Symbols in formulas', '公式符号说明'), columns, rows, note)
}
