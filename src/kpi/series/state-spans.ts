import { STATES, type State } from '../../base/states.js'
import type { Range } from '../time/ranges.js'
import type { StateSink } from './state.js'

/** A stretch of time in one state, epoch ms. */
export interface StateSpan extends Range {
  readonly state: State
}

const UNKNOWN = STATES.indexOf('UNKNOWN')

/**
 * Collects the states of a range from a fold over them, as stretches without holes: time that nobody accounts for is
 * UNKNOWN. Keeps the newest when there are too many.
 */
export class StateSpans implements StateSink {
  readonly #range: Range
  readonly #max: number
  readonly #spans: { fromMs: number; toMs: number; state: number }[] = []
  #reachedMs: number
  #isTruncated = false

  constructor(range: Range, max: number) {
    this.#range = range
    this.#max = max
    this.#reachedMs = range.fromMs
  }

  state(t0: number, t1: number, state: number): void {
    const fromMs = Math.max(t0, this.#range.fromMs)
    const toMs = Math.min(t1, this.#range.toMs)
    if (fromMs >= toMs) return
    this.#add(fromMs, UNKNOWN)
    this.#add(toMs, state)
  }

  /** Keeps nothing: what happens at an instant takes no time. */
  happened(): void {}

  /** Everything has been folded: what follows is unknown. */
  end(): { readonly spans: readonly StateSpan[]; readonly isTruncated: boolean } {
    this.#add(this.#range.toMs, UNKNOWN)
    const isTruncated = this.#isTruncated || this.#spans.length > this.#max
    const spans = this.#spans.slice(-this.#max).map(({ state, ...range }) => ({ ...range, state: STATES[state]! }))
    return { spans, isTruncated }
  }

  /** Up to `toMs` it is this state. */
  #add(toMs: number, state: number): void {
    if (toMs <= this.#reachedMs) return
    const last = this.#spans.at(-1)
    if (last?.state === state) last.toMs = toMs
    else this.#spans.push({ fromMs: this.#reachedMs, toMs, state })
    this.#reachedMs = toMs
    if (this.#spans.length < 2 * this.#max) return
    this.#spans.splice(0, this.#spans.length - this.#max)
    this.#isTruncated = true
  }
}
