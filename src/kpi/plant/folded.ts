import type { CheckpointTable } from '../history/checkpoints.js'
import { isOfHeld } from './past-work.js'
import type { EnginePlant } from './plant.js'

/**
 * Takes what the folds of a cycle have left: a series is folded when a subject that it counts for is looked at. Sums of before
 * its live days go, unless some of the past is held: that needs them.
 */
export function noteFolded({ unfolded, held, stretch }: EnginePlant, checkpoints: CheckpointTable): void {
  const isComputing = isOfHeld(stretch)
  for (const series of unfolded) {
    if (series.changing !== null) continue
    if (series.archived !== null && !series.isEvent) checkpoints.add(series.archived.id, series.takeCheckpoints())
    if (held.keepsSums(series, isComputing)) continue
    unfolded.delete(series)
    series.trim()
  }
}
