import type { ReportRow, Text } from '../../../base/report.js'
import { CARRIERS, type Carrier, MEDIA } from '../../../kpi/formulas/carriers.js'
import { isMetered, type PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import {
  bilingual,
  figureCell,
  isAnyCo2Only,
  left,
  partRow,
  right,
  row,
  strongRow,
  tableOf,
  textCell,
} from '../words.js'
import type { ReportBlock } from './block.js'
import { totalFigures } from './scope2.js'

/** The consumption of a carrier in the period; null for one that the plant does not have. */
export function carrierFigure(facts: PlantFacts, figures: ReportFigures, { id, metric }: Carrier): string | null {
  const kpi = `energy_${id}`
  const plant = facts.plant.id
  const isMeter = isMetered(facts, [metric])
  const points = facts.days(kpi, 'plant', plant)
  // A carrier that is known from batches alone has days without a batch: these are empty, not unknown.
  if (!isMeter && points.every(({ value }) => value === null)) return null
  return figures.days(facts, `${plant}/${kpi}`, { kpi, scope: 'plant', id: plant, isReported: !isMeter })
}

/** The heat of a fuel, or of heat and steam, in the period. */
export function heatFigure(facts: PlantFacts, figures: ReportFigures, { id, metric }: Carrier): string {
  const kpi = `energy_${id}_gj`
  const plant = facts.plant.id
  const isReported = !isMetered(facts, [metric])
  return figures.days(facts, `${plant}/${kpi}`, { kpi, scope: 'plant', id: plant, isReported })
}

/** A KPI of the plant that may not be there at all. */
export function plantFigure(facts: PlantFacts, figures: ReportFigures, kpi: string): string | null {
  const plant = facts.plant.id
  if (facts.days(kpi, 'plant', plant).length === 0) return null
  return figures.days(facts, `${plant}/${kpi}`, { kpi, scope: 'plant', id: plant })
}

/** Consumption by carrier, and all of it in coal equivalents on both bases of electricity. */
export const energy: ReportBlock = (facts, figures) => [
  carriers(facts, figures),
  comprehensive(facts, figures),
  ...demand(facts, figures),
]

/** The highest quarter of an hour of the period; reactive energy is counted by no figure of a report. */
function demand(facts: PlantFacts, figures: ReportFigures) {
  const [kpi, plant] = ['peak_demand_15', facts.plant.id]
  if (facts.days(kpi, 'plant', plant).length === 0) return []
  const id = figures.days(facts, `${plant}/${kpi}`, { kpi, scope: 'plant', id: plant, of: 'highest' })
  const { name, unit } = kpiOf(kpi)
  const columns = [left('what', 'Item', '项目'), right('value', 'Highest', '最大值')]
  const rows = [row(textCell(name), figureCell(id, unit, 1))]
  return [tableOf('demand', bilingual('Demand', '最大需量'), columns, rows)]
}

function carriers(facts: PlantFacts, figures: ReportFigures) {
  const columns = [
    left('carrier', 'Carrier', '能源品种'),
    right('amount', 'Consumed', '消费量'),
    right('heat', 'Heat', '热量'),
  ]
  const id = facts.plant.id
  const { name, unit } = kpiOf('energy_elec_import')
  const bought = figures.days(facts, `${id}/energy_elec_import`, { kpi: 'energy_elec_import', scope: 'plant', id })
  const rows: ReportRow[] = [row(textCell(name), figureCell(bought, unit, 3), null)]
  for (const kpi of ['energy_elec_onsite', 'energy_elec_export', 'energy_elec_consumed']) {
    const figure = plantFigure(facts, figures, kpi)
    if (figure !== null) rows.push(partRow(textCell(kpiOf(kpi).name), figureCell(figure, 'kWh', 3), null))
  }
  for (const carrier of CARRIERS) {
    const figure = carrierFigure(facts, figures, carrier)
    if (figure === null) continue
    const heat = carrier.kind === 'medium' ? null : figureCell(heatFigure(facts, figures, carrier), 'GJ', 3)
    rows.push(row(textCell(carrier.name), figureCell(figure, carrier.unit, 3), heat))
  }
  return tableOf('energy', bilingual('Energy by carrier', '能源消费（按品种）'), columns, rows)
}

function comprehensive(facts: PlantFacts, figures: ReportFigures) {
  const id = facts.plant.id
  const columns = [left('what', 'Item', '项目'), right('value', 'tce', '吨标准煤')]
  const line = (kpi: string) => {
    return textCell(kpiOf(kpi).name)
  }
  const value = (kpi: string) => {
    return figureCell(figures.days(facts, `${id}/${kpi}`, { kpi, scope: 'plant', id }), 'tce', 3)
  }
  const rows: ReportRow[] = comprehensiveKpis(facts).map((kpi) => strongRow(line(kpi), value(kpi)))
  for (const kpi of ['energy_comprehensive_pv', 'energy_comprehensive_with_pv']) {
    const figure = plantFigure(facts, figures, kpi)
    if (figure !== null) rows.push(partRow(line(kpi), figureCell(figure, 'tce', 3)))
  }
  const note: Text =
    facts.options.carbon.electricity_basis === 'primary'
      ? bilingual('The plant states its energy at the primary value of electricity.', '工厂采用等价值口径。')
      : bilingual('The plant states its energy at the equivalent value of electricity.', '工厂采用当量值口径。')
  const media = facts.options.energy.bought.map((medium) => MEDIA[medium].name)
  const counted = media.length === 0 ? bilingual('none', '无') : bilingual(media.join(', '), media.join('、'))
  rows.push(partRow(textCell(bilingual(`Media that count: ${counted.en}`, `计入的耗能工质：${counted.zh}`)), null))
  return tableOf(
    'comprehensive-energy',
    bilingual('Comprehensive energy consumption', '综合能源消费量'),
    columns,
    rows,
    note,
  )
}

/** Both bases of electricity; of a plant that has picked neither, but the energy on its own basis, that. */
function comprehensiveKpis({ words, options: { kpis } }: PlantFacts): readonly string[] {
  const bases = ['energy_comprehensive_equivalent', 'energy_comprehensive_primary']
  const own = 'energy_comprehensive'
  const isOwn = words === 2 && kpis?.includes(own) === true && !bases.some((kpi) => kpis.includes(kpi))
  return isOwn ? [own] : bases
}

/** Consumption and emissions for each good piece, and emissions for each kWh. */
export const intensities: ReportBlock = (facts, figures) => {
  const plant = facts.plant.id
  const good = figures.days(facts, `${plant}/good_units`, { kpi: 'good_units', scope: 'plant', id: plant })
  const of = (kpi: string) => figures.days(facts, `${plant}/${kpi}`, { kpi, scope: 'plant', id: plant })
  const { lb, mb } = totalFigures(facts, figures)
  const consumed = of('energy_elec_consumed')
  const tce = of('energy_comprehensive')
  const columns = [left('what', 'Intensity', '强度'), right('value', 'Value', '数值'), left('by', 'Divided by', '分母')]
  const pieces = textCell(bilingual('good pieces', '合格品件数'))
  const line = (kpi: string, from: string, by: string, times: number, decimals: number, cell = pieces) => {
    const { name, unit } = kpiOf(kpi)
    const id = figures.quotient(`${plant}/${kpi}`, name, unit, [from, by], times)
    const shown = isAnyCo2Only(figures, [id]) ? unit.replace('CO2e', 'CO2') : unit
    return row(textCell(name), figureCell(id, shown, decimals), cell)
  }
  const rows = [
    row(textCell(kpiOf('good_units').name), figureCell(good, 'pcs', 0), null),
    line('carbon_per_unit', lb, good, 1, 6),
    line('carbon_per_unit_mb', mb, good, 1, 6),
    line('sec', consumed, good, 1, 6),
    line('sec_tce', tce, good, 1000, 6),
    line('carbon_per_kwh', lb, consumed, 1, 6, textCell(kpiOf('energy_elec_consumed').name)),
  ]
  const water = CARRIERS.find(({ id }) => id === 'water_fresh')
  const fresh = water === undefined ? null : carrierFigure(facts, figures, water)
  if (fresh !== null) rows.push(line('water_intensity', fresh, good, 1, 6))
  const note = bilingual(
    'Quotients of the totals of the period, never means of ratios.',
    '以报告期合计相除，不对比率求平均。',
  )
  return [tableOf('intensities', bilingual('Intensities', '强度指标'), columns, rows, note)]
}
