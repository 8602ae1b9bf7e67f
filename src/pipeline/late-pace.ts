import type { PastStep, PastStepKind } from '../kpi/plant/past-work.js'

/** Late samples are folded when none has come for this long, … */
const QUIET_MS = 500
/** … or when the first has waited this long, or this many times as long as the last fold took. */
const WAIT_MAX_MS = 10_000
const WAIT_FACTOR = 10
/** A long fold lets what is live through this often, … */
const SLICE_MS = 1000
/** … and does so much at once that it takes so long, as far as that can be known. */
const STEP_MS = 200
/** Series that are worked on at once in the first step of each kind, and the fewest and most. */
const SERIES_FIRST: Readonly<Record<PastStepKind, number>> = { fold: 32, read: 32, add_up: 64, compute: 8 }
const [SERIES_MIN, SERIES_MAX] = [4, 4096]
/** A step takes so many times the series of the one before at most, for one step is not like the other. */
const STEP_GROWTH = 2

/**
 * Decides when late samples are folded. A long fold is done in slices, and as long as the journal holds more it goes on only
 * after as much time as its last slice took: the journal is read at half its speed at least, however long a slice takes.
 */
export class LatePace {
  #sinceMs: number | null = null
  #seenMs = 0
  #tookMs = 0
  #isFoldingLate = false
  #beganMs = 0
  #slice = { endedMs: 0, tookMs: 0 }
  readonly #seriesMax = { ...SERIES_FIRST }
  #isStepping = false

  /** A step goes on: with the last one nothing waits any more, but its points are not out. */
  get isStepping(): boolean {
    return this.#isStepping
  }

  /** So many series are worked on in the next step of a kind. */
  readonly seriesMax = (kind: PastStepKind): number => this.#seriesMax[kind]

  /** Time since which some wait, epoch ms; null when none do. */
  get sinceMs(): number | null {
    return this.#sinceMs
  }

  /** A fold is under way; between its slices new samples are taken. */
  get isFoldingLate(): boolean {
    return this.#isFoldingLate
  }

  /** Some have come. */
  came(nowMs: number): void {
    this.#seenMs = nowMs
  }

  nothingWaits(): void {
    this.#sinceMs = null
    this.#isFoldingLate = false
  }

  /** Some wait: whether a slice is due. @param isBusy the journal holds more */
  isDue(nowMs: number, isBusy: boolean): boolean {
    this.#sinceMs ??= nowMs
    // A clock that was set back makes it due, not wait.
    if (this.#isFoldingLate) return !isBusy || Math.abs(nowMs - this.#slice.endedMs) >= this.#slice.tookMs
    const waitMaxMs = Math.max(WAIT_MAX_MS, WAIT_FACTOR * this.#tookMs)
    const isQuiet = Math.abs(nowMs - this.#seenMs) >= QUIET_MS
    if (!isQuiet && Math.abs(nowMs - this.#sinceMs) < waitMaxMs) return false
    this.#tookMs = 0
    return true
  }

  /** True when plants in which no pass goes on begin one: with the fold, and then again as often as folds begin at most. */
  begins(nowMs: number): boolean {
    this.#isStepping = true
    if (this.#isFoldingLate && Math.abs(nowMs - this.#beganMs) < WAIT_MAX_MS) return false
    this.#beganMs = nowMs
    return true
  }

  /** A step has taken so long: the next of its kind is larger or smaller. */
  stepped(step: PastStep | null, tookMs: number): void {
    this.#isStepping = false
    if (step === null || step.series === 0) return
    const before = this.#seriesMax[step.kind]
    const factor = (step.series * STEP_MS) / Math.max(1, tookMs) / before
    const bounded = Math.min(STEP_GROWTH, Math.max(1 / STEP_GROWTH, factor))
    this.#seriesMax[step.kind] = Math.min(SERIES_MAX, Math.max(SERIES_MIN, Math.round(before * bounded)))
  }

  /** True while a slice that began at `startMs` goes on. */
  goesOn(startMs: number, nowMs: number): boolean {
    return Math.abs(nowMs - startMs) < SLICE_MS
  }

  /** A slice has ended. @param isMore the pass that it belongs to goes on */
  ended(startMs: number, nowMs: number, isMore: boolean): void {
    this.#slice = { endedMs: nowMs, tookMs: Math.max(0, nowMs - startMs) }
    this.#tookMs += this.#slice.tookMs
    this.#isFoldingLate = isMore
    if (!isMore) this.#sinceMs = null
  }
}
