import { METRICS } from '../../../base/metrics.js'
import { type DeviceOptions, expectedMetrics, seriesTimes } from '../../../base/plant.js'
import type { ReportCell, ReportRow, ReportTable, Text } from '../../../base/report.js'
import type { ReportBlock } from '../blocks/block.js'
import { decimal } from '../decimal.js'
import { type PlantFacts, printedInstant } from '../facts.js'
import {
  bilingual,
  configuredText,
  left,
  NONE,
  NOT_CONFIGURED,
  pairs,
  right,
  row,
  statedCell,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import { COVERED_WORDS } from './market-words.js'

/** Rows of one table; of more the number is told. */
const ROWS_MAX = 500

/** Data-quality control plan in force at the end of the period, its versions, and what they changed within the period. */
export const controlPlan: ReportBlock = (facts) => [methods(facts), points(facts), versions(facts), changes(facts)]

function methods({ options, market }: PlantFacts): ReportTable {
  const { ets, report, carbon } = options
  const current = market.plan.at(-1)
  const or = (word: string | undefined) => (word === undefined ? textCell(NOT_CONFIGURED) : wordCell(word))
  const rows: readonly (readonly [Text, ReportCell])[] = [
    [bilingual('Version of the plan', '计划版本'), or(current === undefined ? undefined : String(current.version))],
    [bilingual('SHA-256 of the plan', '计划 SHA-256'), or(current?.sha256)],
    [bilingual('Responsible person', '负责人'), statedCell(report.responsible)],
    [bilingual('Covered emissions', '管控排放范围'), ets ? textCell(COVERED_WORDS[ets.covered]) : or(undefined)],
    [
      bilingual('Attested within, days', '确认期限，天'),
      or(ets === undefined ? undefined : String(ets.attest_within_days)),
    ],
    [
      bilingual('Method of combustion', '燃烧核算方法'),
      textCell(
        carbon.combustion === 'cn'
          ? bilingual('heating value × carbon content × oxidation', '热值 × 单位热值含碳量 × 氧化率')
          : bilingual('IPCC 2006 factors', 'IPCC 2006 排放因子'),
      ),
    ],
    [bilingual('Warming potentials', '全球变暖潜势'), wordCell(carbon.gwp)],
    [
      bilingual('Second pair of eyes', '双人复核'),
      textCell(options.four_eyes ? bilingual('required', '需要') : bilingual('not required', '不需要')),
    ],
    [bilingual('Bills may differ by, %', '账单允许差，%'), wordCell(decimal(options.bill_tolerance_pct))],
    [bilingual('Lateness allowed, h', '允许迟到，h'), wordCell(decimal(options.allowed_lateness_h))],
    [
      bilingual('Sources left out', '未纳入的排放源'),
      report.excluded.length === 0
        ? textCell(NONE)
        : textCell({ en: excluded(report.excluded, 'en'), zh: excluded(report.excluded, 'zh') }),
    ],
  ]
  const note = bilingual(
    'Made from the configuration: nothing of it is filled in by hand. What is not configured is said so.',
    '由配置自动生成，无人工填写；未配置的内容如实标注。',
  )
  return pairs('plan', bilingual('Data-quality control plan', '数据质量控制计划'), rows, note)
}

function excluded(all: PlantFacts['options']['report']['excluded'], language: 'en' | 'zh'): string {
  return all
    .map(({ source, reason }) => `${configuredText(source)![language]}: ${configuredText(reason)![language]}`)
    .join('; ')
}

/** Measuring points alone, for documents without a plan. */
export const measuringPoints: ReportBlock = (facts) => [points(facts)]

/** Measuring points: each metric that a device is expected to send. */
function points({ options, words }: PlantFacts): ReportTable {
  const columns = [
    left('device', 'Meter or source', '计量器具或来源'),
    left('line', 'Line', '产线'),
    left('metric', 'Metric', '指标'),
    left('unit', 'Unit', '单位'),
    right('period', 'Every, s', '采集周期，s'),
    right('uncertainty', 'Uncertainty, %', '不确定度，%'),
    left('calibrated', 'Calibrated on', '检定/校准日期'),
    left('certificate', 'Certificate', '证书编号'),
  ]
  const rows = options.devices.flatMap((device) => {
    const { on, certificate } = calibrationOf(options, device)
    return expectedMetrics(device).map((metric) =>
      row(
        wordCell(device.id),
        wordCell(device.line ?? ''),
        wordCell(metric),
        wordCell(METRICS.get(metric)?.unit ?? (words === 2 ? '–' : '')),
        wordCell(decimal(seriesTimes(device.metrics[metric]).periodMs / 1000)),
        orNone(device.metrics[metric]?.uncertainty_pct),
        on === undefined ? textCell(NOT_CONFIGURED) : wordCell(on),
        certificate === undefined ? textCell(NOT_CONFIGURED) : wordCell(certificate),
      ),
    )
  })
  return boundedTable('plan-points', bilingual('Measuring points', '计量点'), columns, rows)
}

function orNone(value: number | undefined): ReportCell {
  return value === undefined ? textCell(NOT_CONFIGURED) : wordCell(decimal(value))
}

function calibrationOf({ report }: PlantFacts['options'], { id }: Pick<DeviceOptions, 'id'>) {
  const own = report.calibrations.filter(({ device }) => device === id)
  return own.sort((a, b) => (a.on < b.on ? -1 : 1)).at(-1) ?? { on: undefined, certificate: undefined }
}

function versions(facts: PlantFacts): ReportTable {
  const columns = [
    right('version', 'Version', '版本'),
    left('from', 'In force from', '生效时间'),
    right('changes', 'Differences', '变更项数'),
    left('sha256', 'SHA-256', 'SHA-256'),
    left('configuration', 'Configuration', '配置'),
  ]
  const rows = facts.market.plan.map(({ version, fromMs, changes, sha256, configuration }) =>
    row(
      wordCell(version),
      wordCell(printedInstant(facts, fromMs)),
      wordCell(changes.length),
      wordCell(sha256),
      wordCell(configuration),
    ),
  )
  const note = bilingual(
    'A version is made whenever this part of the configuration changes. Who changed it stands in the audit log beside the hash of the configuration.',
    '配置的这一部分每次变更即产生新版本。变更人见审计日志中相同配置哈希的条目。',
  )
  return boundedTable('plan-versions', bilingual('Versions of the plan', '计划版本'), columns, rows, note)
}

function changes(facts: PlantFacts): ReportTable {
  const columns = [
    right('version', 'Version', '版本'),
    left('path', 'Setting', '配置项'),
    left('before', 'Before', '变更前'),
    left('after', 'After', '变更后'),
  ]
  const within = facts.market.plan.filter(({ fromMs }) => fromMs >= facts.startMs && fromMs < facts.endMs)
  const rows = within.flatMap(({ version, changes }) =>
    changes.map(({ path, before, after }) =>
      row(
        wordCell(version),
        wordCell(path),
        before === null ? textCell(NONE) : wordCell(before),
        after === null ? textCell(NONE) : wordCell(after),
      ),
    ),
  )
  return boundedTable('plan-changes', bilingual('Changed in the period', '报告期内变更'), columns, rows)
}

/** A table of bounded length, that says what it leaves out; without rows it says that there is nothing. */
export function boundedTable(
  id: string,
  title: Text,
  columns: ReportTable['columns'],
  rows: readonly ReportRow[],
  note?: Text,
): ReportTable {
  const left = rows.length - ROWS_MAX
  const more = bilingual(`The first ${ROWS_MAX} of ${rows.length}.`, `共 ${rows.length} 行，列出前 ${ROWS_MAX} 行。`)
  const said = left <= 0 ? note : note === undefined ? more : bilingual(`${note.en} ${more.en}`, note.zh + more.zh)
  const none = row(textCell(NONE), ...columns.slice(1).map(() => null))
  return tableOf(id, title, columns, rows.length === 0 ? [none] : rows.slice(0, ROWS_MAX), said)
}
