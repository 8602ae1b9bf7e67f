/** No pause is longer, unless one poll a period is already rarer. */
const PAUSE_MAX_MS = 60_000

/** Time in which something that failed is left alone: one period, two, four, at most a minute. */
export class Pause {
  #failures = 0
  #untilMs = Number.NEGATIVE_INFINITY
  #sinceMs = Number.NEGATIVE_INFINITY

  constructor(private readonly everyMs: number) {}

  /** A clock that was set back makes no pause longer. */
  isOver(nowMs: number): boolean {
    return nowMs >= this.#untilMs || nowMs < this.#sinceMs
  }

  failed(nowMs: number): void {
    const lengthMs = Math.min(this.everyMs * 2 ** this.#failures, Math.max(PAUSE_MAX_MS, this.everyMs))
    this.#failures++
    this.#sinceMs = nowMs
    // A little less, so that the poll that falls on its end is made.
    this.#untilMs = nowMs + lengthMs - this.everyMs / 2
  }

  succeeded(): void {
    this.#failures = 0
    this.#untilMs = Number.NEGATIVE_INFINITY
  }
}
