import type {
  EarlierReport,
  PeriodBefore,
  ReportCell,
  ReportPlant,
  ReportRow,
  ReportSection,
  ReportTable,
  StatedFigure,
  Text,
} from '../../base/report.js'
import { isNegative } from './decimal.js'
import type { ReportFigures } from './figures.js'
import { COMPARISON, headlinesOf } from './period-before.js'
import { bilingual, figureCell, left, pairs, right, row, tableOf, textCell, wordCell } from './words.js'

/** The inputs of a comparison beside the statements of the period before. */
export interface ComparisonInputs {
  readonly plants: readonly ReportPlant[]
  /** Sections of the report that stand before; a figure is shown as they show it. */
  readonly sections: readonly ReportSection[]
  readonly figures: ReportFigures
  /** Edition of the calculation rules of this report. */
  readonly edition: number
}

const TITLE = bilingual('Comparison with the period before', '与上一报告期的比较')

/** A report beside the one of the period before, figure by figure; made when all other figures are. */
export function comparisonSection(before: PeriodBefore, compared: ComparisonInputs): ReportSection {
  const { report } = before
  const section = { id: 'period-before', title: TITLE }
  if (report === null) return { ...section, tables: [nothingBefore(before)] }
  const note = bilingual(
    `The figures of the period before are stated as frozen in report ${before.id}, version ${report.version}, and are not computed again here; they can be checked with that report's own evidence bundle. Figures that only one of the two reports holds are not compared.`,
    `上一报告期的数值引自已冻结的报告 ${before.id} 第 ${report.version} 版，在此未重新计算；可用该报告自身的证据包核对。仅一份报告中有的数值不作比较。`,
  )
  return { ...section, note, tables: [...tablesOf(before.id, report, compared), basisOf(before, report, compared)] }
}

const REPORT_BEFORE = bilingual('Report of the period before', '上一报告期的报告')
const PERIOD = bilingual('Its period', '其报告期')

function nothingBefore({ id, period, reason }: PeriodBefore): ReportTable {
  const why =
    reason === 'unreadable'
      ? bilingual(
          'it was frozen, but its files could not be read when this report was made: nothing is compared',
          '该报告已冻结，但生成本报告时无法读取其文件，故不作比较',
        )
      : bilingual(
          'none: no report of the period before was frozen when this one was made, so nothing is compared',
          '无：生成本报告时，上一报告期没有已冻结的报告，故不作比较',
        )
  return pairs('period-before', TITLE, [
    [REPORT_BEFORE, textCell(why)],
    [bilingual('Report that was looked for', '所查找的报告'), wordCell(id)],
    [PERIOD, textCell(periodWords(period))],
  ])
}

function basisOf({ id, period }: PeriodBefore, report: EarlierReport, { edition }: ComparisonInputs): ReportTable {
  const { version, rules, sha256, entry } = report
  const versionWords =
    version === 1
      ? bilingual('1', '1')
      : bilingual(`${version}, the last that was frozen`, `${version}（最近一次冻结的版本）`)
  const rulesWords =
    rules === edition
      ? bilingual(`edition ${rules}, as in this report`, `第 ${rules} 版，与本报告相同`)
      : bilingual(
          `edition ${rules}; this report follows edition ${edition}, so part of a difference may come from the rules`,
          `第 ${rules} 版；本报告采用第 ${edition} 版，差异可能部分来自规则变化`,
        )
  return pairs('period-before', bilingual('What it is compared with', '比较所依据的报告'), [
    [REPORT_BEFORE, wordCell(id)],
    [bilingual('Version', '版本'), textCell(versionWords)],
    [PERIOD, textCell(periodWords(period))],
    [bilingual('Calculation rules', '计算规则'), textCell(rulesWords)],
    [bilingual('SHA-256 of its report.json', '其 report.json 的 SHA-256'), wordCell(sha256)],
    [bilingual('Entry of the ledger that froze it', '冻结该报告的账本条目哈希'), wordCell(entry)],
  ])
}

function periodWords({ from, to }: PeriodBefore['period']): Text {
  return bilingual(`${from} up to, not including, ${to}`, `${from} 至 ${to}（不含）`)
}

/** One table for all plants together where there are several, and one for each plant. */
function tablesOf(before: string, report: EarlierReport, compared: ComparisonInputs): readonly ReportTable[] {
  const { plants } = compared
  const rows = (owner: string) => rowsOf(owner, { before, report, compared })
  if (plants.length === 1) return [comparisonTable('period-before-figures', TITLE, rows(plants[0]!.id))]
  return [
    comparisonTable('period-before-group', bilingual('All plants', '全部工厂'), rows('group')),
    ...plants.map(({ id, name }, i) =>
      comparisonTable(`period-before-${i + 1}-${id.replaceAll('_', '-')}`, name, rows(id)),
    ),
  ]
}

/** The last column stands only where a period is not known in whole: then a difference may come from what lacks. */
function comparisonTable(id: string, title: Text, rows: readonly ReportRow[]): ReportTable {
  const columns = [
    left('figure', 'Figure', '数值'),
    right('earlier', 'Period before', '上一报告期'),
    right('now', 'This period', '本报告期'),
    right('difference', 'Difference', '差值'),
    right('change', 'Change', '变化率'),
    right('known', 'Data known, before / now', '数据覆盖，上期 / 本期'),
  ]
  if (rows.some(({ cells }) => cells.at(-1) !== null)) return tableOf(id, title, columns, rows)
  const narrower = rows.map((one) => ({ ...one, cells: one.cells.slice(0, -1) }))
  return tableOf(id, title, columns.slice(0, -1), narrower)
}

interface Both {
  /** Id of the earlier report. */
  readonly before: string
  readonly report: EarlierReport
  readonly compared: ComparisonInputs
}

function rowsOf(owner: string, both: Both): readonly ReportRow[] {
  const { report, compared } = both
  const shown = cellsOf(compared.sections)
  return headlinesOf(owner, report.figures).flatMap((id) => {
    const cell = shown.get(id)
    return cell === undefined ? [] : [rowOf(id, cell, both)]
  })
}

type FigureCell = Extract<ReportCell, { readonly figure: string }>

/** Each figure as it is shown where it stands first. */
function cellsOf(sections: readonly ReportSection[]): ReadonlyMap<string, FigureCell> {
  const found = new Map<string, FigureCell>()
  for (const { tables } of sections) {
    for (const cell of tables.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells))) {
      if (cell !== null && 'figure' in cell && !found.has(cell.figure)) found.set(cell.figure, cell)
    }
  }
  return found
}

function rowOf(id: string, cell: FigureCell, both: Both): ReportRow {
  const { figures } = both.compared
  const { name, unit } = figures.get(id)
  const stated = both.report.figures[id]!
  const said = (en: string, zh: string) => bilingual(`${name.en}: ${en}`, `${name.zh}：${zh}`)
  const earlier = figures.put(`${COMPARISON}${id}/earlier`, () => ({
    ...stated,
    name: said('period before', '上一报告期'),
    factors: [],
    made: { by: 'statement', source: `${both.before} v${both.report.version}` },
  }))
  const known = knownCell(stated, figures.get(id))
  const why = incomparable(id, both)
  const before = why === DIFFERENT_UNITS ? ownCell(earlier, cell, stated) : { ...cell, figure: earlier }
  if (why !== null) return row(textCell(name), before, cell, textCell(why), null, known)
  const difference = figures.sum(`${COMPARISON}${id}/difference`, said('difference', '差值'), unit, [id], [earlier])
  const isBelowNothing = stated.value !== null && isNegative(stated.value)
  if (isBelowNothing)
    return row(textCell(name), before, cell, { ...cell, figure: difference }, textCell(BELOW_NOTHING), known)
  const change = figures.quotient(
    `${COMPARISON}${id}/change`,
    said('change', '变化率'),
    '%',
    [difference, earlier],
    100,
  )
  return row(textCell(name), before, cell, { ...cell, figure: difference }, figureCell(change, '%', 2), known)
}

/** So little of a period that lacks is not told: it is printed as 100.0 %. */
const WHOLE = 0.9995

function knownCell(...both: readonly Pick<StatedFigure, 'coverage'>[]): ReportCell {
  if (both.every(({ coverage }) => (coverage ?? 1) >= WHOLE)) return null
  return wordCell(
    both.map(({ coverage }) => (coverage === null ? '–' : `${(coverage * 100).toFixed(1)} %`)).join(' / '),
  )
}

const BELOW_NOTHING = bilingual('none: it was below 0 before', '不计：上期为负值')
const DIFFERENT_UNITS = bilingual('not comparable: other units', '不可比：单位不同')
const DIFFERENT_SCOPE = bilingual('not comparable: scope 1 is in one of the two alone', '不可比：仅其中一份含范围一')

/** The reason why a figure cannot be taken off the one of before; null where it can. */
function incomparable(id: string, { report, compared }: Both): Text | null {
  const { figures, plants } = compared
  const [now, before] = [figures.get(id), report.figures[id]!]
  const isCo2 = ({ flags }: Pick<typeof before, 'flags'>) => flags.includes('co2_only')
  if (now.unit !== before.unit) return DIFFERENT_UNITS
  const areKnown = now.value !== null && before.value !== null
  if (areKnown && isCo2(now) !== isCo2(before)) return DIFFERENT_UNITS
  if (!/\/total_(lb|mb)$|^group\/scope1_co2e$/.test(id)) return null
  // Without a known direct source, the figure under the name of the total is scope 2 alone.
  const owners = id.startsWith('group/') ? plants.map((plant) => plant.id) : [id.slice(0, id.indexOf('/'))]
  const isSame = owners.every((owner) => {
    const direct = `${owner}/scope1_co2e`
    if (!figures.has(direct)) return true
    return (figures.get(direct).reason === 'not_configured') === (report.figures[direct]?.reason === 'not_configured')
  })
  return isSame ? null : DIFFERENT_SCOPE
}

/** A figure in another unit is shown in its own; one of CO2 alone says so. */
function ownCell(figure: string, cell: FigureCell, { unit, flags }: EarlierReport['figures'][string]): ReportCell {
  if (unit === 'kgCO2e' && cell.scale !== 1) {
    return { ...cell, figure, unit: flags.includes('co2_only') ? 'tCO2' : 'tCO2e' }
  }
  const own = flags.includes('co2_only') ? unit.replace('CO2e', 'CO2') : unit
  return figureCell(figure, own, cell.decimals)
}
