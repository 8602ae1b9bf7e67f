import type { ReportRow } from '../../../base/report.js'
import { multiply, quotient } from '../decimal.js'
import { knownValue, unknownValue } from '../figures.js'
import { bilingual, left, partRow, right, strongRow, tableOf, textCell, tonnesCell } from '../words.js'
import type { ReportBlock } from './block.js'
import { scope1Figures } from './scope1.js'
import { scope2Figures } from './scope2.js'

/**
 * Emissions in the order and the words of GB/T 32150: combustion, processes, purchased electricity and heat, what was
 * exported beside them. The text of neither edition was opened.
 */
export const gbt32150: ReportBlock = (facts, figures) => {
  const plant = facts.plant.id
  const columns = [left('source', 'Source', '排放源类别'), right('value', 'Emissions', '排放量（t CO2）')]
  const { kinds } = scope1Figures(facts, figures)
  const made = scope2Figures(facts, figures)
  const line = (en: string, zh: string, id: string | null): ReportRow =>
    partRow(
      textCell(bilingual(en, zh)),
      id === null ? textCell(bilingual('no such source', '无此类排放源')) : tonnesCell(id, 'tCO2'),
    )
  const kind = (name: string) => kinds.find((id) => id === `${plant}/${name}`) ?? null
  const fuels = [kind('scope1_stationary'), kind('scope1_mobile')].flatMap((id) => id ?? [])
  const combustion =
    fuels.length === 0
      ? null
      : figures.sum(
          `${plant}/gbt/combustion`,
          bilingual('Combustion of fossil fuels', '化石燃料燃烧排放'),
          'kgCO2e',
          fuels,
        )
  const parts = [combustion, kind('scope1_process'), kind('scope1_fugitive'), made.electricityLb, made.heat]
  const name = bilingual('Greenhouse gas emissions of the enterprise', '企业温室气体排放总量')
  const total = figures.sum(
    `${plant}/gbt/total`,
    name,
    'kgCO2e',
    parts.flatMap((id) => id ?? []),
  )
  const rows = [
    line('Combustion of fossil fuels', '化石燃料燃烧排放', combustion),
    line('Industrial processes', '过程排放', kind('scope1_process')),
    line('Leaks of refrigerants and other gases', '制冷剂等逸散排放', kind('scope1_fugitive')),
    line('Purchased electricity', '购入电力排放', made.electricityLb),
    line('Purchased heat', '购入热力排放', made.heat),
    strongRow(textCell(name), tonnesCell(total, 'tCO2')),
  ]
  if (facts.days('energy_elec_export', 'plant', plant).length > 0) {
    const exported = figures.days(facts, `${plant}/energy_elec_export`, {
      kpi: 'energy_elec_export',
      scope: 'plant',
      id: plant,
    })
    const exportName = bilingual('Exported electricity, not taken off', '输出电力对应排放（未抵减）')
    const id = figures.rule(`${plant}/gbt/export`, exportName, 'kgCO2e', {
      formula: 'export_at_location_factor',
      of: [exported, made.electricityLb, made.importKwh],
      value: (kwh, kg, of) => {
        const value = quotient(multiply(kwh!, kg!), of!)
        return value === null ? unknownValue('no_denominator') : knownValue(value)
      },
    })
    rows.push(partRow(textCell(exportName), tonnesCell(id, 'tCO2')))
  }
  const note = bilingual(
    'Biomass CO2 stands apart and is in no total. Exported energy is shown and not taken off, which differs from the formula of the edition of 2015 as it is remembered.',
    '生物质 CO2 单列，不计入总量。输出能源单列且未抵减，与凭记忆的 2015 版公式不同。',
  )
  return [tableOf('gbt32150', bilingual('Summary of emissions', '温室气体排放量汇总'), columns, rows, note)]
}
