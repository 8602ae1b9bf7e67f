import { type CountedEvent, eventSeries } from '../../base/events.js'
import { type FlagBits, flagBit } from '../../base/flags.js'
import type { KpiInfo, Scope } from '../../base/kpi.js'
import type { NullReason } from '../../base/reasons.js'
import type { CalendarWindow, TimeRange } from '../series/calendar.js'
import type { PlantVersion } from '../settings/version.js'
import { type Figure, NO_FACTORS } from '../windows/point.js'

/** Coverage below this gives no value. Source: KPI specification §5. */
export const COVERAGE_MIN = 0.75

const OUT_OF_RANGE = flagBit('out_of_expected_range')

/** One term of all members of a scope in one window, added up in order of member id. */
export interface InputSum {
  /** In the unit of the formula's term; of a level its integral, unit · ms. */
  readonly sum: number
  readonly coveredMs: number
  readonly expectedMs: number
  readonly estimatedMs: number
  /** Expected time in which work was planned, by the shifts, for the state of machines. 0 for anything else. */
  readonly plannedMs: number
  readonly flags: FlagBits
  /** Amounts that are counted beside the sum, by the columns of `accounts.ts`; empty where nothing is. */
  readonly accounts: Float64Array
}

/** One quarter of an hour, or minute, of a counter, over all members. */
export interface DemandInterval extends TimeRange {
  readonly sum: number
  /** Every member is known for all of it. */
  readonly isCovered: boolean
  /** Longest interval between two samples of any member that reaches into it, ms. */
  readonly longestMs: number
}

/** Inputs of one device for some terms, in their order; null for one that it has not. */
export interface DeviceInputs {
  readonly device: string
  readonly inputs: Inputs
}

/** Something that happened once at a device. */
export interface KpiEvent {
  readonly device: string
  readonly id: string
  /** Event time, epoch ms. */
  readonly ts: number
  readonly fields: Readonly<Record<string, unknown>>
  /** True for a serial result whose part was checked at the same step before. Absent when not. */
  readonly isRepeat?: true
}

/** Samples of one series that came and were due, and the time in which it was heard. */
export interface SampleDelivery {
  readonly device: string
  /** Samples, of any quality. */
  readonly received: number
  /** Received samples of quality good. */
  readonly good: number
  /** Received samples that arrived within ten seconds. It depends on the arrival, as nothing else does. */
  readonly timely: number
  /** Samples due by its period; 0 of a device that sends when something changes: nothing is due from it. */
  readonly due: number
  /** Time that is known by readings no further apart than max_gap_s, or by a connection that vouches; ms. */
  readonly heardMs: number
  readonly expectedMs: number
}

/** Questions that a formula may ask of its scope and window, of a day at most: a month is the sum of its days. */
export interface Basis {
  /** The window. */
  readonly span: TimeRange
  readonly scope: Scope
  /** The plant as the configuration in force has it. */
  readonly version: PlantVersion
  /** null when the scope has no such term in the window: neither configured nor sent by then. */
  input(term: string): InputSum | null
  /**
   * The quarters that are over and in which data were due, in order of time; or the minutes, from 14 before the window on,
   * where the plant computes its demand by them.
   */
  blocks(term: string, size?: '15m' | '1m'): Iterable<DemandInterval>
  /** Every device that is a member of the window by the first of some terms, in order of id. */
  devices(...terms: readonly string[]): Iterable<DeviceInputs>
  /** The same for every hour, or quarter, of the window, in order of time; the first and last may be cut by a shift. */
  slices(size: '15m' | '1h', ...terms: readonly string[]): Iterable<DeviceInputs & TimeRange>
  /** Time of the window for which data of a term were due of some member, ms: each moment once, however many were due. */
  dueMs(term: string): number
  /** The same for every hour, or quarter, of the window in which a member was due, in order of time. */
  due(size: '15m' | '1h', term: string): Iterable<TimeRange & { readonly dueMs: number }>
  /** The sums of some terms over all their members, for every hour or quarter of the window, in order of time. */
  sums(size: '15m' | '1h', ...terms: readonly string[]): Iterable<TimeRange & { readonly inputs: Inputs }>
  /** Reports of every series of the scope that is a member, but for events; in order of device. */
  reports(): Iterable<SampleDelivery>
  /** Events of one type in the window, in order of time. */
  events(type: CountedEvent): readonly KpiEvent[]
  /** Gives what several KPIs of the scope ask of the window, made once: not to be changed. Each `make` is one function. */
  shared<T>(make: (basis: Basis) => T): T
}

/** Facts that every KPI says of itself, beside how it is made. */
export interface KpiFacts extends Omit<KpiInfo, 'windows' | 'scopes' | 'source_zh' | 'members_zh' | 'nulls_zh'> {
  readonly windows: readonly CalendarWindow[]
  readonly scopes: readonly Scope[]
  /** Without a member for each of these terms the KPI does not exist in a scope. */
  readonly needs: readonly string[]
  /** Nor without a member for one of these, where there are any. */
  readonly needsAny: readonly string[]
  /** Used where there is a member for it. */
  readonly uses: readonly string[]
  /** It is made of events of this type, which it needs unless they stand in `needsAny`. */
  readonly event: CountedEvent | null
  /** False where the configuration gives it no meaning; it always exists when absent. */
  isThere?(version: PlantVersion): boolean
}

/** Makes a KPI: what a window of a day at most comes to, what two days come to together, and what that means. */
export interface Recipe<Total> {
  total(basis: Basis): Total
  add(a: Total, b: Total): Total
  /** @param window what the total is of; a rule may be one of days alone */
  figure(total: Total, window: CalendarWindow): Figure
}

/** One KPI: how it is called, of what it is made, and how. The table of them is the catalogue. */
export type Kpi = KpiFacts & Recipe<unknown>

type Defaulted = 'needs' | 'needsAny' | 'uses' | 'event'

export function kpi<Total>(
  facts: Omit<KpiFacts, Defaulted> & Partial<Pick<KpiFacts, Defaulted>>,
  recipe: Recipe<Total>,
): Kpi {
  const event = facts.event ?? null
  // A scope needs one of the two where counters may stand in for events.
  const isNeeded = event !== null && !(facts.needsAny ?? []).includes(eventSeries(event))
  const needs = isNeeded ? [eventSeries(event), ...(facts.needs ?? [])] : (facts.needs ?? [])
  // The result of `total` comes back to `add` and `figure` of the same KPI alone.
  return { uses: [], needsAny: [], ...facts, event, needs, ...(recipe as Recipe<unknown>) }
}

export const WHOLE = ['plant', 'line', 'device'] as const
export const FROM_MINUTES = ['1m', '15m', '1h', 'shift', '1d', '1mo'] as const
export const FROM_QUARTER_HOURS = ['15m', '1h', 'shift', '1d', '1mo'] as const
export const FROM_HOURS = ['1h', 'shift', '1d', '1mo'] as const

/** When a sum or a mean has no value, in words. */
export const SUM_NULLS = 'no_data with nothing covered, low_coverage below 75 % of the expected time'

/** The sums of some metrics, in the order of a formula; null for one that the scope does not have. */
export type Inputs = readonly (InputSum | null)[]

/**
 * A signed sum of metrics: a value when enough of the expected time of each term is covered. What others add to the first
 * one says nothing without it.
 */
export function signedSum(terms: readonly (readonly [metric: string, sign: 1 | -1])[]): Recipe<Inputs> {
  return {
    total: (basis) => {
      return terms.map(([metric], i) => (i === 0 && terms.length > 1 ? needed(basis, metric) : basis.input(metric)))
    },
    add: addInputs,
    figure: (inputs) => {
      let sum = 0
      for (const [i, [, sign]] of terms.entries()) sum += sign * (inputs[i]?.sum ?? 0)
      return figure(sum, 1, { ...coverOf(inputs), coverage: leastOf(inputs) })
    },
  }
}

/** A term without which others say nothing: where nobody has it in the window, all of its time is unknown. */
export function needed(basis: Basis, term: string): InputSum {
  const expectedMs = basis.span.endMs - basis.span.startMs
  return basis.input(term) ?? { ...NO_INPUT, expectedMs }
}

/** An input of no time at all. */
export const NO_INPUT: InputSum = {
  sum: 0,
  coveredMs: 0,
  expectedMs: 0,
  estimatedMs: 0,
  plannedMs: 0,
  flags: 0,
  accounts: new Float64Array(0),
}

/** Adds the later of two periods to the earlier, term by term. */
export function addInputs(a: Inputs, b: Inputs): Inputs {
  return a.map((one, i) => {
    const other = b[i] ?? null
    if (one === null || other === null) return one ?? other
    return {
      sum: one.sum + other.sum,
      coveredMs: one.coveredMs + other.coveredMs,
      expectedMs: one.expectedMs + other.expectedMs,
      estimatedMs: one.estimatedMs + other.estimatedMs,
      plannedMs: one.plannedMs + other.plannedMs,
      flags: one.flags | other.flags,
      accounts: addAccounts(one.accounts, other.accounts),
    }
  })
}

/** Nothing is counted beside the sum where nobody has it. */
function addAccounts(a: Float64Array, b: Float64Array): Float64Array {
  return a.length < b.length ? addAccounts(b, a) : a.map((ms, k) => ms + (b[k] ?? 0))
}

/** Coverage of a figure: how much of what was expected is known, and how well. */
export interface Cover {
  readonly coverage: number
  readonly estimatedShare: number
  readonly flags: FlagBits
  /** Ids of the factors it was made with, ascending; absent when there are none. */
  readonly factors?: readonly string[]
}

/** Time for which something was known, and for which it was to be known, ms. */
export type KnownTime = Pick<InputSum, 'coveredMs' | 'expectedMs'>

/** Covered by expected time; 0 with nothing expected. */
export function knownShare({ coveredMs, expectedMs }: KnownTime): number {
  return expectedMs > 0 ? coveredMs / expectedMs : 0
}

/** Enough of it is known to stand for all of it, or for `ofMs` of it. */
export function isKnownEnough<T extends KnownTime>(input: T | null, ofMs = input?.expectedMs ?? 0): input is T {
  return input !== null && input.coveredMs > 0 && input.coveredMs >= COVERAGE_MIN * ofMs
}

/** Names of both, ascending, each once. */
export function union(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a === b || b.length === 0) return a
  if (a.length === 0) return b
  return a.length === b.length && a.every((id, i) => id === b[i]) ? a : [...new Set([...a, ...b])].sort()
}

/**
 * Coverage of things that are added up: covered by expected time over all of them; where one is not known well enough, that
 * of this one, for well measured generation must not hide that the import is unknown. 0 with nothing expected.
 */
export function leastOf(all: Iterable<KnownTime | null>): number {
  let covered = 0
  let expected = 0
  let lowest = 1
  for (const one of all) {
    if (one === null || one.expectedMs <= 0) continue
    covered += one.coveredMs
    expected += one.expectedMs
    lowest = Math.min(lowest, knownShare(one))
  }
  if (expected === 0) return 0
  return lowest < COVERAGE_MIN ? lowest : covered / expected
}

export function coverOf(inputs: readonly (InputSum | null)[]): Cover {
  let covered = 0
  let expected = 0
  let estimated = 0
  let flags = 0
  for (const input of inputs) {
    if (input === null) continue
    covered += input.coveredMs
    expected += input.expectedMs
    estimated += input.estimatedMs
    flags |= input.flags
  }
  return {
    coverage: expected > 0 ? covered / expected : 0,
    estimatedShare: covered > 0 ? estimated / covered : 0,
    flags,
  }
}

/** The figure, or the reason why there is none; a value above `expectedMax` is published and flagged, never clipped. */
export function figure(numerator: number, denominator: number, cover: Cover, expectedMax = Infinity): Figure {
  const value = denominator === 0 ? null : numerator / denominator
  const reason: NullReason | '' =
    cover.coverage === 0
      ? 'no_data'
      : cover.coverage < COVERAGE_MIN
        ? 'low_coverage'
        : denominator === 0
          ? 'no_denominator'
          : ''
  return {
    value: reason === '' ? value : null,
    reason,
    numerator,
    denominator,
    coverage: cover.coverage,
    estimatedShare: cover.estimatedShare,
    flags: cover.flags | (value !== null && value > expectedMax ? OUT_OF_RANGE : 0),
    factors: cover.factors ?? NO_FACTORS,
  }
}
