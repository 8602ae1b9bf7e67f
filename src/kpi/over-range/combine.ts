import { HOUR_MS } from '../../base/durations.js'
import type { KpiFlag } from '../../base/flags.js'
import type { KpiInfo, KpiPoint, Window } from '../../base/kpi.js'
import type { RangeFigure, RangeReason } from '../../base/range-figure.js'
import { sum } from '../../base/sum.js'
import { COVERAGE_MIN } from '../formulas/recipe.js'
import { besideOf, isOfWork, isStackMean, rangeRule, saysWhatIsMissing } from './rules.js'

const BLOCK_H = 0.25

/** A stored window, and how much of its time lies in the range and is over. */
export interface WindowShare {
  readonly point: KpiPoint
  readonly lengthMs: number
}

/** The windows that make up a range, oldest first and apart from each other; the same for whatever stands beside. */
export interface RangeWindows {
  readonly own: readonly WindowShare[]
  readonly beside: ReadonlyMap<string, readonly WindowShare[]>
}

/** The range [fromMs, toMs) as far as it is over at `nowMs`. Epoch ms. */
export interface RangeTime {
  readonly fromMs: number
  readonly toMs: number
  readonly nowMs: number
}

interface Quotient {
  readonly numerator: number
  readonly denominator: number
}

type Combined = Omit<RangeFigure, 'plant' | 'scope' | 'id' | 'from' | 'to' | 'highest'>

/**
 * Combines stored windows into one figure. Ratios are never averaged and peaks never added: each KPI has its rule. A value
 * needs 75 % of the time of the range up to now, as a window needs it of its own; a window without the factors or the
 * settings that it needs leaves the whole without a value.
 * Source: KPI specification §0, aggregation and null against zero.
 */
export function combined(info: KpiInfo, parts: RangeWindows, time: RangeTime): Combined {
  const { own } = parts
  const rule = rangeRule(info)
  const known = own.filter(({ point }) => point.coverage > 0)
  const quotient = quotientOf(info, parts, time)
  const covered = sum(own, ({ point, lengthMs }) => point.coverage * lengthMs)
  const coverage = coverageOf(info, parts, time, covered)
  const only = own.length === 1 ? own[0]!.point : null
  const highest = rule === 'max' ? highestOf(own) : undefined
  const none = highest !== undefined && isNone(highest) ? highest.point.reason : ''
  const plain = quotient === null || none !== '' ? null : shareOf(quotient)
  const value = rule === 'window' ? (only?.value ?? null) : plain
  const isOneOnly = rule === 'window' && own.length > 1
  const reason = none === '' ? reasonOf(own, { value, coverage, isOneOnly }) : none
  return {
    kpi: info.id,
    rule,
    value: reason === '' ? value : null,
    unit: own[0]?.point.unit ?? info.unit,
    reason,
    known: known.length === 0 ? null : value,
    numerator: quotient?.numerator ?? only?.numerator ?? null,
    denominator: quotient?.denominator ?? only?.denominator ?? null,
    coverage,
    estimated_share: covered > 0 ? estimatedMs(own) / covered : 0,
    data_from: known[0]?.point.start ?? null,
    data_to: endOf(known.at(-1), time),
    provisional_from: own.find(({ point }) => point.provisional)?.point.start ?? null,
    windows: countsOf(own),
    flags: [...new Set(own.flatMap(({ point }): readonly KpiFlag[] => point.flags))],
    factors: [...new Set(own.flatMap(({ point }) => point.factors))].sort(),
  }
}

const estimatedMs = (parts: readonly WindowShare[]) =>
  sum(parts, ({ point, lengthMs }) => point.estimated_share * point.coverage * lengthMs)

const numerators = (parts: readonly WindowShare[] = []) => sum(parts, ({ point }) => point.numerator ?? 0)
const denominators = (parts: readonly WindowShare[] = []) => sum(parts, ({ point }) => point.denominator ?? 0)
const quotient = (parts: readonly WindowShare[] = []): Quotient => ({
  numerator: numerators(parts),
  denominator: denominators(parts),
})

function shareOf({ numerator, denominator }: Quotient): number | null {
  return denominator === 0 ? null : numerator / denominator
}

/** null where windows do not add up. One window is what it is, and so is a ratio whose other figures are switched off. */
function quotientOf(info: KpiInfo, { own, beside }: RangeWindows, time: RangeTime): Quotient | null {
  if (rangeRule(info) === 'due') return dueOf(own, time)
  if (own.length === 1) return quotient(own)
  const isAlone = besideOf(info.id).some((kpi) => (beside.get(kpi) ?? []).length === 0)
  if (isAlone && rangeRule(info) !== 'sum') return quotient(own)
  switch (rangeRule(info)) {
    case 'sum':
      return { numerator: numerators(own), denominator: 1 }
    case 'ratio':
    case 'due':
      return quotient(own)
    case 'max': {
      const highest = highestOf(own)
      return quotient(highest === undefined ? [] : [highest])
    }
    case 'load':
      return loadOf(own, beside.get('peak_demand_15') ?? [])
    case 'root':
      return rootOf(own)
    case 'product':
      return productOf(info.id, own, beside)
    case 'mean_times':
      return meanTimesOf(quotient(beside.get('mtbf')), quotient(beside.get('mttr')))
    case 'window':
      return null
  }
}

/** Quotient of what came and what was due. As much is due in each hour: silence of more than a day has no windows that say so. */
function dueOf(own: readonly WindowShare[], time: RangeTime): Quotient {
  const { numerator, denominator } = quotient(own)
  const toldMs = sum(own, ({ lengthMs }) => lengthMs)
  const untoldMs = own.length === 0 ? 0 : Math.max(0, dueMsOf(own, time) - toldMs)
  return { numerator, denominator: toldMs > 0 ? denominator * (1 + untoldMs / toldMs) : denominator }
}

/** Time from the first window on, as far as it is over. */
function dueMsOf([first]: readonly WindowShare[], { toMs, nowMs }: RangeTime): number {
  return first === undefined ? 0 : Math.max(0, Math.min(toMs, nowMs) - Date.parse(first.point.start))
}

/** The first of equals; a window with too little data counts by what it was made from. */
function highestOf(parts: readonly WindowShare[]): WindowShare | undefined {
  let best: WindowShare | undefined
  let most = -Infinity
  for (const part of parts) {
    const value = part.point.coverage > 0 ? shareOf(quotient([part])) : null
    if (value === null || value <= most) continue
    best = part
    most = value
  }
  return best
}

/** True for a window that is known well enough and has no value all the same, as of a limit that is kept: the highest has none then. */
function isNone({ point }: WindowShare): boolean {
  return point.value === null && point.coverage >= COVERAGE_MIN
}

/** Hours of the blocks that count are what the denominator of a window is beside its own peak. */
function loadOf(own: readonly WindowShare[], peaks: readonly WindowShare[]): Quotient {
  const peakAt = new Map(peaks.map(({ point }) => [`${point.window}|${point.start}`, point.numerator ?? 0]))
  let highestKwh = 0
  let hours = 0
  for (const { point, lengthMs } of own) {
    const kwh = peakAt.get(`${point.window}|${point.start}`) ?? 0
    highestKwh = Math.max(highestKwh, kwh)
    hours += kwh > 0 ? (point.denominator ?? 0) / (kwh / BLOCK_H) : (point.coverage * lengthMs) / HOUR_MS
  }
  return { numerator: numerators(own), denominator: (highestKwh / BLOCK_H) * hours }
}

/** The reactive energy of a window is what its root has beside the active one: that adds up, the root does not. */
function rootOf(own: readonly WindowShare[]): Quotient {
  let active = 0
  let reactive = 0
  for (const { point } of own) {
    const kwh = point.numerator ?? 0
    active += kwh
    reactive += Math.sqrt(Math.max(0, (point.denominator ?? 0) ** 2 - kwh ** 2))
  }
  return { numerator: active, denominator: Math.hypot(active, reactive) }
}

/** Planned time of the pieces made, times the quality of all, over the planned busy time; NEE counts setup as work. */
function productOf(kpi: string, own: readonly WindowShare[], beside: RangeWindows['beside']): Quotient {
  const ideal = quotient(beside.get('effectiveness'))
  const quality = shareOf(quotient(beside.get('quality_ratio')))
  const worked = denominators(beside.get('setup_ratio'))
  const asWork = kpi === 'nee' ? (ideal.denominator === 0 ? 0 : worked / ideal.denominator) : 1
  // An hour in which pieces came and nothing was producing has no NEE; its planned time is that of OEE all the same.
  const planned = kpi === 'nee' ? (beside.get('oee') ?? []) : own
  return { numerator: ideal.numerator * (quality ?? 0) * asWork, denominator: denominators(planned) }
}

function meanTimesOf(between: Quotient, repair: Quotient): Quotient {
  const [mtbf, mttr] = [shareOf(between), shareOf(repair)]
  return mtbf === null || mttr === null
    ? { numerator: 0, denominator: 0 }
    : { numerator: mtbf, denominator: mtbf + mttr }
}

/** Known time over that of the range; of work over the windows that say something, of a stack over the hours it ran. */
function coverageOf(info: KpiInfo, { own, beside }: RangeWindows, time: RangeTime, coveredMs: number): number {
  const elapsedMs = Math.max(0, Math.min(time.toMs, time.nowMs) - time.fromMs)
  const share = (known: number, due: number) => (due > 0 ? Math.min(1, known / due) : 0)
  if (saysWhatIsMissing(info.id)) return own.length === 0 ? 0 : 1
  if (isOfWork(info))
    return share(
      coveredMs,
      sum(own, ({ point, lengthMs }) => (point.coverage > 0 ? lengthMs : 0)),
    )
  const [capture] = besideOf(info.id)
  const ran = capture === undefined || !isStackMean(info.id) ? undefined : beside.get(capture)
  if (ran === undefined || ran.length === 0) return share(coveredMs, elapsedMs)
  const told = sum(ran, ({ lengthMs }) => lengthMs)
  return share(denominators(own) * HOUR_MS, denominators(ran) * HOUR_MS + Math.max(0, elapsedMs - told))
}

interface Judged {
  readonly value: number | null
  readonly coverage: number
  readonly isOneOnly: boolean
}

/** Reasons that more data would not mend. */
const UNMENDED: ReadonlySet<string> = new Set(['no_factor', 'bad_config'])

function reasonOf(own: readonly WindowShare[], { value, coverage, isOneOnly }: Judged): RangeReason {
  if (own.length === 1 && own[0]!.point.reason !== '' && coverage > 0) return own[0]!.point.reason
  if (coverage === 0) return 'no_data'
  if (isOneOnly) return 'one_window_only'
  const unmended = own.find(({ point }) => UNMENDED.has(point.reason))
  if (unmended !== undefined) return unmended.point.reason
  if (coverage < COVERAGE_MIN) return 'low_coverage'
  return value === null ? 'no_denominator' : ''
}

function endOf(part: WindowShare | undefined, { toMs, nowMs }: RangeTime): string | null {
  if (part === undefined) return null
  return new Date(Math.min(Date.parse(part.point.end), toMs, nowMs)).toISOString()
}

function countsOf(parts: readonly WindowShare[]): Partial<Record<Window, number>> {
  const counts: Partial<Record<Window, number>> = {}
  for (const { point } of parts) counts[point.window] = (counts[point.window] ?? 0) + 1
  return counts
}
