import { QUARTER_HOUR_MS } from '../../base/durations.js'
import { flagBit } from '../../base/flags.js'
import type { MetricKind } from '../../base/metrics.js'
import { GOOD, qualityRank } from '../../base/quality.js'
import { ASSUMED_TIME, SLOW_ARRIVAL } from '../../base/samples.js'
import { utcDayOf } from '../../base/utc-day.js'
import type { Corrections } from '../settings/corrections.js'
import { inForceAt } from '../time/in-force.js'
import { CHECK_READINGS, GOOD_READINGS, LEVEL_ACCOUNTS, PIECES_ACCOUNTS, STATE_ACCOUNTS } from './accounts.js'
import { type BucketRows, Buckets, listOf } from './buckets.js'
import type { ConnectionHistory } from './connection-history.js'
import { CounterFold, type CounterRules } from './counter.js'
import { ExportPowerFold, powerOrder } from './export-power.js'
import { GaugeFold, type GaugeRules, type HeldSample } from './gauge.js'
import { MinuteSink } from './minute-sink.js'
import { isUsable, type Samples, sampleCountOf } from './samples.js'
import { inputOf, isUnknownWord, StateFold, type StateRules } from './state.js'

const OUT_OF_RANGE = flagBit('out_of_expected_range')
/** Saved state of a series whose samples are only counted: it has nothing to remember. */
export const STATELESS = new Float64Array(0)
const TS_ASSUMED = flagBit('ts_assumed')
const CALIBRATION = qualityRank('calibration')
const MAINTENANCE = qualityRank('maintenance')
const UNKNOWN_STATE = flagBit('unknown_state')

/** All that decides how the samples of one series become sums. */
export interface FoldRules extends CounterRules, GaugeRules {
  readonly kind: MetricKind
  /** Brings a sample to the metric's unit: CT/PT ratio. */
  readonly multiplier: number
  /** Event times at which the meter was replaced, ascending. */
  readonly replacedAt: readonly number[]
  /** Values that count instead of readings, before the multiplier. */
  readonly corrections: Corrections
  /** Outside this range a sample is flagged. */
  readonly min: number
  readonly max: number
  /** Connection of a device that sends on change; null for any other. */
  readonly connections: ConnectionHistory | null
  /** Rules of the state of a machine; null for every other series. */
  readonly states: StateRules | null
  /** It is power that goes out, which power that comes in ends; absent when it is not. */
  readonly isExport?: boolean
}

/** The rules of a series over time: each holds from its `fromMs` on, the first one also for all time before it. */
export type Rulebook = readonly { readonly fromMs: number; readonly rules: FoldRules }[]

/** The rules in force at an instant. */
export function rulesAt(rulebook: Rulebook, ms: number): FoldRules {
  return inForceAt(rulebook, ms).rules
}

/** A place from which a fold can be taken up: the state after all samples before `fromMs`. */
export interface FoldStart {
  /** Start of a quarter. */
  readonly fromMs: number
  /** null at the very beginning. */
  readonly state: Float64Array | null
}

/** A start whose past only a late sample can change: one at or before `closedMs`. */
export interface SettledStart extends FoldStart {
  readonly closedMs: number
}

/** The first place of a UTC day from which a fold can be taken up; only days with samples have one. */
export interface Checkpoint {
  readonly day: number
  readonly fromMs: number
  readonly state: Float64Array
}

/** A place in a fold, with what its buckets held from there on, to go back to. */
export interface FoldMark {
  /** Number of samples before it. */
  readonly samples: number
  /** A sample at or before this changes what was folded up to here. Epoch ms. */
  readonly closedMs: number
  readonly fold: readonly number[]
  readonly sink: readonly number[]
  readonly quarterHours: BucketRows
  readonly minutes: BucketRows | null
  readonly settled: SettledStart
  readonly candidate: FoldStart | null
  readonly day: number
  readonly quarterHour: number
  readonly openFromMs: number
  readonly lastTs: number
}

export function floorQuarterHour(ms: number): number {
  return Math.floor(ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
}

/** Level or state that holds on after the last sample; a register says only where it stands. null when nothing holds on. */
export type Tail = HeldSample | StateFold | CounterFold | null

/**
 * The samples of one series, in order, into buckets. The same fold serves live data (from a start a few minutes back),
 * late data (from a checkpoint days or years back) and a rebuild (from the beginning), so that all three give the same.
 */
export class SeriesFold {
  readonly quarterHours: Buckets
  readonly minutes: Buckets | null
  /** Days gone through, with the state at their start. */
  readonly checkpoints: Checkpoint[] = []
  readonly #rulebook: Rulebook
  readonly #sink: MinuteSink
  readonly #fromMs: number
  #fold: CounterFold | GaugeFold | StateFold | null
  #settled: SettledStart
  /** Up to where the decisions so far looked; Infinity once one of them waits for samples. Those before the start end there. */
  #reachMs = -Infinity
  /** The state before the first sample of the quarter at hand, until a sample of it has been accepted. */
  #candidate: FoldStart | null = null
  #day: number
  #quarterHour: number
  /** Event time from which the sums may still change with the next sample. */
  #openFromMs: number
  #lastTs = -Infinity
  /** Accepted samples before an instant, see `noteAccepted`; null while nobody asks for them. */
  #noted: { readonly beforeMs: number; readonly max: number; readonly ts: number[] } | null = null

  constructor(
    rulebook: Rulebook,
    start: FoldStart | SettledStart,
    toMs: number,
    buckets: { quarterHours: Buckets; minutes: Buckets | null },
  ) {
    this.#rulebook = rulebook
    const { rules } = rulebook[0]!
    this.quarterHours = buckets.quarterHours
    this.minutes = buckets.minutes
    this.#fromMs = start.fromMs
    this.#sink = new MinuteSink(buckets.quarterHours, buckets.minutes, start.fromMs, toMs, rules.kind !== 'pieces')
    this.#fold = foldOf(rules, start.state)
    this.#settled = { closedMs: start.state === null ? -Infinity : Infinity, ...start }
    // The day of a start that is not the very beginning has its checkpoint.
    this.#day = start.state === null ? -Infinity : utcDayOf(start.fromMs)
    this.#quarterHour = start.fromMs - QUARTER_HOUR_MS
    this.#openFromMs = start.fromMs
  }

  /** Has it remember the event times of the last `max` samples before an instant that are accepted, in order of time. */
  noteAccepted(beforeMs: number, max: number): readonly number[] {
    const ts: number[] = []
    this.#noted = { beforeMs, max, ts }
    return ts
  }

  /** Folds all samples from the start on, in order; once. */
  fold(samples: Samples): void {
    this.go(samples, 0, sampleCountOf(samples))
    this.flush()
  }

  /**
   * Takes note of the samples from `from` on, before `go` folds them: false when what was decided before is another thing
   * with them, or no longer in doubt. Then the fold has to be done anew.
   */
  stands(samples: Samples, from: number): boolean {
    const fold = this.#fold
    if (this.#reachMs < Infinity || !(fold instanceof CounterFold)) return true
    for (let i = from; i < sampleCountOf(samples); i++) if (!fold.stands(samples, i)) return false
    return true
  }

  /** Folds the samples [from, to), behind those folded before. Their sums are complete with `flush`. */
  go(samples: Samples, from: number, to: number): void {
    this.#sink.takeBack()
    for (let i = from; i < to; i++) this.#take(samples, i)
  }

  /** Puts the minute at hand into the buckets, as far as it goes. */
  flush(): void {
    this.#sink.flush()
  }

  /**
   * The place it has come to; null while a decision is in doubt.
   * @param samples how many have been folded
   */
  mark(samples: number): FoldMark | null {
    if (this.#reachMs === Infinity) return null
    this.#sink.takeBack()
    const acceptedTs = this.#fold?.ts ?? Number.NaN
    const lastMs = Number.isNaN(acceptedTs) ? this.#lastTs : Math.min(acceptedTs, this.#lastTs)
    const changingMs = Math.max(this.#fromMs, Math.min(this.#sink.openMs, lastMs))
    const state = this.#fold?.save() ?? STATELESS
    return {
      samples,
      closedMs: this.#reachMs,
      fold: listOf(state, 0, state.length),
      sink: this.#sink.save(),
      quarterHours: this.quarterHours.copyFrom(changingMs),
      minutes: this.minutes?.copyFrom(changingMs) ?? null,
      settled: this.#settled,
      candidate: this.#candidate,
      day: this.#day,
      quarterHour: this.#quarterHour,
      openFromMs: this.#openFromMs,
      lastTs: this.#lastTs,
    }
  }

  /** Goes back to a place it has come through. */
  returnTo(mark: FoldMark): void {
    this.#fold = foldOf(this.#rulebook[0]!.rules, Float64Array.from(mark.fold))
    this.#sink.restore(mark.sink)
    this.quarterHours.pasteFrom(mark.quarterHours)
    if (mark.minutes !== null) this.minutes?.pasteFrom(mark.minutes)
    this.#settled = mark.settled
    this.#reachMs = mark.closedMs
    this.#candidate = mark.candidate
    this.#day = mark.day
    this.#quarterHour = mark.quarterHour
    this.#openFromMs = mark.openFromMs
    this.#lastTs = mark.lastTs
  }

  /** The newest start whose past no later sample can change, unless it comes late. */
  get settled(): SettledStart {
    return this.#settled
  }

  get openFromMs(): number {
    return this.#openFromMs
  }

  /** The state after all samples folded, whatever later ones say of them. */
  get state(): Float64Array {
    return this.#fold?.save() ?? STATELESS
  }

  /** Level or state that holds on after the last sample of all, see `Tail`. */
  get tail(): Tail {
    if (this.#fold instanceof GaugeFold) return this.#fold.level
    return this.#fold
  }

  #take(samples: Samples, i: number): void {
    const ts = samples.ts[i]!
    this.#lastTs = ts
    const quarterHour = floorQuarterHour(ts)
    // A start is none while a decision before it looks at samples after it.
    if (quarterHour > this.#quarterHour && this.#reachMs < quarterHour) {
      this.#candidate = { fromMs: quarterHour, state: this.#fold?.save() ?? STATELESS }
      this.#quarterHour = quarterHour
    }
    const rules = this.#rulebook.length === 1 ? this.#rulebook[0]!.rules : rulesAt(this.#rulebook, ts)
    this.#reachMs = Math.max(this.#reachMs, this.#step(samples, i, rules))
    this.#count(samples, i, rules)
    const isAccepted = this.#fold === null || this.#fold.ts === ts
    if (isAccepted && this.#noted !== null && ts < this.#noted.beforeMs) {
      if (this.#noted.ts.push(ts) > this.#noted.max) this.#noted.ts.shift()
    }
    if (isAccepted && this.#reachMs < Infinity) {
      this.#openFromMs = ts
      this.#settle(ts)
    }
  }

  #settle(ts: number): void {
    if (this.#candidate === null) return
    const day = utcDayOf(ts)
    if (day > this.#day && this.#candidate.state !== null) {
      this.checkpoints.push({ day, fromMs: this.#candidate.fromMs, state: this.#candidate.state })
      this.#day = day
    }
    const { fromMs, state } = this.#candidate
    this.#settled = { fromMs, state, closedMs: this.#reachMs }
    this.#candidate = null
    // Whoever takes it up there knows nothing of the minute before.
    this.#sink.close(fromMs)
  }

  #step(samples: Samples, i: number, rules: FoldRules): number {
    if (this.#fold instanceof CounterFold) {
      return this.#fold.step(samples, i, rules, rules.replacedAt, this.#sink)
    }
    // The rules of a sample's own time say how long it holds, be there a next one or not.
    const held = this.#fold === null || Number.isNaN(this.#fold.ts) ? rules : rulesAt(this.#rulebook, this.#fold.ts)
    if (this.#fold instanceof StateFold) this.#fold.step(samples, i, rules.states!, this.#sink, held.states!)
    else this.#fold?.step(samples, i, held, this.#sink)
    return samples.ts[i]!
  }

  #count(samples: Samples, i: number, rules: FoldRules): void {
    const ts = samples.ts[i]!
    const value = samples.value[i]!
    const isGood = samples.quality[i] === GOOD
    const marks = samples.marks[i]!
    const assumed = (marks & ASSUMED_TIME) === 0 ? 0 : TS_ASSUMED
    const isTimely = (marks & SLOW_ARRIVAL) === 0
    // Power that comes in is counted where it is a series of its own.
    if (rules.isExport === true && value < 0) return
    if (rules.states === null) {
      const isOut = isUsable(samples, i) && (value < rules.min || value > rules.max)
      const isSplit = this.#fold instanceof ExportPowerFold && this.#fold.isSplit
      this.#sink.count(ts, isGood, isTimely, assumed | (isOut || isSplit ? OUT_OF_RANGE : 0))
      if (rules.tellsStops) this.#countPoint(ts, samples.quality[i]!)
    } else if (inputOf(value) === 0) {
      // An input that makes a word clear is counted where it is a series of its own.
      this.#sink.count(ts, isGood, isTimely, assumed | (isUnknownWord(value) ? UNKNOWN_STATE : 0))
    }
  }

  #countPoint(ts: number, quality: number): void {
    if (quality === GOOD) this.#sink.happened(ts, GOOD_READINGS, 1)
    else if (quality === CALIBRATION || quality === MAINTENANCE) this.#sink.happened(ts, CHECK_READINGS, 1)
  }
}

/** Buckets for a fold from a start: quarters, and minutes when they are wanted. */
export function bucketsFrom(
  rulebook: Rulebook,
  fromMs: number,
  withMinutes: boolean,
): { quarterHours: Buckets; minutes: Buckets | null } {
  const accounts = accountsOf(rulebook)
  const quarterHours = new Buckets(QUARTER_HOUR_MS, accounts)
  quarterHours.restart(fromMs)
  if (!withMinutes) return { quarterHours, minutes: null }
  const minutes = new Buckets(60_000, accounts)
  minutes.restart(fromMs)
  return { quarterHours, minutes }
}

/** The order of samples at one instant of a series that is made of several; 0 of every other. */
export function orderOf({ states, isExport }: Pick<FoldRules, 'states' | 'isExport'>, sample: number): number {
  if (states !== null) return inputOf(sample)
  return isExport === true ? powerOrder(sample) : 0
}

/** Columns that are counted beside the sum of a series. */
export function accountsOf(rulebook: Rulebook): number {
  const { states, idealMsAt, tellsStops } = rulebook[0]!.rules
  if (states !== null) return STATE_ACCOUNTS
  if (idealMsAt !== null) return PIECES_ACCOUNTS
  return tellsStops ? LEVEL_ACCOUNTS : 0
}

function foldOf(
  { kind, states, isExport }: FoldRules,
  state: Float64Array | null,
): CounterFold | GaugeFold | StateFold | null {
  if (kind === 'counter' || kind === 'pieces') return state === null ? new CounterFold() : CounterFold.restore(state)
  if (isExport === true) return state === null ? new ExportPowerFold() : ExportPowerFold.restore(state)
  if (states !== null) return state === null ? new StateFold() : StateFold.restore(state)
  if (kind === 'event') return null
  return state === null ? new GaugeFold() : GaugeFold.restore(state)
}
