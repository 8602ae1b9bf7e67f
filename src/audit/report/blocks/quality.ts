import { HOUR_MS } from '../../../base/durations.js'
import { entryOf } from '../../../base/entry-of.js'
import type { KpiFlag } from '../../../base/flags.js'
import { REJECT_REASON_LIST, REJECT_REASONS } from '../../../base/reasons.js'
import type { ReportCell, ReportRow, Text } from '../../../base/report.js'
import { FLAG_WORDS } from '../../words.js'
import { decimal, multiply, quotient } from '../decimal.js'
import { type PlantFacts, printedInstant } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures, unknownValue } from '../figures.js'
import { formulaInChinese } from '../formulas-zh.js'
import { REJECT_REASONS_ZH } from '../reasons-zh.js'
import { formulaOf } from '../rules.js'
import type { StreamQuality } from '../sources.js'
import { bilingual, figureCell, joinedTexts, left, NONE, right, row, tableOf, textCell, wordCell } from '../words.js'
import type { ReportBlock } from './block.js'
import { completenessParts, readingsDue, streamsOf } from './completeness.js'

/** Silences that are listed one by one; all of them are counted. */
const GAPS_MAX = 1000
/** A clock that differs by more is not trusted; of one further behind nobody can tell it from a late message. */
const AHEAD_MS = 60_000
const BEHIND_MS = 600_000

/** Quality of the data behind the figures. Source: KPI specification §6, data quality. */
export const quality: ReportBlock = (facts, figures) => {
  const byStream = streamQualityTable(facts, figures)
  return [
    overallQualityTable(facts, figures),
    coverage(facts, figures),
    byStream,
    gapTable(facts),
    rejected(facts, figures),
    happened(facts),
  ]
}

/** Completeness, validity and timeliness of all data of a plant. */
export function overallQualityTable(facts: PlantFacts, figures: ReportFigures) {
  const plant = facts.plant.id
  const ofDays = (kpi: string) => {
    const of = { kpi, scope: 'plant', id: plant } as const
    const { name } = kpiOf(kpi)
    const part = bilingual(`${name.en}: samples`, `${name.zh}：样本数`)
    const whole = bilingual(`${name.en}: of`, `${name.zh}：总数`)
    return {
      part: figures.days(facts, `${plant}/${kpi}/part`, { ...of, name: part }),
      whole: figures.days(facts, `${plant}/${kpi}/whole`, { ...of, of: 'denominator', name: whole }),
    }
  }
  const rows = (['data_completeness', 'data_validity', 'data_timeliness'] as const).map((kpi) => {
    const { name } = kpiOf(kpi)
    const { formula } = formulaOf(kpi, facts.edition)
    const { part, whole } = isWholePeriod(facts, kpi) ? completenessParts(facts, figures) : ofDays(kpi)
    const share = figures.quotient(`${plant}/${kpi}`, name, '%', [part, whole], 100)
    return row(textCell(name), figureCell(share, '%', 3), textCell(bilingual(formula, formulaInChinese(formula))))
  })
  const columns = [left('what', 'Item', '项目'), right('value', 'Value', '数值'), left('how', 'Made by', '算法')]
  const flags = [...new Set(Object.values(figures.record()).flatMap((figure) => figure.flags))].sort()
  const list = flagsCell(flags)
  rows.push(row(textCell(bilingual('Flags of figures above', '上述数值的标记')), null, list))
  return tableOf('data-quality', bilingual('Data quality', '数据质量'), columns, rows)
}

/** Edition 1 added up what was due since the data began: a period of which most was missing was complete. */
function isWholePeriod(facts: PlantFacts, kpi: string): boolean {
  return (
    facts.edition > 1 && kpi === 'data_completeness' && streamsOf(facts).some((one) => readingsDue(facts, one) !== null)
  )
}

function flagsCell(flags: readonly KpiFlag[]): ReportCell {
  return textCell(flags.length === 0 ? NONE : joinedTexts(flags.map((flag) => FLAG_WORDS[flag])))
}

type CoverageKey = 'coverage' | 'estimated'

/** The known share of a figure of final days, or the estimated share of that, %. */
export function coverageFigure(figures: ReportFigures, id: string, key: CoverageKey): string {
  const { name, value: total, coverage, estimated_share, made } = figures.get(id)
  const title =
    key === 'coverage'
      ? bilingual(`${name.en}: covered`, `${name.zh}：覆盖率`)
      : bilingual(`${name.en}: estimated share`, `${name.zh}：估算比例`)
  // A share of nothing that was added up, or of a total that is not known, would say something that is not so.
  const isSaid = total !== null && made.by === 'days' && made.days > 0
  const value = key === 'coverage' ? coverage : estimated_share
  const percent = value === null || !isSaid ? null : multiply(decimal(value), '100')
  return figures.count(`${id}/${key}`, title, '%', percent, 'time of the period')
}

const WHOLE_PERIOD = bilingual('the beginning', '期初')

/** Known share of the figures that totals are made of, and the share of that which is interpolated over long gaps. */
function coverage({ plant, edition }: PlantFacts, figures: ReportFigures) {
  const columns = [
    left('figure', 'Figure', '数值'),
    right('coverage', 'Covered', '覆盖率'),
    right('estimated', 'Estimated share', '估算比例'),
    ...(edition === 1 ? [] : [left('from', 'Data from', '数据起始')]),
    left('flags', 'Flags', '标记'),
  ]
  const added = Object.entries(figures.record()).filter(([, { made }]) => {
    return (
      made.by === 'days' &&
      made.plant === plant.id &&
      made.scope === 'plant' &&
      made.of === 'numerator' &&
      !made.kpi.startsWith('data_')
    )
  })
  const rows = added.map(([id, figure]) => {
    const { name, flags, data_from } = figure
    const part = (key: CoverageKey) => figureCell(coverageFigure(figures, id, key), '%', 2)
    return row(
      textCell(name),
      part('coverage'),
      part('estimated'),
      ...(edition === 1 ? [] : [data_from === undefined ? textCell(WHOLE_PERIOD) : wordCell(data_from)]),
      flagsCell(flags),
    )
  })
  const note = bilingual(
    'Estimated is what lies in intervals longer than the allowed gap of its meter: the amount is measured, its split over time is not.',
    '估算部分指超过计量允许间隔的区间：总量为实测，仅时间分配为估算。',
  )
  return tableOf('coverage', bilingual('Coverage and estimated share', '覆盖率与估算比例'), columns, rows, note)
}

/** A row for each stream says how it reported. */
export function streamQualityTable(facts: PlantFacts, figures: ReportFigures) {
  const columns = [
    left('device', 'Device', '设备'),
    left('metric', 'Metric', '指标'),
    right('received', 'Received', '收到'),
    right('expected', 'Expected', '应收'),
    right('completeness', 'Completeness', '完整率'),
    right('good', 'Good', '有效'),
    right('gaps', 'Gaps > 1 h', '大于 1 小时的缺口'),
    right('gap_hours', 'Hours in gaps', '缺口时长'),
    right('late', 'Late > 24 h', '迟到 > 24 小时'),
    right('assumed', 'Time assumed', '时间为到达时间'),
    left('clock', 'Clock', '时钟'),
  ]
  const rows = streamsOf(facts).map((stream) => streamRow(facts, figures, stream))
  const note = bilingual(
    'Expected by the nominal period of the metric; nothing is due from a device that sends on change. The clock is judged by the median of arrival less time (of two in the middle the lower).',
    '应收数按指标的名义周期计算；变化上报的设备无应收数。时钟按到达时间与数据时间之差的中位数判定（偶数个时取较小者）。',
  )
  const none = row(
    textCell(bilingual('nothing was received in the period', '报告期内未收到数据')),
    ...columns.slice(1).map(() => null),
  )
  return tableOf(
    'streams',
    bilingual('Completeness by stream', '数据完整性（按数据流）'),
    columns,
    rows.length > 0 ? rows : [none],
    note,
  )
}

function streamRow(facts: PlantFacts, figures: ReportFigures, stream: StreamQuality): ReportRow {
  const { device, metric, received, byQuality, late, assumedTime, gaps } = stream
  const stem = `${facts.plant.id}/stream/${device}/${metric}`
  const title = (en: string, zh: string) => bilingual(`${device} ${metric}: ${en}`, `${device} ${metric}：${zh}`)
  const count = (name: string, value: string | null, unit: string, en: string, zh: string) =>
    figures.count(`${stem}/${name}`, title(en, zh), unit, value, 'readings of the series')
  const due = readingsDue(facts, stream)
  const expected = due === null ? null : count('expected', String(due), '1', 'readings due', '应收的读数')
  const counted = count('received', String(received), '1', 'readings received', '收到的读数')
  const gapHours = gaps.reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0)
  const name = title('completeness', '完整率')
  const complete = figures.rule(`${stem}/completeness`, name, '%', {
    formula: 'stream_completeness',
    of: expected === null ? [counted] : [counted, expected],
    value: (of) => {
      if (due === null) return unknownValue('no_denominator')
      const share = quotient(of!, String(due), 100)
      return share === null ? unknownValue('no_denominator') : knownValue(received > due ? '100' : share)
    },
  })
  return row(
    wordCell(device),
    wordCell(metric),
    figureCell(counted, '1', 0),
    expected === null ? textCell(bilingual('on change', '变化上报')) : figureCell(expected, '1', 0),
    due === null ? null : figureCell(complete, '%', 3),
    figureCell(count('good', String(byQuality.good ?? 0), '1', 'of quality good', '质量为好'), '1', 0),
    figureCell(count('gaps', String(gaps.length), '1', 'gaps of more than an hour', '大于 1 小时的缺口'), '1', 0),
    figureCell(
      count('gap_hours', quotient(String(gapHours), String(HOUR_MS)), 'h', 'hours in such gaps', '缺口时长'),
      'h',
      2,
    ),
    figureCell(count('late', String(late), '1', 'late by more than 24 h', '迟到超过 24 小时'), '1', 0),
    figureCell(count('assumed', String(assumedTime), '1', 'without a time of its own', '无自身时间'), '1', 0),
    textCell(clockOf(stream)),
  )
}

function clockOf({ delayMs }: StreamQuality): Text {
  if (delayMs === null) return bilingual('not known', '未知')
  const seconds = decimal(Math.round(delayMs) / 1000)
  if (delayMs < -AHEAD_MS)
    return bilingual(`ahead by ${seconds.replace('-', '')} s`, `快 ${seconds.replace('-', '')} 秒`)
  if (delayMs > BEHIND_MS) return bilingual(`behind or sent late: ${seconds} s`, `慢或延迟发送：${seconds} 秒`)
  return bilingual('good', '正常')
}

/** Silences of more than an hour, in the order of streams and time; the first thousand of them. */
export function gapTable(facts: PlantFacts) {
  const columns = [
    left('device', 'Device', '设备'),
    left('metric', 'Metrics', '指标'),
    left('from', 'From', '起'),
    left('to', 'To', '止'),
    right('hours', 'Hours', '小时'),
  ]
  // A device that falls silent does so in all it sends.
  const found = new Map<string, { device: string; fromMs: number; toMs: number; metrics: string[] }>()
  for (const { device, metric, gaps } of streamsOf(facts)) {
    for (const { fromMs, toMs } of gaps) {
      entryOf(found, `${device} ${fromMs} ${toMs}`, () => ({ device, fromMs, toMs, metrics: [] })).metrics.push(metric)
    }
  }
  const all = [...found.values()]
  const rows = all.slice(0, GAPS_MAX).map(({ device, metrics, fromMs, toMs }) => {
    const hours = quotient(String(toMs - fromMs), String(HOUR_MS)) ?? '0'
    return row(
      wordCell(device),
      wordCell(metrics.join(', ')),
      wordCell(printedInstant(facts, fromMs)),
      wordCell(printedInstant(facts, toMs)),
      wordCell(hours),
    )
  })
  const note =
    all.length > GAPS_MAX
      ? bilingual(`The first ${GAPS_MAX} of ${all.length} gaps.`, `共 ${all.length} 个缺口，列出前 ${GAPS_MAX} 个。`)
      : undefined
  const none = row(textCell(NONE), ...columns.slice(1).map(() => null))
  return tableOf(
    'gaps',
    bilingual('Gaps of more than an hour', '大于 1 小时的缺口'),
    columns,
    rows.length > 0 ? rows : [none],
    note,
  )
}

function rejected({ plant, rejected }: PlantFacts, figures: ReportFigures) {
  const columns = [
    left('reason', 'Reason', '原因'),
    right('count', 'Elements', '条数'),
    left('meaning', 'Meaning', '含义'),
  ]
  const rows = REJECT_REASON_LIST.flatMap((reason) => {
    const count = rejected[reason] ?? 0
    if (count === 0) return []
    const name = bilingual(`Rejected: ${reason}`, `拒收：${reason}`)
    const id = figures.count(`${plant.id}/rejected/${reason}`, name, '1', String(count), 'rejected messages')
    return [
      row(
        wordCell(reason),
        figureCell(id, '1', 0),
        textCell(bilingual(REJECT_REASONS[reason], REJECT_REASONS_ZH[reason])),
      ),
    ]
  })
  const title = bilingual('Rejected elements, by arrival', '拒收数据（按到达时间）')
  const note = bilingual(
    'Of messages that the quarantine still held when the report was made: of many it keeps the newest. What was rejected never counts in a figure.',
    '仅统计生成报告时隔离区仍保留的消息（数量过多时只保留最新的）。被拒收的数据不计入任何数值。',
  )
  return tableOf('rejected', title, columns, rows.length > 0 ? rows : [row(textCell(NONE), null, null)], note)
}

const HAPPENED: Readonly<Record<string, Text>> = {
  meter_replaced: bilingual('meter replaced', '更换计量表'),
  correction: bilingual('correction of a reading', '读数更正'),
}

/** Events that changed a register or a reading in the period. */
function happened(facts: PlantFacts) {
  const columns = [
    left('time', 'Time', '时间'),
    left('device', 'Device', '设备'),
    left('what', 'What', '事项'),
    left('said', 'As it was said', '原始内容'),
  ]
  const told = facts.events.filter(({ type }) => Object.hasOwn(HAPPENED, type)).slice(0, GAPS_MAX)
  const rows = told.map(({ ts, device, type, fields }) => {
    const said = Object.entries(fields)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    return row(
      wordCell(printedInstant(facts, ts)),
      wordCell(device),
      textCell(HAPPENED[type]!),
      wordCell(said.join('; ')),
    )
  })
  const none = row(textCell(NONE), null, null, null)
  return tableOf(
    'changes',
    bilingual('Replaced meters and corrections', '换表与更正'),
    columns,
    rows.length > 0 ? rows : [none],
  )
}
