import { qualityRank } from '../../base/quality.js'
import type { ConnectionHistory } from './connection-history.js'
import { isManual, isUsable, type Samples } from './samples.js'

export interface GaugeRules {
  /** Longest time for which a level holds without a new sample, ms. */
  readonly maxHoldMs: number
  /** Between two samples: the first one's level holds, or a straight line. */
  readonly interpolation: 'hold' | 'linear'
  /** Connection on which a switch or mode of a device that sends on change holds; null for anything else. */
  readonly holdLink: ConnectionHistory | null
  /** A level of a stack: what its quality says of the source, and what was set by hand, is counted. */
  readonly tellsStops: boolean
}

/** Takes the time that the fold over a gauge's samples covers. */
export interface GaugeSink {
  /** The level went from `v0` at `t0` to `v1` at `t1`; with `hold` both are the same. */
  level(t0: number, v0: number, t1: number, v1: number, isEstimated: boolean): void
  /** The source of the level stood still, as its quality says. */
  stopped(t0: number, t1: number): void
  /** The level of a stack was set by hand. */
  byHand(t0: number, v0: number, t1: number, v1: number): void
}

const STOPPED_RANK = qualityRank('stopped')

/** A sample that holds. */
export interface HeldSample {
  readonly ts: number
  /** NaN when it says only that the source stands still. */
  readonly value: number
  readonly isManual: boolean
}

/**
 * A level as a step function: a sample holds until the next one, at most `maxHoldMs`; a sample of any other quality than
 * good or manual ends the hold and covers nothing. What the last sample holds is not folded: it is not known yet.
 * Source: KPI specification §1.4, gauge.
 */
export class GaugeFold {
  #ts = Number.NaN
  /** NaN when the last sample was not usable. */
  #value = Number.NaN
  #isManual = false
  #isStopped = false

  /** Numbers that a fold is saved as. */
  static readonly SAVED = 4

  save(): Float64Array {
    return Float64Array.of(this.#ts, this.#value, this.#isManual ? 1 : 0, this.#isStopped ? 1 : 0)
  }

  static restore(state: Float64Array): GaugeFold {
    const fold = new GaugeFold()
    fold.take(state)
    return fold
  }

  /** Goes on from what was saved. */
  protected take(state: Float64Array): void {
    this.#ts = state[0] ?? Number.NaN
    this.#value = state[1] ?? Number.NaN
    this.#isManual = state[2] === 1
    this.#isStopped = state[3] === 1
  }

  get ts(): number {
    return this.#ts
  }

  /** The last sample, null when it is none that holds. */
  get level(): HeldSample | null {
    return Number.isNaN(this.#value) && !this.#isStopped
      ? null
      : { ts: this.#ts, value: this.#value, isManual: this.#isManual }
  }

  step(samples: Samples, i: number, rules: GaugeRules, sink: GaugeSink): void {
    const t = samples.ts[i]!
    const usable = isUsable(samples, i)
    if (!Number.isNaN(this.#value)) {
      const isLinear = rules.interpolation === 'linear' && usable && t - this.#ts <= rules.maxHoldMs
      const end = isLinear ? t : holdEndMs(rules, this.#ts, t)
      const estimated = this.#isManual || (isLinear && isManual(samples, i))
      const endValue = isLinear ? samples.value[i]! : this.#value
      sink.level(this.#ts, this.#value, end, endValue, estimated)
      if (estimated && rules.tellsStops) sink.byHand(this.#ts, this.#value, end, endValue)
    } else if (this.#isStopped && rules.tellsStops) sink.stopped(this.#ts, holdEndMs(rules, this.#ts, t))
    this.#ts = t
    this.#value = usable ? samples.value[i]! : Number.NaN
    this.#isManual = isManual(samples, i)
    this.#isStopped = samples.quality[i] === STOPPED_RANK
  }
}

/** Up to when a sample of `ts` holds, at most `untilMs`. */
export function holdEndMs({ holdLink, maxHoldMs }: GaugeRules, ts: number, untilMs: number): number {
  return holdLink?.holdEndMs(ts, untilMs, maxHoldMs) ?? Math.min(untilMs, ts + maxHoldMs)
}
