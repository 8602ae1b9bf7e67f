import { flagBit } from '../base/flags.js'
import type { MetricKind } from '../base/metrics.js'
import { type CounterRules, CounterWalk } from './counter.js'
import { type GaugeRules, GaugeWalk, type Level } from './gauge.js'
import { MinuteSink } from './minute-sink.js'
import { isUsable, type Samples } from './samples.js'
import { QUARTER_MS, Slots } from './slots.js'

const DAY_MS = 86_400_000
const OUT_OF_RANGE = flagBit('out_of_expected_range')
/** What a series has to remember whose samples are only counted. */
const STATELESS = new Float64Array(0)
const TS_ASSUMED = flagBit('ts_assumed')

/** All that decides how the samples of one series become sums. */
export interface WalkRules extends CounterRules, GaugeRules {
  readonly kind: MetricKind
  /** Event times at which the meter was replaced, ascending. */
  readonly replacedAt: readonly number[]
  /** Outside this range a sample is flagged. */
  readonly min: number
  readonly max: number
}

/** A place from which a walk can be taken up: the state after all samples before `fromMs`. */
export interface WalkStart {
  /** Start of a quarter. */
  readonly fromMs: number
  /** null at the very beginning. */
  readonly state: Float64Array | null
}

/** A start whose past only a late sample can change: one at or before `closedMs`. */
export interface SettledStart extends WalkStart {
  readonly closedMs: number
}

/** The first place of a UTC day from which a walk can be taken up; only days with samples have one. */
export interface Checkpoint {
  readonly day: number
  readonly fromMs: number
  readonly state: Float64Array
}

export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

export function dayStartMs(day: number): number {
  return day * DAY_MS
}

export function floorQuarter(ms: number): number {
  return Math.floor(ms / QUARTER_MS) * QUARTER_MS
}

/**
 * The samples of one series, in order, into slots. The same walk serves live data (from a start a few minutes back),
 * late data (from a checkpoint days or years back) and a rebuild (from the beginning), so that all three give the same.
 */
export class SeriesWalk {
  readonly quarters: Slots
  readonly minutes: Slots | null
  /** Days walked through, with the state at their start. */
  readonly checkpoints: Checkpoint[] = []
  readonly #rules: WalkRules
  readonly #sink: MinuteSink
  readonly #walk: CounterWalk | GaugeWalk | null
  #settled: SettledStart
  /** Up to where the decisions so far looked; Infinity once one of them waits for samples. Those before the start end there. */
  #reachMs = -Infinity
  /** The state before the first sample of the quarter at hand, until a sample of it has been accepted. */
  #candidate: WalkStart | null = null
  #day: number
  #quarter: number
  /** Event time from which the sums may still change with the next sample. */
  #openFromMs: number

  constructor(
    rules: WalkRules,
    start: WalkStart | SettledStart,
    toMs: number,
    slots: { quarters: Slots; minutes: Slots | null },
  ) {
    this.#rules = rules
    this.quarters = slots.quarters
    this.minutes = slots.minutes
    this.#sink = new MinuteSink(slots.quarters, slots.minutes, start.fromMs, toMs, rules.kind !== 'pieces')
    this.#walk = walkOf(rules.kind, start.state)
    this.#settled = { closedMs: start.state === null ? -Infinity : Infinity, ...start }
    // The day of a start that is not the very beginning has its checkpoint.
    this.#day = start.state === null ? -Infinity : dayOf(start.fromMs)
    this.#quarter = start.fromMs - QUARTER_MS
    this.#openFromMs = start.fromMs
  }

  /** Walks all samples from the start on, in order; once. */
  walk(samples: Samples): void {
    for (let i = 0; i < samples.ts.length; i++) this.#take(samples, i)
    this.#sink.flush()
  }

  /** The newest start whose past no later sample can change, unless it comes late. */
  get settled(): SettledStart {
    return this.#settled
  }

  get openFromMs(): number {
    return this.#openFromMs
  }

  /** The last sample of all, when it is a level that goes on holding. */
  get level(): Level | null {
    return this.#walk instanceof GaugeWalk ? this.#walk.level : null
  }

  #take(samples: Samples, i: number): void {
    const ts = samples.ts[i]!
    const quarter = floorQuarter(ts)
    // A start is none while a decision before it looks at samples after it.
    if (quarter > this.#quarter && this.#reachMs < quarter) {
      this.#candidate = { fromMs: quarter, state: this.#walk?.save() ?? STATELESS }
      this.#quarter = quarter
    }
    this.#reachMs = Math.max(this.#reachMs, this.#step(samples, i))
    this.#sink.count(ts, this.#sampleFlags(samples, i))
    const isAccepted = this.#walk === null || this.#walk.ts === ts
    if (isAccepted && this.#reachMs < Infinity) {
      this.#openFromMs = ts
      this.#settle(ts)
    }
  }

  #settle(ts: number): void {
    if (this.#candidate === null) return
    const day = dayOf(ts)
    if (day > this.#day && this.#candidate.state !== null) {
      this.checkpoints.push({ day, fromMs: this.#candidate.fromMs, state: this.#candidate.state })
      this.#day = day
    }
    this.#settled = { ...this.#candidate, closedMs: this.#reachMs }
    this.#candidate = null
  }

  #step(samples: Samples, i: number): number {
    if (this.#walk instanceof CounterWalk) {
      return this.#walk.step(samples, i, this.#rules, this.#rules.replacedAt, this.#sink)
    }
    this.#walk?.step(samples, i, this.#rules, this.#sink)
    return samples.ts[i]!
  }

  #sampleFlags(samples: Samples, i: number): number {
    const value = samples.value[i]!
    const isOut = isUsable(samples, i) && (value < this.#rules.min || value > this.#rules.max)
    return (isOut ? OUT_OF_RANGE : 0) | (samples.assumed[i] ? TS_ASSUMED : 0)
  }
}

/** Slots for a walk from a start: quarters, and minutes when they are wanted. */
export function slotsFrom(fromMs: number, withMinutes: boolean): { quarters: Slots; minutes: Slots | null } {
  const quarters = new Slots(QUARTER_MS)
  quarters.restart(fromMs)
  if (!withMinutes) return { quarters, minutes: null }
  const minutes = new Slots(60_000)
  minutes.restart(fromMs)
  return { quarters, minutes }
}

function walkOf(kind: MetricKind, state: Float64Array | null): CounterWalk | GaugeWalk | null {
  if (kind === 'counter' || kind === 'pieces') return state === null ? new CounterWalk() : CounterWalk.restore(state)
  if (kind === 'gauge') return state === null ? new GaugeWalk() : GaugeWalk.restore(state)
  return null
}
