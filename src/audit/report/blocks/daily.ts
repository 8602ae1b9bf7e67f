import type { ReportRow } from '../../../base/report.js'
import { CO2_ONLY } from '../../../kpi/factors/factor.js'
import { localTime } from '../../periods.js'
import { sumOfRounded } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { kpiOf, type ReportFigures } from '../figures.js'
import { bilingual, figureCell, left, right, row, tableOf, wordCell } from '../words.js'
import type { ReportBlock } from './block.js'

/** More days than this are for files; for people there are months. */
const DAYS_PRINTED_MAX = 62

const KPIS = [
  ['energy_elec_import', 3],
  ['scope2_lb', 3],
  ['scope2_mb', 3],
  ['energy_comprehensive_equivalent', 3],
] as const

/** The days that the totals of the plant are sums of, as they are added: each rounded to a millionth of its unit. */
export const daily: ReportBlock = (facts, figures) => {
  const days = daysOf(facts)
  if (days.length === 0) return []
  const kpis = shownKpis(facts)
  const columns = [
    left('day', 'Day', '日期'),
    ...kpis.map(([kpi]) => right(kpi.replaceAll('_', '-'), kpiOf(kpi).name.en, kpiOf(kpi).name.zh)),
  ]
  const rows = days.map((day) => dayRow(facts, figures, day, day))
  const note = bilingual(
    'In the plant’s zone; what a day lacks is missing in the total, too.',
    '按工厂时区；某日缺失的数据同样不在合计中。',
  )
  const table = tableOf('daily', bilingual('Days', '逐日数据'), columns, rows, note)
  if (days.length <= DAYS_PRINTED_MAX) return [table]
  const months = [...new Set(days.map((day) => day.slice(0, 7)))]
  const byMonth = months.map((month) => dayRow(facts, figures, month, month))
  return [tableOf('monthly', bilingual('Months', '逐月数据'), columns, byMonth), table]
}

/** Figures that the plant has picked, if it has picked any. */
function shownKpis({ words, options: { kpis } }: PlantFacts): readonly (readonly [kpi: string, decimals: number])[] {
  return words === 1 || kpis === undefined ? KPIS : KPIS.filter(([kpi]) => kpis.includes(kpi))
}

/** Days that any of the figures has a final point of. */
function daysOf(facts: PlantFacts): readonly string[] {
  const starts = KPIS.flatMap(([kpi]) => facts.days(kpi, 'plant', facts.plant.id).map(({ startMs }) => startMs))
  return [...new Set(starts)].sort((a, b) => a - b).map((startMs) => dayOf(facts, startMs))
}

function dayOf({ plant }: PlantFacts, startMs: number): string {
  return localTime(new Date(startMs).toISOString(), plant.timezone).slice(0, 10)
}

/** `span` is a day or a month: the points whose day begins with it. */
function dayRow(facts: PlantFacts, figures: ReportFigures, span: string, word: string): ReportRow {
  const plant = facts.plant.id
  const cells = shownKpis(facts).map(([kpi, decimals]) => {
    const { name, unit } = kpiOf(kpi)
    const points = facts.days(kpi, 'plant', plant).filter(({ startMs }) => dayOf(facts, startMs).startsWith(span))
    const isKnown = points.length > 0 && points.every(({ value }) => value !== null)
    const value = isKnown ? sumOfRounded(points.map(({ numerator }) => numerator)) : null
    const title = bilingual(`${name.en}, ${span}`, `${name.zh}，${span}`)
    const id = figures.count(`${plant}/day/${span}/${kpi}`, title, unit, value, `final day of ${kpi}`)
    const isCo2 = points.some(({ flags }) => (flags & CO2_ONLY) !== 0)
    return figureCell(id, isCo2 ? unit.replace('CO2e', 'CO2') : unit, decimals)
  })
  return row(wordCell(word), ...cells)
}
