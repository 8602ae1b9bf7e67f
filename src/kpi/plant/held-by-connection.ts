import type { SeriesState } from '../series/series-state.js'
import type { Range } from '../time/ranges.js'
import type { EnginePlant } from './plant.js'
import { isBehind } from './unfinished.js'

/** Adds the time that connections vouch for: it has grown up to now, and one that came or went changes it from then on. */
export function addHeldByConnection(plant: EnginePlant, changed: Map<SeriesState, Range>, nowMs: number): void {
  const add = (series: SeriesState, fromMs: number, toMs: number) => {
    const range = changed.get(series)
    changed.set(series, {
      fromMs: Math.min(fromMs, range?.fromMs ?? Infinity),
      toMs: Math.max(toMs, range?.toMs ?? -Infinity),
    })
  }
  // One that waits for its late samples is computed with them.
  const waits = (series: SeriesState) => isBehind(plant, series)
  const heldUntil = plant.heldUntil(nowMs)
  // Another newest sample says something else of all the time up to where the one before it held.
  for (const series of changed.keys()) {
    const toMs = Math.max(series.heldUntilMs, heldUntil.get(series) ?? -Infinity)
    if (toMs > -Infinity) add(series, series.newestTs, toMs)
  }
  for (const [series, heldUntilMs] of heldUntil) {
    if (!series.isWarm || waits(series) || heldUntilMs <= series.heldUntilMs) continue
    add(series, Math.max(series.newestTs, series.heldUntilMs), nowMs)
    series.heldUntilMs = heldUntilMs
  }
  for (const [series, fromMs] of plant.reconnected) {
    if (waits(series)) continue
    if (series.isWarm) add(series, fromMs, nowMs)
    plant.reconnected.delete(series)
  }
}
