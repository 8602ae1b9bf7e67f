import { PastCost } from './past-cost.js'

/** New samples become points at most this often, and after a long cycle not before twice its time has passed, … */
const CYCLE_MS = 500
/** … but once the journal has been read to its end, not later than this: there is nothing else to be done. */
const CYCLE_WAIT_MAX_MS = 2000
/**
 * Entries that come within this time of a commit, or before the next cycle is due, are taken together: a commit costs the
 * same for one message as for thousands, and nobody sees a figure sooner for it.
 */
const COLLECT_MS = 50
/** More readings than this never wait for a cycle, whatever the time: what a cycle holds in memory is bounded by them. */
const READINGS_MAX = 50_000
/** Readings of the past make points of their own, each of them: what is live waits for the points of so many at most, … */
const PAST_READINGS_MAX = 20_000
/** … and of fewer where these take longer than this, down to so many. */
const PAST_CYCLE_MS = 1000
const PAST_READINGS_MIN = 4000
/** While more of the past comes, sums of many series over it are made after so long, or this many times what cycles with them take, … */
const HOLD_MS = 5000
const HOLD_FACTOR = 8
/** … but not later than this: reports wait for them. */
const HOLD_MAX_MS = 60_000
/** A quick cycle says little of one that has such sums: what the slowest took counts for less with each. */
const FADING = 0.95
/** Share of its bound from which a quick cycle shows that there may be more. */
const FULL = 1 / 2

/** Decides when new samples become points: seldom enough to be worth it, and often enough that little of them waits. */
export class CyclePace {
  #endedAtMs = 0
  #tookMs = 0
  /** The time that the slowest of the last cycles took, ms. */
  #slowestMs = 0
  /** Decoded since the last cycle began, and how many of them are of the past. */
  #readings = 0
  #past = 0
  /** Bound of readings of the past, by what those of the last cycles took, and how many of them the cycle has that goes on. */
  #pastMax = PAST_READINGS_MAX
  #pastBegun = 0
  readonly #pastCost = new PastCost()
  /** These wait for the next cycle, and those for the one that goes on. */
  #asking: (() => void)[] = []
  #answering: (() => void)[] = []

  /** End of the last cycle, epoch ms. */
  get endedAtMs(): number {
    return this.#endedAtMs
  }

  /** True when there is enough for one cycle: all readings, or those of the past, have reached their bound. */
  readonly isEnough = (readings: number, past: number): boolean => {
    return readings >= READINGS_MAX || past >= this.#pastMax
  }

  /** Makes a cycle due; resolves when it has ended. */
  ask(): Promise<void> {
    return new Promise((resolve) => this.#asking.push(resolve))
  }

  get isAsked(): boolean {
    return this.#asking.length > 0
  }

  decoded(readings: number, past: number): void {
    this.#readings += readings
    this.#past += past
  }

  /** @param isBusy the journal holds more */
  isDue(nowMs: number, isBusy: boolean): boolean {
    if (this.isAsked || this.isEnough(this.#readings, this.#past)) return true
    // A clock that was set back makes it due, not wait.
    return Math.abs(nowMs - this.#endedAtMs) >= this.#everyMs(isBusy)
  }

  /** So long entries are collected from `nowMs` on, ms; none were left when the last were committed, at `committedMs`. */
  collectMs(nowMs: number, committedMs: number): number {
    const dueInMs = this.isDue(nowMs, false) ? 0 : this.#everyMs(false) - Math.abs(nowMs - this.#endedAtMs)
    return this.isAsked ? 0 : Math.max(COLLECT_MS - (nowMs - committedMs), dueInMs)
  }

  /**
   * So long sums of many series over the past wait for more of it, ms of event time's "now"; 0 when none comes any more.
   * To be asked when a cycle has begun. @param isBusy the journal holds more
   */
  holdMs(isBusy: boolean): number {
    if (!isBusy && this.#pastBegun === 0) return 0
    return Math.min(HOLD_MAX_MS, Math.max(HOLD_MS, HOLD_FACTOR * this.#slowestMs))
  }

  #everyMs(isBusy: boolean): number {
    return Math.max(CYCLE_MS, Math.min(2 * this.#tookMs, isBusy ? Infinity : CYCLE_WAIT_MAX_MS))
  }

  begins(): void {
    this.#readings = 0
    this.#pastBegun = this.#past
    this.#past = 0
    this.#answering = this.#asking.splice(0)
  }

  ended(startMs: number, nowMs: number): void {
    this.#endedAtMs = nowMs
    this.#tookMs = Math.max(0, nowMs - startMs)
    this.#slowestMs = Math.max(this.#tookMs, this.#slowestMs * FADING)
    this.#boundPast()
    for (const answer of this.#answering.splice(0)) answer()
  }

  /** A cycle full of the past that took too long is followed by a smaller one, a quick one by a larger one. */
  #boundPast(): void {
    if (this.#pastBegun < this.#pastMax * FULL) return
    this.#pastCost.add(this.#pastBegun, this.#tookMs)
    const { anyhowMs, readingMs } = this.#pastCost
    // A cycle that takes long whatever is in it would be no quicker with less: its readings have as much time as that.
    const readingsMs = Math.max(PAST_CYCLE_MS - anyhowMs, Math.min(PAST_CYCLE_MS, anyhowMs))
    const factor = Math.min(2, Math.max(1 / 2, readingsMs / Math.max(readingMs * this.#pastMax, 1)))
    this.#pastMax = Math.round(Math.min(PAST_READINGS_MAX, Math.max(PAST_READINGS_MIN, this.#pastMax * factor)))
  }
}
