import type { ReportRow, ReportSection } from '../../base/report.js'
import { hasScope1, scope1Figures } from './blocks/scope1.js'
import { scope2Figures, totalFigures } from './blocks/scope2.js'
import type { PlantFacts } from './facts.js'
import { kpiOf, type ReportFigures } from './figures.js'
import { bilingual, emissionCell, figureCell, left, right, row, strongRow, tableOf, textCell } from './words.js'

const COLUMNS = [
  left('plant', 'Plant', '工厂'),
  right('scope1', 'Scope 1', '范围一'),
  right('scope2_lb', 'Scope 2, location-based', '范围二（基于位置）'),
  right('scope2_mb', 'Scope 2, market-based', '范围二（基于市场）'),
  right('total_lb', 'Total, location-based', '合计（基于位置）'),
  right('total_mb', 'Total, market-based', '合计（基于市场）'),
  right('import', 'Electricity import', '外购电量'),
]

/** Ids of the figures of one plant. */
interface GroupLine {
  readonly facts: PlantFacts
  readonly scope1: string
  readonly locationBased: string
  readonly marketBased: string
  readonly lb: string
  readonly mb: string
  readonly importKwh: string
}

/** Several plants side by side, and their totals. */
export function groupSection(plants: readonly PlantFacts[], figures: ReportFigures): ReportSection {
  const lines = plants.map((facts): GroupLine => {
    const { total } = scope1Figures(facts, figures)
    const { locationBased, marketBased, importKwh } = scope2Figures(facts, figures)
    const { lb, mb } = totalFigures(facts, figures)
    return { facts, scope1: total, locationBased, marketBased, lb, mb, importKwh }
  })
  const direct = lines.filter(({ facts }) => hasScope1(facts))
  const rows: ReportRow[] = lines.map(({ facts, scope1, locationBased, marketBased, lb, mb, importKwh }) =>
    row(
      textCell(facts.plant.name),
      ...[scope1, locationBased, marketBased, lb, mb].map((id) => emissionCell(figures, id)),
      figureCell(importKwh, 'kWh', 3),
    ),
  )
  rows.push(totalRow(lines, direct, figures))
  const note =
    direct.length === lines.length
      ? undefined
      : bilingual(
          'A plant without a configured or reported direct source has no scope 1 in the totals.',
          '未配置或未上报直接排放源的工厂，合计中不含其范围一。',
        )
  const title = bilingual('All plants', '全部工厂')
  return { id: 'group', title, tables: [tableOf('group', title, COLUMNS, rows, note)] }
}

/** @param direct the plants that have a scope 1 */
function totalRow(lines: readonly GroupLine[], direct: readonly GroupLine[], figures: ReportFigures): ReportRow {
  const sum = (name: string, kpi: string, of: readonly string[]) => {
    const { name: text, unit } = kpiOf(kpi)
    return figures.sum(`group/${name}`, bilingual(`All plants: ${text.en}`, `全部工厂：${text.zh}`), unit, of)
  }
  const of = (key: Exclude<keyof GroupLine, 'facts'>, among = lines) => among.map((line) => line[key])
  const totals = [
    sum('scope1_co2e', 'scope1_co2e', of('scope1', direct)),
    sum('scope2_lb', 'scope2_lb', of('locationBased')),
    sum('scope2_mb', 'scope2_mb', of('marketBased')),
    sum('total_lb', 'carbon_total_lb', of('lb')),
    figures.sum(
      'group/total_mb',
      bilingual('All plants: scopes 1 and 2, market-based', '全部工厂：范围一与范围二合计（基于市场）'),
      'kgCO2e',
      of('mb'),
    ),
  ]
  const imported = sum('energy_elec_import', 'energy_elec_import', of('importKwh'))
  return strongRow(
    textCell(bilingual('All plants', '全部工厂')),
    ...totals.map((id) => emissionCell(figures, id)),
    figureCell(imported, 'kWh', 3),
  )
}
