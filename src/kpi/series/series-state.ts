import type { Series } from '../../archive/series.js'
import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import { EXPORT_INPUTS, MERGED_METRICS, STATE_INPUTS } from '../../base/merged-metrics.js'
import { MANUAL } from '../../base/quality.js'
import type { SampleColumns } from '../../base/samples.js'
import { automaticShare } from '../../base/states.js'
import { MODE_METRIC, type SeriesSettings, STATE_METRIC } from '../settings/settings.js'
import type { SettingsInTime } from '../settings/turns.js'
import type { PlantVersion } from '../settings/version.js'
import type { Range } from '../time/ranges.js'
import { BY_HAND, STOPPED } from './accounts.js'
import type { BoundaryState } from './boundary-state.js'
import { type Buckets, ESTIMATED, emptySum, type PartialSum } from './buckets.js'
import { CounterFold } from './counter.js'
import { EXPORT_METRIC, encodePower } from './export-power.js'
import {
  accountsOf,
  type Checkpoint,
  type FoldRules,
  type FoldStart,
  floorQuarterHour,
  type Rulebook,
  rulesAt,
  type Tail,
} from './fold.js'
import { type HeldSample, holdEndMs } from './gauge.js'
import { LiveSeries, quarterHoursFromMs } from './live-series.js'
import { encodeState, StateFold } from './state.js'

/**
 * Minutes are kept so much longer than a window of one waits for its plant's slowest device, and at most this long: what is
 * asked for after that is folded from the archive.
 */
const LIVE_MINUTES_BEHIND_MS = HOUR_MS / 2
const LIVE_MINUTES_MAX_MS = 3 * HOUR_MS
/** The same where a shift begins or ends off the quarters, or demand is looked for in each minute of a day. */
const LIVE_DAY_MINUTES_MS = 27 * HOUR_MS

/** Sums of one series over event time, in quarters and, where they are wanted, minutes. */
export interface SeriesBuckets {
  readonly quarterHours: Buckets
  readonly minutes: Buckets | null
  /** Level, state or register that holds on after the last sample folded, see `Tail`. */
  readonly tail: Tail
}

/**
 * One metric of one device on its way into the KPIs: its rules, and while it is live the sums of its last days and the
 * few samples that may still change them. A metric that is configured but was never sent has a state without a series in the archive:
 * it lowers coverage. The state of a machine is made of several series: its word, and what makes an ambiguous one clear.
 */
export class SeriesState {
  readonly plant: string
  readonly device: string
  readonly metric: string
  /** Its own series first, then those that make its words clear; null while there is none. */
  readonly inputs: (Series | null)[]
  /** Up to when what its connection vouches for is in the points, epoch ms. */
  heldUntilMs = -Infinity
  /** Its first sample as the points know it, epoch ms; Infinity while they know of none. */
  knownFirstTs = Infinity
  #keptFromMs = -Infinity
  #boundary: BoundaryState | null = null
  /** Settings by the versions; null until they are asked for. */
  #said: SettingsInTime | null = null
  #saidBy: (() => SettingsInTime) | null = null
  /** null until it is warm. */
  #live: LiveSeries | null = null
  /** Newest sample when one came out of order last, epoch ms, as it was known when it became live. */
  #disorderMs = -Infinity

  constructor(at: { plant: string; device: string; metric: string }) {
    this.plant = at.plant
    this.device = at.device
    this.metric = at.metric
    this.inputs = inputsOf(at.metric).map(() => null)
  }

  /**
   * Takes over what the versions of the plant say of it. It is asked for when it is needed first: a start goes through all versions that
   * there ever were.
   */
  configure(saidBy: () => SettingsInTime): void {
    this.#saidBy = saidBy
    this.#said = null
    this.#live = null
  }

  get #settings(): SettingsInTime {
    this.#said ??= this.#saidBy!()
    return this.#said
  }

  /** Readings before an instant are gone; `boundary` is null when it had none there. Events are kept. */
  keepFrom(ms: number, boundary: BoundaryState | null): void {
    if (this.isEvent) return
    this.#keptFromMs = ms
    this.#boundary = boundary
  }

  /** Samples before this say nothing any more, epoch ms; -Infinity while no readings are gone. */
  get keptFromMs(): number {
    return this.#keptFromMs
  }

  /** State behind the samples that are gone; null while none are, and when an older program has let go of them. */
  get boundary(): BoundaryState | null {
    return this.#boundary
  }

  in(version: PlantVersion): SeriesSettings {
    return this.#settings.in(version)
  }

  /** Some configuration has it send on change. */
  get isEverOnChange(): boolean {
    return [...this.#settings.all()].some(({ isOnChange }) => isOnChange)
  }

  /** Some configuration looks for its highest demand minute by minute: that takes its minutes, wherever they are. */
  get slidesDemand(): boolean {
    return [...this.#settings.all()].some(({ slidesDemand }) => slidesDemand)
  }

  /** Days or shifts of it are made of its minutes. */
  get hasMinutesOfDays(): boolean {
    return this.slidesDemand || [...this.#settings.all()].some(({ hasRaggedShifts }) => hasRaggedShifts)
  }

  /** Settings by the newest version of its plant. */
  get now(): SeriesSettings {
    return this.#settings.now
  }

  get rulebook(): Rulebook {
    return this.#settings.rulebook
  }

  /** Columns that are counted beside its sum. */
  get accounts(): number {
    return accountsOf(this.rulebook)
  }

  /** It is the state of a machine, made of several inputs. */
  get isState(): boolean {
    return this.metric === STATE_METRIC
  }

  /** It is made of several series, in the order of `inputs`. */
  get isMerged(): boolean {
    return this.inputs.length > 1
  }

  /** It is read off a register: what a sample means may depend on those after it. */
  get isRegister(): boolean {
    const { kind } = this.now.rules
    return kind === 'counter' || kind === 'pieces'
  }

  /** It is no series of readings: its samples are events. */
  get isEvent(): boolean {
    return this.now.rules.kind === 'event'
  }

  /** Notes that there is an event at an instant. */
  sampled(ts: number): void {
    const archived = this.inputs[0]
    if (archived === null || archived === undefined) return
    archived.oldestTs = Math.min(archived.oldestTs, ts)
    archived.newestTs = Math.max(archived.newestTs, ts)
    archived.firstTs = Math.min(archived.firstTs, ts)
  }

  /** It says what is until it says something else: when its device sends on change, that holds on its connection. */
  get isHeld(): boolean {
    const { kind } = this.now.rules
    return kind === 'state' || kind === 'switch'
  }

  /** Its silence says something when its device sends on change: a state holds, pieces do not grow. */
  get vouches(): boolean {
    return this.isHeld || this.now.rules.kind === 'pieces'
  }

  get archived(): Series | null {
    return this.inputs[0] ?? null
  }

  /** Newest event time of all inputs, epoch ms; -Infinity while there is none. */
  get newestTs(): number {
    let ts = -Infinity
    for (const archived of this.inputs) if (archived !== null && archived.newestTs > ts) ts = archived.newestTs
    if (ts >= this.#keptFromMs) return ts
    return this.#boundary?.newestTs ?? -Infinity
  }

  /** Event time from which all is known of it, epoch ms: its oldest sample that is there, or the boundary; Infinity while there is none. */
  get oldestTs(): number {
    if (this.#boundary !== null) return this.#boundary.fromMs
    let ts = Infinity
    for (const archived of this.inputs) if (archived !== null && archived.oldestTs < ts) ts = archived.oldestTs
    return this.newestTs === -Infinity ? Infinity : Math.max(ts, this.#keptFromMs)
  }

  /** Its first own sample of all time, which retention may have taken; Infinity before there is one. */
  get firstTs(): number {
    return this.archived?.firstTs ?? Infinity
  }

  /** From when on the series is a member: its first sample, or the instant from which its configuration expects it. */
  sinceMs(version: PlantVersion, firstTs = this.firstTs): number {
    return Math.min(firstTs, this.in(version).expectedFromMs)
  }

  /** It has readings of its own, or had some before the boundary. */
  get isSampled(): boolean {
    if (this.#boundary !== null) return true
    return this.archived !== null && this.archived.oldestTs < Infinity && this.archived.newestTs >= this.#keptFromMs
  }

  get isWarm(): boolean {
    return this.#live !== null
  }

  /** Start of the live sums of a series that becomes live, epoch ms: a few days before the newest sample. */
  get liveFromMs(): number {
    return quarterHoursFromMs(this.newestTs)
  }

  /** Start of the minutes that are live, epoch ms; -Infinity while it is not. */
  get liveMinutesFromMs(): number {
    return this.#live?.minutes.fromMs ?? -Infinity
  }

  /** It is live, and all of its live sums lie behind an instant. */
  isLiveBehind(ms: number): boolean {
    return this.#live !== null && ms <= this.#live.quarterHours.fromMs
  }

  /** Becomes live with the samples from `start` on, all there are. */
  warm(start: FoldStart, samples: SampleColumns): void {
    this.#noteDisorder()
    this.#live = new LiveSeries(this.rulebook, start, samples, this.#minutesKeptMs, undefined, this.#disorderMs)
  }

  /** Is no longer live: the next use reads the archive. */
  cool(): void {
    this.#noteDisorder()
    this.#live = null
  }

  get #minutesKeptMs(): number {
    if (this.hasMinutesOfDays) return LIVE_DAY_MINUTES_MS
    const idleMs = Math.max(0, ...[...this.#settings.all()].map(({ slowestIdleMs }) => slowestIdleMs))
    return Math.min(LIVE_MINUTES_MAX_MS, idleMs + LIVE_MINUTES_BEHIND_MS)
  }

  #noteDisorder(): void {
    this.#disorderMs = Math.max(this.#disorderMs, this.#live?.disorderMs ?? -Infinity)
  }

  /** A reading of one of its inputs as a number in the metric's unit, as folds take it. */
  sampleOf(input: number, ts: number, value: number | string): number {
    if (this.isState) return encodeState(input, value)
    if (input > 0) return typeof value === 'number' ? encodePower(input, value) : Number.NaN
    if (this.metric === MODE_METRIC) return typeof value === 'string' ? automaticShare(value) : Number.NaN
    const { multiplier, corrections } = rulesAt(this.rulebook, ts)
    const counted = corrections.isEmpty ? value : (corrections.of(ts, value)?.after ?? value)
    const sample = typeof counted === 'number' ? counted * multiplier : Number.NaN
    return this.metric === EXPORT_METRIC ? encodePower(0, sample) : sample
  }

  /** The quality as folds take it: what somebody has corrected counts as written down by hand. */
  qualityOf(ts: number, value: number | string, quality: number): number {
    return this.rulebook[0]!.rules.corrections.of(ts, value) === undefined ? quality : MANUAL
  }

  /**
   * Takes a new sample. Returns false when it lies before what can be folded from memory: then it is late, and the range
   * has to be folded from the archive.
   */
  offer(ts: number, sample: number, quality: number, marks: number): boolean {
    return this.#live?.offer(ts, sample, quality, marks) ?? false
  }

  /** Range in which offered samples change its sums, as soon as somebody asks for them; null when nothing waits for that. */
  get changing(): Range | null {
    return this.#live?.changing ?? null
  }

  /**
   * The live sums when they hold all that there is from `quartersFromMs` on, and in minutes from `minutesFromMs` on; else
   * null. Before the first sample there is nothing that could be missing.
   */
  liveBuckets(quarterHoursFromMs: number, minutesFromMs: number): SeriesBuckets | null {
    const { live } = this
    if (live === null) return null
    const first = floorQuarterHour(this.oldestTs)
    // Windows look for samples in the day before the boundary too.
    const firstQuarterMs = this.#boundary === null ? first : first - DAY_MS
    const isThere =
      Math.max(quarterHoursFromMs, firstQuarterMs) >= live.quarterHours.fromMs &&
      Math.max(minutesFromMs, first) >= (live.minutes?.fromMs ?? Infinity)
    return isThere ? live : null
  }

  /** The live sums with all that was offered, whatever they hold; null while it is cold. */
  get live(): SeriesBuckets | null {
    this.#live?.advance()
    return this.#live
  }

  /** Sums of [fromMs, toMs) that the newest sample makes by holding on, as nothing comes after it; null when it makes none. */
  tailOf(buckets: SeriesBuckets, fromMs: number, toMs: number): PartialSum | null {
    // Most windows end before the newest sample, and each is asked of every series.
    if (this.newestTs >= toMs || toMs <= fromMs) return null
    const { tail } = buckets
    if (tail === null || tail.ts >= toMs || tail.ts !== this.newestTs) return null
    const rules = rulesAt(this.rulebook, tail.ts)
    if (rules.connections === null && tail.ts + rules.maxHoldMs <= fromMs) return null
    const part = emptySum(this.accounts)
    if (tail instanceof StateFold) {
      tail.tail(fromMs, toMs, rules.states!, (t0, t1, state, accounts, isManual) => {
        const ms = t1 - t0
        part.accounts[state]! += ms
        for (const account of accounts) part.accounts[account]! += ms
        cover(part, ms, isManual)
      })
    } else if (tail instanceof CounterFold) {
      // Pieces that did not come: the register stands where it stood.
      if (rules.kind !== 'pieces' || rules.connections === null) return null
      cover(part, rules.connections.holdEndMs(tail.ts, toMs, rules.maxHoldMs) - Math.max(fromMs, tail.ts), false)
    } else addLevel(part, tail, rules, fromMs, toMs)
    return part.coveredMs > 0 || part.accounts.some((amount) => amount > 0) ? part : null
  }

  /** Checkpoints made since the last call. */
  takeCheckpoints(): readonly Checkpoint[] {
    return this.#live?.takeCheckpoints() ?? []
  }

  /** Forgets sums that are no longer live. */
  trim(): void {
    this.#live?.trim(this.newestTs)
  }
}

/** Adds to `part` a level as it holds on in [fromMs, toMs): of a stopped one the time for which it is stopped. */
function addLevel(
  part: PartialSum,
  { ts, value, isManual }: HeldSample,
  rules: FoldRules,
  fromMs: number,
  toMs: number,
): void {
  const heldMs = holdEndMs(rules, ts, toMs) - Math.max(fromMs, ts)
  if (heldMs <= 0) return
  if (Number.isNaN(value)) {
    if (rules.tellsStops) part.accounts[STOPPED]! += heldMs
    return
  }
  part.sum += value * heldMs
  if (isManual && rules.tellsStops) part.accounts[BY_HAND]! += value * heldMs
  cover(part, heldMs, isManual)
}

function cover(part: PartialSum, ms: number, isManual: boolean): void {
  if (ms <= 0) return
  part.coveredMs += ms
  if (!isManual) return
  part.estimatedMs += ms
  part.flags |= ESTIMATED
}

/** The series in the archive that the state of a metric is made of: its own first. */
export function inputsOf(metric: string): readonly string[] {
  return metric === STATE_METRIC ? STATE_INPUTS : metric === EXPORT_METRIC ? EXPORT_INPUTS : [metric]
}

/** The metric whose state a series is an input of, beside its own; null when there is none. */
export function mergedInto(metric: string): string | null {
  return MERGED_METRICS.find((merged) => inputsOf(merged).indexOf(metric) > 0) ?? null
}
