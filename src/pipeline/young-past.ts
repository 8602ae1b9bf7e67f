import { MINUTE_MS } from '../base/durations.js'

/** A gateway is young for so long: it is often given months of its past right behind a start. */
const YOUNG_MS = 30 * MINUTE_MS
/** So many readings of the past, with no longer rest between two of them, are a past that comes. */
const READINGS_MIN = 5000
const REST_MS = 20_000

/**
 * Knows whether a young gateway is being given its past, so that what is made of whole histories can wait for the end: half of one would be
 * gone through for nothing, and in memory beside all that the past itself takes. Of an older one that is never said, as its forecasts go on.
 */
export class YoungPast {
  readonly #startedMs: number
  #readings = 0
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(startedMs: number) {
    this.#startedMs = startedMs
  }

  /** Takes note of readings of the past that have been archived. */
  took(readings: number, nowMs: number): void {
    if (readings === 0) return
    if (Math.abs(nowMs - this.#lastMs) > REST_MS) this.#readings = 0
    this.#readings += readings
    this.#lastMs = nowMs
  }

  isComing(nowMs: number): boolean {
    const isYoung = Math.abs(nowMs - this.#startedMs) < YOUNG_MS
    return isYoung && this.#readings >= READINGS_MIN && Math.abs(nowMs - this.#lastMs) <= REST_MS
  }
}
