import type { Clock } from '../base/clock.js'

/** The clock of the times of arrival in a journal. */
export interface ArrivalClock extends Clock {
  /** For what has waited elsewhere since `cameMs`: that time, but never more than now and never less than was given out before. */
  arrivedMs(cameMs: number): number
}

/**
 * A clock whose `nowMs` never steps back. One of them stamps everything that goes into the journal, so that the
 * times of arrival there are in order even when the machine's clock is set.
 */
export function arrivalClock(clock: Clock): ArrivalClock {
  let newestMs = Number.NEGATIVE_INFINITY
  const arrivedMs = (cameMs: number): number => {
    newestMs = Math.max(newestMs, Math.min(cameMs, clock.nowMs()))
    return newestMs
  }
  return {
    nowMs: () => arrivedMs(Number.POSITIVE_INFINITY),
    arrivedMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
}
