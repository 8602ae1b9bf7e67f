import type { Clock } from '../base/clock.js'

/**
 * A clock whose `nowMs` never steps back. One of them stamps everything that goes into the journal, so that the
 * times of arrival there are in order even when the machine's clock is set.
 */
export function arrivalClock(clock: Clock): Clock {
  let newestMs = Number.NEGATIVE_INFINITY
  return {
    nowMs: () => {
      newestMs = Math.max(newestMs, clock.nowMs())
      return newestMs
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
}
