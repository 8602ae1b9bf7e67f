import type { PreviousReport, ReportBasis, ReportCell, ReportPlant, ReportTable } from '../../../base/report.js'
import { localTime } from '../../periods.js'
import type { PlantFacts } from '../facts.js'
import { bilingual, left, pairs, right, row, tableOf, textCell, wordCell } from '../words.js'

/** The basis of the report, to be compared with the ledger. */
export function integrity(basis: ReportBasis, plants: readonly ReportPlant[], words: PlantFacts['words']): ReportTable {
  const { code, archive, rules } = basis
  const [first] = plants
  const until = words === 1 || first === undefined ? archive.now : localTime(archive.now, first.timezone)
  return pairs('basis', bilingual('Basis of the report', '报告依据'), [
    [bilingual('Program', '程序版本'), wordCell(`Greengauge ${code.version} (${code.commit})`)],
    ...(rules === undefined ? [] : [[bilingual('Calculation rules', '计算规则'), editionCell(rules)] as const]),
    [bilingual('SHA-256 of the factor tables', '因子表 SHA-256'), wordCell(basis.factors_sha256)],
    [bilingual('Warming potentials', '全球变暖潜势'), wordCell(basis.gwp)],
    [bilingual('Everything up to', '数据截至'), wordCell(until)],
    [bilingual('Place in the journal', '日志位置'), wordCell(archive.position)],
    [bilingual('How totals are added', '合计规则'), textCell(basis.rule)],
    ...plants.map(
      ({ id, configurations }) =>
        [
          bilingual(`Configurations of ${id}, SHA-256`, `${id} 的配置 SHA-256`),
          configurations.length === 0 ? textCell(bilingual('none', '无')) : wordCell(configurations.join(' ')),
        ] as const,
    ),
  ])
}

function editionCell(edition: number): ReportCell {
  return textCell(bilingual(`edition ${edition}`, `第 ${edition} 版`))
}

/** Tables of what has changed since the version before. */
export function restatement(previous: PreviousReport | null): readonly ReportTable[] {
  const title = bilingual('Changes since the version before', '与上一版本的差异')
  if (previous === null) {
    const first = textCell(bilingual('this is the first version', '此为第一版'))
    return [pairs('restatement', title, [[bilingual('Version before', '上一版本'), first]])]
  }
  const { version, sha256, change, threshold, mandatory, differences } = previous
  const pct = (part: number) => `${(part * 100).toFixed(3)} %`
  const facts = pairs('restatement', title, [
    [bilingual('Version before', '上一版本'), wordCell(version)],
    [bilingual('SHA-256 of it', '其 SHA-256'), wordCell(sha256)],
    [
      bilingual('Largest change of a total', '合计最大变化'),
      change === null
        ? textCell(bilingual('not known: a total was not known', '未知：有合计值未知'))
        : wordCell(pct(change)),
    ],
    [bilingual('Threshold of re-issue', '重新发布阈值'), wordCell(pct(threshold))],
    [
      bilingual('A new version has to be issued', '须重新发布'),
      textCell(mandatory ? bilingual('yes', '是') : bilingual('no', '否')),
    ],
  ])
  const columns = [
    left('figure', 'Figure', '数值'),
    right('before', 'Before', '原值'),
    right('after', 'After', '新值'),
    right('delta', 'Change', '变化'),
    left('reasons', 'Reasons', '原因'),
  ]
  const or = (value: string | null) => (value === null ? textCell(bilingual('not known', '未知')) : wordCell(value))
  const rows = differences.map(({ figure, before, after, delta, reasons }) =>
    row(
      wordCell(figure),
      or(before),
      or(after),
      or(delta),
      reasons.length === 0 ? textCell(bilingual('none on record', '无记录')) : wordCell(reasons.join(', ')),
    ),
  )
  if (rows.length === 0) return [facts]
  return [facts, tableOf('differences', bilingual('Figures that differ', '有差异的数值'), columns, rows)]
}
