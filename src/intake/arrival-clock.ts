import type { Clock } from '../base/clock.js'
import { JUMP_MS, type MachineClockState } from '../base/steady-clock.js'
import type { ClockEntry } from './journal-sink.js'

/** A clock that says when it has jumped. */
interface WatchedClock extends Pick<Clock, 'nowMs'> {
  readonly state: MachineClockState
}

/**
 * Stamps everything that goes into the journal: one of them for all that writes there. Between two entries about the clock of
 * the machine times of arrival are in order; what is later in the journal came later in any case.
 */
export function arrivalClock(clock: Clock): Clock {
  let newestMs = Number.NEGATIVE_INFINITY
  return {
    nowMs: () => {
      const nowMs = clock.nowMs()
      // A clock that was set back for good is followed; by less than a jump it stands still for that long.
      newestMs = newestMs - nowMs >= JUMP_MS ? nowMs : Math.max(newestMs, nowMs)
      return newestMs
    },
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
}

/**
 * A clock that notes a jump before the first time behind it is given out.
 * @param note writes the entry down, ahead of all that is stamped by this clock from now on
 */
export function notingClock(clock: WatchedClock, sleep: Clock['sleep'], note: (entry: ClockEntry) => void): Clock {
  let noted = clock.state.changes
  return {
    nowMs: () => {
      const nowMs = clock.nowMs()
      const { standing, fromMs, toMs, changes } = clock.state
      if (changes === noted) return nowMs
      noted = changes
      if (standing === 'doubted') note({ kind: 'clock', arrivedAt: nowMs, fromMs: nowMs, toMs })
      else if (standing === 'followed') note({ kind: 'clock', arrivedAt: nowMs, fromMs, toMs: nowMs })
      else note({ kind: 'clock', arrivedAt: nowMs, fromMs: nowMs, toMs: nowMs })
      return nowMs
    },
    sleep,
  }
}
