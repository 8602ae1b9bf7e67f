import { JUMP_MS } from '../base/steady-clock.js'
import type { ClockEntry } from '../intake/journal-sink.js'
import { EntryCursor } from './entry-cursor.js'

/**
 * "Now" behind the last of these records, epoch ms: the newest time of arrival, which goes back only where the clock of the
 * machine was set back and followed. 0 where there are no entries.
 */
export function newestArrivalMs(bodies: readonly Uint8Array[]): number {
  const entries = new EntryCursor()
  let newestMs = 0
  for (const body of bodies) {
    entries.open(body)
    while (entries.next()) {
      const { kind, arrivedAt } = entries
      const isFollowed = kind === 'clock' && (entries.entry() as ClockEntry).toMs === arrivedAt
      const isBehind = kind === 'start' && newestMs - arrivedAt >= JUMP_MS
      newestMs = isFollowed || isBehind ? arrivedAt : Math.max(newestMs, arrivedAt)
    }
  }
  return newestMs
}
