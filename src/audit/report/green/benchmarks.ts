import type { BenchmarkLevel } from '../../../base/options/benchmarks.js'
import type { Text } from '../../../base/report.js'
import type { ReportBlock } from '../blocks/block.js'
import { intensities } from '../blocks/energy.js'
import { decimal } from '../decimal.js'
import { kpiOf } from '../figures.js'
import {
  bilingual,
  configuredText,
  figureCell,
  left,
  NOT_CONFIGURED,
  right,
  row,
  same,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'

const LEVELS: Readonly<Record<BenchmarkLevel, Text>> = {
  advanced: bilingual('advanced, level 1', '先进值（1 级）'),
  access: bilingual('access, level 2', '准入值（2 级）'),
  limit: bilingual('limit, level 3', '限定值（3 级）'),
  sector: bilingual('mean of the sector', '行业平均值'),
}

/** Values of the sector as the plant states them, beside its own. */
export const sectorValues: ReportBlock = (facts, figures) => {
  // It makes the intensities that are compared.
  intensities(facts, figures)
  const { options, plant } = facts
  const columns = [
    left('figure', 'Figure', '指标'),
    right('plant', 'This plant', '本厂'),
    left('level', 'Level', '档次'),
    right('value', 'Value', '对标值'),
    right('share', 'Plant of value', '本厂/对标值'),
    left('of', 'Stated for', '适用对象'),
    left('source', 'Source', '来源'),
  ]
  const rows = options.benchmarks.map(({ kpi, level, value, of, source }, i) => {
    const { name, unit } = kpiOf(kpi)
    const own = `${plant.id}/${kpi}`
    const stem = `${plant.id}/benchmark/${i + 1}`
    const stated = bilingual(`${name.en}: ${LEVELS[level].en}`, `${name.zh}：${LEVELS[level].zh}`)
    const id = figures.statement(`${stem}/value`, stated, unit, decimal(value), source)
    const shareName = bilingual(`${name.en} of ${LEVELS[level].en}`, `${name.zh}占${LEVELS[level].zh}`)
    const isKnown = figures.has(own)
    return row(
      textCell(name),
      isKnown ? figureCell(own, unit, 6) : textCell(bilingual('not measured', '未计量')),
      textCell(LEVELS[level]),
      figureCell(id, unit, 6),
      isKnown ? figureCell(figures.quotient(`${stem}/share`, shareName, '%', [own, id], 100), '%', 1) : null,
      textCell(configuredText(of) ?? same('')),
      wordCell(source),
    )
  })
  const none = row(textCell(NOT_CONFIGURED), ...columns.slice(1).map(() => null))
  const note = bilingual(
    'As the configuration states them: check each against its source. No verdict is given.',
    '由配置列出，请逐一与来源核对；不作达标判定。',
  )
  const title = bilingual('Values of the sector', '行业对标')
  return [tableOf('benchmarks', title, columns, rows.length > 0 ? rows : [none], note)]
}
