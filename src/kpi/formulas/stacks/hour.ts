import type { FlagBits } from '../../../base/flags.js'
import type { StackOptions } from '../../../base/options/stacks.js'
import { BY_HAND, CHECK_READINGS, GOOD_READINGS, STOPPED } from '../../series/accounts.js'
import type { TimeRange } from '../../series/calendar.js'
import type { StackLimit } from '../../settings/stack-limits.js'
import { APPROX, type ArithmeticResult, answer, noAnswer } from '../arithmetic/answer.js'
import { atReferenceO2, inDryGas } from '../arithmetic/cems.js'
import type { Basis, InputSum } from '../recipe.js'
import type { PollutantNames } from './pollutants.js'
import { type RegimeRule, ruleOf } from './regimes.js'

/** State of an hour: with enough good data, or without because the source stood still, or just without. */
export type HourState = 'valid' | 'stopped' | 'invalid'

/** One clock hour of one stack and pollutant. */
export interface PollutantHour extends TimeRange {
  readonly device: string
  readonly state: HourState
  /** Time of the hour up to what is known of it, ms. */
  readonly expectedMs: number
  /** Time with good data, ms. */
  readonly goodMs: number
  /** Time without good data in which the source is known to have stood still, ms. */
  readonly explainedMs: number
  /** The source ran for most of it, as far as anybody says. */
  readonly isRunning: boolean
  /** Valid hours that the day of it needs for a mean; null where its regime says nothing of days. */
  readonly dayHours: number | null
  readonly limit: StackLimit | null
  /** Mean of good data in dry gas, mg/Nm³ as measured. */
  readonly measured: ArithmeticResult
  /** The same at reference oxygen, from the hour's means. */
  readonly reference: ArithmeticResult
  readonly flags: FlagBits
}

/** Part of an hour for which a source may stand still and the hour still be one of operation (a project decision). */
const STANDSTILL_MAX = 0.25

/** The terms that `pollutantHours` asks for beside the first, which says of which stacks hours are. */
export function hourTerms({ measured, corrected }: PollutantNames): readonly string[] {
  return [measured, corrected ?? measured, 'o2_pct', 'stack_moisture_pct', 'stack_running']
}

/**
 * The hours of the stacks that are members by the first term, in order of time and device. Of hours that are not over the
 * part that is known.
 */
export function* pollutantHours(basis: Basis, first: string, names: PollutantNames): Generator<PollutantHour> {
  const { version } = basis
  const quarters = quartersOf(basis, first, names.measured, names.corrected ?? names.measured)
  for (const { device, inputs, startMs, endMs } of basis.slices('1h', first, ...hourTerms(names))) {
    const [, sent = null, corrected = null, o2 = null, moisture = null, running = null] = inputs.map(present)
    const atAnalyser = names.corrected === null ? null : corrected
    const level = sent ?? atAnalyser
    if (level === null) continue
    const limit = version.limits.at(device, names.id, startMs)
    const rule = ruleOf(limit?.regime ?? 'cn', version.edition)
    const stack = version.stack(device)
    const { expectedMs } = level
    const goodMs = goodMsOf(level)
    const stoppedMs = stoppedMsOf(level, running)
    const explainedMs = Math.min(Math.max(0, expectedMs - goodMs), stoppedMs)
    const isValid = isHourValid(level, goodMs, expectedMs, rule, quarters(device, startMs))
    const isExplained = isStandstill(goodMs, explainedMs, expectedMs, rule)
    const measured = sent === null ? noAnswer('no_data') : dryMean(sent, stack.basis, stack, moisture, rule)
    yield {
      device,
      startMs,
      endMs,
      state: isValid ? 'valid' : isExplained ? 'stopped' : 'invalid',
      expectedMs,
      goodMs,
      explainedMs,
      isRunning: stoppedMs <= STANDSTILL_MAX * expectedMs,
      dayHours: rule.dayHours,
      limit,
      measured,
      reference: referenceOf(measured, sent, atAnalyser, o2, moisture, limit, stack, rule),
      flags: level.flags,
    }
  }
}

/** Nothing is due from a sender that was not configured and is silent for a day: it is as if it had never been there. */
export function present(input: InputSum | null): InputSum | null {
  return input === null || input.expectedMs === 0 ? null : input
}

/** Time for which readings were good: what was set by hand counts for no limit (KPI specification §1). */
export function goodMsOf({ coveredMs, estimatedMs }: InputSum): number {
  return coveredMs - estimatedMs
}

/** Time for which the source is known to have stood still, by a level's quality or by `stack_running`, ms. */
export function stoppedMsOf(level: InputSum, running: InputSum | null): number {
  return Math.max(level.accounts[STOPPED] ?? 0, running === null ? 0 : running.coveredMs - running.sum)
}

/**
 * Brings what a stack's analyser measured to dry gas; `bad_config` where nobody says how moist it is, `no_data` where the
 * moisture of the hour is not known well enough, flag `approx` with the moisture of the configuration.
 */
export function toDry(
  value: number,
  gas: StackOptions['basis'],
  stack: StackOptions,
  moisture: InputSum | null,
  share: number,
): ArithmeticResult {
  if (gas === 'dry') return answer(value)
  const known = moistureOf(stack, moisture, share)
  if (known.value === null) return known
  const dry = inDryGas(value, known.value)
  return dry.value === null ? dry : { ...dry, flags: dry.flags | known.flags }
}

/** Moisture of an hour, % by volume: its mean where it is sent, else that of the configuration. */
export function moistureOf(stack: StackOptions, moisture: InputSum | null, share: number): ArithmeticResult {
  if (moisture !== null) return meanOf(moisture, share)
  return stack.moisture_pct === undefined ? noAnswer('bad_config') : answer(stack.moisture_pct, APPROX)
}

/** Mean of the good data of what is measured beside a pollutant; `no_data` when it is known for less than `share`. */
export function meanOf(input: InputSum, share: number): ArithmeticResult {
  const goodMs = goodMsOf(input)
  if (goodMs <= 0 || goodMs < share * input.expectedMs) return noAnswer('no_data')
  return answer(goodSumOf(input) / goodMs, input.flags)
}

function goodSumOf({ sum, accounts }: InputSum): number {
  return sum - (accounts[BY_HAND] ?? 0)
}

export function dryMean(
  level: InputSum,
  gas: StackOptions['basis'],
  stack: StackOptions,
  moisture: InputSum | null,
  rule: RegimeRule,
): ArithmeticResult {
  const goodMs = goodMsOf(level)
  if (goodMs <= 0) return noAnswer('no_data')
  return toDry(goodSumOf(level) / goodMs, gas, stack, moisture, rule.companionShare)
}

/**
 * The hour at reference oxygen: from its own means, in this order, so that it is a ratio of means (a project decision).
 * It is what the analyser has corrected, flag `approx`, where the stack has no oxygen, or nobody says what the reference is.
 * A limit without a reference is compared with what was measured.
 */
export function referenceOf(
  measured: ArithmeticResult,
  sent: InputSum | null,
  atAnalyser: InputSum | null,
  o2: InputSum | null,
  moisture: InputSum | null,
  limit: StackLimit | null,
  stack: StackOptions,
  rule: RegimeRule,
): ArithmeticResult {
  const o2RefPct = limit?.o2RefPct ?? null
  if (sent !== null && limit !== null && o2RefPct === null) return measured
  if (sent !== null && o2 !== null && o2RefPct !== null) {
    if (measured.value === null) return measured
    const mean = meanOf(o2, rule.companionShare)
    if (mean.value === null) return mean
    const dry = toDry(mean.value, stack.o2_basis, stack, moisture, rule.companionShare)
    if (dry.value === null) return dry
    const reference = atReferenceO2(measured.value, dry.value, o2RefPct, rule.airO2Pct)
    return { ...reference, flags: reference.flags | measured.flags | mean.flags | dry.flags }
  }
  if (atAnalyser !== null) {
    const goodMs = goodMsOf(atAnalyser)
    return goodMs > 0 ? answer(goodSumOf(atAnalyser) / goodMs, APPROX) : noAnswer('no_data')
  }
  return noAnswer(o2 === null ? 'no_data' : 'bad_config')
}

/** Part of an hour that good data and a standstill together have to explain where a regime looks at quarters instead. */
const EXPLAINED_SHARE = 0.75

/** True when a standstill of the source explains what good data leave open of an hour. */
export function isStandstill(goodMs: number, explainedMs: number, expectedMs: number, rule: RegimeRule): boolean {
  return goodMs + explainedMs >= (rule.share ?? EXPLAINED_SHARE) * expectedMs && explainedMs > 0
}

/**
 * True when an hour has the data that its regime asks for, out of `dueMs` and with good readings in so many quarters.
 * `knownMs` is what counts as data: the good part for a limit, all that is known for a total.
 */
export function isHourValid(
  level: InputSum,
  knownMs: number,
  dueMs: number,
  rule: RegimeRule,
  quarters: number,
): boolean {
  if (knownMs <= 0) return false
  if (rule.share !== null) return knownMs >= rule.share * dueMs
  const isChecked = (level.accounts[CHECK_READINGS] ?? 0) > 0
  return quarters >= (isChecked ? rule.quartersWhenChecked : rule.quarters)
}

/**
 * Counts the quarters of an hour that hold a good reading of a stack, of the first of some levels that it sends. Only asked
 * for where a regime looks at quarters: 0 everywhere else.
 */
export function quartersOf(
  basis: Basis,
  first: string,
  ...levels: readonly string[]
): (device: string, ms: number) => number {
  const { limits, calendar } = basis.version
  if (!limits.hasQuarters) return () => 0
  const keyOf = (device: string, ms: number) => `${device}/${calendar.spanAt('1h', ms).startMs}`
  const counts = new Map<string, number>()
  for (const { device, inputs, startMs } of basis.slices('15m', first, ...levels)) {
    const level = inputs
      .slice(1)
      .map(present)
      .find((input) => input !== null)
    if (level === undefined || (level.accounts[GOOD_READINGS] ?? 0) === 0) continue
    counts.set(keyOf(device, startMs), (counts.get(keyOf(device, startMs)) ?? 0) + 1)
  }
  return (device, ms) => counts.get(keyOf(device, ms)) ?? 0
}
