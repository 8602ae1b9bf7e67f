import type { NullReason } from '../../../base/reasons.js'
import { type ArithmeticResult, answer, noAnswer, noRatio, type Ratio, ratio } from './answer.js'
import { mergedSpread, NO_VALUES, type Spread, spreadOf, standardDeviation } from './spread.js'

/**
 * A capability rests on this many values. "Or 25 subgroups" needs no rule of its own: with two values and more in each
 * they are 50 values. Source: KPI specification §4.
 */
const VALUES_MIN = 50

/**
 * Mean range of a subgroup, in standard deviations of one value, for 2 to 10 values.
 * Source: the usual control-chart constants (from memory, see §9 of the specification).
 */
const D2 = [1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.97, 3.078] as const
const SIZE_MIN = 2

/** `null` for a size that the table does not have: the range of more than ten values says too little of the spread. */
export function d2(size: number): number | null {
  return D2[size - SIZE_MIN] ?? null
}

/** All measured values of one characteristic in a period: what windows keep and add. */
export interface Measured {
  /** Spread of all values, whatever subgroup they came in. */
  readonly values: Spread
  /** Subgroups of two values and more. */
  readonly subgroups: number
  /** By size less 2: how many subgroups of that size, and the sum of their ranges. */
  readonly counts: readonly number[]
  readonly ranges: readonly number[]
  /** Within subgroups: sums of squared distances from the subgroup's own mean, and their degrees of freedom. */
  readonly withinM2: number
  readonly withinFreedom: number
}

export const NOTHING_MEASURED: Measured = {
  values: NO_VALUES,
  subgroups: 0,
  counts: D2.map(() => 0),
  ranges: D2.map(() => 0),
  withinM2: 0,
  withinFreedom: 0,
}

/** One subgroup; a single value is one that says nothing of the spread within. */
export function measuredSubgroup(values: readonly number[]): Measured {
  const spread = spreadOf(values)
  if (spread.n < SIZE_MIN) return { ...NOTHING_MEASURED, values: spread }
  let lowest = Infinity
  let highest = -Infinity
  for (const value of values) {
    lowest = Math.min(lowest, value)
    highest = Math.max(highest, value)
  }
  return {
    values: spread,
    subgroups: 1,
    counts: D2.map((_, i) => (i + SIZE_MIN === spread.n ? 1 : 0)),
    ranges: D2.map((_, i) => (i + SIZE_MIN === spread.n ? highest - lowest : 0)),
    withinM2: spread.m2,
    withinFreedom: spread.n - 1,
  }
}

/** Both, `a` being the earlier. */
export function mergedMeasured(a: Measured, b: Measured): Measured {
  return {
    values: mergedSpread(a.values, b.values),
    subgroups: a.subgroups + b.subgroups,
    counts: a.counts.map((count, i) => count + b.counts[i]!),
    ranges: a.ranges.map((sum, i) => sum + b.ranges[i]!),
    withinM2: a.withinM2 + b.withinM2,
    withinFreedom: a.withinFreedom + b.withinFreedom,
  }
}

/** Way to estimate the spread within subgroups: by their mean range, or by their pooled variance. */
export type WithinBy = 'range' | 'pooled'

/**
 * Standard deviation within subgroups. By range it is R̄/d2, over sizes weighted by the number of subgroups; a subgroup of
 * more than ten values gives `bad_config`: choose `pooled`. `no_data` without a subgroup.
 */
export function withinDeviation(measured: Measured, by: WithinBy): ArithmeticResult {
  if (measured.subgroups === 0) return noAnswer('no_data')
  if (by === 'pooled') return answer(Math.sqrt(measured.withinM2 / measured.withinFreedom))
  let sum = 0
  let known = 0
  for (const [i, count] of measured.counts.entries()) {
    sum += measured.ranges[i]! / D2[i]!
    known += count
  }
  return known < measured.subgroups ? noAnswer('bad_config') : answer(sum / known)
}

/** Limits of a characteristic, in its own unit; `null` on the side on which everything is good. */
export interface SpecLimits {
  readonly lower: number | null
  readonly upper: number | null
}

/** Two ratios, as numerators and denominators that divide: what the tolerance could hold, and what it holds where the process stands. */
export interface Capability {
  /** Width of the tolerance over six deviations; `bad_config` with one limit, which has no width. */
  readonly potential: Ratio
  /** Distance from the mean to the nearer limit over three deviations; with one limit, to that one. */
  readonly actual: Ratio
}

/** Cp and Cpk: by the spread within subgroups, what the process can do while it is left alone. Source: KPI specification §4. */
export function processCapability(measured: Measured, limits: SpecLimits, by: WithinBy = 'range'): Capability {
  return judged(measured, limits, withinDeviation(measured, by))
}

/** Pp and Ppk: by the spread of all values, what it did over the whole time. Source: KPI specification §4. */
export function processPerformance(measured: Measured, limits: SpecLimits): Capability {
  return judged(measured, limits, overallDeviation(measured))
}

/** Cm of a short run on one machine: the width of the tolerance over six deviations of all values. Source: §4. */
export function machineCapability(measured: Measured, limits: SpecLimits): Ratio {
  return processPerformance(measured, limits).potential
}

/** Capability by a mean and a deviation that are known in whatever way: no rule on how many values they come from. */
export function capabilityOf(mean: number, deviation: number, limits: SpecLimits): Capability {
  const { lower, upper } = limits
  if (!isUsable(limits)) return neither('bad_config')
  return {
    potential: lower === null || upper === null ? noRatio('bad_config') : ratio(upper - lower, 6 * deviation),
    actual: ratio(Math.min((upper ?? Infinity) - mean, mean - (lower ?? -Infinity)), 3 * deviation),
  }
}

function judged({ values }: Measured, limits: SpecLimits, deviation: ArithmeticResult): Capability {
  if (!isUsable(limits)) return neither('bad_config')
  if (values.n === 0) return neither('no_data')
  if (values.n < VALUES_MIN) return neither('low_sample')
  return deviation.value === null ? neither(deviation.reason) : capabilityOf(values.mean, deviation.value, limits)
}

function overallDeviation({ values }: Measured): ArithmeticResult {
  const deviation = standardDeviation(values)
  return deviation === null ? noAnswer('low_sample') : answer(deviation)
}

function isUsable({ lower, upper }: SpecLimits): boolean {
  return lower === null || upper === null ? lower !== upper : lower < upper
}

function neither(reason: NullReason): Capability {
  return { potential: noRatio(reason), actual: noRatio(reason) }
}
