import type { SeriesState } from '../series/series-state.js'
import type { Range } from '../time/ranges.js'
import type { EnginePlant } from './plant.js'

/** Adds the time that connections vouch for: it has grown up to now, and one that came or went changes it from then on. */
export function addHeldByConnection(plant: EnginePlant, changed: Map<SeriesState, Range>, nowMs: number): void {
  const add = (track: SeriesState, fromMs: number, toMs: number) => {
    const range = changed.get(track)
    changed.set(track, {
      fromMs: Math.min(fromMs, range?.fromMs ?? Infinity),
      toMs: Math.max(toMs, range?.toMs ?? -Infinity),
    })
  }
  // One that waits for its late samples is computed with them.
  const waits = (track: SeriesState) => plant.late.has(track) || plant.stale.has(track)
  const vouched = plant.vouched(nowMs)
  // Another newest sample says something else of all the time up to where the one before it held.
  for (const track of changed.keys()) {
    const toMs = Math.max(track.vouchedMs, vouched.get(track) ?? -Infinity)
    if (toMs > -Infinity) add(track, track.newestTs, toMs)
  }
  for (const [track, vouchedMs] of vouched) {
    if (!track.isWarm || waits(track) || vouchedMs <= track.vouchedMs) continue
    add(track, Math.max(track.newestTs, track.vouchedMs), nowMs)
    track.vouchedMs = vouchedMs
  }
  for (const [track, fromMs] of plant.relinked) {
    if (waits(track)) continue
    if (track.isWarm) add(track, fromMs, nowMs)
    plant.relinked.delete(track)
  }
}
