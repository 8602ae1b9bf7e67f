/** Late samples are walked when none has come for this long, … */
const QUIET_MS = 500
/** … or when the first has waited this long, or this many times as long as the last walk took. */
const WAIT_MAX_MS = 10_000
const WAIT_FACTOR = 10
/** A long walk lets what is live through this often. */
const SLICE_MS = 1000

/**
 * Decides when late samples are walked. A long walk is done in slices, and as long as the journal holds more it goes on only
 * after as much time as its last slice took: the journal is read at half its speed at least, however long a slice takes.
 */
export class LatePace {
  #sinceMs: number | null = null
  #seenMs = 0
  #tookMs = 0
  #isWalking = false
  #beganMs = 0
  #slice = { endedMs: 0, tookMs: 0 }

  /** Time since which some wait, epoch ms; null when none do. */
  get sinceMs(): number | null {
    return this.#sinceMs
  }

  /** A walk is under way; between its slices new samples are taken. */
  get isWalking(): boolean {
    return this.#isWalking
  }

  /** Some have come. */
  came(nowMs: number): void {
    this.#seenMs = nowMs
  }

  nothingWaits(): void {
    this.#sinceMs = null
    this.#isWalking = false
  }

  /** Some wait: whether a slice is due. @param isBusy the journal holds more */
  isDue(nowMs: number, isBusy: boolean): boolean {
    this.#sinceMs ??= nowMs
    // A clock that was set back makes it due, not wait.
    if (this.#isWalking) return !isBusy || Math.abs(nowMs - this.#slice.endedMs) >= this.#slice.tookMs
    const waitMaxMs = Math.max(WAIT_MAX_MS, WAIT_FACTOR * this.#tookMs)
    const isQuiet = Math.abs(nowMs - this.#seenMs) >= QUIET_MS
    if (!isQuiet && Math.abs(nowMs - this.#sinceMs) < waitMaxMs) return false
    this.#tookMs = 0
    return true
  }

  /** True when plants in which no pass goes on begin one: with the walk, and then again as often as walks begin at most. */
  begins(nowMs: number): boolean {
    if (this.#isWalking && Math.abs(nowMs - this.#beganMs) < WAIT_MAX_MS) return false
    this.#beganMs = nowMs
    return true
  }

  /** True while a slice that began at `startMs` goes on. */
  goesOn(startMs: number, nowMs: number): boolean {
    return Math.abs(nowMs - startMs) < SLICE_MS
  }

  /** A slice has ended. @param isMore the pass that it belongs to goes on */
  ended(startMs: number, nowMs: number, isMore: boolean): void {
    this.#slice = { endedMs: nowMs, tookMs: Math.max(0, nowMs - startMs) }
    this.#tookMs += this.#slice.tookMs
    this.#isWalking = isMore
    if (!isMore) this.#sinceMs = null
  }
}
