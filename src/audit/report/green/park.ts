import type { ReportRow, ReportSection } from '../../../base/report.js'
import type { PlantFacts } from '../facts.js'
import type { ReportFigures } from '../figures.js'
import { bilingual, figureCell, left, right, row, strongRow, tableOf, textCell } from '../words.js'
import { type IndicatorFigures, indicatorFigures } from './indicator-figures.js'
import { referenceTable } from './indicator-tables.js'
import { PARK_REFERENCES } from './reference-values.js'

const COLUMNS = [
  left('plant', 'Plant', '工厂'),
  right('energy', 'Energy', '综合能耗'),
  right('co2', 'CO2, location-based', '碳排放（基于位置）'),
  right('carbon_lb', 'CO2 of a tce, location-based', '单位能耗碳排放（基于位置）'),
  right('carbon_mb', 'CO2 of a tce, market-based', '单位能耗碳排放（基于市场）'),
  right('non_fossil', 'Non-fossil energy', '非化石能源占比'),
  right('physical', 'Physically identified', '物理认定占比'),
]

/** Plants of a park side by side, and the park: numerators and denominators are added up, then divided. */
export function parkSection(plants: readonly PlantFacts[], figures: ReportFigures): ReportSection {
  const made = plants.map((facts) => ({ facts, figuresOf: indicatorFigures(facts, figures) }))
  const park = parkFigures(
    made.map(({ figuresOf }) => figuresOf),
    figures,
  )
  const rows: readonly ReportRow[] = [
    ...made.map(({ facts, figuresOf }) => row(textCell(facts.plant.name), ...cells(figuresOf))),
    strongRow(textCell(bilingual('Park', '园区')), ...cells(park)),
  ]
  const title = bilingual('Park', '园区')
  const note = bilingual(
    'Of the plants of this report. A figure that is not known of one plant is not known of the park.',
    '仅含本报告所列工厂。任一工厂数值未知，则园区数值未知。',
  )
  return {
    id: 'park',
    title,
    tables: [tableOf('park', title, COLUMNS, rows, note), referenceTable('park-references', PARK_REFERENCES)],
  }
}

type ParkFigures = Pick<
  IndicatorFigures,
  'energy' | 'co2Lb' | 'carbonPerTceLb' | 'carbonPerTceMb' | 'nonFossilShare' | 'physicalShare'
>

function cells(of: ParkFigures) {
  return [
    figureCell(of.energy, 'tce', 3),
    figureCell(of.co2Lb, 'tCO2', 3, 0.001),
    figureCell(of.carbonPerTceLb, 'tCO2/tce', 4),
    figureCell(of.carbonPerTceMb, 'tCO2/tce', 4),
    figureCell(of.nonFossilShare, '%', 2),
    figureCell(of.physicalShare, '%', 2),
  ]
}

function parkFigures(plants: readonly IndicatorFigures[], figures: ReportFigures): ParkFigures {
  const named = (id: string) => {
    const { name, unit } = figures.get(id)
    return { name: bilingual(`Park: ${name.en}`, `园区：${name.zh}`), unit }
  }
  const sum = (key: keyof IndicatorFigures & ('energy' | 'co2Lb' | 'co2Mb' | 'nonFossil' | 'ownKwh' | 'usedKwh')) => {
    const of = plants.map((one) => one[key])
    const { name, unit } = named(of[0]!)
    return figures.sum(`group/green/${key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}`, name, unit, of)
  }
  const over = (id: string, like: string, of: readonly [string, string], times: number) => {
    const { name, unit } = named(like)
    return figures.quotient(`group/green/${id}`, name, unit, of, times)
  }
  const [first] = plants
  const [energy, co2Lb] = [sum('energy'), sum('co2Lb')]
  return {
    ...{ energy, co2Lb },
    carbonPerTceLb: over('carbon_per_tce_lb', first!.carbonPerTceLb, [co2Lb, energy], 0.001),
    carbonPerTceMb: over('carbon_per_tce_mb', first!.carbonPerTceMb, [sum('co2Mb'), energy], 0.001),
    nonFossilShare: over('non_fossil_share', first!.nonFossilShare, [sum('nonFossil'), energy], 100),
    physicalShare: over('physical_share', first!.physicalShare, [sum('ownKwh'), sum('usedKwh')], 100),
  }
}
