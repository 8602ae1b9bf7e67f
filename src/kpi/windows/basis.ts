import { DAY_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { type CountedEvent, eventSeries } from '../../base/events.js'
import type { Scope } from '../../base/kpi.js'
import { compareText } from '../../base/text-order.js'
import {
  type Basis,
  COVERAGE_MIN,
  type DemandInterval,
  type DeviceInputs,
  type InputSum,
  type Inputs,
  type KpiEvent,
  type SampleDelivery,
} from '../formulas/recipe.js'
import { PLANNED } from '../series/accounts.js'
import { addSum, emptySum, type PartialSum } from '../series/buckets.js'
import type { CalendarWindow, TimeRange } from '../series/calendar.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import type { KpiMember } from './kpi-member.js'
import type { PartialSums } from './partial-sums.js'
import type { SubjectKpi } from './subject-kpi.js'
import type { KpiSubject } from './subjects.js'

/** An unconfigured sender is a member of windows that end within this of one of its samples. */
export const MEMBERSHIP_MS = DAY_MS

/** Everything that a window's figures are computed against. */
export interface WindowContext {
  readonly version: PlantVersion
  readonly subject: KpiSubject
  readonly window: Exclude<CalendarWindow, '1mo'>
  readonly span: TimeRange
  /** True when a window that ends here is final: it expects its whole length, any other only the time up to its members. */
  isOver(endMs: number): boolean
  /** Newest sample of the scope, epoch ms. */
  readonly scopeNewestTs: number
  buckets(series: SeriesState): SeriesBuckets
  /** Events of one type at a device in [fromMs, toMs), in order of time. */
  events(device: string, type: CountedEvent, fromMs: number, toMs: number): readonly KpiEvent[]
  /** Up to when the connection of a device that sends on change vouches for what it said, epoch ms. */
  readonly heldUntil: ReadonlyMap<SeriesState, number>
  /** Sums of series in windows that several KPIs and subjects ask for. */
  readonly parts: PartialSums
  /** Sums of series in this window. */
  readonly ofSeries: Map<SeriesState, PartialSum>
  /** Sums of this window that several KPIs ask for. */
  readonly inputs: Map<readonly KpiMember[], InputSum | null>
  /** Results that formulas have made of this window for each other, by the function that makes them. */
  readonly shared: Map<(basis: Basis) => unknown, unknown>
  /** The hours and quarters of this window, by size. */
  readonly slices: Map<'15m' | '1h', readonly WindowContext[]>
}

/** The sums of one window of one KPI, made when a formula asks for them. */
export class WindowBasis implements Basis {
  readonly #context: WindowContext
  readonly #kpi: SubjectKpi

  constructor(context: WindowContext, kpi: SubjectKpi) {
    this.#context = context
    this.#kpi = kpi
  }

  get span(): TimeRange {
    return this.#context.span
  }

  get scope(): Scope {
    return this.#context.subject.scope
  }

  get version(): PlantVersion {
    return this.#context.version
  }

  input(term: string): InputSum | null {
    return inputOf(this.#context, this.#membersOf(term))
  }

  *blocks(term: string, size: '15m' | '1m' = '15m'): Generator<DemandInterval> {
    const { span, subject } = this.#context
    const members = presentIn(this.#context, this.#membersOf(term))
    if (members.length === 0) return
    const from = Math.min(...members.map(({ series }) => subject.sinceMs(series)))
    const to = Math.max(...members.map(({ series }) => expectedToMs(this.#context, series)))
    const stepMs = size === '15m' ? QUARTER_HOUR_MS : MINUTE_MS
    // The quarter of an hour that ends with the first minute of the window began 14 minutes before it.
    const fromMs = Math.ceil(span.startMs / stepMs) * stepMs - (QUARTER_HOUR_MS - stepMs)
    for (let ms = fromMs; ms + stepMs <= to; ms += stepMs) {
      if (ms + stepMs <= from) continue
      const block = this.#block(members, ms, stepMs)
      if (block !== null) yield block
    }
  }

  *devices(...terms: readonly string[]): Generator<DeviceInputs> {
    yield* this.#devicesIn(this.#context, terms)
  }

  *slices(size: '15m' | '1h', ...terms: readonly string[]): Generator<DeviceInputs & TimeRange> {
    for (const context of slicesOf(this.#context, size)) {
      const { startMs, endMs } = context.span
      for (const { device, inputs } of this.#devicesIn(context, terms)) yield { device, inputs, startMs, endMs }
    }
  }

  dueMs(term: string): number {
    return dueMsOf(this.#context, this.#membersOf(term))
  }

  *due(size: '15m' | '1h', term: string): Generator<TimeRange & { dueMs: number }> {
    const members = this.#membersOf(term)
    for (const context of slicesOf(this.#context, size)) {
      const { startMs, endMs } = context.span
      const dueMs = dueMsOf(context, members)
      if (dueMs > 0) yield { startMs, endMs, dueMs }
    }
  }

  *sums(size: '15m' | '1h', ...terms: readonly string[]): Generator<TimeRange & { inputs: Inputs }> {
    const members = terms.map((term) => this.#membersOf(term))
    for (const context of slicesOf(this.#context, size)) {
      const { startMs, endMs } = context.span
      yield { startMs, endMs, inputs: members.map((of) => inputOf(context, of)) }
    }
  }

  *reports(): Generator<SampleDelivery> {
    const context = this.#context
    for (const series of context.subject.counted) {
      const { isOnChange, times, rules } = series.in(context.version)
      if (rules.kind === 'event' || !isMember(context, series)) continue
      const { count, good, timely, coveredMs, estimatedMs } = partOf(context, series)
      const expected = expectedMs(context, series)
      yield {
        device: series.device,
        received: count,
        good,
        timely,
        due: isOnChange ? 0 : expected / times.periodMs,
        heardMs: coveredMs - estimatedMs,
        expectedMs: expected,
      }
    }
  }

  events(type: CountedEvent): readonly KpiEvent[] {
    const { subject, span, events } = this.#context
    // Only devices known to have such events are asked; a KPI that does not say that it uses them looks at all.
    const members = this.#kpi.members.get(eventSeries(type))
    const devices = members === undefined ? subject.devices : [...byDevice(members).keys()]
    const found = devices.flatMap((device) => events(device, type, span.startMs, span.endMs))
    // In order of time over all devices; of one instant in order of device and id.
    return found.sort((a, b) => a.ts - b.ts || compareText(a.device, b.device) || compareText(a.id, b.id))
  }

  shared<T>(make: (basis: Basis) => T): T {
    const { shared } = this.#context
    if (!shared.has(make)) shared.set(make, make(this))
    // It was made by the same function.
    return shared.get(make) as T
  }

  #membersOf(term: string): readonly KpiMember[] {
    const members = this.#kpi.members.get(term)
    if (members === undefined) throw new Error(`${this.#kpi.kpi.id} does not say that it uses ${term}`)
    return members
  }

  *#devicesIn(context: WindowContext, terms: readonly string[]): Generator<DeviceInputs> {
    const byTerm = terms.map((term) => byDevice(this.#membersOf(term)))
    for (const device of byTerm[0]?.keys() ?? []) {
      const inputs = byTerm.map((members) => inputOf(context, members.get(device) ?? NO_MEMBERS))
      if (inputs[0] !== null) yield { device, inputs }
    }
  }

  /** null when none of them is in service then. */
  #block(members: readonly KpiMember[], ms: number, stepMs: number): DemandInterval | null {
    let inService = 0
    let sum = 0
    let isCovered = true
    let longestMs = 0
    for (const { series, scale } of members) {
      if (this.#context.subject.sinceMs(series) >= ms + stepMs) continue
      const part = emptySum(series.accounts)
      const { quarterHours, minutes } = this.#context.buckets(series)
      const buckets = stepMs === QUARTER_HOUR_MS ? quarterHours : minutes
      buckets?.addTo(part, ms, ms + stepMs)
      if (part.coveredMs === 0 && ms + stepMs > series.in(this.#context.version).retiredFromMs) continue
      inService++
      sum += part.sum * scale
      isCovered &&= part.coveredMs === stepMs
      longestMs = Math.max(longestMs, part.longestMs)
    }
    return inService === 0 ? null : { startMs: ms, endMs: ms + stepMs, sum, isCovered, longestMs }
  }
}

const NO_MEMBERS: readonly KpiMember[] = []
/** The members of each list by device: the same parts are the same lists, so that their sums are made once. */
const BY_DEVICE = new WeakMap<readonly KpiMember[], ReadonlyMap<string, readonly KpiMember[]>>()

function byDevice(members: readonly KpiMember[]): ReadonlyMap<string, readonly KpiMember[]> {
  const known = BY_DEVICE.get(members)
  if (known !== undefined) return known
  const made = new Map<string, KpiMember[]>()
  for (const member of members) {
    const device = member.countsFor ?? member.series.device
    const own = made.get(device) ?? []
    own.push(member)
    made.set(device, own)
  }
  BY_DEVICE.set(members, made)
  return made
}

/** The hours or quarters of a window that have begun for somebody, cut to it. */
function slicesOf(context: WindowContext, size: '15m' | '1h'): readonly WindowContext[] {
  const known = context.slices.get(size)
  if (known !== undefined) return known
  const { span, version, scopeNewestTs } = context
  const made: WindowContext[] = []
  for (const whole of version.calendar.spans(size, span.startMs, span.endMs)) {
    const cut = { startMs: Math.max(whole.startMs, span.startMs), endMs: Math.min(whole.endMs, span.endMs) }
    if (cut.startMs >= scopeNewestTs && !context.isOver(cut.endMs)) break
    const ofSeries = context.parts.ofWindow(size, cut)
    made.push({
      ...context,
      window: size,
      span: cut,
      ofSeries,
      inputs: new Map(),
      shared: new Map(),
      slices: new Map(),
    })
  }
  context.slices.set(size, made)
  return made
}

function inputOf(context: WindowContext, members: readonly KpiMember[]): InputSum | null {
  if (members.length === 0) return null
  let total = context.inputs.get(members)
  if (total === undefined) {
    total = sumOf(context, members)
    context.inputs.set(members, total)
  }
  return total
}

/** Members of a formula that are members of this window, in order of their id. */
function presentIn(context: WindowContext, members: readonly KpiMember[]): KpiMember[] {
  return members.filter((member) => isPresent(context, member))
}

function isPresent(context: WindowContext, { series, unless, beside, insteadOf }: KpiMember): boolean {
  if (!isMember(context, series) || unless.some((other) => isMember(context, other))) return false
  if (insteadOf?.some((other) => isPresent(context, other)) === true) return false
  const { version, subject, span } = context
  return beside === undefined || version.edition < 2 || beside.some((one) => subject.sinceMs(one) < span.endMs)
}

/** null when none of them is a member of this window: what will be sent one day says nothing of it. */
function sumOf(context: WindowContext, members: readonly KpiMember[]): InputSum | null {
  const present = presentIn(context, members)
  if (present.length === 0) return null
  const columns = members[0]?.series.accounts ?? 0
  const accounts = columns === 0 ? NO_ACCOUNTS : new Float64Array(columns)
  const total = { sum: 0, coveredMs: 0, expectedMs: 0, estimatedMs: 0, plannedMs: 0, flags: 0, accounts }
  let leastKnown = 1
  for (const { series, scale, flags, isNamed } of present) {
    const part = partOf(context, series)
    const fromMs = expectedFromMs(context, series)
    const toMs = expectedToMs(context, series)
    total.sum += part.sum * scale
    total.coveredMs += part.coveredMs
    const dueMs = expectedMs(context, series)
    total.expectedMs += dueMs
    if (isNamed === true && dueMs > 0) leastKnown = Math.min(leastKnown, part.coveredMs / dueMs)
    total.estimatedMs += part.estimatedMs
    const { rules, retiredFromMs } = series.in(context.version)
    const { states } = rules
    if (states !== null) {
      const ownPlanMs = context.parts.plannedMs(states.plan, fromMs, Math.min(toMs, retiredFromMs))
      total.plannedMs += toMs <= retiredFromMs ? ownPlanMs : Math.max(ownPlanMs, part.accounts[PLANNED] ?? 0)
    }
    total.flags |= part.flags | (part.coveredMs > 0 ? flags : 0)
    for (let k = 0; k < columns; k++) accounts[k]! += part.accounts[k]! * scale
  }
  if (leastKnown < COVERAGE_MIN) coverLess(total, leastKnown * total.expectedMs)
  return total
}

/** Counts less time as covered, of which the same share is estimated. */
function coverLess(total: { coveredMs: number; estimatedMs: number }, coveredMs: number): void {
  if (total.coveredMs > 0) total.estimatedMs *= coveredMs / total.coveredMs
  total.coveredMs = coveredMs
}

const NO_ACCOUNTS = new Float64Array(0)

/** True when a series is a member of a window; out of service it is one where it sends all the same. Source: KPI specification §1.5. */
function isMember(context: WindowContext, series: SeriesState): boolean {
  const { startMs, endMs } = context.span
  if (context.subject.sinceMs(series) >= endMs) return false
  const { isConfigured, retiredFromMs } = series.in(context.version)
  if (!isConfigured) return context.buckets(series).quarterHours.isSampled(endMs - MEMBERSHIP_MS, endMs)
  if (startMs < retiredFromMs) return true
  const { coveredMs, sum } = partOf(context, series)
  return coveredMs > 0 || sum !== 0
}

/** Time in a window for which data of a member are due, ms; out of service it owes no more than it sent. */
function expectedMs(context: WindowContext, series: SeriesState): number {
  const fromMs = expectedFromMs(context, series)
  const { retiredFromMs } = series.in(context.version)
  const toMs = dueToMs(context, series)
  if (toMs <= retiredFromMs) return Math.max(0, toMs - fromMs)
  return Math.max(0, retiredFromMs - fromMs, partOf(context, series).coveredMs)
}

/** Length of the times for which data of members are due, ms: a meter that follows another adds its time, one beside it adds none. */
function dueMsOf(context: WindowContext, members: readonly KpiMember[]): number {
  const times = presentIn(context, members).map(({ series }) => {
    const fromMs = expectedFromMs(context, series)
    return { fromMs, toMs: fromMs + expectedMs(context, series) }
  })
  let dueMs = 0
  let untilMs = context.span.startMs
  for (const { fromMs, toMs } of times.sort((a, b) => a.fromMs - b.fromMs)) {
    dueMs += Math.max(0, toMs - Math.max(fromMs, untilMs))
    untilMs = Math.max(untilMs, toMs)
  }
  return dueMs
}

function expectedFromMs(context: WindowContext, series: SeriesState): number {
  return Math.max(context.span.startMs, context.subject.sinceMs(series))
}

/** Up to when a member counts in a window; one out of service that sends on counts like any other. */
function expectedToMs(context: WindowContext, series: SeriesState): number {
  const fromMs = expectedFromMs(context, series)
  const { retiredFromMs } = series.in(context.version)
  const toMs = dueToMs(context, series)
  if (toMs <= retiredFromMs || partOf(context, series).coveredMs > Math.max(0, retiredFromMs - fromMs)) return toMs
  return Math.max(context.span.startMs, retiredFromMs)
}

/** Up to when data of a series in service are due in a window. */
function dueToMs(context: WindowContext, series: SeriesState): number {
  const { span, scopeNewestTs, version } = context
  if (context.isOver(span.endMs)) return span.endMs
  const newestTs = context.heldUntil.get(series) ?? series.newestTs
  const isBehind = newestTs < scopeNewestTs - series.in(version).times.maxGapMs
  return Math.min(span.endMs, isBehind ? scopeNewestTs : newestTs)
}

/** The sums of one series in a window, and what its newest sample goes on saying. */
function partOf(context: WindowContext, series: SeriesState): PartialSum {
  const { window, span, version } = context
  const buckets = context.buckets(series)
  const part = context.parts.of(context.ofSeries, series, buckets, window, span, version.calendar)
  const tailToMs = tailEndMs(context, series)
  const tail = series.tailOf(buckets, span.startMs, tailToMs)
  if (tail === null) return part
  const withTail = { ...part, accounts: part.accounts.slice() }
  addSum(withTail, tail)
  return withTail
}

/**
 * Up to when what the newest sample says may count: all of a final window, else only what a connection vouches for; nothing
 * of the time in which its device is out of service.
 */
function tailEndMs({ span, isOver, heldUntil, version }: WindowContext, series: SeriesState): number {
  const { retiredFromMs } = series.in(version)
  const endMs = series.newestTs < retiredFromMs ? Math.min(span.endMs, retiredFromMs) : span.endMs
  return isOver(span.endMs) ? endMs : Math.min(endMs, heldUntil.get(series) ?? Number.NEGATIVE_INFINITY)
}
