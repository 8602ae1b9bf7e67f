import { DAY_MS } from '../../base/durations.js'
import { type FlagBits, flagBit } from '../../base/flags.js'
import { instantsUpTo } from '../time/ascending.js'
import { Lookahead } from './lookahead.js'
import { isManual, isUsable, type Samples } from './samples.js'

/** Rules of a register as the configuration says them, in the metric's unit (after the multiplier). */
export interface CounterRules {
  /** Value at which the register rolls over; null when it is not known. */
  readonly modulus: number | null
  /** Highest plausible increase a millisecond; null when it is not known. */
  readonly maxRatePerMs: number | null
  /** Longest interval that is not called estimated, ms. */
  readonly maxGapMs: number
  /** Ideal cycle of the pieces made at an instant, ms a piece; null when nobody knows it, or where no finished pieces are counted. */
  readonly idealMsAt: ((ms: number) => number | null) | null
}

/** Takes what the fold over a register's samples finds. Intervals come in order of time and never overlap. */
export interface CounterSink {
  /** The register went from `v0` at `t0` to `v1` at `t1`, in a straight line. A jump between two calls is no energy. */
  interval(t0: number, v0: number, t1: number, v1: number, isEstimated: boolean, flags: FlagBits): void
  /** Something to be said of the time around a sample that made no interval. */
  mark(ts: number, flags: FlagBits): void
  /** So many pieces came with the sample of `ts`, of a product with this ideal cycle, ms a piece; null when unknown. */
  pieces(ts: number, count: number, idealMs: number | null): void
}

const RECENT_STEPS_MAX = 20
export const SILENCE_MAX_MS = 400 * DAY_MS
/** Decisions that wait for samples at once; with more a fold is done anew instead. */
const DOUBTS_MAX = 64
/** A step this many times the median one is not a step but a jump. */
const JUMP = 100
const RATE_TOLERANCE = 1.1

const RESET = flagBit('counter_reset')
const ROLLOVER = flagBit('counter_rollover')
const GLITCH = flagBit('counter_glitch')
const BACKSTEP = flagBit('counter_backstep')
const IMPLAUSIBLE = flagBit('implausible_rate')
const GAP = flagBit('gap_unallocated')

/** Numbers of a saved state before its steps. */
const HEAD_LENGTH = 5

/**
 * The fold over the samples of one register, sample by sample, by the seven rules of KPI specification §1.4. Its state is
 * a pure function of all samples folded so far (and of the few after each that a rule looks at), so a fold can be taken
 * up again from a saved state and gives what one fold from the beginning gives.
 */
export class CounterFold {
  /** The last accepted sample; NaN before the first. */
  #ts = Number.NaN
  #value = Number.NaN
  #isManual = false
  /** The last positive steps; the oldest at `#oldest` once all places are taken. */
  readonly #steps: number[] = []
  #stepCount = 0
  #oldest = 0
  /** Decisions that the next samples may turn. */
  #doubts: Lookahead[] = NO_DOUBTS
  /** Samples in a row that were too fast, and the last of them. */
  #fastCount = 0
  #fastValue = Number.NaN

  /** The state as numbers, for a checkpoint. */
  save(): Float64Array {
    // Once a quarter of an hour of each series: `Float64Array.of` takes ten times as long.
    const state = new Float64Array(HEAD_LENGTH + this.#stepCount)
    state[0] = this.#ts
    state[1] = this.#value
    state[2] = this.#isManual ? 1 : 0
    state[3] = this.#fastCount
    state[4] = this.#fastValue
    for (let i = 0; i < this.#stepCount; i++) {
      const from = this.#oldest + i
      state[HEAD_LENGTH + i] = this.#steps[from < this.#stepCount ? from : from - this.#stepCount]!
    }
    return state
  }

  static restore(state: Float64Array): CounterFold {
    const fold = new CounterFold()
    fold.#ts = state[0] ?? Number.NaN
    fold.#value = state[1] ?? Number.NaN
    fold.#isManual = state[2] === 1
    fold.#fastCount = state[3] ?? 0
    fold.#fastValue = state[4] ?? Number.NaN
    fold.#steps.push(...state.subarray(HEAD_LENGTH))
    fold.#stepCount = state.length - HEAD_LENGTH
    return fold
  }

  /**
   * Takes note of a sample behind all that were folded: false when a decision among these is another one now, or is no
   * longer in doubt, so that the fold has to be done anew.
   */
  stands(samples: Samples, i: number): boolean {
    if (this.#doubts.length > DOUBTS_MAX) return false
    for (const doubt of this.#doubts) {
      const { isTrue } = doubt
      if (!doubt.take(samples, i) || doubt.isTrue !== isTrue) return false
    }
    return true
  }

  /** Event time of the last accepted sample, NaN before the first. */
  get ts(): number {
    return this.#ts
  }

  /**
   * Takes sample `i`. Returns the event time up to which the decision looked at samples: one at or before it may change
   * it when it comes late. Infinity when they are not all there yet, so that the next sample may change it too.
   * @param replacedAt event times at which the meter was replaced, ascending
   */
  step(samples: Samples, i: number, rules: CounterRules, replacedAt: readonly number[], sink: CounterSink): number {
    if (!isUsable(samples, i)) return samples.ts[i]!
    const t = samples.ts[i]!
    const c = samples.value[i]!
    const p = this.#value
    // Rule 6
    if (Number.isNaN(p) || this.#isReplaced(replacedAt, t)) return this.#restart(samples, i)
    // Rule 7
    if (t - this.#ts > SILENCE_MAX_MS) {
      sink.mark(t, GAP)
      return this.#restart(samples, i)
    }
    if (c < p) return this.#stepBack(samples, i, this.#median(), rules, sink)
    // Rule 1. A median is at least the smallest step: most samples need none.
    const m = this.#mayJump(c - p) ? this.#median() : 0
    if (m > 0 && c - p > JUMP * m) {
      const next = this.#look(samples, i, 'falls back')
      if (next.isTrue) this.#skip(t, GLITCH, sink)
      else this.#increase(samples, i, c - p, 0, rules, sink)
      return next.reachMs
    }
    return this.#increase(samples, i, c - p, 0, rules, sink)
  }

  /** The register stands lower than before: rules 3, 2 and 4, in this order. */
  #stepBack(samples: Samples, i: number, m: number, rules: CounterRules, sink: CounterSink): number {
    const t = samples.ts[i]!
    const c = samples.value[i]!
    const p = this.#value
    const isRollover = rules.modulus !== null && p > 0.9 * rules.modulus && c < 0.1 * rules.modulus
    let reachMs = t
    if (m > 0 && p > JUMP * m) {
      const next = this.#look(samples, i, 'climbs back at once')
      reachMs = next.reachMs
      if (next.isTrue) {
        this.#skip(t, GLITCH, sink)
        return reachMs
      }
      if (!isRollover && c >= 0.9 * p) {
        sink.mark(t, BACKSTEP)
        this.#restart(samples, i)
        return reachMs
      }
    }
    if (isRollover) {
      this.#increase(samples, i, (rules.modulus ?? 0) - p + c, ROLLOVER, rules, sink)
      return reachMs
    }
    // Rule 4
    if (rules.maxRatePerMs !== null) {
      if (c > RATE_TOLERANCE * rules.maxRatePerMs * (t - this.#ts)) {
        sink.mark(t, RESET)
        this.#restart(samples, i)
        return reachMs
      }
    } else if (m === 0 && c === 0) {
      const next = this.#look(samples, i, 'climbs back')
      if (next.isTrue) {
        this.#skip(t, GLITCH, sink)
        return next.reachMs
      }
      reachMs = next.reachMs
    }
    this.#accept(samples, i, c, RESET, rules, sink)
    return reachMs
  }

  /** Rule 5, then the interval. */
  #increase(
    samples: Samples,
    i: number,
    delta: number,
    flags: FlagBits,
    rules: CounterRules,
    sink: CounterSink,
  ): number {
    const t = samples.ts[i]!
    const c = samples.value[i]!
    if (rules.maxRatePerMs !== null && delta > RATE_TOLERANCE * rules.maxRatePerMs * (t - this.#ts)) {
      sink.mark(t, IMPLAUSIBLE)
      this.#fastCount = this.#fastCount > 0 && c < this.#fastValue ? 1 : this.#fastCount + 1
      this.#fastValue = c
      if (this.#fastCount === 3) this.#restart(samples, i)
      return t
    }
    this.#accept(samples, i, delta, flags, rules, sink)
    return t
  }

  #accept(samples: Samples, i: number, delta: number, flags: FlagBits, rules: CounterRules, sink: CounterSink): void {
    const t = samples.ts[i]!
    const c = samples.value[i]!
    const isEstimated = t - this.#ts > rules.maxGapMs || this.#isManual || isManual(samples, i)
    // Without a reset c - delta is the register before; after one it is where the new count began.
    sink.interval(this.#ts, flags === 0 ? this.#value : c - delta, t, c, isEstimated, flags)
    if (rules.idealMsAt !== null && delta > 0) sink.pieces(t, delta, rules.idealMsAt(t))
    if (delta > 0) this.#noteStep(delta)
    this.#restart(samples, i)
  }

  #noteStep(delta: number): void {
    if (this.#stepCount < RECENT_STEPS_MAX) {
      this.#steps[this.#stepCount++] = delta
      return
    }
    this.#steps[this.#oldest] = delta
    this.#oldest = (this.#oldest + 1) % RECENT_STEPS_MAX
  }

  #isReplaced(replacedAt: readonly number[], t: number): boolean {
    const before = instantsUpTo(replacedAt, t)
    return before > 0 && replacedAt[before - 1]! > this.#ts
  }

  /** The samples after `i` as far as they are there. */
  #look(samples: Samples, i: number, question: Lookahead['question']): Lookahead {
    const lookahead = new Lookahead(question, this.#value, samples.value[i]!, samples.ts[i]!)
    if (lookahead.takeAll(samples, i + 1)) {
      if (this.#doubts.length === 0) this.#doubts = []
      this.#doubts.push(lookahead)
    }
    return lookahead
  }

  /** False when a rise is no jump whatever the median is: one of the last steps was as large as that. */
  #mayJump(rise: number): boolean {
    for (let k = 0; k < this.#stepCount; k++) if (rise > JUMP * this.#steps[k]!) return true
    return false
  }

  /** The sample is the new baseline. */
  #restart(samples: Samples, i: number): number {
    this.#ts = samples.ts[i]!
    this.#value = samples.value[i]!
    this.#isManual = isManual(samples, i)
    this.#fastCount = 0
    this.#fastValue = Number.NaN
    return this.#ts
  }

  #skip(ts: number, flags: FlagBits, sink: CounterSink): void {
    this.#fastCount = 0
    this.#fastValue = Number.NaN
    sink.mark(ts, flags)
  }

  /** Median of the last positive steps, 0 when there are none. */
  #median(): number {
    const n = this.#stepCount
    if (n === 0) return 0
    const sorted = Float64Array.from(this.#steps).sort()
    return n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2
  }
}

/** Empty list of all registers without doubts, which are nearly all. */
const NO_DOUBTS: Lookahead[] = []
