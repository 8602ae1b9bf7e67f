import { HOUR_MS } from '../../../base/durations.js'
import { flagBit } from '../../../base/flags.js'
import { exceedMultiple, isExceeded, validCapture } from '../arithmetic/cems.js'
import { addInputs, type Basis, coverOf, FROM_HOURS, figure, type Kpi, kpi, SUM_NULLS, WHOLE } from '../recipe.js'
import { hourTerms, pollutantHours } from './hour.js'
import { addHours, figureOfHours, type HoursTotal, NO_HOURS } from './hours-total.js'
import { CLOCK_HOURS, POLLUTANT_NAMES, type PollutantNames } from './pollutants.js'

const FROM_MEMORY = flagBit('factor_from_memory')

/**
 * A mean of equal readings may differ from them in its last bits. So much of the limit is no exceedance, which no
 * analyser can tell apart; nothing else is rounded.
 */
const LAST_BITS = 1e-12

const LIMIT_NULLS =
  'bad_config without a limit in force, o2_invalid from 20.8 % O2, no_data with nothing covered, low_coverage when fewer than 75 % of the hours are valid'

/** KPIs of stacks and their limits: exceedances, how far above, how much of it is known, and how long they ran. */
export const COMPLIANCE: readonly Kpi[] = [
  ...POLLUTANT_NAMES.flatMap((names) => [exceedHours(names), multiple(names), capture(names)]),
  kpi(
    {
      id: 'stack_hours_running',
      name: { en: 'Stack, hours running', zh: '排放源运行时间' },
      unit: 'h',
      formula: '∫stack_running dt',
      formula_zh: '∫stack_running dt（排放源运行时间）',
      source: 'KPI specification §6, pollutants: hours run',
      confidence: 'project',
      example: 'running from 08:00 to 08:45: 0.75 h',
      pillar: 'green',
      shape: 'sum',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'stacks that send stack_running; of several stacks the hours of all',
      nulls: SUM_NULLS,
      needs: ['stack_running'],
    },
    {
      total: (basis) => [basis.input('stack_running')],
      add: addInputs,
      figure: (inputs) => figure((inputs[0]?.sum ?? 0) / HOUR_MS, 1, coverOf(inputs)),
    },
  ),
]

function exceedHours(names: PollutantNames): Kpi {
  const { id, en, zh } = names
  return kpi(
    {
      id: `exceed_hours_${id}`,
      name: { en: `${en}, hours above limit`, zh: `${zh}超标小时数` },
      unit: 'h',
      formula: 'count of valid running hours with C_ref > L; the full value is compared, equal is not above',
      formula_zh: 'C_ref > L 的有效运行小时数；按未修约值比较，相等不算超标',
      source: 'KPI specification §2.4.7; GB/T 8170 for the comparison (from memory)',
      confidence: 'from_memory',
      example: 'S9: C = 200 at O2 = 9 %, reference 9 %, limit 200: 200 is not above 200, 0 hours',
      pillar: 'green',
      shape: 'sum',
      windows: CLOCK_HOURS,
      scopes: WHOLE,
      members: `stacks with a limit for ${id}; an hour at a standstill is none above it`,
      nulls: LIMIT_NULLS,
      needs: [`${id}_at_reference`],
      uses: usesOf(names),
      isThere: (version) => version.limits.hasAny(id),
    },
    {
      total: (basis) => judgedBy(basis, names),
      add: addJudged,
      figure: ({ above, of }) => figureOfHours(above, 1, of),
    },
  )
}

function multiple(names: PollutantNames): Kpi {
  const { id, en, zh } = names
  return kpi(
    {
      id: `exceed_multiple_${id}`,
      name: { en: `${en}, times above limit`, zh: `${zh}超标倍数` },
      unit: '1',
      formula: 'max over valid running hours of (C_ref − L) / L; below 0 while the limit is kept',
      formula_zh: '有效运行小时 (C_ref − L) / L 的最大值；达标时小于 0',
      source: 'KPI specification §2, exceed_multiple',
      confidence: 'verified',
      example: '250 mg/Nm3 at reference oxygen, limit 200: (250 − 200) / 200 = 0.25',
      pillar: 'green',
      shape: 'level',
      windows: CLOCK_HOURS,
      scopes: WHOLE,
      members: `stacks with a limit for ${id}; the worst of them`,
      nulls: `${LIMIT_NULLS}, no_data without a running hour`,
      needs: [`${id}_at_reference`],
      uses: usesOf(names),
      isThere: (version) => version.limits.hasAny(id),
    },
    {
      total: (basis) => judgedBy(basis, names),
      add: addJudged,
      figure: ({ worst, of }) => {
        const made = figureOfHours(worst?.aboveMgNm3 ?? 0, worst?.limitMgNm3 ?? 0, of)
        return made.reason === 'no_denominator' ? { ...made, reason: 'no_data' } : made
      },
    },
  )
}

function usesOf(names: PollutantNames): readonly string[] {
  return [`${names.id}_concentration`, ...hourTerms(names)]
}

interface Judged {
  /** Hours above their limit. */
  readonly above: number
  /** The hour highest above its limit, in parts of the limit; null while none has run. */
  readonly worst: { readonly aboveMgNm3: number; readonly limitMgNm3: number } | null
  readonly of: HoursTotal
}

function judgedBy(basis: Basis, names: PollutantNames): Judged {
  let judged: Judged = { above: 0, worst: null, of: NO_HOURS }
  let hasNoLimit = false
  for (const hour of pollutantHours(basis, `${names.id}_at_reference`, names)) {
    const { limit, state, isRunning, expectedMs, goodMs, reference } = hour
    if (limit === null) {
      hasNoLimit = true
      continue
    }
    const isStill = state === 'stopped' || !isRunning
    const isJudged = isStill || (state === 'valid' && reference.value !== null)
    const of: HoursTotal = {
      coveredMs: isStill ? expectedMs : goodMs,
      expectedMs,
      estimatedMs: 0,
      judgedMs: isJudged ? expectedMs : 0,
      dueMs: expectedMs,
      reason: !isStill && state === 'valid' ? reference.reason : '',
      flags: hour.flags | reference.flags | (limit.isFromMemory ? FROM_MEMORY : 0),
      factors: [limit.id],
    }
    const value = isStill || state !== 'valid' ? null : reference.value
    const isAbove = value !== null && isExceeded(value, limit.mgNm3 * (1 + LAST_BITS))
    judged = addJudged(judged, {
      above: isAbove ? 1 : 0,
      worst: value === null ? null : { aboveMgNm3: value - limit.mgNm3, limitMgNm3: limit.mgNm3 },
      of,
    })
  }
  if (!hasNoLimit || judged.of.dueMs > 0) return judged
  return { ...judged, of: { ...NO_HOURS, reason: 'bad_config' } }
}

function addJudged(a: Judged, b: Judged): Judged {
  return { above: a.above + b.above, worst: worseOf(a.worst, b.worst), of: addHours(a.of, b.of) }
}

function worseOf(a: Judged['worst'], b: Judged['worst']): Judged['worst'] {
  if (a === null || b === null) return a ?? b
  const times = (one: NonNullable<Judged['worst']>) =>
    exceedMultiple(one.aboveMgNm3 + one.limitMgNm3, one.limitMgNm3).value ?? 0
  return times(b) > times(a) ? b : a
}

function capture(names: PollutantNames): Kpi {
  const { id, en, zh } = names
  return kpi(
    {
      id: `valid_capture_${id}`,
      name: { en: `${en}, valid data`, zh: `${zh}有效数据捕集率` },
      unit: '%',
      formula: '(H − H_stop − H_invalid) / (H − H_stop) · 100',
      formula_zh:
        '(H − H_stop − H_invalid) / (H − H_stop) · 100，即（总小时 − 停运小时 − 无效小时）/（总小时 − 停运小时）',
      source: 'KPI specification §2.4.5, after HJ 75-2017',
      confidence: 'verified',
      example: '24 h, 4 of them at a standstill, 2 without enough data: (24 − 4 − 2) / (24 − 4) · 100 = 90 %',
      pillar: 'green',
      shape: 'ratio',
      windows: CLOCK_HOURS,
      scopes: WHOLE,
      members: `stacks that send ${id}; without enough good data an hour is at a standstill when stack_running or the quality stopped explains what is missing, else invalid`,
      nulls: 'no_denominator when the source never ran',
      needs: [`${id}_concentration`],
      uses: hourTerms(names),
    },
    {
      total: (basis) => countsOf(basis, names),
      add: (a, b) => ({ all: a.all + b.all, stopped: a.stopped + b.stopped, invalid: a.invalid + b.invalid }),
      figure: (hours) => {
        const { numerator, denominator } = validCapture(hours)
        // It says itself how much is missing: that is no reason to have no value.
        return figure(100 * numerator, denominator, { coverage: 1, estimatedShare: 0, flags: 0 })
      },
    },
  )
}

function countsOf(basis: Basis, names: PollutantNames) {
  const hours = { all: 0, stopped: 0, invalid: 0 }
  for (const { state } of pollutantHours(basis, `${names.id}_concentration`, names)) {
    hours.all++
    if (state !== 'valid') hours[state]++
  }
  return hours
}
