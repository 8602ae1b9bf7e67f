import type { ReportRow } from '../../../base/report.js'
import type { ReportBlock } from '../blocks/block.js'
import { scope2Figures } from '../blocks/scope2.js'
import { kpiOf } from '../figures.js'
import { bilingual, figureCell, left, right, row, strongRow, tableOf, textCell } from '../words.js'

const WAYS = ['annual', 'hourly'] as const

/** The part of the import that non-fossil contracts cover, matched over their period and hour by hour; nothing without contracts. */
export const cleanEnergy: ReportBlock = (facts, figures) => {
  const { plant, options, versions } = facts
  const columns = [
    left('way', 'Matched', '匹配方式'),
    right('covered', 'Covered', '覆盖电量'),
    right('share', 'Share of the import', '占外购电量'),
    left('used', 'In the figures of this report', '本报告数值所用'),
  ]
  const title = bilingual('Clean energy, over the period and hour by hour', '清洁电力匹配（按合同期与逐小时）')
  if (!versions.some((one) => (one.options?.contracts.length ?? 0) > 0)) return []
  const { importKwh } = scope2Figures(facts, figures)
  const rows: readonly ReportRow[] = WAYS.map((way) => {
    const kpi = `clean_energy_matched_${way}`
    const { name } = kpiOf(kpi)
    const stem = `${plant.id}/clean/${way}`
    const covered = figures.days(facts, `${stem}/covered_kwh`, {
      ...{ kpi, scope: 'plant', id: plant.id, unit: 'kWh' },
      name: bilingual(`${name.en}: covered`, `${name.zh}：覆盖电量`),
    })
    const share = figures.quotient(`${stem}/share`, name, '%', [covered, importKwh], 100)
    const isUsed = options.carbon.matching === way
    return row(
      textCell(way === 'annual' ? bilingual('over the period of each contract', '按合同期') : HOURLY),
      figureCell(covered, 'kWh', 3),
      figureCell(share, '%', 2),
      textCell(isUsed ? bilingual('yes', '是') : bilingual('no', '否')),
    )
  })
  const whole = strongRow(textCell(kpiOf('energy_elec_import').name), figureCell(importKwh, 'kWh', 3), null, null)
  const note = bilingual(
    'Contracts at 0 kgCO2e/kWh alone. Hour by hour a contract covers what was generated in that hour and no more, so one of the sun covers nothing at night. Certificates of the register are not in it.',
    '仅计 0 kgCO2e/kWh 的合同。逐小时匹配时，合同只能覆盖该小时的发电量，光伏合同夜间覆盖量为 0。台账中的绿证不计入。',
  )
  return [tableOf('clean-energy', title, columns, [...rows, whole], note)]
}

const HOURLY = bilingual('hour by hour', '逐小时')
