import type { LinkChange } from '../base/reading.js'

/** Nothing holds for longer: a clock that was once reset to the year 2000 must not fill a quarter of a century. */
const HOLD_MAX_MS = 31 * 86_400_000

/** A device whose clock is a little ahead dates its last sample after the disconnect. */
const CLOCK_AHEAD_MS = 5000

/**
 * The connection behind one `on_change` device, in times of arrival. It cuts off what its states hold: from a disconnect
 * that was not healed within the hold time on they are unknown, until the next sample. One that may still be healed cuts
 * for now. Source: KPI specification §1.4, state.
 */
export class Link {
  /** Disconnects that were not healed in time, ascending. */
  readonly #cuts: number[] = []
  #isUp = false

  /**
   * Takes the next change; returns the instant from which on it changes what holds.
   * @param maxHoldMs within this a disconnect is healed
   */
  take({ at, isUp }: Pick<LinkChange, 'at' | 'isUp'>, maxHoldMs: number): number {
    const wasUp = this.#isUp
    this.#isUp = isUp
    if (!isUp) {
      if (this.#cuts.at(-1) !== at) this.#cuts.push(at)
      return at
    }
    const down = this.#cuts.at(-1)
    if (wasUp || down === undefined || at - down > maxHoldMs) return at
    this.#cuts.pop()
    return down
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Up to when the connection vouches for what was said: now, or its last disconnect; -Infinity when there was none. */
  vouchedMs(nowMs: number): number {
    return this.#isUp ? nowMs : (this.#cuts.at(-1) ?? Number.NEGATIVE_INFINITY)
  }

  /** While a disconnect may still be healed, its instant; else null. */
  pendingSinceMs(nowMs: number, maxHoldMs: number): number | null {
    const down = this.#cuts.at(-1)
    if (this.#isUp || down === undefined) return null
    return nowMs - down <= maxHoldMs ? down : null
  }

  /** Up to when a sample of `ts` holds, at most up to the next one at `untilMs`. */
  holdEndMs(ts: number, untilMs: number): number {
    return Math.min(untilMs, ts + HOLD_MAX_MS, Math.max(ts, this.#cutAfter(ts)))
  }

  /** The same for the newest sample of all: one of after a disconnect holds as long as that of any other device. */
  tailEndMs(ts: number, untilMs: number, maxHoldMs: number): number {
    const isConnected = this.#isUp || this.#cutAfter(ts) < Infinity
    return this.holdEndMs(ts, isConnected ? untilMs : Math.min(untilMs, ts + maxHoldMs))
  }

  /** The first disconnect after a sample; Infinity when there is none. */
  #cutAfter(ts: number): number {
    let low = 0
    let high = this.#cuts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#cuts[middle]! < ts - CLOCK_AHEAD_MS) low = middle + 1
      else high = middle
    }
    return this.#cuts[low] ?? Infinity
  }
}
