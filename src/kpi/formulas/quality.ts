import { eventSeries } from '../../base/events.js'
import { type FlagBits, flagBit } from '../../base/flags.js'
import { keyOf as partAtStep } from '../events/check-attempts.js'
import type { Figure } from '../windows/point.js'
import { rolledThroughputYield } from './arithmetic/yield.js'
import { COUNT_TERMS, mismatchFlag } from './output.js'
import {
  addInputs,
  type Basis,
  type Cover,
  coverOf,
  FROM_HOURS,
  FROM_QUARTER_HOURS,
  figure,
  type Inputs,
  type Kpi,
  type KpiEvent,
  type KpiFacts,
  kpi,
  type Recipe,
  SUM_NULLS,
  WHOLE,
} from './recipe.js'

const APPROX = flagBit('approx')
const SERIAL = eventSeries('serial_result')
const EVENTS_KNOWN: Cover = { coverage: 1, estimatedShare: 0, flags: 0 }
const COUNT_NULLS = `${SUM_NULLS} of one of the counts, no_denominator when nothing was made`

/** KPIs of how much of what was made is good. */
export const QUALITY: readonly Kpi[] = [
  kpi(
    {
      id: 'fpy',
      name: { en: 'First-pass yield', zh: '一次合格率（FPY）' },
      unit: '1',
      formula:
        'GP / IP: parts good at first attempt / parts inspected for the first time; the first result of a serial number at a step, in event time over 31 days, is its first attempt unless it says first_attempt: false; of counters (PQ − SQ − RQ) / PQ',
      formula_zh:
        'GP / IP，即首检合格件数 / 首次检验件数；同一序列号在同一工序 31 天内（按事件时间）的第一个结果为首检，写明 first_attempt: false 的除外；由计数器计算时为 (PQ − SQ − RQ) / PQ',
      source: 'ISO 22400-2 by the KPI specification §4',
      confidence: 'verified',
      example: 'part 1 passes, part 2 fails at 09:10 and passes at 09:20: 1 / 2 = 0.5',
      pillar: 'high_end',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members:
        'events serial_result of every step together; without any, machines that count total and rejected pieces, with parts_rework where it is sent, flagged approx',
      nulls: `no_denominator when nothing was inspected or made; of counters ${SUM_NULLS}`,
      event: 'serial_result',
      needsAny: [SERIAL, 'pieces_reject'],
      uses: ['pieces', 'parts_rework'],
    },
    { total: firstPassOf, add: addFirstPass, figure: firstPassYield },
  ),
  kpi(
    {
      id: 'rty',
      name: { en: 'Rolled throughput yield', zh: '流通合格率（RTY）' },
      unit: '1',
      formula: 'Π first-pass yield of the process steps, by the same first attempts',
      formula_zh: 'Π 各工序的一次合格率，首检口径相同',
      source: 'Six Sigma, by the KPI specification §4',
      confidence: 'verified',
      example: 'O8: 0.95 · 0.84 · 0.88 = 0.702',
      pillar: 'high_end',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'events serial_result by op: the steps of process_steps; without it every step seen',
      nulls: 'no_data when one of the steps has no part that was inspected for the first time',
      event: 'serial_result',
    },
    { total: stepsOf, add: addSteps, figure: rolledYield },
  ),
  ofCounts(
    {
      id: 'scrap_ratio',
      name: { en: 'Scrap ratio', zh: '废品率' },
      formula: 'SQ / PQ = rejected / all pieces',
      formula_zh: 'SQ / PQ = 废品件数 / 产量',
      source: 'ISO 22400-2 by the KPI specification §4',
      confidence: 'verified',
      example: '19,271 pieces, 423 rejected: 0.0220',
    },
    'pieces_reject',
  ),
  ofCounts(
    {
      id: 'rework_ratio',
      name: { en: 'Rework ratio', zh: '返工率' },
      formula: 'RQ / PQ = parts_rework / all pieces',
      formula_zh: 'RQ / PQ = parts_rework / 产量',
      source: 'ISO 22400-2 by the KPI specification §4',
      confidence: 'verified',
      example: '500 pieces, 20 reworked: 0.04',
    },
    'parts_rework',
  ),
  ofCounts(
    {
      id: 'defect_ppm',
      name: { en: 'Defects in a million', zh: '百万件不良数（PPM）' },
      unit: 'ppm',
      formula: 'rejected / all pieces · 1,000,000',
      formula_zh: '不良品件数 / 产量 · 1,000,000',
      source: 'KPI specification §4',
      confidence: 'project',
      example: '20,000 pieces, 5 rejected: 250 ppm',
    },
    'pieces_reject',
    1e6,
  ),
]

function ofCounts(
  told: Pick<KpiFacts, 'id' | 'name' | 'formula' | 'formula_zh' | 'source' | 'confidence' | 'example'> & {
    readonly unit?: string
  },
  term: 'pieces_reject' | 'parts_rework',
  scale = 1,
): Kpi {
  return kpi(
    {
      unit: '1',
      pillar: 'high_end',
      shape: 'ratio',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: `machines that count all pieces and ${term === 'parts_rework' ? 'parts_rework' : 'rejected ones'}`,
      nulls: COUNT_NULLS,
      ...told,
      needs: ['pieces', term],
      uses: COUNT_TERMS,
    },
    {
      total: (basis) => countsOf(basis, ['pieces', term]),
      add: addCounts,
      figure: (counts) => {
        const [all, bad] = counts.inputs
        return figure((bad?.sum ?? 0) * scale, all?.sum ?? 0, countCover(counts), scale)
      },
    } satisfies Recipe<Counts>,
  )
}

/** Counts of the machines that have the first two of some terms. */
interface Counts {
  readonly inputs: Inputs
  readonly flags: FlagBits
}

function countsOf(basis: Basis, terms: readonly string[], withMismatch = true): Counts {
  let inputs: Inputs = terms.map(() => null)
  let flags = 0
  const counting = new Set<string>()
  for (const of of basis.devices(...terms)) {
    if (of.inputs[0] === null || of.inputs[1] === null) continue
    counting.add(of.device)
    inputs = addInputs(inputs, of.inputs)
  }
  if (withMismatch)
    for (const of of basis.devices(...COUNT_TERMS)) if (counting.has(of.device)) flags |= mismatchFlag(of)
  return { inputs, flags }
}

function addCounts(a: Counts, b: Counts): Counts {
  return { inputs: addInputs(a.inputs, b.inputs), flags: a.flags | b.flags }
}

/** Known as well as the least known count: one that is silent must not look like none. */
function countCover({ inputs, flags }: Counts): Cover {
  const cover = coverOf(inputs)
  const each = inputs.flatMap((input) => (input === null ? [] : [coverOf([input]).coverage]))
  return { ...cover, coverage: each.length === 0 ? 0 : Math.min(...each), flags: cover.flags | flags }
}

/** Parts by their first attempt. */
interface Attempts {
  readonly good: number
  readonly inspected: number
}

const NO_ATTEMPTS: Attempts = { good: 0, inspected: 0 }

interface FirstPass extends Attempts {
  /** Serial results tell; the counts are not asked. */
  readonly isSerial: boolean
  readonly counts: Counts
}

function firstPassOf(basis: Basis): FirstPass {
  let attempts = NO_ATTEMPTS
  for (const result of firstAttempts(basis)) attempts = withAttempt(attempts, result)
  const isSerial = attempts.inspected > 0 || (basis.input(SERIAL)?.expectedMs ?? 0) > 0
  return { ...attempts, isSerial, counts: countsOf(basis, ['pieces', 'pieces_reject', 'parts_rework'], false) }
}

/**
 * Results of parts that were checked at their step for the first time: whatever order they came in, the first in event
 * time, unless it says itself that it is a later attempt. Of several at one instant the first in the order of events.
 */
function* firstAttempts(basis: Basis): Generator<KpiEvent> {
  let instant = Number.NaN
  const atInstant = new Set<string>()
  for (const result of basis.events('serial_result')) {
    if (result.ts !== instant) atInstant.clear()
    instant = result.ts
    const part = partAtStep(result)
    if (atInstant.has(part)) continue
    atInstant.add(part)
    if (result.isRepeat !== true && result.fields.first_attempt !== false) yield result
  }
}

function withAttempt(before: Attempts, { fields }: KpiEvent): Attempts {
  return { good: before.good + (fields.result === 'pass' ? 1 : 0), inspected: before.inspected + 1 }
}

function addFirstPass(a: FirstPass, b: FirstPass): FirstPass {
  return {
    good: a.good + b.good,
    inspected: a.inspected + b.inspected,
    isSerial: a.isSerial || b.isSerial,
    counts: addCounts(a.counts, b.counts),
  }
}

function firstPassYield({ good, inspected, isSerial, counts }: FirstPass): Figure {
  if (isSerial) return figure(good, inspected, EVENTS_KNOWN, 1)
  const [all, reject, rework] = counts.inputs
  const cover = countCover(counts)
  const first = (all?.sum ?? 0) - (reject?.sum ?? 0) - (rework?.sum ?? 0)
  return figure(first, all?.sum ?? 0, { ...cover, flags: cover.flags | APPROX }, 1)
}

interface Steps {
  /** By step; a part that names none is of the step ''. */
  readonly byStep: ReadonlyMap<string, Attempts>
  /** The steps that count; null for every one seen. */
  readonly chain: readonly string[] | null
}

function stepsOf(basis: Basis): Steps {
  const byStep = new Map<string, Attempts>()
  for (const result of firstAttempts(basis)) {
    const { op } = result.fields
    const step = typeof op === 'string' ? op : ''
    byStep.set(step, withAttempt(byStep.get(step) ?? NO_ATTEMPTS, result))
  }
  return { byStep, chain: basis.version.options?.process_steps ?? null }
}

/** The chain of the later one holds. */
function addSteps(a: Steps, b: Steps): Steps {
  const byStep = new Map(a.byStep)
  for (const [step, { good, inspected }] of b.byStep) {
    const before = byStep.get(step) ?? NO_ATTEMPTS
    byStep.set(step, { good: before.good + good, inspected: before.inspected + inspected })
  }
  return { byStep, chain: b.chain }
}

function rolledYield({ byStep, chain }: Steps): Figure {
  // In one order whatever came first: the product of the same numbers in another order has other last bits.
  const steps = chain ?? [...byStep.keys()].sort()
  const yields = steps.map((step) => {
    const { good, inspected } = byStep.get(step) ?? NO_ATTEMPTS
    return inspected === 0 ? null : good / inspected
  })
  const { value, reason } = rolledThroughputYield(yields)
  const known = yields.filter((one) => one !== null).length
  const cover = { ...EVENTS_KNOWN, coverage: steps.length === 0 ? 0 : known / steps.length }
  return { ...figure(value ?? 0, 1, cover, 1), value, reason }
}
