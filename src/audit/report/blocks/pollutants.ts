import type { ReportCell, ReportFigure, Text } from '../../../base/report.js'
import { validCapture } from '../../../kpi/formulas/arithmetic/cems.js'
import type { SubstitutionMethod } from '../../../kpi/formulas/arithmetic/substitution.js'
import { massCapture } from '../../stack-hours.js'
import { add, decimal, isPositive, millionths, ofMillionths, quotient } from '../decimal.js'
import { type PlantFacts, printedInstant, type StackFacts } from '../facts.js'
import { knownValue, type ReportFigures, type RuleAnswer, unknownValue } from '../figures.js'
import { bilingual, figureCell, joinedTexts, left, NONE, right, row, tableOf, textCell, wordCell } from '../words.js'
import type { ReportBlock } from './block.js'

const NAMES = { nox: 'NOx', so2: 'SO2', pm: 'PM', co: 'CO' } as const

/** Rows of substituted hours that are printed one by one; all of them count. */
const HOURS_MAX = 1000

interface StackFigures {
  readonly facts: StackFacts
  readonly ids: Readonly<Partial<Record<(typeof COLUMNS)[number]['id'], string>>>
  readonly limit: string | null
  readonly highestAt: string | null
  /** In place of how many times above the limit, where no hour was. */
  readonly notAbove: ReportCell
}

const COLUMNS = [
  column('kg', 'Mass, all hours', '排放量（全部小时）', 'kg', 3),
  column('measured', 'Measured', '其中实测', 'kg', 3),
  column('running', 'Hours run', '运行小时', 'h', 2),
  column('valid', 'Valid', '有效', 'h', 0),
  column('no_flow', 'Valid, without a mass', '有效但无排放量', 'h', 0),
  column('invalid', 'Invalid', '无效', 'h', 0),
  column('stopped', 'Stopped', '停运', 'h', 0),
  column('capture', 'Capture', '有效数据捕集率', '%', 2),
  column('substituted', 'Substituted', '替代小时', 'h', 0),
  column('highest', 'Highest hour', '最大小时值', 'mg/Nm3', 2),
  column('above', 'Hours above limit', '超标小时', 'h', 0),
  column('multiple', 'Times above limit', '最大超标倍数', '1', 3),
] as const

function column<Id extends string>(id: Id, en: string, zh: string, unit: string, decimals: number) {
  return { ...right(id, en, zh), id, unit, decimals }
}

const NEVER_ABOVE = bilingual(
  'Masses are of measured concentrations, limits are compared at reference oxygen. A substituted hour has a mass and is never above a limit.',
  '排放量按实测浓度计算，限值按折算浓度比较。替代小时计入排放量，但不计为超标。',
)
const ABOVE_BY_CONCENTRATION = bilingual(
  'Masses are of measured concentrations, limits are compared at reference oxygen. An hour without a valid concentration is put in for its mass and is never above a limit; one with valid concentrations and no mass, as without a flow, is put in for its mass and can be above.',
  '排放量按实测浓度计算，限值按折算浓度比较。浓度无效或缺失的小时以替代值计入排放量，不计为超标；浓度有效但无排放量（如缺流量）的小时以替代值计入排放量，仍按浓度判断是否超标。',
)

/** Masses and hours of each stack and pollutant. Source: KPI specification §6; HJ 75. */
export const pollutants: ReportBlock = (facts, figures) => {
  const all = facts.stacks.map((stack) => stackFigures(facts, figures, stack))
  const printed = COLUMNS.filter(({ id }) => id !== 'no_flow' || facts.edition >= 3)
  const columns = [
    left('stack', 'Stack', '排气筒'),
    left('pollutant', 'Pollutant', '污染物'),
    ...printed.map(({ id, title, align }) => ({ id, title, align })),
    left('at', 'Highest hour at', '最大小时出现于'),
    left('limit', 'Limit', '限值'),
  ]
  const rows = all.map(({ facts: { stack, pollutant }, ids, limit, highestAt, notAbove }) =>
    row(
      wordCell(stack),
      wordCell(NAMES[pollutant]),
      ...printed.map(({ id, unit, decimals }) => {
        return (id === 'multiple' ? notAbove : null) ?? figureCell(ids[id]!, unit, decimals)
      }),
      wordCell(highestAt ?? '–'),
      limit === null ? textCell(bilingual('no limit is configured', '未配置限值')) : wordCell(limit),
    ),
  )
  const title = bilingual('Pollutants by stack', '大气污染物（按排气筒）')
  if (rows.length === 0) {
    const none = textCell(bilingual('no stack has sent pollutants in the period', '报告期内无排气筒数据'))
    return [tableOf('pollutants', title, columns, [row(none, ...columns.slice(1).map(() => null))])]
  }
  return [
    tableOf('pollutants', title, columns, rows, facts.edition < 3 ? NEVER_ABOVE : ABOVE_BY_CONCENTRATION),
    substituted(facts, figures, all),
  ]
}

function stackFigures(facts: PlantFacts, figures: ReportFigures, stack: StackFacts): StackFigures {
  const { stack: device, pollutant, table } = stack
  const stem = `${facts.plant.id}/stack/${device}/${pollutant}`
  const title = (en: string, zh: string) =>
    bilingual(`${device}, ${NAMES[pollutant]}: ${en}`, `${device}，${NAMES[pollutant]}：${zh}`)
  const count = (name: string, of: number, en: string, zh: string) =>
    figures.count(
      `${stem}/${name}`,
      title(en, zh),
      'h',
      table.hours.length === 0 ? null : String(of),
      'hours of the stack',
    )
  const day = (name: string, kpi: string, of: 'numerator' | 'highest', en: string, zh: string) =>
    figures.days(facts, `${stem}/${name}`, { kpi, scope: 'device', id: device, of, name: title(en, zh) })
  const ofCause = (...causes: readonly string[]) => table.hours.filter(({ cause }) => causes.includes(cause)).length
  const [invalid, stopped] = [ofCause('invalid', 'out_of_control'), ofCause('stopped')]
  const measured = day('measured', `pollutant_mass_${pollutant}`, 'numerator', 'measured mass', '实测排放量')
  const withoutMass = table.hours.filter(({ cause, measuredKg }) => cause === 'measured' && measuredKg === null).length
  const capture = validCapture({ all: table.hours.length, stopped, invalid }).value
  const highest = highestHour(table)
  const multiple = day('multiple', `exceed_multiple_${pollutant}`, 'highest', 'times above limit', '最大超标倍数')
  const above = day('above', `exceed_hours_${pollutant}`, 'numerator', 'hours above limit', '超标小时')
  return {
    facts: stack,
    highestAt: highest === null ? null : printedInstant(facts, highest.startMs),
    notAbove: notAbove(facts, figures.get(multiple)),
    limit: figures.get(above).factors.join(', ') || null,
    ids: {
      kg: figures.rule(
        `${stem}/kg`,
        title('mass with substituted hours', '排放量（含替代小时）'),
        'kg',
        { formula: 'stack_mass', of: [], value: () => massOf(stack) },
        { coverage: facts.edition === 1 && capture !== null ? capture / 100 : massCapture(table.hours) },
      ),
      measured,
      running: day('running', 'stack_hours_running', 'numerator', 'hours run', '运行小时'),
      valid: count('valid', ofCause('measured'), 'valid hours', '有效小时'),
      ...(facts.edition >= 3 && {
        no_flow: count('no_flow', withoutMass, 'valid hours without a mass', '有效但无排放量的小时'),
      }),
      invalid: count('invalid', invalid, 'invalid hours', '无效小时'),
      stopped: count('stopped', stopped, 'hours at a standstill', '停运小时'),
      capture: figures.rule(`${stem}/capture`, title('capture', '有效数据捕集率'), '%', {
        formula: 'stack_capture',
        of: [`${stem}/valid`, `${stem}/invalid`, `${stem}/stopped`],
        value: (valid, invalid) => captureOf(facts, capture, valid!, invalid!),
      }),
      substituted: count(
        'substituted',
        table.hours.filter(({ substitution }) => substitution?.value != null).length,
        'substituted hours',
        '替代小时',
      ),
      highest: figures.rule(
        `${stem}/highest`,
        title('highest hour at reference oxygen', '最大小时折算浓度'),
        'mg/Nm3',
        {
          formula: 'stack_highest_hour',
          of: [],
          value: () => (highest?.reference == null ? unknownValue('no_data') : knownValue(decimal(highest.reference))),
        },
      ),
      above,
      multiple,
    },
  }
}

/** The measured hour with the highest concentration at reference oxygen; null where none has one. */
function highestHour({ hours }: StackFacts['table']) {
  const measured = hours.filter(({ cause }) => cause === 'measured')
  return measured.reduce<(typeof hours)[number] | null>((best, hour) => {
    return hour.reference !== null && (best?.reference ?? -Infinity) < hour.reference ? hour : best
  }, null)
}

/** Edition 1 printed the share itself as a percentage: 1.00 % where every hour was valid. */
function captureOf({ edition }: PlantFacts, share: number | null, valid: string, invalid: string): RuleAnswer {
  if (share === null) return unknownValue('no_denominator')
  if (edition === 1) return knownValue(decimal(share))
  const percent = quotient(valid, add(valid, invalid), 100)
  return percent === null ? unknownValue('no_denominator') : knownValue(percent)
}

/** An hour at or below its limit is no multiple of it above. */
function notAbove({ edition }: PlantFacts, { value }: ReportFigure): ReportCell {
  if (edition === 1 || value === null || isPositive(value)) return null
  return textCell(bilingual('not above', '未超标'))
}

function massOf({ table }: StackFacts) {
  if (table.hours.length === 0) return unknownValue('no_data')
  let total = 0n
  for (const { cause, kg } of table.hours) {
    if (cause === 'stopped') continue
    if (kg === null) return unknownValue('low_coverage')
    total += millionths(kg)
  }
  return knownValue(ofMillionths(total))
}

const METHODS: Readonly<Record<SubstitutionMethod, Text>> = {
  hj75_max_180: bilingual('highest of the last 180 valid hours (HJ 75)', '前 180 个有效小时最大值（HJ 75）'),
  hj75_max_720: bilingual('highest of the last 720 valid hours (HJ 75)', '前 720 个有效小时最大值（HJ 75）'),
  hj75_max_2160: bilingual('highest of the last 2160 valid hours (HJ 75)', '前 2160 个有效小时最大值（HJ 75）'),
  mrr_mean_2_sigma: bilingual(
    'mean and two standard deviations (EU MRR Art. 45)',
    '均值加两倍标准差（EU MRR 第 45 条）',
  ),
}
const NO_METHOD = bilingual('none: the operator has to decide', '无：须由运营方决定')
const CAUSES = {
  invalid: bilingual('invalid or missing', '无效或缺失'),
  out_of_control: bilingual('analyser out of control', '失控时段'),
  no_flow: bilingual('concentration valid, no measured mass', '浓度有效，无实测排放量'),
} as const

/** Every hour that was put in, and by which method. */
function substituted(facts: PlantFacts, figures: ReportFigures, stacks: readonly StackFigures[]) {
  const columns = [
    left('stack', 'Stack', '排气筒'),
    left('pollutant', 'Pollutant', '污染物'),
    left('hour', 'Hour from', '小时起'),
    left('cause', 'Cause', '原因'),
    left('method', 'Method', '方法'),
    right('gap', 'Hours of the gap', '缺失时长'),
    right('kg', 'kg', 'kg'),
  ]
  const all = stacks.flatMap(({ facts: { stack, pollutant, table } }) =>
    table.hours.flatMap(({ startMs, substitution }) => {
      const isListed = substitution !== null && !isBeforeFirst(table, startMs)
      return isListed ? [{ stack, pollutant, ...substitution }] : []
    }),
  )
  const rows = all.slice(0, HOURS_MAX).map(({ stack, pollutant, startMs, cause, method, gapHours, value, reason }) => {
    const hour = new Date(startMs).toISOString()
    const name = bilingual(
      `${stack}, ${NAMES[pollutant]}: put in for ${hour}`,
      `${stack}，${NAMES[pollutant]}：${hour} 替代值`,
    )
    const kg = figures.rule(`${facts.plant.id}/stack/${stack}/${pollutant}/substituted/${hour}`, name, 'kg', {
      formula: 'stack_substitution',
      of: [],
      value: () => (value === null ? unknownValue(reason || 'no_data') : knownValue(decimal(value))),
    })
    return row(
      wordCell(stack),
      wordCell(NAMES[pollutant]),
      wordCell(printedInstant(facts, startMs)),
      textCell(CAUSES[cause]),
      textCell(method === null ? NO_METHOD : METHODS[method]),
      wordCell(gapHours),
      figureCell(kg, 'kg', 3),
    )
  })
  const title = bilingual('Substituted hours', '替代小时明细')
  const notes = [
    ...(all.length > HOURS_MAX
      ? [
          bilingual(
            `The first ${HOURS_MAX} of ${all.length} hours.`,
            `共 ${all.length} 小时，列出前 ${HOURS_MAX} 小时。`,
          ),
        ]
      : []),
    ...stacks.flatMap(({ facts: stack }) => beforeFirst(stack)),
  ]
  if (all.length === 0) rows.push(row(textCell(NONE), ...columns.slice(1).map(() => null)))
  return tableOf('substituted', title, columns, rows, notes.length === 0 ? undefined : joinedTexts(notes, ' '))
}

function isBeforeFirst({ firstMs }: StackFacts['table'], startMs: number): boolean {
  return firstMs !== null && startMs < firstMs
}

/** Hours before the first figure of a stack are told together: no rule puts anything in for them. */
function beforeFirst({ stack, pollutant, table }: StackFacts): readonly Text[] {
  const count = table.hours.filter(({ startMs }) => isBeforeFirst(table, startMs)).length
  if (count === 0) return []
  const name = NAMES[pollutant]
  return [
    bilingual(
      `${stack}, ${name}: the first ${count} hours of the period lie before its first data; they are invalid and have no substitute.`,
      `${stack}，${name}：报告期最初 ${count} 小时早于首个数据，计为无效且无替代值。`,
    ),
  ]
}
